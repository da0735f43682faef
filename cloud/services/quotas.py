"""Quotas count from the moment when they are issued: what a till sold before, as far as it is known here, is over."""

from collections.abc import Mapping
from dataclasses import dataclass

from cloud.domain.quotas import left_of
from cloud.ports.documents import Shelf
from shared.documents import QuotasContent


def quotas_from_now(shelf: Shelf, source: str, quota_milli: Mapping[str, int]) -> QuotasContent:
    """Return quotas that count from the last entry of each of the source's chains that is held here."""
    sold = shelf.sold()
    shelf.set_quota_bases(source, {sku: sold.get((source, sku), 0) for sku in quota_milli})
    return QuotasContent(quota_milli=dict(quota_milli), counted_from=shelf.heads(source))


def left_now(shelf: Shelf, source: str, content: QuotasContent) -> dict[str, int]:
    """Return what is left of a source's quotas as far as its entries have come."""
    return Counted.on(shelf).left(source, content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What every source has sold now and had sold when its quotas were issued, read once for many of them."""

    sold_milli: Mapping[tuple[str, str], int]
    bases_milli: Mapping[tuple[str, str], int]

    @classmethod
    def on(cls, shelf: Shelf) -> "Counted":
        """Read the counts of a tenant."""
        return cls(sold_milli=shelf.sold(), bases_milli=shelf.quota_bases())

    def left(self, source: str, content: QuotasContent) -> dict[str, int]:
        """Return what is left of a source's quotas as far as its entries have come."""
        since = {
            sku: self.sold_milli.get((source, sku), 0) - self.bases_milli.get((source, sku), 0)
            for sku in content.quota_milli
        }
        return left_of(content.quota_milli, since)
