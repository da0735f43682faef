"""What goes on around the stall: noted by hand, by file or by a machine, told with what it is thought to do."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp

from device.domain.market.book import MarketBook
from device.domain.market.effects import FACTOR_MAX, FACTOR_MIN
from device.domain.market.learn import Learned
from device.domain.market.noting import (
    BadLink,
    BadSignal,
    SignalWish,
    UnknownSignal,
    find_link_fault,
    note_signal,
)
from device.domain.market.signals_csv import ReadSignals, read_signals
from device.domain.market.strength import PLACES, steps_of
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from device.services.import_catalogue import NOT_UTF_8
from device.services.learned_effects import LearnedEffects
from shared.csv_table import RefusedRow, decode_text
from shared.entry import Entry
from shared.events.market import ProductsLinked, SignalCancelled, SignalNoted
from shared.ids import Sku

SHOWN_DAYS_AFTER = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class TellSignal:
    """A signal, when it was noted, how strong it is, what it is thought to do in percent, and on how many days its kind was seen before."""

    noted: SignalNoted
    noted_at: datetime
    steps: float
    percent: int
    seen_days: int
    is_over: bool


class Signals:
    """The service behind `/api/signals`."""

    def __init__(
        self, *, ledger: Ledger, assortment: CurrentAssortment, clock: Clock, effects: LearnedEffects
    ) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._clock = clock
        self._effects = effects

    async def listed(self) -> tuple[TellSignal, ...]:
        """Return what goes on now or soon, and what was over lately; what ends next comes first, what is over last."""
        around, today = await self._effects.around(), self._clock.now().date()
        since = today - timedelta(days=SHOWN_DAYS_AFTER)
        book = around.book
        told = [
            _told(one, book, around.learned, is_over=min(one.last, one.expires) < today)
            for one in book.signals.values()
            if one.last >= since
        ]
        over = sorted((one for one in told if one.is_over), key=lambda one: one.noted.last, reverse=True)
        return (*sorted((one for one in told if not one.is_over), key=lambda one: one.noted.last), *over)

    async def note(self, wish: SignalWish, *, cashier: str) -> SignalNoted | BadSignal:
        """Note a signal, durable before this answers; the same again changes nothing."""
        noted = note_signal(
            wish, self._assortment.now().catalogue, today=self._clock.now().date(), cashier=cashier
        )
        if isinstance(noted, SignalNoted):
            await self._ledger.append(_new_among((noted,)))
        return noted

    async def cancel(self, signal_id: str, *, cashier: str) -> UnknownSignal | None:
        """Take a signal back, durable before this answers."""

        def decide(state: TillState) -> tuple[SignalCancelled, ...] | UnknownSignal:
            known = signal_id in state.market.signals
            return (
                (SignalCancelled(signal_id=signal_id, cashier=cashier),)
                if known
                else UnknownSignal(signal_id)
            )

        answer: tuple[Entry, ...] | UnknownSignal = await self._ledger.append(decide)
        return answer if isinstance(answer, UnknownSignal) else None

    async def look_at(self, content: bytes, *, cashier: str) -> ReadSignals:
        """Say what a file holds; nothing is written."""
        return await asyncio.to_thread(self._read, content, cashier)

    async def import_csv(self, content: bytes, *, cashier: str) -> ReadSignals:
        """Note a file's good rows, durable before this answers; the broken ones are told."""
        read = await self.look_at(content, cashier=cashier)
        await self._ledger.append(_new_among(read.signals))
        return read

    async def link(self, sku: Sku, relatives: tuple[Sku, ...], *, cashier: str) -> BadLink | None:
        """Say with which others a product is wanted, durable before this answers."""
        relatives = tuple(dict.fromkeys(relatives))
        fault = find_link_fault(sku, relatives, self._assortment.now().catalogue)
        if fault is not None:
            return fault

        def decide(state: TillState) -> tuple[ProductsLinked, ...]:
            same = state.market.links.get(sku, ()) == relatives
            return () if same else (ProductsLinked(sku=sku, relatives=relatives, cashier=cashier),)

        await self._ledger.append(decide)
        return None

    def links(self, sku: Sku) -> tuple[Sku, ...]:
        """Return the products that the maker linked with one."""
        return tuple(self._ledger.state.market.links.get(sku, ()))

    def _read(self, content: bytes, cashier: str) -> ReadSignals:
        text = decode_text(content)
        if text is None:
            return ReadSignals(refused=(RefusedRow(row=0, text="", reason=NOT_UTF_8),))
        return read_signals(
            text, self._assortment.now().catalogue, today=self._clock.now().date(), cashier=cashier
        )


def _new_among(noted: tuple[SignalNoted, ...]) -> Callable[[TillState], tuple[SignalNoted, ...]]:
    def decide(state: TillState) -> tuple[SignalNoted, ...]:
        return tuple(one for one in noted if not _is_known(state, one))

    return decide


def _is_known(state: TillState, noted: SignalNoted) -> bool:
    known = state.market.signals.get(noted.signal_id)
    return known is not None and replace(known, cashier=noted.cashier) == noted


def _told(noted: SignalNoted, book: MarketBook, learned: Learned, *, is_over: bool) -> TellSignal:
    steps = steps_of(book, noted)
    factor = max(FACTOR_MIN, min(FACTOR_MAX, exp(steps * float(learned.mean[PLACES[noted.kind]]))))
    return TellSignal(noted=noted, noted_at=book.noted_at[noted.signal_id], steps=steps, percent=round(100 * (factor - 1)), seen_days=learned.days_of(noted.kind),
                      is_over=is_over)  # fmt: skip
