"""Settings as plain JSON, one section a document, and back."""

import base64
from collections.abc import Mapping
from typing import Final, cast

from pydantic import TypeAdapter

from device.domain.card_terminal import CardTerminal
from device.domain.catalogue import Catalogue, Product
from device.domain.documents import RefusedDocument
from device.domain.paper.printers import Printer, Printing
from device.domain.parked import ParkedCart
from device.domain.people import Cashier, PinAttempts
from device.domain.phones import Phones
from device.domain.purchasing.supplier_faults import MailSettings
from device.domain.settings import Marks, Settings
from device.domain.signed_in import SignedIn
from device.domain.trade_rules import TradeRules
from shared.csv_table import RefusedRow
from shared.entry import Json

_PRODUCTS: Final = TypeAdapter(tuple[Product, ...])
_CASHIERS: Final = TypeAdapter(tuple[Cashier, ...])
_ATTEMPTS: Final = TypeAdapter(PinAttempts)
_MARKS: Final = TypeAdapter(Marks)
_LEASES: Final = TypeAdapter(dict[int, int])
_ROWS: Final = TypeAdapter(tuple[RefusedRow, ...])
_REFUSED: Final = TypeAdapter(tuple[RefusedDocument, ...])
_SEEN: Final = TypeAdapter(tuple[str, ...])
_SIGNED_IN: Final = TypeAdapter(tuple[SignedIn, ...])
_PRINTERS: Final = TypeAdapter(tuple[Printer, ...])
_TERMINAL: Final[TypeAdapter[CardTerminal | None]] = TypeAdapter(CardTerminal | None)
_PARKED: Final = TypeAdapter(tuple[ParkedCart, ...])
_TRADE_RULES: Final = TypeAdapter(TradeRules)
_PHONES: Final = TypeAdapter(Phones)
_MAIL: Final[TypeAdapter[MailSettings | None]] = TypeAdapter(MailSettings | None)


def to_sections(settings: Settings) -> dict[str, Json]:
    """Return the settings as JSON by section."""
    written = {
        "catalogue_version": settings.catalogue.version,
        "products": _PRODUCTS.dump_python(settings.catalogue.products, mode="json"),
        "cashiers": _CASHIERS.dump_python(settings.cashiers, mode="json"),
        "pin_attempts": _ATTEMPTS.dump_python(settings.pin_attempts, mode="json"),
        "marks": _MARKS.dump_python(settings.marks, mode="json"),
        "pickup_key": base64.b64encode(settings.pickup_key).decode(),
        "numbers_leased_at": {str(number): seq for number, seq in settings.numbers_leased_at.items()},
        "refused_rows": _ROWS.dump_python(settings.refused_rows, mode="json"),
        "refused_documents": _REFUSED.dump_python(settings.refused_documents, mode="json"),
        "settlements_seen": _SEEN.dump_python(settings.settlements_seen, mode="json"),
        "signed_in": _SIGNED_IN.dump_python(settings.signed_in, mode="json"),
        "printing": _printing_json(settings.printing),
        "parked": _PARKED.dump_python(settings.parked, mode="json"),
        "trade_rules": _TRADE_RULES.dump_python(settings.trade_rules, mode="json"),
        "card_terminal": _TERMINAL.dump_python(settings.card_terminal, mode="json"),
        "phones": _PHONES.dump_python(settings.phones, mode="json"),
        "purchase_mail": _MAIL.dump_python(settings.purchase_mail, mode="json"),
        "webhook_key": base64.b64encode(settings.webhook_key).decode(),
    }
    return cast("dict[str, Json]", written)


def from_sections(sections: Mapping[str, Json]) -> Settings:
    """Read settings; a section that is missing has its default. Raises ValueError if one is damaged."""
    version = sections.get("catalogue_version", 0)
    if not isinstance(version, int):
        raise ValueError("catalogue_version is no number")  # noqa: TRY004 - damage of a file, not of an argument
    products = _PRODUCTS.validate_python(sections.get("products", []))
    return Settings(
        catalogue=Catalogue(version=version, products=products),
        cashiers=_CASHIERS.validate_python(sections.get("cashiers", [])),
        pin_attempts=_ATTEMPTS.validate_python(sections.get("pin_attempts", {})),
        marks=_MARKS.validate_python(sections.get("marks", {})),
        pickup_key=base64.b64decode(str(sections.get("pickup_key", "")), validate=True),
        numbers_leased_at=_LEASES.validate_python(sections.get("numbers_leased_at", {})),
        refused_rows=_ROWS.validate_python(sections.get("refused_rows", [])),
        refused_documents=_REFUSED.validate_python(sections.get("refused_documents", [])),
        settlements_seen=_SEEN.validate_python(sections.get("settlements_seen", [])),
        signed_in=_SIGNED_IN.validate_python(sections.get("signed_in", [])),
        printing=_read_printing(sections.get("printing", {})),
        parked=_PARKED.validate_python(sections.get("parked", [])),
        card_terminal=_TERMINAL.validate_python(sections.get("card_terminal")),
        trade_rules=_TRADE_RULES.validate_python(sections.get("trade_rules", {})),
        phones=_PHONES.validate_python(sections.get("phones", {})),
        purchase_mail=_MAIL.validate_python(sections.get("purchase_mail")),
        webhook_key=base64.b64decode(str(sections.get("webhook_key", "")), validate=True),
    )


def _printing_json(printing: Printing) -> dict[str, object]:
    return {
        "printers": _PRINTERS.dump_python(printing.printers, mode="json"),
        "after_sale": printing.after_sale,
        "logo": base64.b64encode(printing.logo).decode(),
    }


def _read_printing(section: Json) -> Printing:
    if not isinstance(section, Mapping):
        raise ValueError("printing is no object")  # noqa: TRY004 - damage of a file, not of an argument
    return Printing(
        printers=_PRINTERS.validate_python(section.get("printers", [])),
        after_sale=bool(section.get("after_sale", True)),
        logo=base64.b64decode(str(section.get("logo", "")), validate=True),
    )
