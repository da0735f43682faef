"""A customer's own words. They stand in the ledger only as a box whose key lies elsewhere, so that they can be forgotten."""

from dataclasses import dataclass

TEXT_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """What a customer told the stall; `customer_id` is a random id that says nothing about the person.

    `consent_version` names the text to which they agreed, at the time `consent_at` (ISO 8601): it is kept, and forgotten, with
    the words that it is about.
    """

    customer_id: str
    name: str = ""
    phone: str = ""
    note: str = ""
    consent_version: str = ""
    consent_at: str = ""
