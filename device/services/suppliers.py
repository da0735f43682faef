"""Suppliers and what they charge: set by hand, read from price lists."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import date

from device.domain.purchasing.book import Price
from device.domain.purchasing.lead_time import LeadTime
from device.domain.purchasing.offers import lead_time_of
from device.domain.purchasing.price_by_hand import price_of
from device.domain.purchasing.price_list import ROWS_AN_ENTRY, ReadPriceList, known_items, read_price_list
from device.domain.purchasing.refusals import BadPurchase, UnknownSupplier
from device.domain.purchasing.supplier_faults import find_supplier_fault
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.purchase import NotATable, TableReader
from device.services.assortment import CurrentAssortment
from shared.csv_table import RefusedRow
from shared.entry import Entry
from shared.events.purchase import PriceListImported, PriceRow, SupplierChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class TellSupplier:
    """A supplier, how long it takes, and its prices: of each item the newest first."""

    supplier: SupplierChanged
    lead: LeadTime
    prices: tuple[tuple[Price, ...], ...]


class Suppliers:
    """The service behind `/api/purchasing/suppliers`."""

    def __init__(
        self, *, ledger: Ledger, assortment: CurrentAssortment, tables: TableReader, currency: str
    ) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._tables = tables
        self._currency = currency

    def listed(self) -> tuple[TellSupplier, ...]:
        """Return all suppliers by name, those that are no longer ordered from last."""
        known = self._ledger.state.purchasing.suppliers.values()
        by_name = sorted(known, key=lambda one: (one.retired, one.name.casefold()))
        return tuple(self._told(one) for one in by_name)

    def find(self, supplier_id: str) -> TellSupplier | UnknownSupplier:
        """Return one supplier."""
        found = self._ledger.state.purchasing.suppliers.get(supplier_id)
        return UnknownSupplier(supplier_id) if found is None else self._told(found)

    async def save(self, supplier: SupplierChanged) -> TellSupplier | BadPurchase:
        """Set what is known of a supplier, durable before this answers; the same again changes nothing."""

        def decide(state: TillState) -> tuple[SupplierChanged, ...] | BadPurchase:
            fault = find_supplier_fault(state.purchasing, supplier)
            if fault is not None:
                return fault
            known = state.purchasing.suppliers.get(supplier.supplier_id)
            same = known is not None and replace(known, cashier=supplier.cashier) == supplier
            return () if same else (supplier,)

        answer: tuple[Entry, ...] | BadPurchase = await self._ledger.append(decide)
        return answer if isinstance(answer, BadPurchase) else self._told(supplier)

    async def look_at(self, supplier_id: str, content: bytes) -> ReadPriceList | UnknownSupplier:
        """Say what a price list holds; nothing is written."""
        if supplier_id not in self._ledger.state.purchasing.suppliers:
            return UnknownSupplier(supplier_id)
        return await asyncio.to_thread(self._read, content)

    async def import_list(
        self, supplier_id: str, content: bytes, *, valid_from: date, cashier: str
    ) -> ReadPriceList | UnknownSupplier:
        """Take over a price list's good rows, durable before this answers; the broken ones are told."""
        read = await self.look_at(supplier_id, content)
        if isinstance(read, UnknownSupplier):
            return read
        await self._take_over(supplier_id, read.rows, content, valid_from, cashier)
        return read

    async def set_price(
        self, supplier_id: str, row: PriceRow, *, valid_from: date, cashier: str
    ) -> TellSupplier | UnknownSupplier | BadPurchase:
        """Set what one thing costs here, durable before this answers; the same again changes nothing."""
        if supplier_id not in self._ledger.state.purchasing.suppliers:
            return UnknownSupplier(supplier_id)
        book = self._ledger.state.purchasing
        before = book.price(supplier_id, row.item, is_material=row.is_material, on=valid_from)
        items = known_items(self._assortment.now().catalogue, self._ledger.state.materials)
        price = price_of(row, items, before.row if before else None)
        if isinstance(price, BadPurchase):
            return price
        await self._take_over(supplier_id, (price,), repr(price).encode(), valid_from, cashier)
        return self.find(supplier_id)

    async def _take_over(
        self, supplier_id: str, rows: tuple[PriceRow, ...], content: bytes, valid_from: date, cashier: str
    ) -> None:
        list_id = hashlib.sha256(f"{supplier_id}\n{valid_from}\n".encode() + content).hexdigest()[:24]

        def decide(state: TillState) -> tuple[PriceListImported, ...]:
            new = [row for row in rows if not _is_known(state, supplier_id, row, valid_from)]
            return tuple(
                PriceListImported(list_id=list_id, supplier_id=supplier_id, valid_from=valid_from,
                                  rows=tuple(new[at : at + ROWS_AN_ENTRY]), cashier=cashier)
                for at in range(0, len(new), ROWS_AN_ENTRY)
            )  # fmt: skip

        await self._ledger.append(decide)

    def _told(self, supplier: SupplierChanged) -> TellSupplier:
        book = self._ledger.state.purchasing
        return TellSupplier(
            supplier=supplier, lead=lead_time_of(book, supplier), prices=book.history(supplier.supplier_id)
        )

    def _read(self, content: bytes) -> ReadPriceList:
        table = self._tables.read(content)
        if isinstance(table, NotATable):
            return ReadPriceList(refused=(RefusedRow(row=0, text="", reason=table.reason),))
        items = known_items(self._assortment.now().catalogue, self._ledger.state.materials)
        return read_price_list(table, items, self._currency)


def _is_known(state: TillState, supplier_id: str, row: PriceRow, valid_from: date) -> bool:
    known = state.purchasing.price(supplier_id, row.item, is_material=row.is_material, on=valid_from)
    return known is not None and (known.row, known.valid_from) == (row, valid_from)
