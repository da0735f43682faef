"""Price lists as suppliers send them: CSV and XLSX, each bad row with its reason, and files that mean harm."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.adapters import sheet_reader
from device.adapters.sheet_reader import SheetReader
from device.domain.catalogue import Catalogue
from device.domain.materials.book import MaterialBook
from device.domain.purchasing.price_list import ROWS_MAX, known_items, read_price_list
from device.ports.purchase import NotATable
from shared.events.material import MaterialChanged, MaterialDetails
from tests.unit.device.stall import BOWL, JAM
from tests.unit.device.test_till_state import Book

TODAY = date(2026, 11, 27)
FILE = """item;article;name;pack;price;min packs
bowl;B-1;Bowl, raw;10;12,50;2
Clay;C-9;;2,5;8.00;
gone;X;;1;1;
jam;;;0;1;
jam;;;1;free;
jam;;;1;0;
bowl;B-2;;1;3;
jam;;;1;2,5;1,5
product: jam;;;;4.00;
Jam jar;;;1e30;4;
;;;1;4;
"""


def _materials() -> MaterialBook:
    book = Book()
    for material_id, name in (("m1", "Clay"), ("m2", "Jam jar"), ("m3", "Quince jam")):
        book.write(
            MaterialChanged(
                material=MaterialDetails(material_id=material_id, name=name, unit="kg"), cashier="Mira"
            )
        )
    return book.state.materials


ITEMS = known_items(Catalogue(products=(BOWL, JAM)), _materials())


def _workbook(rows: str, *, strings: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """The least that is a workbook by ECMA-376: rows as the sheet's XML, shared strings as `si` elements."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{links}"><sheets><sheet name="Prices" sheetId="1" r:id="rId7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId7" Type="{links}/worksheet" Target="worksheets/sheet3.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {main}>{strings}</sst>",
        "xl/worksheets/sheet3.xml": f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (parts | (extra or {})).items():
            archive.writestr(name, text)
    return out.getvalue()


def _cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_good_rows_become_prices_and_each_bad_one_says_why() -> None:
    table = SheetReader().read(FILE.encode())
    assert not isinstance(table, NotATable)
    read = read_price_list(table, ITEMS, "EUR")
    assert [(one.item, one.is_material, one.name, one.pack_milli, one.price_minor, one.packs_min) for one in read.rows] == [
        ("bowl", False, "Bowl, raw", 10_000, 1250, 2), ("m1", True, "Clay", 2_500, 800, 1),
        ("jam", False, "Quince jam", 1_000, 400, 1),
    ]  # fmt: skip
    assert [(one.row, one.field) for one in read.refused] == [
        (4, "item"), (5, "pack"), (6, "price"), (7, "price"), (8, "item"), (9, "packs_min"), (11, "pack"), (12, "item"),
    ]  # fmt: skip
    assert "“gone” is no product or material of yours" in read.refused[0].reason


def test_a_name_that_means_two_things_is_asked_about() -> None:
    read = read_price_list([["Ware", "Preis"], ["Quince jam", "3"]], ITEMS, "EUR")
    assert "means several things" in read.refused[0].reason
    told = read_price_list([["Ware", "Preis"], ["material: Quince jam", "3"]], ITEMS, "EUR")
    assert [(one.item, one.is_material) for one in told.rows] == [("m3", True)]


def test_a_heading_without_the_price_refuses_the_whole_file() -> None:
    assert "the heading lacks price" in read_price_list([["item"], ["bowl"]], ITEMS, "EUR").refused[0].reason
    assert "lacks item and price" in read_price_list([], ITEMS, "EUR").refused[0].reason
    long = [["item", "price"], *([["bowl", "1"]] * (ROWS_MAX + 1))]
    assert "split it" in read_price_list(long, ITEMS, "EUR").refused[0].reason


def test_a_workbook_is_read_with_its_gaps_runs_and_binary_fractions() -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        f'<row r="3">{_cell("A3", "bowl")}<c r="C3"><v>12.300000000000001</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>A3</f><v>jam</v></c><c r="C4"><v>4</v></c><c r="AZ4"><v>9</v></c></row>'
    )
    strings = (
        "<si><r><t>it</t></r><r><t>em</t></r><rPh sb='0' eb='1'><t>no</t></rPh></si><si><t>Price</t></si>"
    )
    table = SheetReader().read(_workbook(rows, strings=strings))
    assert table == [["item", "", "Price"], [], ["bowl", "", "12.3"], ["jam", "", "4"]]
    read = read_price_list(table, ITEMS, "EUR")
    assert [(one.item, one.price_minor) for one in read.rows] == [("bowl", 1230), ("jam", 400)]


def test_files_that_mean_harm_or_are_damaged_are_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, good = SheetReader(), _workbook("")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    for content in (
        good[:200], b"PK\x03\x04nonsense", _workbook("<row><c"), _workbook('<row r="1"><c t="s"><v>5</v></c></row>'),
        _workbook("", extra={"xl/sharedStrings.xml": bomb.encode()}), _workbook('<row r="0"></row>'),
    ):  # fmt: skip
        answer = reader.read(content)
        assert isinstance(answer, NotATable)
        assert "damaged" in answer.reason
    for content, word in (
        (b"\xd0\xcf\x11\xe0x", "old or locked"),
        (b"", "empty"),
        (b"\xff\xfe\x00\x01\x02", ""),
    ):
        answer = reader.read(content)
        assert isinstance(answer, NotATable)
        assert word in answer.reason
    monkeypatch.setattr(sheet_reader, "PART_BYTES_MAX", 1_000_000)
    answer = reader.read(_workbook("", extra={"xl/sharedStrings.xml": b" " * 40_000_000}))
    assert isinstance(answer, NotATable)
    assert "far too large" in answer.reason


def test_rows_far_down_and_columns_far_right_cost_no_memory() -> None:
    rows = '<row r="1"><c r="ZZZZ1"><v>1</v></c></row><row r="999999999"><c r="A9"><v>1</v></c></row>'
    assert SheetReader().read(_workbook(rows)) == [[]]


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"PK\x03\x04" + tail))
@settings(max_examples=60)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    table = SheetReader().read(content)
    if not isinstance(table, NotATable):
        read_price_list(table, ITEMS, "EUR")
