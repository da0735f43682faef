"""What may be said of a supplier, and of the way by which mail goes out."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from device.domain.purchasing.book import PurchasingBook
from device.domain.purchasing.refusals import BadPurchase
from shared.events.purchase import SupplierChanged

NAME_MAX: Final = 60
ADDRESS_MAX: Final = 200
SUPPLIERS_MAX: Final = 100
LEAD_DAYS_MAX: Final = 365
MONEY_MAX: Final = 10**8
_MAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?"
)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class MailSecurity(StrEnum):
    """How the mail server is spoken to: `NONE` only where it runs on this machine."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server that orders go out by, and `sender`, the address that suppliers answer to."""

    host: str
    sender: str
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)


def find_supplier_fault(book: PurchasingBook, supplier: SupplierChanged) -> BadPurchase | None:
    """Return what is wrong with a supplier, or None."""
    others = [one for one in book.suppliers.values() if one.supplier_id != supplier.supplier_id]
    if not 1 <= len(supplier.name) <= NAME_MAX or not supplier.name.isprintable():
        return BadPurchase(field="name", reason=f"a name has 1 to {NAME_MAX} letters")
    if any(one.name.casefold() == supplier.name.casefold() and not one.retired for one in others):
        return BadPurchase(field="name", reason=f"there is a supplier called “{supplier.name}” already")
    if len(others) >= SUPPLIERS_MAX:
        return BadPurchase(field="name", reason=f"there are {SUPPLIERS_MAX} suppliers already")
    if supplier.email and not is_mail_address(supplier.email):
        return BadPurchase(field="email", reason="that is no e-mail address, such as orders@example.com")
    if supplier.webhook and not _is_webhook(supplier.webhook):
        return BadPurchase(
            field="webhook",
            reason="a webhook begins with https:// and has neither a user nor a password in it",
        )
    return _figures_fault(supplier)


def find_mail_fault(mail: MailSettings) -> BadPurchase | None:
    """Return what is wrong with the mail server's settings, or None."""
    if not _HOST.fullmatch(mail.host):
        return BadPurchase(field="host", reason="that is no mail server, such as mail.example.com")
    if not 1 <= mail.port <= 65_535:
        return BadPurchase(field="port", reason="a port is a number from 1 to 65535")
    if not is_mail_address(mail.sender):
        return BadPurchase(field="sender", reason="that is no e-mail address, such as stall@example.com")
    if mail.security is MailSecurity.NONE and mail.host not in _THIS_MACHINE:
        return BadPurchase(
            field="security", reason="mail goes out encrypted, but to a server on this machine"
        )
    if max(len(mail.user), len(mail.password)) > ADDRESS_MAX or not (mail.user + mail.password).isprintable():
        return BadPurchase(field="user", reason=f"user and password have {ADDRESS_MAX} letters at most")
    return None


def is_mail_address(text: str) -> bool:
    """Tell whether a text looks like an e-mail address (RFC 5321's dot-atoms; no quoted ones)."""
    return len(text) <= ADDRESS_MAX and _MAIL.fullmatch(text) is not None and ".." not in text


def _is_webhook(text: str) -> bool:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return False
    plain = len(text) <= ADDRESS_MAX and text.isascii() and text.isprintable() and " " not in text
    here = url.scheme == "http" and url.hostname in _THIS_MACHINE
    host_is_sound = bool(url.hostname) and (
        url.hostname in _THIS_MACHINE or bool(_HOST.fullmatch(url.hostname or ""))
    )
    return plain and host_is_sound and (url.scheme == "https" or here) and "@" not in url.netloc and port != 0


def _figures_fault(supplier: SupplierChanged) -> BadPurchase | None:
    if supplier.language not in ("en", "de"):
        return BadPurchase(field="language", reason="orders are written in English (en) or German (de)")
    if not 0 <= supplier.lead_days <= LEAD_DAYS_MAX:
        return BadPurchase(field="lead_days", reason=f"a delivery takes 0 to {LEAD_DAYS_MAX} days")
    for name in ("minimum_minor", "shipping_minor", "auto_limit_minor"):
        if not 0 <= getattr(supplier, name) <= MONEY_MAX:
            return BadPurchase(field=name, reason="that is no amount of money that an order can have")
    return None
