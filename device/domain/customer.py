"""A customer's own words. They stand in the ledger only as a box whose key lies elsewhere, so that they can be forgotten."""

from dataclasses import dataclass

TEXT_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """What a customer told the stall; `customer_id` is a random id that says nothing about the person."""

    customer_id: str
    name: str = ""
    phone: str = ""
    note: str = ""
