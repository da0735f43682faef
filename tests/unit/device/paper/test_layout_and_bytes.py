"""Paper: any text has its place, and a printer that reads our bytes sees the rows that were meant."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.adapters.paper_pages.qr_dots import draw_qr
from device.domain.paper.code_pages import PC437, PC858, WPC1252, encode
from device.domain.paper.document import Cut, Document, Pair, QrCode, Size, Text
from device.domain.paper.escpos import INITIALISE, encode_rows
from device.domain.paper.layout import COLUMNS, CutRow, PictureRow, QrRow, Row, TextRow, lay_out
from device.domain.paper.profiles import EPSON, GENERIC_58, PLAIN, PROFILES, Profile
from device.domain.paper.receipt import Letterhead, receipt_of_sale, voucher_slip
from device.sim.escpos_interpreter import Interpreter
from shared.events.sale import LineKind, SaleLine
from shared.ids import Sku
from tests.unit.device.paper.papers import EN, PAPERS, PRINTED, SALE

blocks = st.one_of(
    st.builds(Text, st.text(), bold=st.booleans(), size=st.sampled_from(Size)),
    st.builds(Pair, st.text(), st.text(max_size=60), bold=st.booleans(), size=st.sampled_from(Size)),
)


def read(data: bytes) -> Interpreter:
    printer = Interpreter()
    printer.feed(data)
    return printer


def print_out(document: Document, profile: Profile = EPSON, columns: int = 48) -> list[Row]:
    return read(encode_rows(lay_out(document, columns), profile, draw_qr)).rows


@given(document=st.lists(blocks, max_size=6).map(tuple), columns=st.sampled_from(COLUMNS),
       profile=st.sampled_from(sorted(PROFILES)))  # fmt: skip
def test_any_text_fits_the_paper_and_no_byte_is_a_command_that_was_not_meant(
    document: Document, columns: int, profile: str
) -> None:
    rows = lay_out(document, columns)
    printer = read(encode_rows(rows, PROFILES[profile], draw_qr))

    assert all(len(row.text) * row.size.value <= columns for row in rows if isinstance(row, TextRow))
    assert printer.unknown == []
    assert [replace(row, text="") for row in printer.rows] == [replace(row, text="") for row in rows]
    assert [len(row.text) for row in printer.rows] == [len(row.text) for row in rows]


@given(data=st.binary(max_size=400), cuts=st.integers(1, 7))
def test_the_simulated_printer_reads_any_bytes_in_any_pieces(data: bytes, cuts: int) -> None:
    whole, pieces = read(data), Interpreter()
    for at in range(0, len(data), cuts):
        pieces.feed(data[at : at + cuts])

    assert pieces.rows == whole.rows
    assert pieces.unknown == whole.unknown


@given(left=st.text("ab ", min_size=0, max_size=90), minor=st.integers(0, 10**9))
def test_a_figure_always_ends_at_the_right_edge(left: str, minor: int) -> None:
    rows = lay_out((Pair(left, str(minor)),), 32)

    assert isinstance(rows[-1], TextRow)
    assert rows[-1].text.endswith(str(minor))
    assert len(rows[-1].text) == 32


@pytest.mark.parametrize("letter", "äöüÄÖÜßéèçñåø€£ąćęłńóśźżěščřžýůőűğışİΩЖя")
def test_a_printer_of_epsons_own_prints_the_letters_of_europe(letter: str) -> None:
    assert print_out((Text(letter),))[0] == TextRow(letter)


def test_a_letter_that_no_code_page_has_is_replaced_by_one_that_stands_for_it() -> None:
    assert print_out((Text("Łódź — “10 €” 猫"),), PLAIN)[0] == TextRow('Lódz - "10 E" ?')


def test_the_code_page_changes_only_where_it_must() -> None:
    pieces = [*encode("Grüße für 5 € nach Łódź", (WPC1252, PC858), PC437)]

    assert [piece.page for piece in pieces] == [PC437, WPC1252]
    assert b"".join(piece.data for piece in pieces).count(b"\x80") == 1


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("columns", COLUMNS)
def test_each_paper_reads_back_as_it_was_laid_out(name: str, columns: int) -> None:
    rows = lay_out(PAPERS[name], columns)

    assert read(encode_rows(rows, EPSON, draw_qr)).rows == list(rows)


def test_a_printer_without_qr_codes_gets_a_picture_and_one_without_a_cutter_a_longer_end() -> None:
    rows = print_out(PAPERS["pickup-de"], GENERIC_58, 32)

    assert not any(isinstance(row, QrRow | CutRow) for row in rows)
    assert draw_qr("407123456").dots in {row.picture.dots for row in rows if isinstance(row, PictureRow)}
    assert rows[-1] == TextRow("", rows[-2].align)  # type: ignore[union-attr]


def test_every_job_begins_with_a_fresh_printer() -> None:
    assert encode_rows((), EPSON, draw_qr).startswith(INITIALISE)


def test_a_receipt_adds_up_on_paper() -> None:
    words = [row.text for row in lay_out(receipt_of_sale(SALE, PRINTED, EN), 48) if isinstance(row, TextRow)]
    figure = {line.split()[0]: line.split()[-1] for line in words if line.split()}

    assert figure["Tip"] == "2.00"
    assert figure["Rounding"] == "0.05"
    assert "55.05 EUR" in next(line for line in words if line.startswith("Total"))
    assert figure["Change"] == "4.95"


def test_vouchers_and_deposits_are_named_in_the_language_of_the_paper() -> None:
    def line(name: str, kind: LineKind) -> SaleLine:
        return SaleLine(sku=Sku(name.lower()), name=name, category="", quantity_milli=1_000, unit_price_minor=500, total_minor=500,
                        vat_rate_bp=0, kind=kind)  # fmt: skip

    sale = replace(
        SALE,
        lines=(
            line("Gift voucher", LineKind.VOUCHER),
            line("Deposit 12", LineKind.DEPOSIT),
            line("Cup", LineKind.GOODS),
        ),
    )
    for language, names in (
        ("en", ["Gift voucher", "Deposit 12", "Cup"]),
        ("de", ["Gutschein", "Anzahlung 12", "Cup"]),
    ):
        document = receipt_of_sale(sale, PRINTED, Letterhead(stall="Harbour", language=language))
        said = [block.left for block in document if isinstance(block, Pair)]
        assert [name for name in said if name in names] == names


def test_a_gift_voucher_is_a_paper_of_its_own_with_its_code_and_worth() -> None:
    slip = voucher_slip("K7Q2-9XAM-3FTD-B5CE", 2_500, "EUR", Letterhead(stall="Harbour", language="en"))
    texts = [block.text for block in slip if isinstance(block, Text)]
    assert {"K7Q2-9XAM-3FTD-B5CE", "25.00 EUR", "Gift voucher"} <= set(texts)
    assert QrCode("K7Q2-9XAM-3FTD-B5CE") in slip
    assert slip[-1] == Cut()
