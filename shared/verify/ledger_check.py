"""Following a chain of entries by their exact bytes: numbers, hashes, receipts, figures, closings.

Written apart from the code that makes ledgers, so that one mistake cannot hide another.
"""

import hashlib
from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, read_fields, sub_object, text
from shared.verify.report import Problem, ProblemFound, Report
from shared.verify.sale_check import check_sale

_VERSION = 1
_NO_HASH = "0" * 64


@dataclass(slots=True)
class _Session:
    """What was sold in one cash session so far."""

    sales: int = 0
    total_minor: int = 0


@dataclass(slots=True)
class LedgerCheck:
    """Checks entries one after another; holds only sums, whatever the ledger's size."""

    tenant: str = ""
    source: str = ""
    epoch: str = ""
    seq: int = 0
    hash: str = _NO_HASH
    sales: int = 0
    receipt_number: int = 0
    currency: str = ""
    total_minor: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, _Session] = field(default_factory=dict)

    def take(self, line: bytes) -> Fields:
        """Check the next entry's exact bytes and return its fields; raises ProblemFound and stays as it was."""
        fields = read_fields(line)
        if fields.get("v") != _VERSION:
            raise ProblemFound(f"its format version is {fields.get('v')!r}, this reader knows {_VERSION}")
        self._check_place(fields)
        text(fields, "at")
        self._check_body(text(fields, "kind"), sub_object(fields, "body"))
        self.tenant, self.source, self.epoch = (text(fields, name) for name in ("tenant", "source", "epoch"))
        self.seq += 1
        self.hash = hashlib.sha256(line).hexdigest()
        return fields

    def report(self, problem: Problem | None) -> Report:
        """Return what was found so far."""
        return Report(
            tenant=self.tenant, source=self.source, epoch=self.epoch, entries=self.seq, sales=self.sales,
            total_minor=dict(self.total_minor), head_seq=self.seq, head_hash=self.hash, problem=problem,
        )  # fmt: skip

    def _check_place(self, fields: Fields) -> None:
        if integer(fields, "seq") != self.seq + 1:
            raise ProblemFound(f"its number is {fields['seq']}, it should be {self.seq + 1}")
        if text(fields, "prev") != self.hash:
            raise ProblemFound(f"it does not continue entry {self.seq}: the chain is broken between them")
        for name, expected in (("tenant", self.tenant), ("source", self.source), ("epoch", self.epoch)):
            if text(fields, name) != expected and self.seq:
                raise ProblemFound(f"its {name} is {fields[name]}, in this ledger it is {expected}")

    def _check_body(self, kind: str, body: Fields) -> None:
        if (self.seq == 0) != (kind == "LedgerOpened"):
            raise ProblemFound("a ledger begins with LedgerOpened, once")
        if kind == "LedgerOpened":
            self.currency = text(body, "currency")
        elif kind == "SaleRecorded":
            self._check_sale(body)
        elif kind == "CashSessionClosed":
            self._check_closing(body)

    def _check_sale(self, body: Fields) -> None:
        if integer(body, "receipt_number") != self.receipt_number + 1:
            raise ProblemFound(
                f"its receipt number is {body['receipt_number']}, it should be {self.receipt_number + 1}"
            )
        currency = text(body, "currency")
        if currency != self.currency:
            raise ProblemFound(f"it is in {currency}, the ledger in {self.currency}")
        check_sale(body)
        total_minor = integer(body, "total_minor")
        session = self.sessions.setdefault(text(body, "session_id"), _Session())
        session.sales += 1
        session.total_minor += total_minor
        self.sales += 1
        self.receipt_number += 1
        self.total_minor[currency] = self.total_minor.get(currency, 0) + total_minor

    def _check_closing(self, body: Fields) -> None:
        if (integer(body, "head_seq"), text(body, "head_hash")) != (self.seq, self.hash):
            raise ProblemFound(f"the closing names entry {body['head_seq']} as the one before it, wrongly")
        session = self.sessions.pop(text(body, "session_id"), _Session())
        stated = (integer(body, "sales"), integer(body, "total_minor"))
        if stated != (session.sales, session.total_minor):
            raise ProblemFound(
                f"the closing states {stated[0]} sales of {stated[1]}, "
                f"the entries say {session.sales} of {session.total_minor}"
            )
