"""A catalogue file as this till takes it: shared.catalogue_csv reads it, here its rows become the till's own products."""

from dataclasses import dataclass

from device.domain.catalogue import Catalogue, Product
from shared import catalogue_csv
from shared.catalogue_csv import RefusedRow
from shared.products import ProductDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedProduct:
    """A product, and the stock that its row counts (None where the row says nothing)."""

    product: Product
    stock_milli: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCatalogue:
    """What a file holds."""

    imported: tuple[ImportedProduct, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


def read_catalogue(text: str, *, currency: str, known: Catalogue) -> ReadCatalogue:
    """Read a catalogue file; `known` is the catalogue that it will be merged into."""
    barcodes = {product.barcode: product.sku for product in known.products if product.barcode}
    read = catalogue_csv.read_catalogue(text, currency=currency, barcodes=barcodes)
    imported = tuple(
        ImportedProduct(product=_product(one.product), stock_milli=one.stock_milli) for one in read.imported
    )
    return ReadCatalogue(imported=imported, refused=read.refused)


def _product(details: ProductDetails) -> Product:
    return Product(
        sku=details.sku,
        name=details.name,
        category=details.category,
        price_minor=details.price_minor,
        vat_rate_bp=details.vat_rate_bp,
        barcode=details.barcode,
        colour=details.colour,
    )
