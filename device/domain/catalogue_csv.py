"""A catalogue file read against this till's catalogue; the reader is `shared.catalogue_csv`."""

from device.domain.catalogue import Catalogue
from shared import catalogue_csv
from shared.catalogue_csv import ImportedProduct, ReadCatalogue, write_catalogue

__all__ = ("ImportedProduct", "ReadCatalogue", "read_catalogue", "write_catalogue")


def read_catalogue(text: str, *, currency: str, known: Catalogue) -> ReadCatalogue:
    """Read a catalogue file; `known` is the catalogue that it will be merged into."""
    return catalogue_csv.read_catalogue(text, currency=currency, known=known.products)
