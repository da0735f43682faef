"""What a single till is given besides the catalogue: its own prices, its share of the stock, its settings; and models for all."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, assert_never

from cloud.domain.issued import Issued, NotIssued
from cloud.domain.plain_text import plain_text
from cloud.domain.product import PRICE_MINOR_MAX
from cloud.domain.quotas import split_total
from cloud.ports.documents import Shelf, Shelves
from cloud.services.issue_documents import DocumentOffice
from cloud.services.quotas import Counted, left_now, quotas_from_now
from shared.documents import (
    EVERYONE,
    VOUCHER_KEY_MIN,
    CatalogueContent,
    Content,
    DocumentKind,
    ModelContent,
    PricesContent,
    QuotasContent,
    SettingsContent,
)

STALL_MAX: Final = 120
FOOTER_MAX: Final = 500
ROWS_MAX: Final = 20_000
QUOTA_MILLI_MAX: Final = 1_000_000_000
CARD_BYTES_MAX: Final = 256 * 1024
CARD_FIELDS: Final = (
    "name", "version", "feature_version", "quantile_levels", "error", "naive_error", "weights_sha256"
)  # fmt: skip
"""What a till reads from a card."""
_Kind = TypeVar("_Kind", PricesContent, QuotasContent, SettingsContent)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaLine:
    """A product's quota at a till as it was given, and what is left of it as far as the till's entries have come."""

    sku: str
    quota_milli: int
    left_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TillSupplies:
    """What one scope (`everyone` or a till) is given."""

    scope: str
    prices_minor: Mapping[str, int]
    quotas: tuple[QuotaLine, ...]
    settings: SettingsContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """The door for what tills are given one by one."""

    shelves: Shelves
    office: DocumentOffice

    def supplies(self, tenant: str, scopes: list[str]) -> list[TillSupplies]:
        """Return what each of these scopes is given now."""
        with self.shelves.reading(tenant) as shelf:
            counted = Counted.on(shelf)
            return [self._supplies(shelf, tenant, scope, counted) for scope in scopes]

    def set_prices(
        self, tenant: str, scope: str, prices_minor: Mapping[str, int], *, by: str
    ) -> Issued | NotIssued:
        """Give a till the prices that differ from the catalogue's, in place of those it had."""
        beyond = [sku for sku, price in prices_minor.items() if not 0 <= price <= PRICE_MINOR_MAX]
        if beyond or len(prices_minor) > ROWS_MAX:
            return NotIssued(
                f"The price of {beyond[0]} is beyond all bounds." if beyond else "Too many prices."
            )
        content = PricesContent(prices_minor=dict(sorted(prices_minor.items())))
        return self.office.issue(tenant, scope, content, by=by, why="prices")

    def set_settings(
        self, tenant: str, scope: str, settings: SettingsContent, *, by: str
    ) -> Issued | NotIssued:
        """Set what a till, or every till, shows and prints; None leaves the till's own."""
        days = settings.market_weekdays
        if days is not None and not set(days) <= set(range(7)):
            return NotIssued("A weekday is a number from 0 (Monday) to 6 (Sunday).")
        if settings.voucher_key is not None and len(settings.voucher_key) < VOUCHER_KEY_MIN:
            return NotIssued(f"The key of vouchers has at least {VOUCHER_KEY_MIN} characters.")
        content = SettingsContent(
            stall=_text(settings.stall, STALL_MAX),
            receipt_footer=_text(settings.receipt_footer, FOOTER_MAX),
            market_weekdays=None if days is None else tuple(sorted(set(days))),
            voucher_key=settings.voucher_key,
        )
        return self.office.issue(tenant, scope, content, by=by, why="settings")

    def set_quotas(
        self, tenant: str, source: str, changes_milli: Mapping[str, int | None], *, by: str
    ) -> Issued | NotIssued:
        """Say how much of some products a till may promise from now on (None: as much as it likes); others keep what is left."""
        if refusal := _judge_quotas(changes_milli, [source]):
            return refusal
        with self.shelves.writing(tenant) as shelf:
            issued = self._issue_quotas(shelf, tenant, source, changes_milli, by)
        self.office.announce(tenant)
        return issued

    def split_quota(
        self, tenant: str, sku: str, total_milli: int, tills: list[str], *, by: str
    ) -> NotIssued | None:
        """Share a total of one product out evenly over tills, all at once."""
        if refusal := _judge_quotas({sku: total_milli}, tills):
            return refusal
        if not tills:
            return NotIssued("Name at least one till to share the stock out to.")
        with self.shelves.writing(tenant) as shelf:
            for source, share_milli in split_total(total_milli, tills).items():
                self._issue_quotas(shelf, tenant, source, {sku: share_milli}, by)
        self.office.announce(tenant)
        return None

    def give(self, tenant: str, scope: str, content: Content, *, by: str) -> Issued | NotIssued:
        """Give a scope a whole content; the catalogue has a way of its own."""
        match content:
            case PricesContent():
                return self.set_prices(tenant, scope, content.prices_minor, by=by)
            case QuotasContent():
                return self.set_quotas(tenant, scope, content.quota_milli, by=by)
            case SettingsContent():
                return self.set_settings(tenant, scope, content, by=by)
            case ModelContent() | CatalogueContent():
                return NotIssued("Nothing was issued: a model is published with `documents publish-model`.")
            case _:
                assert_never(content)

    def publish_model(self, tenant: str, *, card: str, onnx: bytes, by: str) -> Issued | NotIssued:
        """Give every till a forecast model with its card."""
        if refusal := _judge_model(card, onnx):
            return refusal
        content = ModelContent(card=card, onnx=base64.b64encode(onnx).decode())
        return self.office.issue(tenant, EVERYONE, content, by=by, why="a forecast model")

    def _issue_quotas(
        self, shelf: Shelf, tenant: str, source: str, changes_milli: Mapping[str, int | None], by: str
    ) -> Issued | NotIssued:
        given = self._newest(shelf, tenant, DocumentKind.QUOTAS, source, QuotasContent)
        wanted = {**left_now(shelf, source, given), **changes_milli}
        quotas = {sku: milli for sku, milli in sorted(wanted.items()) if milli is not None}
        content = quotas_from_now(shelf, source, quotas)
        return self.office.issue_within(shelf, tenant, source, content, by=by, why="stock quotas")

    def _supplies(self, shelf: Shelf, tenant: str, scope: str, counted: Counted) -> TillSupplies:
        quotas = self._newest(shelf, tenant, DocumentKind.QUOTAS, scope, QuotasContent)
        left = counted.left(scope, quotas)
        return TillSupplies(
            scope=scope,
            prices_minor=self._newest(shelf, tenant, DocumentKind.PRICES, scope, PricesContent).prices_minor,
            quotas=tuple(
                QuotaLine(sku=sku, quota_milli=quota, left_milli=left[sku])
                for sku, quota in quotas.quota_milli.items()
            ),
            settings=self._newest(shelf, tenant, DocumentKind.SETTINGS, scope, SettingsContent),
        )

    def _newest(self, shelf: Shelf, tenant: str, kind: DocumentKind, scope: str, cls: type[_Kind]) -> _Kind:
        content = self.office.newest_content(shelf, tenant, kind, scope)
        return content if isinstance(content, cls) else cls()


def _judge_quotas(changes_milli: Mapping[str, int | None], sources: list[str]) -> NotIssued | None:
    if EVERYONE in sources:
        return NotIssued("A quota is one till's share: name the till, or share a total out over several.")
    beyond = [
        sku for sku, milli in changes_milli.items() if milli is not None and not 0 <= milli <= QUOTA_MILLI_MAX
    ]
    if beyond:
        return NotIssued(f"The quota of {beyond[0]} must lie between 0 and {QUOTA_MILLI_MAX // 1_000:,}.")
    return NotIssued("Too many quotas at once.") if len(changes_milli) > ROWS_MAX else None


def _judge_model(card: str, onnx: bytes) -> NotIssued | None:
    """Refuse here what every till would refuse; whether the model runs, only a till can try."""
    if not onnx:
        return NotIssued("The model file is empty.")
    try:
        fields = json.loads(card)
    except ValueError:
        fields = None
    if not isinstance(fields, dict) or len(card.encode()) > CARD_BYTES_MAX:
        return NotIssued("The model's card must be a JSON object of at most 256 KiB.")
    if lacking := [name for name in CARD_FIELDS if name not in fields]:
        return NotIssued(
            f"The model's card lacks {', '.join(lacking)}: take the card that was made with the model."
        )
    if fields["weights_sha256"] != hashlib.sha256(onnx).hexdigest():
        return NotIssued(
            "The model file is not the one that its card describes (weights_sha256): it was cut short or altered, or "
            "belongs to another card. Nothing was issued; take both from one training run."
        )
    return None


def _text(text: str | None, limit: int) -> str | None:
    return None if text is None else plain_text(text.strip(), limit)
