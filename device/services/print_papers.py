"""What the till prints: receipts of what its ledger says, copies, reports. The ledger comes first, the paper after it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from device.domain.closing import NothingToClose
from device.domain.paper.bitmap import Bitmap
from device.domain.paper.document import Document
from device.domain.paper.printers import JobKind, NoPrinter, PaperRef, PrintJob, TooManyJobs
from device.domain.paper.receipt import (
    Letterhead,
    Printed,
    as_copy,
    pickup_slip,
    receipt_of_refund,
    receipt_of_sale,
    voucher_slip,
)
from device.domain.paper.reports import checking_page, drawer_kick, report_of_day
from device.ports.ledger import Ledger, Signer
from device.ports.stores import SettingsStore
from device.services.close_day import CloseDay
from device.services.print_desk import PrintDesk
from device.services.print_journal import PrintJournal
from device.services.proof import proof_of
from device.services.sell import Receipt, Sell
from shared.entry import Entry, parse_entry
from shared.events.cash import CashSessionClosed
from shared.events.event import Event, UnreadableEvent, read_event
from shared.events.sale import PaymentMethod, SaleRecorded, SaleRefunded
from shared.ids import SaleId, format_receipt_number

Told = PrintJob | NoPrinter | TooManyJobs
CATCH_UP_MAX = 50  # entries; what was missed beyond them is not printed by itself


class PrintPapers:
    """The service behind everything that is printed. `letterhead` is asked anew for each paper: the maker may change it."""

    def __init__(
        self, *, desk: PrintDesk, ledger: Ledger, sell: Sell, close_day: CloseDay, settings: SettingsStore,
        signer: Signer | None, letterhead: Callable[[], Letterhead], read_logo: Callable[[bytes], Bitmap | None],
        currency: str, journal: PrintJournal | None = None,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._ledger = ledger
        self._sell = sell
        self._close_day = close_day
        self._settings = settings
        self._signer = signer
        self._letterhead = letterhead
        self._read_logo = read_logo
        self._currency = currency
        self._journal = journal
        self._grown = asyncio.Event()
        desk.take_up(self._make_again)

    def head(self) -> Letterhead:
        """Return what stands on top of each paper now."""
        logo = self._settings.current.printing.logo
        return replace(self._letterhead(), logo=self._read_logo(logo) if logo else None)

    def document_of(self, receipt: Receipt, *, is_copy: bool) -> Document:
        """Return the paper of a sale, which may be shown to anybody; signing it takes some milliseconds."""
        printed = self._printed(receipt.entry, receipt.sale.receipt_number, is_copy=is_copy)
        return receipt_of_sale(receipt.sale, printed, self.head())

    def papers_of(self, receipt: Receipt, *, is_copy: bool) -> Document:
        """Return the paper of a sale and, cut off from it, its gift vouchers and the slip that opens its locker."""
        document, sale = self.document_of(receipt, is_copy=is_copy), receipt.sale
        for sold in receipt.vouchers:
            document = (*document, *voucher_slip(sold.code, sold.worth_minor, sale.currency, self.head()))
        if sale.pickup is None or receipt.pickup_code is None:
            return document
        return (*document, *pickup_slip(receipt.pickup_code, sale.pickup.hub, self.head()))

    async def copy(self, sale_id: SaleId) -> Told | None:
        """Print a receipt again, marked as a copy; None if there is no such sale."""
        receipt = await asyncio.to_thread(self._sell.find, sale_id)
        if receipt is None:
            return None
        document = await asyncio.to_thread(self.papers_of, receipt, is_copy=True)
        return self._desk.submit(
            JobKind.COPY, self._number(receipt.entry, receipt.sale.receipt_number), document,
            paper=PaperRef(seq=receipt.entry.seq, is_copy=True),
        )  # fmt: skip

    async def copy_refund(self, refund_id: str) -> Told | None:
        """Print a refund's receipt again, marked as a copy; None if there is no such refund."""
        found = await asyncio.to_thread(self._find_refund, refund_id, is_copy=True)
        if found is None:
            return None
        seq, document, printed = found
        return self._desk.submit(
            JobKind.COPY, printed.number, document, paper=PaperRef(seq=seq, is_copy=True)
        )

    def refund_paper(self, refund_id: str) -> tuple[Document, Printed] | None:
        """Return the paper of a refund, which may be shown to anybody, with its number and time; reads the disk."""
        found = self._find_refund(refund_id, is_copy=False)
        return None if found is None else found[1:]

    def _find_refund(self, refund_id: str, *, is_copy: bool) -> tuple[int, Document, Printed] | None:
        seq = self._ledger.state.sale_seqs.find(SaleId(refund_id))  # refunds stand among the sales
        seq = self._ledger.find_sale(refund_id) if seq is None else seq
        entry = None if seq is None else self._read(seq)
        refund = read_event(entry) if entry else None
        if entry is None or not isinstance(refund, SaleRefunded):
            return None
        printed = self._printed(entry, refund.receipt_number, is_copy=is_copy)
        return entry.seq, receipt_of_refund(refund, printed, self.head()), printed

    async def copy_closing(self, number: int) -> Told | None:
        """Print a closing's report again, marked as a copy; None if there is no closing of that number."""
        marks, head = self._ledger.state.closings, self.head()
        if not 1 <= number <= len(marks):
            return None
        seq = marks[number - 1].seq
        closed = read_event(await asyncio.to_thread(self._read, seq))
        if not isinstance(closed, CashSessionClosed):
            return None
        report = report_of_day(replace(closed, number=number), self._currency, head, is_closed=True)
        return self._desk.submit(
            JobKind.REPORT,
            f"Z {number}",
            as_copy(report, head.language),
            paper=PaperRef(seq=seq, is_copy=True),
        )

    def _read(self, seq: int) -> Entry:
        return parse_entry(self._ledger.read_lines(seq, seq)[0])

    def test(self, name: str) -> Told:
        """Print the page that tests a printer."""
        printer = self._settings.current.printing.find(name)
        if printer is None:
            return NoPrinter(name)
        page = checking_page(name, printer.columns, self.head(), has_drawer=printer.drawer)
        return self._desk.submit(JobKind.TEST, name, page, printer=name)

    def x_report(self, cashier: str) -> Told | NothingToClose:
        """Print how the day has gone so far."""
        closed = self._close_day.preview(cashier)
        if isinstance(closed, NothingToClose):
            return closed
        report = report_of_day(closed, self._currency, self.head(), is_closed=False)
        return self._desk.submit(JobKind.REPORT, "X", report)

    def open_drawer(self) -> Told:
        """Open the drawer, now or not at all."""
        return self._desk.submit(JobKind.DRAWER, "", drawer_kick())

    def ledger_grew(self) -> None:
        """Note that there are new entries on the disk."""
        self._grown.set()

    async def run(self) -> None:
        """Print what the ledger says from now on, for ever: a sale is durable long before anything is printed of it.

        What an earlier run had no time for is printed first, and opens no drawer.
        """
        printed_seq = self._ledger.head.seq
        if self._journal and 0 < self._journal.now.printed_seq < printed_seq:
            await self._print_after(self._journal.now.printed_seq, opens_drawer=False)
        while True:
            await self._grown.wait()
            self._grown.clear()
            printed_seq = await self._print_after(printed_seq)

    async def _print_after(self, seq: int, *, opens_drawer: bool = True) -> int:
        """Print what the ledger has after an entry; return the last one."""
        first, last = max(seq, self._ledger.head.seq - CATCH_UP_MAX) + 1, self._ledger.head.seq
        has_printers = bool(self._settings.current.printing.printers)
        if first <= last and has_printers:
            await self._print_entries(first, last, opens_drawer=opens_drawer)
        if self._journal:
            self._journal.tell_printed(last if has_printers else 0)
        return last

    async def _print_entries(self, first: int, last: int, *, opens_drawer: bool) -> None:
        lines = await asyncio.to_thread(self._ledger.read_lines, first, last)
        for line in lines:
            entry = parse_entry(line)
            event = read_event(entry)
            if opens_drawer and _moves_cash(event):
                self.open_drawer()
            if self._settings.current.printing.after_sale:
                await self._print_event(entry, event)

    async def _print_event(self, entry: Entry, event: Event | UnreadableEvent) -> None:
        match event:
            case SaleRecorded(kept=False):
                kind, about = JobKind.RECEIPT, self._number(entry, event.receipt_number)
            case SaleRefunded():
                kind, about = JobKind.REFUND, self._number(entry, event.receipt_number)
            case CashSessionClosed():
                kind, about = JobKind.REPORT, "Z"
            case _:
                return
        document = await self._paper_of(entry, event, is_copy=False)
        if document is not None:
            self._desk.submit(kind, about, document, paper=PaperRef(seq=entry.seq))

    async def _make_again(self, paper: PaperRef) -> Document | None:
        """Make a paper from its entry; None for one that is not there any more."""
        if not 1 <= paper.seq <= self._ledger.head.seq:
            return None
        entry = await asyncio.to_thread(self._read, paper.seq)
        return await self._paper_of(entry, read_event(entry), is_copy=paper.is_copy)

    async def _paper_of(
        self, entry: Entry, event: Event | UnreadableEvent, *, is_copy: bool
    ) -> Document | None:
        match event:
            case SaleRecorded():
                receipt = await asyncio.to_thread(self._sell.find, event.sale_id)
                if receipt is None:
                    return None
                return await asyncio.to_thread(self.papers_of, receipt, is_copy=is_copy)
            case SaleRefunded():
                printed = await asyncio.to_thread(self._printed, entry, event.receipt_number, is_copy=is_copy)
                return receipt_of_refund(event, printed, self.head())
            case CashSessionClosed():
                report = report_of_day(event, self._currency, self.head(), is_closed=True)
                return as_copy(report, self.head().language) if is_copy else report
            case _:
                return None

    def _printed(self, entry: Entry, receipt_number: int, *, is_copy: bool) -> Printed:
        number = self._number(entry, receipt_number)
        return Printed(number=number, at=entry.at, proof=proof_of(entry, self._signer), is_copy=is_copy)

    @staticmethod
    def _number(entry: Entry, receipt_number: int) -> str:
        return format_receipt_number(entry.stream.epoch, receipt_number)


def _moves_cash(event: Event | UnreadableEvent) -> bool:
    """Tell whether somebody has to reach into the drawer; a sale that was kept on a phone is long over."""
    if not isinstance(event, SaleRecorded | SaleRefunded) or (isinstance(event, SaleRecorded) and event.kept):
        return False
    return any(paid.method is PaymentMethod.CASH for paid in event.payments)
