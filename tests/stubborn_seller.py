"""A seller who rings up until the till answers, however often it has to be asked; the sale's id stays the same."""

import time
from datetime import datetime

import httpx

from shared.cli.demo.baskets import Basket
from shared.cli.demo.shopfront import DemoStepError, Shopfront

PATIENT_S = 120.0
NOW = datetime.fromisoformat("2026-11-21T10:00:00+01:00")
_ASK_AGAIN_S = 0.1


class StubbornSeller:
    """Signed in at a till, and signed in again whenever it wants that."""

    def __init__(self, till_url: str, pin: str) -> None:
        self._till_url = till_url
        self._pin = pin
        self.shop = self._sign_in()
        self.prices_minor = {sku: product.price_minor for sku, product in self.shop.products().items()}

    def sell(self, basket: Basket, *, collect: bool = False) -> dict[str, object]:
        """Ring up a basket and return its receipt; the same basket again is the same sale."""
        give_up = time.monotonic() + PATIENT_S
        while True:
            try:
                return self.shop.sell(basket, self.prices_minor, NOW, collect=collect)
            except httpx.TransportError:
                pass
            except DemoStepError as refusal:  # the till was started again: it wants the PIN
                if "(401)" not in str(refusal):
                    raise
            assert time.monotonic() < give_up, "the till did not come back"
            time.sleep(_ASK_AGAIN_S)
            self.shop = self._sign_in()

    def _sign_in(self) -> Shopfront:
        give_up = time.monotonic() + PATIENT_S
        while True:
            try:
                return Shopfront(self._till_url, self._pin)
            except httpx.TransportError:
                assert time.monotonic() < give_up, "the till did not come back"
                time.sleep(_ASK_AGAIN_S)
