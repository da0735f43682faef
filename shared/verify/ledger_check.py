"""Following a chain of entries by their exact bytes: numbers, hashes, receipts, figures, closings.

Written apart from the code that makes ledgers, so that one mistake cannot hide another.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, objects, read_fields, sub_object, text
from shared.verify.report import Problem, ProblemFound, Report
from shared.verify.sale_check import check_sale

_VERSION = 1
_NO_HASH = "0" * 64
_ID_BYTES = 16


@dataclass(slots=True)
class _Session:
    """What was sold in one cash session so far; `cash_minor` begins with the float, VAT is net, tax and gross by rate."""

    sales: int = 0
    total_minor: int = 0
    cash_minor: int = 0
    vat_minor: dict[int, Counter[str]] = field(default_factory=dict)


@dataclass(slots=True)
class LedgerCheck:
    """Checks entries one after another; holds only sums and, of each sale's id, a short hash.

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
    sessions: dict[str, _Session] = field(default_factory=dict)
    sale_ids: set[bytes] = field(default_factory=set)

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
            if text(fields, name) != expected and expected:
                raise ProblemFound(f"its {name} is {fields[name]}, in this ledger it is {expected}")

    def _check_body(self, kind: str, body: Fields) -> None:
        if (self.seq == 0) != (kind == "LedgerOpened"):
            raise ProblemFound("a ledger begins with LedgerOpened, once")
        if kind == "LedgerOpened":
            self.currency = text(body, "currency")
        elif kind == "CashSessionOpened":
            self.sessions[text(body, "session_id")] = _Session(cash_minor=integer(body, "float_minor"))
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
        sale_id = hashlib.sha256(text(body, "sale_id").encode()).digest()[:_ID_BYTES]
        if sale_id in self.sale_ids:
            raise ProblemFound(f"the sale {body['sale_id']} stands in this ledger already")
        check_sale(body)
        self._count(body)
        self.sale_ids.add(sale_id)
        self.sales += 1
        self.receipt_number += 1
        self.total_minor[currency] = self.total_minor.get(currency, 0) + integer(body, "total_minor")

    def _count(self, body: Fields) -> None:
        session = self.sessions.setdefault(text(body, "session_id"), _Session())
        session.sales += 1
        session.total_minor += integer(body, "total_minor")
        session.cash_minor += sum(
            integer(paid, "amount_minor")
            for paid in objects(body, "payments")
            if text(paid, "method") == "cash"
        )
        for vat in objects(body, "vat"):
            session.vat_minor.setdefault(integer(vat, "rate_bp"), Counter()).update(_vat_of(vat))

    def _check_closing(self, body: Fields) -> None:
        if (integer(body, "head_seq"), text(body, "head_hash")) != (self.seq, self.hash):
            raise ProblemFound(f"the closing names entry {body['head_seq']} as the one before it, wrongly")
        session = self.sessions.get(text(body, "session_id"), _Session())
        stated = (integer(body, "sales"), integer(body, "total_minor"))
        if stated != (session.sales, session.total_minor):
            raise ProblemFound(
                f"the closing states {stated[0]} sales of {stated[1]}, "
                f"the entries say {session.sales} of {session.total_minor}"
            )
        _check_closed_vat(objects(body, "vat"), session)
        if integer(body, "cash_expected_minor") != session.cash_minor:
            raise ProblemFound(
                f"the closing expects {body['cash_expected_minor']} in cash, the entries say {session.cash_minor}"
            )
        self.sessions.pop(text(body, "session_id"), None)


def _check_closed_vat(stated: list[Fields], session: _Session) -> None:
    rates = [integer(vat, "rate_bp") for vat in stated]
    if sorted(rates) != sorted(session.vat_minor):
        raise ProblemFound(
            f"the closing states VAT for the rates {sorted(rates)}, the entries have {sorted(session.vat_minor)}"
        )
    for rate_bp, vat in zip(rates, stated, strict=True):
        for what, minor in _vat_of(vat).items():
            if minor != session.vat_minor[rate_bp][what]:
                raise ProblemFound(
                    f"the closing's {what} at {rate_bp} basis points is {minor}, "
                    f"the entries say {session.vat_minor[rate_bp][what]}"
                )


def _vat_of(vat: Fields) -> dict[str, int]:
    return {
        what: integer(vat, name)
        for what, name in (("net", "net_minor"), ("VAT", "vat_minor"), ("gross", "gross_minor"))
    }
