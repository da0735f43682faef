"""Following a chain of entries by their exact bytes: numbers, hashes, receipts, figures, closings.

Written apart from the code that makes ledgers, so that one mistake cannot hide another.
"""

import hashlib
from dataclasses import dataclass, field

from shared.verify.card_check import CardMoney
from shared.verify.fields import Fields, integer, optional_integer, read_fields, sub_object, text
from shared.verify.promise_check import PromiseBook
from shared.verify.refund_check import SoldBook, original_of
from shared.verify.report import Problem, ProblemFound, Report
from shared.verify.sale_check import check_sale
from shared.verify.session_check import SessionTally, coins_minor

_VERSION = 1
_NO_HASH = "0" * 64
_ID_BYTES = 16
_HOUR = slice(11, 13)
"""Where the hour stands in `2026-05-02T12:30:00+02:00`."""


@dataclass(slots=True)
class LedgerCheck:
    """Checks entries one after another; holds only sums and, of each receipt, a short hash of its id and some bytes a line.

    `epoch` may be given beforehand, where a file's name says it.
    """

    tenant: str = ""
    source: str = ""
    epoch: str = ""
    seq: int = 0
    hash: str = _NO_HASH
    sales: int = 0
    receipt_number: int = 0
    currency: str = ""
    total_minor: dict[str, int] = field(default_factory=dict)
    refunds: int = 0
    closings: int = 0
    sessions: dict[str, SessionTally] = field(default_factory=dict)
    ids: set[bytes] = field(default_factory=set)
    book: SoldBook = field(default_factory=SoldBook)
    promises: PromiseBook = field(default_factory=PromiseBook)
    cards: CardMoney = field(default_factory=CardMoney)

    def take(self, line: bytes) -> Fields:
        """Check the next entry's exact bytes and return its fields; raises ProblemFound and stays as it was."""
        fields = read_fields(line)
        if fields.get("v") != _VERSION:
            raise ProblemFound(f"its format version is {fields.get('v')!r}, this reader knows {_VERSION}")
        self._check_place(fields)
        hour = text(fields, "at")[_HOUR]
        epoch_before, self.epoch = self.epoch, text(fields, "epoch")
        try:
            self._check_body(text(fields, "kind"), sub_object(fields, "body"), hour)
        except ProblemFound:
            self.epoch = epoch_before
            raise
        self.tenant, self.source = text(fields, "tenant"), text(fields, "source")
        self.seq += 1
        self.hash = hashlib.sha256(line).hexdigest()
        return fields

    def report(self, problem: Problem | None) -> Report:
        """Return what was found so far."""
        return Report(
            tenant=self.tenant, source=self.source, epoch=self.epoch, entries=self.seq, sales=self.sales, refunds=self.refunds,
            total_minor=dict(self.total_minor), head_seq=self.seq, head_hash=self.hash, problem=problem,
        )  # fmt: skip

    def _check_place(self, fields: Fields) -> None:
        if integer(fields, "seq") != self.seq + 1:
            raise ProblemFound(f"its number is {fields['seq']}, it should be {self.seq + 1}")
        if text(fields, "prev") != self.hash:
            raise ProblemFound(f"it does not continue entry {self.seq}: the chain is broken between them")
        for name, expected in (("tenant", self.tenant), ("source", self.source), ("epoch", self.epoch)):
            if text(fields, name) != expected and expected:
                raise ProblemFound(f"its {name} is {fields[name]}, in this ledger it is {expected}")

    def _check_body(self, kind: str, body: Fields, hour: str) -> None:
        if (self.seq == 0) != (kind == "LedgerOpened"):
            raise ProblemFound("a ledger begins with LedgerOpened, once")
        if kind == "LedgerOpened":
            self.currency = text(body, "currency")
        elif kind == "CashSessionOpened":
            self._open_session(body)
        elif kind == "SaleRecorded":
            self._check_sale(body, hour)
        elif kind == "SaleRefunded":
            self._check_refund(body, hour)
        elif kind == "CashMoved":
            self._session(body).take_move(body)
        elif kind == "CashSessionClosed":
            self._check_closing(body)
        elif kind == "CardAsked":
            self.cards.take_question(body)
        elif kind == "CardAnswered":
            self.cards.take_answer(body)

    def _check_sale(self, body: Fields, hour: str) -> None:
        self._check_receipt(body, "sale", text(body, "sale_id"))
        check_sale(body)
        self.book.add_sale(body)
        self.promises.take_sale(body)
        self.cards.take_sale(body)
        self._session(body).take_sale(body, hour)
        self.sales += 1
        self._count_receipt(text(body, "sale_id"), integer(body, "total_minor"))

    def _check_refund(self, body: Fields, hour: str) -> None:
        self._check_receipt(body, "refund", text(body, "refund_id"))
        self.book.add_refund(body, is_own=original_of(body).get("epoch") == self.epoch)
        self.cards.take_refund(body)
        self.promises.take_refund(body, is_own=original_of(body).get("epoch") == self.epoch)
        self._session(body).take_refund(body, hour)
        self.refunds += 1
        self._count_receipt(text(body, "refund_id"), -integer(body, "total_minor"))

    def _check_receipt(self, body: Fields, what: str, receipt_id: str) -> None:
        if integer(body, "receipt_number") != self.receipt_number + 1:
            raise ProblemFound(
                f"its receipt number is {body['receipt_number']}, it should be {self.receipt_number + 1}"
            )
        currency = text(body, "currency")
        if currency != self.currency:
            raise ProblemFound(f"it is in {currency}, the ledger in {self.currency}")
        if _short(receipt_id) in self.ids:
            raise ProblemFound(f"the {what} {receipt_id} stands in this ledger already")

    def _count_receipt(self, receipt_id: str, turnover_minor: int) -> None:
        self.ids.add(_short(receipt_id))
        self.receipt_number += 1
        self.total_minor[self.currency] = self.total_minor.get(self.currency, 0) + turnover_minor

    def _open_session(self, body: Fields) -> None:
        float_minor = integer(body, "float_minor")
        if "counted" in body and coins_minor(body) != float_minor:
            raise ProblemFound(f"its float is {float_minor}, its notes and coins come to {coins_minor(body)}")
        self.sessions[text(body, "session_id")] = SessionTally(cash_minor=float_minor)

    def _session(self, body: Fields) -> SessionTally:
        return self.sessions.setdefault(text(body, "session_id"), SessionTally())

    def _check_closing(self, body: Fields) -> None:
        if (integer(body, "head_seq"), text(body, "head_hash")) != (self.seq, self.hash):
            raise ProblemFound(f"the closing names entry {body['head_seq']} as the one before it, wrongly")
        number = optional_integer(body, "number")
        if number and number != self.closings + 1:
            raise ProblemFound(f"it is closing {number}, it should be {self.closings + 1}")
        self._session(body).compare(body)
        self.closings += 1
        self.sessions.pop(text(body, "session_id"), None)


def _short(receipt_id: str) -> bytes:
    return hashlib.sha256(receipt_id.encode()).digest()[:_ID_BYTES]
