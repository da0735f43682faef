"""Move stock other than by a sale, take such a movement back, and tell what was moved lately."""

import asyncio
from dataclasses import dataclass, replace
from typing import TypeAlias

from device.domain.pricing.cart import UnknownProduct
from device.domain.stock import BadStockChange, move_stock, with_counts_before
from device.domain.stock_diary import SheetMark
from device.domain.stock_sheet import SheetRefusal, StockSheet, book_sheet, transfer_number
from device.domain.stock_undo import SheetReused, UndoRefusal, UnknownSheet, find_undo_fault, undo_sheet
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Randomness
from device.services.assortment import CurrentAssortment
from shared.entry import Entry, parse_entry
from shared.events.event import read_event
from shared.events.stock import StockMoved, StockReason, WasteReason
from shared.ids import Sku

_MoveRefusal: TypeAlias = UnknownProduct | BadStockChange | SheetReused


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A sheet that is in the ledger: how many products it moved, and the number of goods that were sent."""

    sheet_id: str
    moved: int
    transfer: str = ""


class Stock:
    """The service behind `/api/stock`."""

    def __init__(
        self, *, ledger: Ledger, assortment: CurrentAssortment, randomness: Randomness, hub: str = ""
    ) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._randomness = randomness
        self._hub = hub

    async def move(
        self, sku: Sku, change_milli: int, reason: StockReason, *, cashier: str, waste: WasteReason | None = None,
        sheet_id: str = "",
    ) -> Booked | UnknownProduct | BadStockChange | SheetReused:  # fmt: skip
        """Record a movement of one product, durable before this answers; the same id again is answered as it was."""
        sheet_id = sheet_id or self._randomness.new_id()

        def decide(state: TillState) -> tuple[StockMoved, ...] | _MoveRefusal:
            known = state.stock_diary.sheets.find(sheet_id)
            if known is not None:
                same = (known.reason, known.change_milli, known.moved) == (reason, change_milli, 1)
                return () if same else SheetReused(sheet_id)
            catalogue = self._assortment.of(state).catalogue
            moved = move_stock(catalogue, sku=sku, change_milli=change_milli, reason=reason)
            if not isinstance(moved, StockMoved):
                return moved
            why = waste if reason is StockReason.WASTED else None
            return with_counts_before(state, (replace(moved, cashier=cashier, sheet_id=sheet_id, waste=why),))

        answer: tuple[Entry, ...] | _MoveRefusal = await self._ledger.append(decide)
        return Booked(sheet_id=sheet_id, moved=1) if isinstance(answer, tuple) else answer

    async def book(self, sheet: StockSheet) -> Booked | SheetRefusal | SheetReused:
        """Record a sheet, all of it or nothing, durable before this answers.

        A sheet that is booked already is not booked again: the page may not have heard the answer.
        """

        def decide(state: TillState) -> tuple[StockMoved, ...] | SheetMark | SheetRefusal:
            known = state.stock_diary.sheets.find(sheet.sheet_id)
            if known is not None:
                return known
            booked = book_sheet(self._assortment.of(state).catalogue, sheet)
            return with_counts_before(state, booked) if isinstance(booked, tuple) else booked

        answer: tuple[Entry, ...] | SheetMark | SheetRefusal = await self._ledger.append(decide)
        if isinstance(answer, SheetMark) and not self._is_as_booked(sheet, answer):
            return SheetReused(sheet.sheet_id)
        if not isinstance(answer, tuple | SheetMark):
            return answer
        transfer = transfer_number(sheet.sheet_id) if sheet.reason is StockReason.SENT else ""
        mark = (
            answer
            if isinstance(answer, SheetMark)
            else self._ledger.state.stock_diary.sheets.find(sheet.sheet_id)
        )
        moved = 0 if mark is None else mark.moved
        return Booked(sheet_id=sheet.sheet_id, moved=moved, transfer=transfer)

    async def undo(self, sheet_id: str, *, cashier: str) -> int | UndoRefusal:
        """Take a sheet back by counter-entries, durable before this answers how many products it was."""
        mark = find_undo_fault(self._ledger.state.stock_diary, sheet_id)
        if not isinstance(mark, SheetMark):
            return mark
        moves = await asyncio.to_thread(self._read, mark)

        def decide(state: TillState) -> tuple[StockMoved, ...] | UndoRefusal:
            return undo_sheet(state.stock_diary, sheet_id, moves, cashier=cashier)

        answer: tuple[Entry, ...] | UndoRefusal = await self._ledger.append(decide)
        return len(answer) if isinstance(answer, tuple) else answer

    def diary(self, limit: int) -> tuple[SheetMark, ...]:
        """Return the newest sheets, newest first."""
        return self._ledger.state.stock_diary.newest_first()[:limit]

    def rows(self, sheet_id: str) -> tuple[StockMoved, ...] | UnknownSheet:
        """Return what a sheet moved; reads the disk."""
        mark = self._ledger.state.stock_diary.sheets.find(sheet_id)
        return UnknownSheet(sheet_id) if mark is None else self._read(mark)

    def places(self) -> tuple[str, ...]:
        """Return the hub, and where goods went or came from lately, each once, the newest first."""
        marks = self._ledger.state.stock_diary.newest_first()
        return tuple(dict.fromkeys(place for place in (self._hub, *(mark.place for mark in marks)) if place))

    def _is_as_booked(self, sheet: StockSheet, mark: SheetMark) -> bool:
        """Whether a sheet that is sent again says what it said: its rows may have been changed while no answer came."""
        wanted = book_sheet(self._assortment.now().catalogue, sheet)
        if not isinstance(wanted, tuple):
            return False
        return {(one.sku, one.change_milli) for one in wanted} == {
            (one.sku, one.change_milli) for one in self._read(mark)
        }

    def _read(self, mark: SheetMark) -> tuple[StockMoved, ...]:
        lines = self._ledger.read_lines(mark.first_seq, mark.last_seq)
        events = (read_event(parse_entry(line)) for line in lines)
        return tuple(event for event in events if isinstance(event, StockMoved))
