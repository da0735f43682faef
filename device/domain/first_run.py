"""What a fresh till asks before its first sale, and what it takes for an answer. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from device.domain.people import is_pin
from device.domain.tax_rates import COUNTRIES
from shared.ids import IdError, check_topic_level

NAME_MAX: Final = 60
LANGUAGES: Final = ("en", "de")
NAME_LEVEL_MAX: Final = 30
TILL_NAME: Final = "till-1"
DEMO_TENANT: Final = "demo"
"""The demonstration's own tenant: a real till is never of it, and a demonstration of no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StallCard:
    """What stands above the stall; configuration goes before it. `country` is ISO 3166, "" for one without a table."""

    stall: str
    country: str
    currency: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRun:
    """The answers. With `hub_url` and `hub_code` the till joins a hub at once, and `tenant` comes from there."""

    card: StallCard
    person: str
    pin: str = field(repr=False)
    tenant: str = ""
    device: str = TILL_NAME
    hub_url: str = ""
    hub_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class BadAnswer:
    """One answer cannot be taken; `field` names it."""

    field: str
    message: str
    remedy: str


def fault_of(asked: FirstRun) -> BadAnswer | None:
    """Return what is wrong with the answers, or None."""
    return _fault_of_card(asked.card) or _fault_of_person(asked) or _fault_of_names(asked)


def tenant_of(stall: str) -> str:
    """Return a name for the stall's ledger, made of its own: "Töpferei Müller" is "topferei-muller"."""
    plain = unicodedata.normalize("NFKD", stall).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:NAME_LEVEL_MAX].strip("-")
    return name if name and name != DEMO_TENANT else "stall"


def _fault_of_card(card: StallCard) -> BadAnswer | None:
    if not 1 <= len(card.stall) <= NAME_MAX or not card.stall.isprintable():
        return BadAnswer(
            "stall",
            "The stall needs a name.",
            f"Type up to {NAME_MAX} letters, as on a sign above the stall.",
        )
    if not re.fullmatch(r"[A-Z]{3}", card.currency):
        return BadAnswer("currency", "The currency needs three letters.", "Type EUR, CHF or another.")
    if card.language not in LANGUAGES:
        return BadAnswer("language", "This language is not here yet.", "Choose English or German.")
    if card.country and card.country not in COUNTRIES:
        return BadAnswer("country", "This country is not in the list.", "Choose another, or none.")
    return None


def _fault_of_person(asked: FirstRun) -> BadAnswer | None:
    if not 1 <= len(asked.person) <= 40 or not asked.person.isprintable():
        return BadAnswer("person", "Your name is missing.", "Type up to 40 letters.")
    if not is_pin(asked.pin):
        return BadAnswer("pin", "A PIN has 4 to 8 digits.", "Type another.")
    return None


def _fault_of_names(asked: FirstRun) -> BadAnswer | None:
    if bool(asked.hub_url) != bool(asked.hub_code):
        return BadAnswer(
            "hub", "A hub needs its address and a code.", "Type both, or leave both empty and join later."
        )
    for name, text in (("device", asked.device), *((("tenant", asked.tenant),) if asked.tenant else ())):
        try:
            check_topic_level(name, text)
        except IdError as error:
            return BadAnswer(name, f"{error}.", "Use small letters, digits and hyphens.")
    if asked.tenant == DEMO_TENANT:
        return BadAnswer("tenant", "“demo” is the demonstration's name.", "Choose another name.")
    return None
