"""Give money back: find the receipt, price what comes back, append the refund. The same id again gives the same receipt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from device.domain.card_attempts import Attempt
from device.domain.card_back import CardBackDue, due_on_terminal, open_of, with_card_money
from device.domain.given_back import NOTHING_YET, GivenBack, key_of
from device.domain.limits import ApprovalNeeded
from device.domain.opening import open_if_needed
from device.domain.proof_text import ScannedProof, TypedNumber, read_pointer
from device.domain.refund import PricedRefund, RefundOrder
from device.domain.refund_decision import (
    RefundTerms,
    approval_needed,
    decide_question,
    decide_refund,
    price_order,
)
from device.domain.refund_refusals import (
    NoSuchReceipt,
    NotOurReceipt,
    RefundIdReused,
    RefundRefusal,
)
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock, Randomness
from device.services.voucher_codes import VoucherCodes
from shared.entry import Entry, parse_entry
from shared.events.card import CardAsked
from shared.events.event import Event, read_event
from shared.events.sale import OriginalReceipt, PaymentMethod, SaleRecorded, SaleRefunded
from shared.ids import SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReceipt:
    """A receipt to give something back of; `entry` and `sale` are None for another till's, of which only its name is known.

    `on_card` are the questions that gave money of it back to a card, or may have, and that no refund has.
    """

    original: OriginalReceipt
    entry: Entry | None = None
    sale: SaleRecorded | None = None
    given: GivenBack = NOTHING_YET
    can_void: bool = False
    on_card: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundQuote:
    """What a refund would come to, whether a manager has to allow it, and what the card terminal would be asked for."""

    priced: PricedRefund
    approval: ApprovalNeeded | None
    on_terminal: tuple[CardBackDue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReceipt:
    """A recorded refund with its entry; `voucher_code` is that of the voucher that it issued, and stands in no file."""

    entry: Entry
    refund: SaleRefunded
    is_repeat: bool
    voucher_code: str | None = None


@dataclass(frozen=True, slots=True)
class _RecordedAlready:
    seq: int


_Decision: TypeAlias = tuple[Event, ...] | _RecordedAlready | RefundRefusal


class Refund:
    """The service behind `/api/refunds`. `terms` are asked anew for each refund: prices and limits change."""

    def __init__(
        self, *, ledger: Ledger, clock: Clock, randomness: Randomness, terms: Callable[[], RefundTerms],
        codes: VoucherCodes,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._clock = clock
        self._randomness = randomness
        self._terms = terms
        self._codes = codes

    def look_up(self, text: str) -> FoundReceipt | NoSuchReceipt | NotOurReceipt:
        """Find a receipt by what was scanned or typed; reads the disk."""
        stream, pointer = self._ledger.stream, read_pointer(text)
        match pointer:
            case ScannedProof() as proof:
                if proof.tenant != stream.tenant:
                    return NotOurReceipt(text)
                if proof.epoch == stream.epoch:
                    return self._scanned(proof, text)
                original = OriginalReceipt(
                    source=proof.source, epoch=proof.epoch, receipt_number=0, seq=proof.seq
                )
                return self._of_other_till(original)
            case TypedNumber(epoch=epoch, number=number) if epoch is None or epoch == stream.epoch:
                seq = self._ledger.find_receipt(number)
                return NoSuchReceipt(text) if seq is None else self._own(seq, text)
            case TypedNumber(epoch=epoch, number=number) if epoch is not None:
                return self._of_other_till(
                    OriginalReceipt(source=SourceId(""), epoch=epoch, receipt_number=number)
                )
            case _:
                return NoSuchReceipt(text)

    def quote(self, order: RefundOrder) -> RefundQuote | RefundRefusal:
        """Say what a refund would come to now; nothing is written."""
        state, sale = self._ledger.state, self._sale_of(order.original)
        if isinstance(sale, NoSuchReceipt):
            return sale
        terms, order = self._terms(), self._named(self._with_voucher(order), sale)
        priced = price_order(state, order, sale, terms)
        if not isinstance(priced, PricedRefund):
            return priced
        approval = approval_needed(state, order, priced, terms.limits, of_other_till=sale is None)
        due: tuple[CardBackDue, ...] = ()
        with_money = with_card_money(state.cards, sale, priced, order.card_attempts)
        if sale is not None and isinstance(with_money, PricedRefund):
            now = self._clock.now()
            due = due_on_terminal(state.cards, sale, with_money, terminal=terms.terminal, now=now)
        return RefundQuote(priced=priced, approval=approval, on_terminal=due)

    def question(
        self, order: RefundOrder, attempt_id: str
    ) -> Callable[[TillState], CardAsked | RefundRefusal]:
        """Return what decides which question to the card terminal a refund needs now; reads the disk.

        It is decided as the refund itself would be, so that no money goes back for one that would be refused.
        """
        sale, terms, now = self._sale_of(order.original), self._terms(), self._clock.now()
        if isinstance(sale, NoSuchReceipt):
            unknown = sale
            return lambda _: unknown
        named = self._named(replace(order, method=PaymentMethod.CARD, voucher=""), sale)
        return lambda state: decide_question(state, named, sale, terms, attempt_id=attempt_id, now=now)

    async def give_back(self, order: RefundOrder) -> RefundReceipt | RefundRefusal:
        """Record a refund, durable before this answers; a repeat answers the receipt that there is.

        A refund to a voucher without a code issues a new one.
        """
        known_seq = self._find(self._ledger.state, order.refund_id)
        if known_seq is not None:
            return self._repeat(order, known_seq)
        sale = self._sale_of(order.original)
        if isinstance(sale, NoSuchReceipt):
            return sale
        order = self._named(self._with_voucher(order), sale)
        answer: tuple[Entry, ...] | _RecordedAlready | RefundRefusal = await self._ledger.append(
            self._decision(order, sale)
        )
        match answer:
            case _RecordedAlready(seq=seq):
                return self._repeat(order, seq)
            case tuple() as entries:
                return self._receipt(entries[-1], is_repeat=False)
            case refusal:
                return refusal

    def find(self, refund_id: str) -> RefundReceipt | None:
        """Return the receipt of a recorded refund, or None; reads the disk."""
        seq = self._find(self._ledger.state, refund_id)
        entry = None if seq is None else self._read(seq)
        if entry is None or not isinstance(read_event(entry), SaleRefunded):
            return None
        return self._receipt(entry, is_repeat=True)

    def _decision(self, order: RefundOrder, sale: SaleRecorded | None) -> Callable[[TillState], _Decision]:
        at, session_id, terms = self._clock.now(), self._randomness.new_id(), self._terms()

        def decide(state: TillState) -> _Decision:
            recorded_seq = self._find(state, order.refund_id)
            if recorded_seq is not None:
                return _RecordedAlready(recorded_seq)
            opening = open_if_needed(state, session_id=session_id, at=at, cashier=order.cashier)
            refund = decide_refund(state, order, sale, terms, opening[0] if opening else None)
            return (*opening, refund) if isinstance(refund, SaleRefunded) else refund

        return decide

    def _scanned(self, proof: ScannedProof, text: str) -> FoundReceipt | NoSuchReceipt | NotOurReceipt:
        if proof.seq > self._ledger.head.seq:
            return NotOurReceipt(text)
        if self._read(proof.seq).hash != proof.hash:
            return NotOurReceipt(text)
        return self._own(proof.seq, text)

    def _own(self, seq: int, text: str) -> FoundReceipt | NoSuchReceipt:
        entry = self._read(seq)
        sale = read_event(entry)
        if not isinstance(sale, SaleRecorded):
            return NoSuchReceipt(text)
        state, stream = self._ledger.state, entry.stream
        original = OriginalReceipt(
            source=stream.source, epoch=stream.epoch, receipt_number=sale.receipt_number, sale_id=sale.sale_id
        )
        given = state.given_back.get(key_of(original), NOTHING_YET)
        session = state.open_session
        can_void = session is not None and session.session_id == sale.session_id and not given.lines
        return FoundReceipt(original=original, entry=entry, sale=sale, given=given, can_void=can_void,
                            on_card=open_of(state.cards, sale))  # fmt: skip

    def _of_other_till(self, original: OriginalReceipt) -> FoundReceipt:
        return FoundReceipt(
            original=original, given=self._ledger.state.given_back.get(key_of(original), NOTHING_YET)
        )

    def _sale_of(self, original: OriginalReceipt) -> SaleRecorded | NoSuchReceipt | None:
        """Return the sale of a receipt of this ledger, None for another till's."""
        if original.epoch != self._ledger.stream.epoch:
            return None
        seq = self._ledger.find_receipt(original.receipt_number)
        sale = None if seq is None else read_event(self._read(seq))
        return sale if isinstance(sale, SaleRecorded) else NoSuchReceipt(str(original.receipt_number))

    def _named(self, order: RefundOrder, sale: SaleRecorded | None) -> RefundOrder:
        """Return the order with its receipt named as the ledger knows it, whatever the page said beside its number."""
        if sale is None:
            return order
        stream = self._ledger.stream
        original = OriginalReceipt(
            source=stream.source, epoch=stream.epoch, receipt_number=sale.receipt_number, sale_id=sale.sale_id
        )
        return replace(order, original=original)

    def _with_voucher(self, order: RefundOrder) -> RefundOrder:
        """Return the order with its voucher's id in the place of the code, or with a new one's."""
        if order.method is not PaymentMethod.VOUCHER or order.void:
            return replace(order, voucher="")
        if not order.voucher.strip():
            return replace(order, voucher=self._codes.id_of(order.refund_id), voucher_is_new=True)
        read = self._codes.read(order.voucher)
        return replace(order, voucher=read.voucher_id if read else "")

    def _find(self, state: TillState, refund_id: str) -> int | None:
        seq = state.sale_seqs.find(refund_id)  # type: ignore[arg-type] # refunds stand among the sales
        return self._ledger.find_sale(refund_id) if seq is None else seq

    def _repeat(self, order: RefundOrder, seq: int) -> RefundReceipt | RefundIdReused:
        entry = self._read(seq)
        refund = read_event(entry)
        if not isinstance(refund, SaleRefunded) or not _is_same(refund, order):
            return RefundIdReused(order.refund_id)
        return self._receipt(entry, is_repeat=True)

    def _read(self, seq: int) -> Entry:
        return parse_entry(self._ledger.read_lines(seq, seq)[0])

    def _receipt(self, entry: Entry, *, is_repeat: bool) -> RefundReceipt:
        refund = read_event(entry)
        if not isinstance(refund, SaleRefunded):
            raise AssertionError(f"entry {entry.seq} was appended as a refund and is none")  # noqa: TRY004 - our bug
        issued_id = self._codes.id_of(refund.refund_id)
        has_issued = any(paid.reference == issued_id for paid in refund.payments)
        return RefundReceipt(entry=entry, refund=refund, is_repeat=is_repeat,
                             voucher_code=self._codes.code_of(refund.refund_id) if has_issued else None)  # fmt: skip


def _is_same(recorded: SaleRefunded, order: RefundOrder) -> bool:
    """Tell whether an order asks for the refund that is recorded: the same receipt, and the same lines unless it is a void."""
    if key_of(recorded.original) != key_of(order.original) or recorded.void != order.void:
        return False
    if order.void:
        return True
    return len(order.lines) == len(recorded.lines) and all(
        one.quantity_milli == line.quantity_milli and (one.line == line.line or one.sku == line.sku)
        for one, line in zip(order.lines, recorded.lines, strict=True)
    )
