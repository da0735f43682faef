"""A catalogue file read against this till's catalogue; the reader is `shared.catalogue_csv`."""

from device.domain.catalogue import Catalogue
from shared import catalogue_csv
from shared.catalogue_csv import (
    WHOLE_FILE,
    ImportedProduct,
    ReadCatalogue,
    RefusedRow,
    decode_catalogue,
    write_catalogue,
)

__all__ = (
    "WHOLE_FILE", "ImportedProduct", "ReadCatalogue", "RefusedRow", "decode_catalogue", "read_catalogue", "write_catalogue",
)  # fmt: skip


def read_catalogue(text: str, *, currency: str, known: Catalogue) -> ReadCatalogue:
    """Read a catalogue file; `known` is the catalogue that it will be merged into."""
    return catalogue_csv.read_catalogue(text, currency=currency, known=known.products)
