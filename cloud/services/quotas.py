"""Quotas count from the moment when they are issued: what a till sold before, as far as it is known here, is over."""

from collections.abc import Mapping

from cloud.domain.quotas import left_of
from cloud.ports import Shelf
from shared.documents import QuotasContent


def quotas_from_now(shelf: Shelf, source: str, quota_milli: Mapping[str, int]) -> QuotasContent:
    """Return quotas that count from the last entry of each of the source's chains that is held here."""
    sold = shelf.sold()
    shelf.set_quota_bases(source, {sku: sold.get((source, sku), 0) for sku in quota_milli})
    return QuotasContent(quota_milli=dict(quota_milli), counted_from=shelf.heads(source))


def left_now(shelf: Shelf, source: str, content: QuotasContent) -> dict[str, int]:
    """Return what is left of a source's quotas as far as its entries have come."""
    sold, bases = shelf.sold(), shelf.quota_bases()
    since = {
        sku: sold.get((source, sku), 0) - bases.get((source, sku), 0) for sku in content.quota_milli
    }  # fmt: skip
    return left_of(content.quota_milli, since)
