"""A day of sales on a disk that fails: what was confirmed is noted outside, and compared with what the disk keeps.

The seller does what people do: a sale without an answer is rung up again under the same id; a customer who is refused
leaves; a till that fails is started again; when the power goes it comes back.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from threading import Event as Gate
from typing import cast

from device.adapters.ledger.errors import LedgerError, LedgerFull
from device.adapters.ledger.layout import Sizes
from device.adapters.ledger.ledger import Birth, JournalLedger
from device.adapters.ledger.recovery import TornTail
from device.adapters.ledger.request import BlockingRequest
from device.adapters.ledger.snapshot import StateCache
from shared.entry import Entry, parse_entry
from shared.events.cash import CashMoved, CashReason
from shared.events.event import Event, UnreadableEvent, read_event
from shared.events.sale import (
    OriginalReceipt,
    Payment,
    PaymentMethod,
    RefundLine,
    SaleLine,
    SaleRecorded,
    SaleRefunded,
)
from shared.ids import Epoch, SaleId, Sku, SourceId, TenantId
from shared.vat import split_vat
from shared.verify.verify import SegmentSource, verify_segments
from tests.crash.simulated_disk import Outcome, PowerCutError, SimulatedDisk

DIRECTORY = Path("/till/ledger")
SMALL = Sizes(segment_bytes=6_000, step_bytes=2_048, reserve_bytes=1_024)
"""A day that needs several segments, and room in most of them for the next sale or two."""
CACHE: StateCache[frozenset[str]] = StateCache(
    version="1",
    dump=lambda sold: {"sold": [*sorted(sold)]},
    load=lambda fields: frozenset(cast("list[str]", fields["sold"])),
)
STARTS_MAX = 60
REFUND_EVERY, MOVE_EVERY = 5, 7
ANSWER_TIMEOUT_S = 30.0
NOON = datetime(2026, 5, 2, 12, tzinfo=timezone(timedelta(hours=2)))

Sold = frozenset[str]


class LostError(AssertionError):
    """A promise was broken."""


@dataclass(slots=True)
class MarketDay:
    """Sells `sales` things, however often the till has to be started again."""

    disk: SimulatedDisk
    outcome: Outcome
    sales: int = 12
    at_once: int = 1
    random: Random = field(default_factory=lambda: Random(0))
    confirmed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    set_aside: list[TornTail] = field(default_factory=list)
    _rung_up: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Sell everything, then cut the power once more and look at what is there."""
        for _ in range(STARTS_MAX):
            if self._open_and_sell():
                break
            self._start_again()
        else:
            raise LostError(f"the day did not end in {STARTS_MAX} starts")
        self.disk.faults.clear()
        self.disk.power_cut(Outcome.DROPPED)
        try:
            ledger = self._open()
        except LedgerError as error:
            raise LostError(f"unreadable: {error}") from error
        self.check(ledger)

    def check(self, ledger: JournalLedger[Sold]) -> None:
        """Compare the ledger with what was confirmed: nothing lost, nothing doubled, everything readable."""
        lines = ledger.read_lines(1, ledger.head.seq)
        ledger.close()
        held = Counter(_sale_ids(lines))
        if kept := [sale for sale in self.refused if sale in held]:
            raise LostError(f"refused and yet recorded: {kept}")
        if lost := [sale for sale in self.confirmed if sale not in held]:
            raise LostError(f"confirmed and lost: {lost}")
        if doubled := [sale for sale, count in held.items() if count > 1]:
            raise LostError(f"counted twice: {doubled}")
        for torn in self.set_aside:
            if len(self.disk.content(torn.path)) != torn.size_bytes:
                raise LostError(f"what was set aside in {torn.path.name} is gone")
        report = verify_segments(segments_on(self.disk))
        if report.problem is not None or report.entries != len(lines):
            raise LostError(f"the independent reader says: {report.problem}")

    def _open(self) -> JournalLedger[Sold]:
        ledger = open_ledger(self.disk, self.random)
        if ledger.report.torn is not None:
            self.set_aside.append(ledger.report.torn)
        return ledger

    def _open_and_sell(self) -> bool:
        try:
            ledger = self._open()
        except (LedgerError, PowerCutError) as error:
            self._require_explained(error)
            return False
        try:
            while len(self.confirmed) < self.sales:
                if not self._sell_some(ledger):
                    return False
        finally:
            with suppress(PowerCutError):
                ledger.close()
        return True

    def _sell_some(self, ledger: JournalLedger[Sold]) -> bool:
        """Ring up the next sales, `at_once` of them in one write; returns whether the till can go on."""
        while len(self._rung_up) < self.at_once:
            self._rung_up.append(f"sale-{len(self.confirmed) + len(self.refused) + len(self._rung_up)}")
        sale_ids = tuple(self._rung_up)
        gate = Gate()
        waiting = [BlockingRequest(lambda sold: gate.wait() and "held up")]
        waiting += [
            BlockingRequest(lambda sold, sale_id=sale_id: decide_sale(sold, sale_id)) for sale_id in sale_ids
        ]
        for request in waiting:
            ledger._submit(request)
        gate.set()
        answered = [
            self._note(sale_id, answer) for sale_id, answer in zip(sale_ids, waiting[1:], strict=True)
        ]
        return all(answered)

    def _note(self, sale_id: str, answer: BlockingRequest[Sold]) -> bool:
        """Note what the seller was told of a sale; returns whether it was told anything for certain."""
        try:
            answer.result(ANSWER_TIMEOUT_S)
        except LedgerFull:
            self.refused.append(sale_id)  # this customer leaves
        except (LedgerError, PowerCutError) as error:
            self._require_explained(error)
            return False
        else:
            self.confirmed.append(sale_id)
        self._rung_up.remove(sale_id)
        return True

    def _start_again(self) -> None:
        if self.disk.without_power:
            self.disk.power_cut(self.outcome)
        else:
            self.disk.end_process()

    @staticmethod
    def _require_explained(error: Exception) -> None:
        if isinstance(error, LedgerError) and error.code == "ledger-damaged":
            raise LostError(f"unreadable: {error}") from error


def open_ledger(
    disk: SimulatedDisk, random: Random, known_seqs: Mapping[Epoch, int] | None = None
) -> JournalLedger[Sold]:
    """Open the ledger of the day on a disk."""
    return JournalLedger.open(
        DIRECTORY,
        birth=Birth(tenant=TenantId("demo"), source=SourceId("till-1"), currency="EUR", software="test"),
        initial=frozenset[str](),
        fold=fold,
        now=lambda: NOON,
        randomness=random.randbytes,
        known_seqs=known_seqs,
        disk=disk,
        sizes=SMALL,
        cache=CACHE,
    )


def segments_on(disk: SimulatedDisk) -> list[SegmentSource]:
    """The ledger's segments and seals, for the independent reader."""
    journals = sorted(name for name in disk.names() if name.endswith(".journal"))
    journals = [*journals[-1:], *journals[:-1]]  # the first segment has no number, so its name comes last
    sources = []
    for number, name in enumerate(journals, start=1):
        seal = disk.content(DIRECTORY / f"{journals[0][: -len('.journal')]}.{number:05d}.sealed")
        content = disk.content(DIRECTORY / name)
        sources.append(SegmentSource(name=name, chunks=(content,), seal=seal or None))
    return sources


def fold(sold: Sold, entry: Entry) -> Sold:
    """The ids of all sales and refunds."""
    event = read_event(entry)
    return sold | {receipt_id} if (receipt_id := receipt_id_of(event)) else sold


def decide_sale(sold: Sold, sale_id: str) -> tuple[Event, ...] | str:
    """A sale is recorded once; the same id again is answered with what is known.

    Every fifth customer brings a cup back, and now and then money goes to the safe in the same write.
    """
    if sale_id in sold:
        return "known"
    number = len(sold) + 1
    event = make_refund(sale_id, number) if number % REFUND_EVERY == 0 else make_sale(sale_id, number)
    return (make_move(number), event) if number % MOVE_EVERY == 0 else (event,)


def make_refund(refund_id: str, receipt_number: int) -> SaleRefunded:
    """A cup that another till sold comes back here."""
    cup = make_sale("", receipt_number).lines[1]
    line = RefundLine(line=1, sku=cup.sku, name=cup.name, category=cup.category, quantity_milli=1_000,
                      total_minor=cup.unit_price_minor, vat_rate_bp=cup.vat_rate_bp, to_stock=True)  # fmt: skip
    back = Payment(
        method=PaymentMethod.CASH,
        amount_minor=line.total_minor,
        tendered_minor=line.total_minor,
        change_minor=0,
    )
    original = OriginalReceipt(
        source=SourceId("till-2"), epoch=Epoch("other2"), receipt_number=receipt_number
    )
    return SaleRefunded(
        refund_id=refund_id, receipt_number=receipt_number, session_id="session-1", business_date=date(2026, 5, 2),
        cashier="Mira", currency="EUR", original=original, lines=(line,), total_minor=line.total_minor,
        vat=split_vat([(line.vat_rate_bp, line.total_minor)]), payments=(back,), reason="Broken",
    )  # fmt: skip


def make_move(number: int) -> CashMoved:
    """Money that goes to the safe."""
    return CashMoved(move_id=f"move-{number}", session_id="session-1", cashier="Mira", change_minor=-1_000,
                     reason=CashReason.SAFE, note="")  # fmt: skip


def receipt_id_of(event: Event | UnreadableEvent) -> str:
    match event:
        case SaleRecorded(sale_id=sale_id):
            return sale_id
        case SaleRefunded(refund_id=refund_id):
            return refund_id
        case _:
            return ""


def make_sale(sale_id: str, receipt_number: int) -> SaleRecorded:
    """A sale of two bowls and some cups, large enough to lie over a sector's edge."""
    lines = (
        _line("bowl", "Stoneware bowl, glazed by hand in the old kiln", 2_000, 1_900, 1900),
        _line("cup", "Cup", 1_000 * (1 + receipt_number % 3), 1_250, 700),
    )
    total_minor = sum(line.total_minor for line in lines)
    return SaleRecorded(
        sale_id=SaleId(sale_id),
        receipt_number=receipt_number,
        session_id="session-1",
        business_date=date(2026, 5, 2),
        cashier="Mira",
        currency="EUR",
        lines=lines,
        total_minor=total_minor,
        vat=split_vat((line.vat_rate_bp, line.total_minor) for line in lines),
        payments=(
            Payment(
                method=PaymentMethod.CASH,
                amount_minor=total_minor,
                tendered_minor=total_minor + 50,
                change_minor=50,
            ),
        ),
    )


def _line(sku: str, name: str, quantity_milli: int, unit_price_minor: int, vat_rate_bp: int) -> SaleLine:
    return SaleLine(
        sku=Sku(sku),
        name=name,
        category="Pottery",
        quantity_milli=quantity_milli,
        unit_price_minor=unit_price_minor,
        total_minor=quantity_milli * unit_price_minor // 1_000,
        vat_rate_bp=vat_rate_bp,
    )


def _sale_ids(lines: tuple[bytes, ...]) -> Iterator[str]:
    for line in lines:
        if receipt_id := receipt_id_of(read_event(parse_entry(line))):
            yield receipt_id
