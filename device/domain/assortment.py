"""What a decision of the till stands on, taken as one value: never half of an old version and half of a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from device.domain.catalogue import Catalogue
from device.domain.documents import Documents
from device.domain.own_changes import lay_over
from device.domain.sale import BeyondShare
from device.domain.till_state import TillState
from shared.documents import DocumentKind
from shared.entry import StreamKey
from shared.events.sale import SaleLine
from shared.ids import Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Assortment:
    """The catalogue as people change it, the same at this till's prices, and this till's shares.

    `key` is another one whenever anything here is. `sell_until_milli` is the total of a product, counted from the
    ledger's birth, up to which sales stay within the share. `voucher_key` is what the deployment's tills share to check codes.
    """

    key: str = ""
    catalogue: Catalogue = field(default_factory=Catalogue)
    priced: Catalogue = field(default_factory=Catalogue)
    sell_until_milli: Mapping[Sku, int] = field(default_factory=dict)
    voucher_key: str = field(default="", repr=False)

    def left_milli(self, state: TillState, sku: Sku) -> int | None:
        """Return how much of a product this till may still sell of its share, or None where it has no share to keep to."""
        until = self.sell_until_milli.get(sku)
        return None if until is None else max(until - state.sold_milli.get(sku, 0), 0)

    def find_beyond_share(self, state: TillState, lines: Iterable[SaleLine]) -> BeyondShare | None:
        """Return the first product of which a parcel would promise more than is left; goods in hand need not ask."""
        wanted: dict[Sku, int] = {}
        for line in lines if self.sell_until_milli else ():
            wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity_milli
        for sku, quantity_milli in wanted.items():
            left = self.left_milli(state, sku)
            if left is not None and quantity_milli > left:
                return BeyondShare(sku, left)
        return None


def assort(documents: Documents, local: Catalogue, state: TillState, stream: StreamKey) -> Assortment:
    """Return what counts: the documents, or else the till's own catalogue of before there were any, and its changes."""
    content = documents.catalogue()
    held = documents.in_force(DocumentKind.CATALOGUE)
    base, covered_seq = replace(local, version=0), 0
    if content is not None and held is not None:
        base = Catalogue(version=held.document.version, products=content.products)
        covered_seq = content.covers.get(f"{stream.source}/{stream.epoch}", 0)
    catalogue = lay_over(base, state.own_changes, covered_seq)
    versions = " ".join(f"{address}={version}" for address, version in sorted(documents.versions().items()))
    return Assortment(
        key=f"{versions} {stream.epoch}={state.products_changed_seq}",
        catalogue=catalogue,
        priced=_at_prices(catalogue, documents.prices_minor()),
        sell_until_milli=documents.sell_until_milli(),
        voucher_key=documents.settings().voucher_key or "",
    )


def _at_prices(catalogue: Catalogue, prices_minor: Mapping[Sku, int]) -> Catalogue:
    if not prices_minor:
        return catalogue
    products = tuple(
        replace(product, price_minor=prices_minor[product.sku]) if product.sku in prices_minor else product
        for product in catalogue.products
    )
    return replace(catalogue, products=products)
