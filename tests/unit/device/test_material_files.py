"""Materials and recipes as files: what is written changes nothing when it is read, and whatever is in a file, every row is taken or told."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.growing import GrowingMap
from device.domain.materials import material_plan
from device.domain.materials.book import MaterialBook, with_event
from device.domain.materials.file_plan import FilePlan
from device.domain.materials.material_file import COLUMNS, read_materials, write_materials
from device.domain.materials.material_plan import plan_materials
from device.domain.materials.noting import PARTS_MAX
from device.domain.materials.recipe_file import COLUMNS as RECIPE_COLUMNS
from device.domain.materials.recipe_file import in_parts, read_recipes, write_recipes
from device.domain.materials.recipe_plan import plan_recipes
from shared.csv_table import decode_text
from shared.entry import EMPTY_HEAD, StreamKey
from shared.events.event import seal_event
from shared.events.material import MaterialDetails, MaterialMoved, MaterialPart, MaterialReason, RecipeChanged
from shared.ids import Epoch, Sku, SourceId, TenantId
from shared.products import ProductPart
from tests.unit.device.test_market_http import counter
from tests.unit.device.test_till_http import Counter

__all__ = ["counter"]

STREAM: Final = StreamKey(tenant=TenantId("t"), source=SourceId("s"), epoch=Epoch("abcdefgh"))
CLAY: Final = MaterialDetails(
    material_id="m-1", name="Clay", unit="kg", cost_minor=200, pack_milli=10_000, lead_days=3
)
WAX: Final = MaterialDetails(material_id="m-2", name="Wax", unit="kg", cost_minor=900)
BOWL: Final = Product(sku=Sku("bowl"), name="Bowl", category="", price_minor=1, vat_rate_bp=0)
MUG: Final = replace(BOWL, sku=Sku("mug"), name="Mug")
GONE: Final = replace(BOWL, sku=Sku("gone"), name="Gone", retired=True)
SET: Final = replace(
    BOWL, sku=Sku("set"), name="Set", parts=(ProductPart(sku=BOWL.sku, quantity_milli=1_000),)
)
CATALOGUE: Final = Catalogue(products=(BOWL, MUG, GONE, SET))


def book(*materials: MaterialDetails, recipes: tuple[RecipeChanged, ...] = (), **stock: int) -> MaterialBook:
    return MaterialBook(
        materials=GrowingMap({one.material_id: one for one in materials}),
        recipes=GrowingMap({one.sku: one for one in recipes}),
        stock_milli=GrowingMap({name.replace("_", "-"): milli for name, milli in stock.items()}),
    )


def recipe(sku: Sku, makes: int = 10, **parts: int) -> RecipeChanged:
    said = tuple(
        MaterialPart(material_id=name.replace("_", "-"), quantity_milli=milli)
        for name, milli in parts.items()
    )
    return RecipeChanged(sku=sku, makes=makes, parts=said, cashier="Mira")


def taken(before: MaterialBook, plan: FilePlan) -> MaterialBook:
    for event in plan.events:
        entry = seal_event(stream=STREAM, head=EMPTY_HEAD, at=datetime(2026, 11, 27, tzinfo=UTC), event=event)
        before = with_event(before, entry, event)
    return before


def of_materials(text: str, known: MaterialBook) -> FilePlan:
    return plan_materials(read_materials(text, currency="EUR"), known, cashier="Mira")


def of_recipes(text: str, known: MaterialBook) -> FilePlan:
    read = read_recipes(text)
    plan = plan_recipes(read.recipes, known, CATALOGUE, cashier="Mira")
    refused = tuple(sorted((*read.refused, *plan.said.refused), key=lambda row: row.row))
    return replace(plan, said=replace(plan.said, refused=refused))


def told(plan: FilePlan) -> list[tuple[int, str]]:
    return [(row.row, row.field) for row in plan.said.refused]


TEXTS: Final = (
    st.text("abc Äß,;\"'=+-@\\|", min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda t: t and t.isprintable())
)
MILLI: Final = st.integers(0, 10**9)
DETAILS: Final = st.builds(
    MaterialDetails,
    material_id=st.just(""),
    name=TEXTS,
    unit=st.sampled_from(["kg", "g", "l", "piece", "m²", "Stück", "a,b;c"]),
    cost_minor=st.none() | st.integers(0, 10**9),
    pack_milli=MILLI,
    minimum_milli=MILLI,
    keep_milli=MILLI,
    lead_days=st.integers(0, 365),
    retired=st.booleans(),
)
STOCKS: Final = st.lists(st.integers(-(10**9), 3 * 10**9), min_size=8, max_size=8)
PARTS: Final = st.dictionaries(st.integers(0, 7), st.integers(1, 10**9), max_size=6)
RECIPES: Final = st.dictionaries(
    st.sampled_from([BOWL.sku, MUG.sku, GONE.sku, SET.sku, Sku("unknown")]),
    st.tuples(st.integers(1, 100_000), PARTS),
)


def _known(
    rows: list[MaterialDetails], stocks: list[int], said: dict[Sku, tuple[int, dict[int, int]]]
) -> MaterialBook:
    """A book as people could have made it: names in use are there once, those no longer used as often as they like."""
    names: set[str] = set()
    materials: list[MaterialDetails] = []
    for number, one in enumerate(rows):
        is_taken = one.name.casefold() in names
        materials.append(replace(one, material_id=f"m-{number}", retired=one.retired or is_taken))
        if not one.retired:
            names.add(one.name.casefold())
    recipes = tuple(
        recipe(
            sku, makes, **{f"m_{place}": milli for place, milli in parts.items() if place < len(materials)}
        )
        for sku, (makes, parts) in said.items()
    )
    stock = {f"m_{number}": stocks[number] for number in range(len(materials))}
    return book(*materials, recipes=recipes, **stock)


BOOKS: Final = st.builds(_known, st.lists(DETAILS, max_size=8), STOCKS, RECIPES)


def _in_german(text: str) -> str:
    """The file as a German spreadsheet saves it again: semicolons, and commas in the numbers."""
    heading, *rows = csv.reader(io.StringIO(text))
    numbers = {"stock", "stock_before", "cost", "pack", "minimum", "keep", "quantity"}
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows(
        [cell.replace(".", ",") if name in numbers else cell for name, cell in zip(heading, row, strict=True)]
        for row in rows
    )
    return written.getvalue()


@settings(max_examples=150)
@given(BOOKS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())
def test_what_is_written_changes_nothing_when_it_is_read_again(
    known: MaterialBook, encoding: str, german: bool
) -> None:
    for text, plan_of in (
        (write_materials(known, currency="EUR"), of_materials),
        (write_recipes(known, CATALOGUE), of_recipes),
    ):
        saved = decode_text((_in_german(text) if german else text).encode(encoding))
        assert saved is not None
        plan = plan_of(saved, known)
        assert (plan.events, plan.said.rows, plan.said.refused) == ((), (), ())


@settings(max_examples=60)
@given(BOOKS)
def test_another_till_gets_the_same_materials_and_recipes_from_the_files(known: MaterialBook) -> None:
    in_use = {key: one for key, one in known.materials.items().items() if not one.retired}
    other = taken(book(), of_materials(write_materials(known, currency="EUR"), book()))
    assert other.materials.items() == in_use
    file = write_recipes(known, CATALOGUE)
    plan = of_recipes(file, other)
    other = taken(other, plan)
    for sku in (BOWL.sku, MUG.sku):
        mine = known.recipes.find(sku)
        if mine is not None and mine.parts and all(part.material_id in in_use for part in mine.parts):
            assert other.recipes.find(sku) == mine


CELLS: Final = st.sampled_from(
    ("", "Clay", "clay", "WAX", "Glue", "kg", "m-1", "m-2", "m 9", "0", "2", "2,5", "1.5", "-3", "nan", "1e9", "9" * 40, '"',
     "\x00", "\u2028", "x" * 80)
)  # fmt: skip
ROWS: Final = st.lists(st.lists(CELLS, max_size=len(COLUMNS) + 1), max_size=8)


@settings(max_examples=300)
@given(ROWS, st.sampled_from((",", ";", "\t")))
def test_every_row_of_materials_is_taken_or_told_and_the_same_file_again_changes_nothing(
    rows: list[list[str]], separator: str
) -> None:
    known = book(CLAY, WAX, replace(WAX, material_id="m-3", name="Glue", retired=True), m_1=2_000, m_2=-500)
    text = "\n".join(separator.join(row) for row in [list(COLUMNS), *rows])
    lines = len(read_materials(text, currency="EUR").rows) + len(read_materials(text, currency="EUR").refused)
    plan = of_materials(text, known)
    assert len(plan.said.rows) + plan.said.same + len(plan.said.refused) == lines
    after = taken(known, plan)
    in_use = [one.name.casefold() for one in after.materials.items().values() if not one.retired]
    assert len(in_use) == len(set(in_use))
    again = of_materials(text, after)
    assert {row.key for row in again.said.rows}.isdisjoint(row.key for row in plan.said.rows)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["", "m-0", "m-1", "m-2", "m-3", "m-9"])),
        max_size=8,
    )
)
def test_whatever_names_rows_give_each_is_there_once(rows: list[tuple[str, str]]) -> None:
    known = book(*(replace(CLAY, material_id=f"m-{n}", name="ABCD"[n], retired=n == 3) for n in range(4)))
    text = "name,unit,material_id\n" + "".join(f"{name},kg,{number}\n" for name, number in rows)
    plan = of_materials(text, known)
    names = [one.name for one in taken(known, plan).materials.items().values() if not one.retired]
    assert len(names) == len(set(names)) >= 3
    assert len(plan.said.rows) + plan.said.same + len(plan.said.refused) == len(rows)


RECIPE_CELLS: Final = st.sampled_from(
    ("", "bowl", "mug", "set", "nothing", "Clay", "WAX", "Glue", "kg", "l", "m-1", "0", "2,5", "10", '"')
)


@settings(max_examples=300)
@given(st.lists(st.lists(RECIPE_CELLS, max_size=len(RECIPE_COLUMNS) + 1), max_size=8))
def test_a_recipe_is_taken_whole_or_stays_as_it_is(rows: list[list[str]]) -> None:
    known = book(CLAY, WAX, recipes=(recipe(BOWL.sku, m_1=8_000, m_2=500),))
    text = "\n".join(",".join(row) for row in [list(RECIPE_COLUMNS), *rows])
    plan = of_recipes(text, known)
    after = taken(known, plan)
    named = [line.split(",")[0].strip() for line in text.splitlines()[1:] if line.strip()]
    for row in plan.said.rows:
        said = after.recipes.find(Sku(row.key))
        assert said is not None
        assert len(said.parts) == named.count(row.key) > 0
    refused = {text.splitlines()[row.row - 1].split(",")[0].strip() for row in plan.said.refused}
    assert refused.isdisjoint(row.key for row in plan.said.rows)
    assert of_recipes(text, after).events == ()


def test_a_file_by_hand_adds_changes_and_counts_and_the_same_again_does_nothing() -> None:
    known = book(CLAY, WAX, m_1=4_000)
    text = (
        "Material;Einheit;Bestand;Kosten;Packung;Lieferzeit\r\n"
        "clay;kg;6,5;2,20;10;3\r\nSoda ash;kg;2;4;;\r\nWax;kg;;9,00;;\r\n"
    )
    plan = of_materials(text, known)
    rows = {row.name: row for row in plan.said.rows}
    assert (plan.said.added, plan.said.counted, plan.said.same, plan.said.refused) == (1, 2, 1, ())
    assert rows["clay"].fields == {"name": ("Clay", "clay"), "cost_minor": (200, 220)}
    assert rows["clay"].stock_milli == (4_000, 6_500)
    moved = [event for event in plan.events if isinstance(event, MaterialMoved)]
    assert [(one.change_milli, one.reason) for one in moved] == [
        (2_500, MaterialReason.COUNTED),
        (2_000, MaterialReason.COUNTED),
    ]
    after = taken(known, plan)
    assert after.stock_milli.get("m-1", 0) == 6_500
    assert of_materials(text, after).events == ()


def test_a_count_in_a_file_that_lay_about_undoes_nothing() -> None:
    text = "name,unit,stock,stock_before\nClay,kg,18,20\nWax,kg,5,5\n"
    fresh = of_materials(text, book(CLAY, WAX, m_1=20_000, m_2=1_000))
    assert [row.stock_milli for row in fresh.said.rows] == [(20_000, 18_000)]
    assert of_materials(text, book(CLAY, WAX, m_1=18_000)).events == ()
    late = of_materials(text, book(CLAY, WAX, m_1=15_000))
    assert (late.events, told(late)) == ((), [(2, "stock")])
    assert "20 was there when the file was saved, 15 is there now" in late.said.refused[0].reason


def test_two_materials_change_names_with_each_other_and_what_a_refused_row_keeps_is_nobody_elses() -> None:
    swap = "name,unit,material_id\nWax,kg,m-1\nClay,kg,m-2\n"
    plan = of_materials(swap, book(CLAY, WAX))
    assert [row.fields for row in plan.said.rows] == [{"name": ("Clay", "Wax")}, {"name": ("Wax", "Clay")}]
    glue = replace(WAX, material_id="m-3", name="Glue")
    chain = "name,unit,material_id\nWax,kg,m-1\nGlue,kg,m-2\nGlue,kg,m-3\n"
    clash = of_materials(chain, book(CLAY, WAX, glue))
    assert (clash.events, told(clash), clash.said.same) == ((), [(2, "name"), (3, "name")], 1)
    back = of_materials("name,unit\nglue,kg\n", book(CLAY, replace(glue, retired=True)))
    assert back.said.rows[0].fields["retired"] == (True, False)
    assert (back.said.added, back.said.rows[0].key) == (0, "m-3")


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (",kg,,,,,,,,", "name", "write what the material is called"),
        ("Glue,,,,,,,,,", "unit", "such as kg"),
        ("Glue,kg,lots,,,,,,,", "stock", "no quantity, such as 2 or 0.5"),
        ("Glue,kg,2000000,,,,,,,", "stock", "cannot be 2000000"),
        ("Glue,kg,,dear,,,,,,", "cost_minor", "write it like 12 or 12.50"),
        ("Glue,kg,," + "9" * 5_000 + ",,,,,,", "cost_minor", "is not an amount"),
        ("Glue,kg,,-1,,,,,,", "cost_minor", "cannot be"),
        ("Glue,kg,,,x,,,,,", "pack", "no quantity"),
        ("Glue,kg,,,,,,soon,,", "lead_days", "no number of days"),
        ("Glue,kg,,,,,,900,,", "lead_days", "cannot be 900"),
        ("Glue,kg,,,,,,,,m 9", "material_id", "empty it"),
        ("Clay,kg,,,,,,,,m-9", "name", "there is a material called “Clay” already"),
        ("Wax,kg,,,,,,,,", "name", "stands further up already"),
        ("Glue,kg,,,,,,,,,,", "", "quote a text with commas"),
    ],
)
def test_a_row_of_materials_that_cannot_be_is_told_with_its_line_and_blocks_no_other(
    row: str, field: str, words: str
) -> None:
    plan = of_materials(
        "\n".join([",".join(COLUMNS), "Wax,kg,,1,,,,,,", "", row, "Ink,l,,,,,,,,"]), book(CLAY, WAX)
    )
    assert told(plan) == [(4, field)]
    assert words in plan.said.refused[0].reason
    assert len(plan.said.refused[0].reason) < 700
    assert [one.name for one in plan.said.rows] == ["Wax", "Ink"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the heading lacks name, unit"),
        ("name,unit,bestand,stock\nGlue,kg,1,2", "two columns mean stock"),
        ("name,unit\n" + "Glue,kg\n" * 2_001, "more than 2,000 rows"),
        (
            write_recipes(book(CLAY, recipes=(recipe(BOWL.sku, m_1=1),)), CATALOGUE),
            "take the file over as recipes",
        ),
    ],
)
def test_a_file_that_is_no_table_of_materials_is_told(text: str, words: str) -> None:
    plan = of_materials(text, book())
    assert (plan.events, [row.row for row in plan.said.refused]) == ((), [1])
    assert words in plan.said.refused[0].reason


def test_there_are_no_more_materials_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material_plan, "MATERIALS_MAX", 3)
    plan = of_materials("name,unit\nA,kg\nClay,g\nB,kg\n", book(CLAY, WAX))
    assert ([row.name for row in plan.said.rows], told(plan)) == (["A", "Clay"], [(4, "name")])


def test_a_recipe_changes_as_a_whole_and_its_order_says_nothing() -> None:
    known = book(CLAY, WAX, recipes=(recipe(BOWL.sku, m_1=8_000, m_2=500),))
    text = "sku;makes;material;quantity;unit\nmug;;Clay;0,4;kg\nbowl;;wax;0,5;KG\nbowl;;Clay;8;\n"
    plan = of_recipes(text, known)
    assert (plan.said.added, plan.said.same, [row.key for row in plan.said.rows]) == (1, 1, ["mug"])
    assert plan.events == (recipe(MUG.sku, 1, m_1=400),)
    less = of_recipes("Sku;Ergibt;Material;Menge\nbowl;12;Clay;8\n", known)
    assert less.events == (recipe(BOWL.sku, 12, m_1=8_000),)
    assert set(less.said.rows[0].fields) == {"makes", "parts"}


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (",,,Wax,1,,", "sku", "write the product's number"),
        ("bowl,,,,1,,", "material", "write its name"),
        ("bowl,,,Gold,1,,", "material", "no material of yours: add it first"),
        ("bowl,,,,1,,m-9", "material", "“m-9” is no material of yours"),
        ("bowl,,,Clay,1,,m-2", "material", "m-2 is the number of “Wax”"),
        ("bowl,,,clay,1,,", "material", "stands in the recipe twice"),
        ("bowl,,,Wax,,,", "quantity", "no quantity"),
        ("bowl,,,Wax,0,,", "quantity", "write a number above 0"),
        ("bowl,,,Wax,1,l,", "unit", "is counted in kg: write its quantity so"),
        ("bowl,,half,Wax,1,,", "makes", "no quantity"),
        ("bowl,,0,Wax,1,,", "makes", "no number of pieces"),
        ("bowl,,12,Wax,1,,", "makes", "a row above says 10"),
        ("bowl,,,Wax,1,,,,", "", "quote a text with commas"),
    ],
)
def test_a_row_that_cannot_be_leaves_its_recipe_as_it_is_and_blocks_no_other(
    row: str, field: str, words: str
) -> None:
    rows = [",".join(RECIPE_COLUMNS), "mug,,,Wax,1,,", "bowl,,10,Clay,9,,", row]
    plan = of_recipes("\n".join(rows), book(CLAY, WAX, recipes=(recipe(BOWL.sku, m_1=8_000),)))
    assert told(plan) == [(4, field)]
    assert words in plan.said.refused[0].reason
    assert "the recipe stays as it is" in plan.said.refused[0].reason
    assert [one.key for one in plan.said.rows] == ["mug"]


def test_a_product_that_has_no_recipe_is_told_at_its_first_row() -> None:
    many = book(*(replace(CLAY, material_id=f"m-{n}", name=f"Clay {n}") for n in range(PARTS_MAX + 1)))
    endless = "".join(f"mug,Clay {n},1\n" for n in range(PARTS_MAX + 1))
    plan = of_recipes(f"sku,material,quantity\nset,Clay 1,1\nlamp,Clay 1,1\nlamp,Clay 2,1\n{endless}", many)
    assert (plan.events, told(plan)) == ((), [(2, "sku"), (3, "sku"), (5, "parts")])


def test_recipes_are_cut_into_parts_between_products() -> None:
    text = "sku,material,quantity\n" + "".join(f"p{n // 2},Clay {n},1\n" for n in range(10))
    parts = list(in_parts(read_recipes(text).recipes, 3))
    assert [[len(one.rows) for one in part] for part in parts] == [[2, 2], [2, 2], [2]]


async def test_files_go_through_the_tills_interface(counter: Counter) -> None:
    assert (await counter.http.get("/api/materials/export.csv")).status_code == 401
    assert (await counter.http.post("/api/materials/import", content=b"")).status_code == 401
    await counter.sign_in()
    http = counter.http
    materials = "name;unit;stock;cost\r\nTöpferton;kg;20;2,20\r\nGlasur;l;viel;\r\n".encode("cp1252")
    shown = (await http.post("/api/materials/import/preview", content=materials)).json()
    assert (shown["added"], shown["counted"], shown["refused_count"], shown["refused"][0]["row"]) == (
        1,
        1,
        1,
        3,
    )
    assert (await http.get("/api/materials")).json()["materials"] == []
    head = counter.till.ledger.head.seq
    for added in (1, 0):
        done = (await http.post("/api/materials/import", content=materials)).json()
        assert (done["added"], done["same"]) == (added, 1 - added)
        assert counter.till.ledger.head.seq == head + 2
    (clay,) = (await http.get("/api/materials")).json()["materials"]
    assert (clay["name"], clay["there_milli"], clay["cost_minor"]) == ("Töpferton", 20_000, 220)
    recipes = "sku;makes;material;quantity;unit\r\nbowl;10;Töpferton;8,5;kg\r\nnothing;1;Töpferton;1;kg\r\n".encode()
    plan = (await http.post("/api/recipes/import/preview", content=recipes)).json()
    assert plan["rows"][0]["fields"] == [
        {"field": "makes", "before": None, "after": 10},
        {
            "field": "parts",
            "before": [],
            "after": [{"name": "Töpferton", "unit": "kg", "quantity_milli": 8_500}],
        },
    ]
    for added in (1, 0):
        done = (await http.post("/api/recipes/import", content=recipes)).json()
        assert (done["added"], done["refused_count"]) == (added, 1)
    assert (await http.get("/api/recipes/bowl")).json()["can_make"] == 23
    head = counter.till.ledger.head.seq
    for what in ("materials", "recipes"):
        file = await http.get(f"/api/{what}/export.csv")
        assert file.text.startswith("\ufeff")
        assert "Töpferton" in file.text
        again = (await http.post(f"/api/{what}/import", content=file.content)).json()
        assert (again["rows"], again["same"], again["refused"]) == ([], 1, [])
        unreadable = (await http.post(f"/api/{what}/import", content=b"name,\x81")).json()
        assert unreadable["refused"][0]["row"] == 0
    assert counter.till.ledger.head.seq == head


async def test_a_row_that_cannot_be_is_told_in_german_too(counter: Counter) -> None:
    await counter.sign_in()
    counter.http.headers["Accept-Language"] = "de"
    await counter.http.post("/api/materials/import", content=b"name,unit\nTon,kg\n")
    clash = b"name;unit;stock;material_id\nTon;kg;;m-9\nWachs;kg;viel;\n"
    told = (await counter.http.post("/api/materials/import/preview", content=clash)).json()["refused"]
    assert [row["reason"] for row in told] == [
        "ein Material „Ton“ gibt es schon: gib einem davon einen anderen Namen, oder nimm seine material_id heraus",
        "stock: „viel“ ist keine Menge, wie 2 oder 0,5",
    ]
    recipe_file = b"sku;material;quantity;unit\nbowl;Ton;1;g\njam;Ton;viel;kg\n"
    told = (await counter.http.post("/api/recipes/import", content=recipe_file)).json()["refused"]
    assert [row["reason"] for row in told] == [
        "„Ton“ wird in kg gezählt: schreib die Menge so, oder leere seine Einheit; das Rezept bleibt, wie es ist",
        "quantity: „viel“ ist keine Menge, wie 2 oder 0,5; das Rezept bleibt, wie es ist",
    ]
