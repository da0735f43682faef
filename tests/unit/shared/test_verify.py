"""The independent reader: that it finds each kind of wrong, names it, and agrees with the makers of ledgers."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from device.domain.sums import add_vat
from shared.cli.main import build
from shared.entry import EMPTY_HEAD, Head, StreamKey, seal_entry
from shared.events.cash import CashSessionClosed, CashSessionOpened
from shared.events.event import Event, event_body, event_kind
from shared.events.sale import LedgerOpened, Payment, PaymentMethod, SaleLine, SaleRecorded
from shared.ids import Epoch, SaleId, Sku, SourceId, TenantId
from shared.money import times_quantity
from shared.vat import VatLine, split_vat
from shared.verify.verify import verify_journal, verify_lines

STREAM = StreamKey(tenant=TenantId("demo"), source=SourceId("till-1"), epoch=Epoch("k7f3q2"))
AT = datetime(2026, 5, 2, 12, tzinfo=UTC)
Body = dict[str, object]


def sale(number: int, *sold: tuple[int, int, int]) -> SaleRecorded:
    """A sale of (unit price, quantity in thousandths, VAT rate) lines."""
    lines = tuple(
        SaleLine(
            sku=Sku(f"sku-{index}"), name="Thing", category="Things", quantity_milli=quantity_milli,
            unit_price_minor=unit_minor, total_minor=times_quantity(unit_minor, quantity_milli), vat_rate_bp=rate_bp,
        )
        for index, (unit_minor, quantity_milli, rate_bp) in enumerate(sold)
    )  # fmt: skip
    total_minor = sum(line.total_minor for line in lines)
    paid = Payment(
        method=PaymentMethod.CASH, amount_minor=total_minor, tendered_minor=total_minor + 5, change_minor=5
    )
    return SaleRecorded(
        sale_id=SaleId(f"sale-{number}"), receipt_number=number, session_id="session-1", business_date=AT.date(),
        cashier="Mira", currency="EUR", lines=lines, total_minor=total_minor,
        vat=split_vat((line.vat_rate_bp, line.total_minor) for line in lines), payments=(paid,),
    )  # fmt: skip


def closing(head: Head, sales: Sequence[SaleRecorded], float_minor: int = 0) -> CashSessionClosed:
    total_minor = sum(one.total_minor for one in sales)
    vat: tuple[VatLine, ...] = ()
    for one in sales:
        vat = add_vat(vat, one.vat)
    return CashSessionClosed(
        session_id="session-1", business_date=AT.date(), cashier="Mira", sales=len(sales), total_minor=total_minor, vat=vat,
        cash_expected_minor=float_minor + total_minor, cash_counted_minor=0, head_seq=head.seq, head_hash=head.hash,
    )  # fmt: skip


def chain(
    *makers: Event | Callable[[Head], Event], change: Callable[[str, Body], None] | None = None
) -> list[bytes]:
    """The lines of a chain; `change` may spoil a body before it is sealed."""
    head, lines = EMPTY_HEAD, []
    for maker in (LedgerOpened(currency="EUR", software="test"), *makers):
        event = maker(head) if callable(maker) else maker
        body = json.loads(json.dumps(event_body(event)))
        if change is not None:
            change(event_kind(event), body)
        entry = seal_entry(stream=STREAM, head=head, at=AT, kind=event_kind(event), body=body)
        head = entry.head
        lines.append(entry.line)
    return lines


TWO = (sale(1, (1_250, 2_000, 1900), (399, 1_000, 700)), sale(2, (500, 333, 1900)))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**5), st.sampled_from([0, 700, 1900, 2550])),
                 min_size=1, max_size=5),
        max_size=4,
    )
)  # fmt: skip
def test_the_reader_agrees_with_whatever_the_till_computes(sold: list[list[tuple[int, int, int]]]) -> None:
    sales = [sale(number, *lines) for number, lines in enumerate(sold, start=1)]
    total_minor = sum(one.total_minor for one in sales)
    lines = chain(*sales, lambda head: closing(head, sales))
    report = verify_lines(lines)
    assert report.problem is None
    assert (report.entries, report.sales) == (len(sales) + 2, len(sales))
    assert report.total_minor.get("EUR", 0) == total_minor


def put(kind: str, path: str, value: object) -> Callable[[str, Body], None]:
    """Spoil one field, given as `lines.0.total_minor`, of every entry of a kind."""

    def change(entry_kind: str, body: Body) -> None:
        if entry_kind != kind:
            return
        *steps, last = path.split(".")
        place: object = body
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]  # test data
        place[last] = value  # type: ignore[index]  # test data

    return change


WRONG = [
    ("SaleRecorded", "total_minor", 1, "the total is 1"),
    ("SaleRecorded", "lines.0.total_minor", 7, "the total of line 1 is 7"),
    ("SaleRecorded", "vat.0.vat_minor", 0, "the VAT at 1900 basis points is 0"),
    ("SaleRecorded", "vat.0.net_minor", 0, "the net at 1900"),
    ("SaleRecorded", "vat.0.gross_minor", 0, "the gross at 1900"),
    ("SaleRecorded", "vat.0.rate_bp", 1, "VAT is stated for the rates"),
    ("SaleRecorded", "vat", [], "VAT is stated for the rates []"),
    ("SaleRecorded", "lines", [], "no lines"),
    ("SaleRecorded", "payments", [], "what was paid is 0"),
    ("SaleRecorded", "payments.0.change_minor", 0, "a payment is"),
    ("SaleRecorded", "receipt_number", 9, "receipt number is 9, it should be 1"),
    ("SaleRecorded", "currency", "USD", "it is in USD"),
    ("SaleRecorded", "total_minor", "12", "not a whole number"),
    ("CashSessionClosed", "sales", 3, "the closing states 3 sales"),
    ("CashSessionClosed", "total_minor", 3, "the closing states 2 sales of 3"),
    ("CashSessionClosed", "vat", [], "the closing states VAT for the rates []"),
    ("CashSessionClosed", "vat.0.rate_bp", 1, "the closing states VAT for the rates"),
    ("CashSessionClosed", "vat.0.net_minor", 1, "the closing's net at 1900 basis points is 1"),
    ("CashSessionClosed", "vat.1.vat_minor", 1, "the closing's VAT at 700 basis points is 1"),
    ("CashSessionClosed", "vat.1.gross_minor", 1, "the closing's gross at 700 basis points is 1"),
    ("CashSessionClosed", "cash_expected_minor", 99_999, "the closing expects 99999 in cash"),
    ("CashSessionClosed", "head_seq", 1, "the closing names entry 1"),
]


@pytest.mark.parametrize(
    ("kind", "path", "value", "words"), WRONG, ids=[f"{row[0]} {row[1]}" for row in WRONG]
)
def test_a_figure_that_does_not_add_up_is_named(kind: str, path: str, value: object, words: str) -> None:
    lines = chain(*TWO, lambda head: closing(head, TWO), change=put(kind, path, value))
    problem = verify_lines(lines).problem
    assert problem is not None
    assert words in problem.words
    assert problem.line == (2 if kind == "SaleRecorded" else 4)


def test_a_sale_that_stands_twice_is_named() -> None:
    again = replace(TWO[0], receipt_number=3)
    problem = verify_lines(chain(*TWO, again)).problem
    assert problem is not None
    assert problem.seq == 4
    assert "the sale sale-1 stands in this ledger already" in problem.words


def test_the_cash_that_a_closing_expects_is_the_float_and_what_was_paid_in_cash() -> None:
    opened = CashSessionOpened(
        session_id="session-1", business_date=AT.date(), cashier="Mira", float_minor=5_000
    )

    def closed(head: Head) -> CashSessionClosed:
        return closing(head, TWO, float_minor=5_000)

    assert verify_lines(chain(opened, *TWO, closed)).problem is None
    problem = verify_lines(chain(opened, *TWO, lambda head: closing(head, TWO))).problem
    assert problem is not None
    assert "in cash, the entries say 8066" in problem.words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"seq":2', b'"seq":3', "its number is 3"),
        (b'"v":1', b'"v":2', "format version is 2"),
        (b'"seq":2', b'"seq":2,"seq":2', "stands twice"),
        (b'"seq":2', b'"seq":2.0', "not a whole one"),
        (b'"till-1"', b'"till-2"', "its source is till-2"),
        (b'"prev":"', b'"prev":"0', "does not continue"),
        (b"{", b"[", "no JSON"),
    ],
)
def test_an_entry_that_is_wrong_in_itself_is_named(old: bytes, new: bytes, words: str) -> None:
    lines = chain(*TWO)
    lines[1] = lines[1].replace(old, new, 1)
    problem = verify_lines(lines).problem
    assert problem is not None
    assert (problem.line, problem.seq) == (2, 2)
    assert words in problem.words


def test_nothing_at_all_is_no_ledger() -> None:
    assert verify_lines(()).problem is not None
    assert verify_journal((b"",)).problem is not None


def test_the_framing_of_a_file_is_checked(tmp_path: Path) -> None:
    lines = chain(*TWO)
    whole = journal(lines)
    assert verify_journal(whole[start : start + 7] for start in range(0, len(whole), 7)).problem is None
    for bad, words in (
        (whole[:-1], "its end is missing"),
        (whole.replace(b" {", b"+{", 1), "does not begin"),
        (whole.replace(b"Mira", b"Nora", 1), "checksum does not fit"),
    ):
        problem = verify_journal((bad,)).problem
        assert problem is not None
        assert words in problem.words


def journal(lines: list[bytes]) -> bytes:
    return b"".join(b"%08x %b\n" % (crc32(b" " + line), line) for line in lines)


def test_the_command_says_all_is_well_or_which_record_is_bad(tmp_path: Path) -> None:
    path = tmp_path / "ledger" / "ledger-k7f3q2.journal"
    path.parent.mkdir()
    path.write_bytes(journal(chain(*TWO)))
    runner, app = CliRunner(), build()
    good = runner.invoke(app, ["verify", str(tmp_path)])
    assert good.exit_code == 0
    assert "3 entries, 2 sales, EUR 30.66" in good.output
    path.write_bytes(path.read_bytes().replace(b"sale-2", b"sale-3"))
    bad = runner.invoke(app, ["verify", str(path)])
    assert bad.exit_code == 1
    assert "line 3 is bad: its checksum does not fit its bytes" in bad.output
    assert runner.invoke(app, ["verify", str(tmp_path / "none")]).exit_code == 2
