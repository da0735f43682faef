"""Park a cart in the second store, and take it up again from any phone; each step is durable before it is answered."""

from dataclasses import replace

from device.domain.parked import NotParked, ParkedCart, ParkedRefusal, park, take_up, throw_away
from device.domain.settings import Settings
from device.ports.stores import SettingsStore


class Park:
    """The service behind `/api/parked`; every call but `all` may wait for the disk, and may come from any thread."""

    def __init__(self, *, settings: SettingsStore) -> None:
        self._settings = settings

    @property
    def all(self) -> tuple[ParkedCart, ...]:
        """The parked carts, the oldest first."""
        return self._settings.current.parked

    def park(self, cart: ParkedCart) -> ParkedCart | ParkedRefusal:
        """Put a cart aside."""
        answer: ParkedCart | ParkedRefusal = cart

        def decide(old: Settings) -> Settings:
            nonlocal answer
            parked = park(old.parked, cart)
            if not isinstance(parked, tuple):
                answer = parked
                return old
            return replace(old, parked=parked)

        self._settings.change(decide)
        return answer

    def take_up(self, cart_id: str, taker: str) -> ParkedCart | ParkedRefusal:
        """Give a cart to a phone; the same phone may ask again."""
        answer: ParkedCart | ParkedRefusal = NotParked(cart_id)

        def decide(old: Settings) -> Settings:
            nonlocal answer
            taken = take_up(old.parked, cart_id, taker)
            if not isinstance(taken, tuple):
                answer = taken
                return old
            parked, answer = taken
            return replace(old, parked=parked)

        self._settings.change(decide)
        return answer

    def throw_away(self, cart_id: str) -> None:
        """Forget a cart: its phone has it, or nobody wants it."""
        self._settings.change(lambda old: replace(old, parked=throw_away(old.parked, cart_id)))
