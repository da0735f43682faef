"""What one version of a document says other than the one before, row by row and in words."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from shared.documents import (
    CatalogueContent,
    Content,
    ModelContent,
    PricesContent,
    QuotasContent,
    SettingsContent,
)
from shared.money import QUANTITY_ONE_MILLI, format_minor
from shared.product_words import field_text
from shared.products import DEFAULTS, FIELD_NAMES

_WORDS: Final = {
    "price_minor": "price", "vat_rate_bp": "VAT", "quota_milli": "quota", "retired": "no longer offered",
    "weighed": "sold by weight", "free_price": "price typed at the till", "prices": "price lists", "cost_minor": "cost",
}  # fmt: skip
_ALWAYS_SAID: Final = frozenset(FIELD_NAMES) - DEFAULTS.keys() | {"barcode", "colour", "unit", "retired"}
_FLAGS: Final = ("retired", "weighed", "free_price", "favourite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one thing before and after; None where it was not there. `name` is what people call the thing."""

    subject: str
    name: str
    field: str
    before: str | None
    after: str | None


def differences_between(old: Content | None, new: Content) -> Iterator[Difference]:
    """Yield what changed, in the order of the new content."""
    before, names = _rows(old), _names(old) | _names(new)
    after = _rows(new)
    for subject, field in {**after, **before}:
        was, now = before.get((subject, field)), after.get((subject, field))
        if was != now:
            name = names.get(subject, subject)
            yield Difference(subject=subject, name=name, field=field, before=was, after=now)


def words_of(difference: Difference, currency: str) -> str:
    """Return a difference as people say it, such as `Mug, ash glaze: price 24.00 → 25.00`."""
    before, after = (
        _said(difference.field, value, currency) for value in (difference.before, difference.after)
    )
    what = _WORDS.get(difference.field, difference.field.replace("_", " "))
    return f"{difference.name}: {what} {before} → {after}"


def _said(field: str, value: str | None, currency: str) -> str:
    if value is None or value == "":
        return "nothing"
    match field:
        case "price_minor" | "cost_minor":
            return format_minor(int(value), currency)
        case "vat_rate_bp":
            return f"{int(value) / 100:g} %"
        case "quota_milli":
            return f"{int(value) / QUANTITY_ONE_MILLI:g}"
        case _ if field in _FLAGS:
            return "yes" if value == "true" else "no"
        case _:
            return value


def _rows(content: Content | None) -> dict[tuple[str, str], str]:
    match content:
        case None:
            return {}
        case CatalogueContent():
            return {
                (product.sku, name): field_text(getattr(product, name))
                for product in content.products
                for name in FIELD_NAMES
                if name in _ALWAYS_SAID or getattr(product, name) != DEFAULTS[name]
            }
        case PricesContent():
            return _column("price_minor", content.prices_minor)
        case QuotasContent():
            return _column("quota_milli", content.quota_milli)
        case SettingsContent():
            return {
                ("settings", name): _text(value)
                for name, value in asdict(content).items()
                if value is not None
            }
        case ModelContent():
            return {("model", "card"): content.card[:200], ("model", "bytes"): str(len(content.onnx))}


def _column(field: str, values: Mapping[str, int]) -> dict[tuple[str, str], str]:
    return {(subject, field): str(value) for subject, value in values.items()}


def _names(content: Content | None) -> dict[str, str]:
    if not isinstance(content, CatalogueContent):
        return {}
    return {product.sku: product.name for product in content.products}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
