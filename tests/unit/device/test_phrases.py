"""Every refusal of the till has German words: the sentences are read from its code, so that a new one cannot be forgotten."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from device.adapters.http.phrase_books import phrase_books
from tests.unit.device.test_market_http import counter
from tests.unit.device.test_till_http import Counter

__all__ = ["counter"]

ROOT: Final = Path(__file__).parents[3]
SPEAKERS: Final = (
    "device/domain/explain*.py",
    "device/domain/*/explain.py",
    "device/domain/paper/status.py",
    "device/domain/trade_rules.py",
    "device/domain/vouchers.py",
    "device/domain/card_attempts.py",
    "device/domain/card_back.py",
    "device/domain/card_terminal.py",
    "device/domain/cash_moves.py",
    "device/domain/closing.py",
    "device/domain/drawer.py",
    "device/domain/opening.py",
    "device/domain/first_run.py",
    "device/domain/labels.py",
    "device/domain/place_order.py",
    "device/domain/product_rules.py",
    "device/domain/stock_sheet.py",
    "device/domain/market/noting.py",
    "device/domain/market/signals_csv.py",
    "device/domain/materials/*file.py",
    "device/domain/materials/*_plan.py",
    "device/domain/materials/noting.py",
    "device/domain/materials/requirements.py",
    "device/domain/plan/accept.py",
    "device/domain/plan/on_its_way.py",
    "device/domain/plan/reorder_plan.py",
    "device/domain/plan/rules_faults.py",
    "device/domain/pricing/discount.py",
    "device/domain/pricing/payment.py",
    "device/domain/purchasing/deliver.py",
    "device/domain/purchasing/price_by_hand.py",
    "device/domain/purchasing/price_list.py",
    "device/domain/purchasing/supplier_faults.py",
    "device/domain/zvt/words.py",
    "device/services/card.py",
    "device/services/demand_ahead.py",
    "device/services/import_catalogue.py",
    "device/services/photos.py",
    "device/services/purchase_outbox.py",
    "device/services/purchasing.py",
    "device/services/set_up.py",
    "device/adapters/http/*.py",
    "device/adapters/ledger/errors.py",
    "device/adapters/printers/wires.py",
    "device/adapters/purchase_mail/*.py",
    "device/adapters/sheet_reader.py",
    "shared/catalogue_columns.py",
    "shared/catalogue_csv.py",
    "shared/csv_table.py",
    "shared/product_rules.py",
    "shared/product_words.py",
)
NOT_SAID: Final = re.compile(
    r"""^(attachment|inline|noindex|private,|text/|connect-src|application/|Stallholder|<|\{|what\ became\ of\ a\ card|
    order\ %s|Link|Proof|QR\ code|Save\ as|Als\ |QR-Code|Hinter\ |Lassen\ |There\ is\ no\ receipt\ behind|Ask\ at\ the\ stall|
    Pick-up\ code|Gift\ voucher|Entries|Sales\ in\ the|Free\ room|Batches|Bytes|the\ cloud$|/r/|index\b|article\ number$|
    pack\ size$|min(imum)?\ packs$|dict\[|Mapping\[|the\ ledger|The\ ledger\ only|Append|Only\ the\ ledger's|
    the\ hub$|in\ stock$|lead\ days$|:\ 7|7\ has\ no\ words$|what\ was\ appended)""",
    re.VERBOSE,
)
"""What people do not read in a refusal: headers, logs, alternative texts, what is said in both languages beside it."""


def _sentences(path: Path) -> Iterator[str]:
    """All texts in a module that are made of several words, with a 7 or EUR where something is filled in; no docstrings."""
    tree = ast.parse(path.read_text())
    skipped = {id(inner) for node in ast.walk(tree) for inner in _not_said(node)}
    for node in ast.walk(tree):
        text = "" if id(node) in skipped else re.sub(r"\{\w+\}", "7", _filled_in(node))
        if " " in text.strip() and any(letter.isalpha() for letter in text.replace("EUR", "")):
            yield text


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    """Parts of other texts, docstrings, and what goes to a log."""
    match node:
        case ast.JoinedStr():
            yield from (inner for inner in ast.walk(node) if inner is not node)
        case ast.Expr(value=ast.Constant() as docstring):
            yield docstring
        case ast.Call(func=ast.Attribute(attr="warning" | "info" | "exception"), args=arguments):
            yield from arguments


def _filled_in(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=values):
            return "".join(part.value if isinstance(part, ast.Constant) else _dummy(part) for part in values)
        case _:
            return ""


def _dummy(part: ast.expr) -> str:
    said = ast.unparse(part)
    if "else ''" in said or "'' if" in said:
        return ""
    return "EUR" if said.strip("f'\"") == "{currency}" else "7"


def _said() -> list[str]:
    paths = sorted({path for pattern in SPEAKERS for path in ROOT.glob(pattern)})
    return sorted({text for path in paths for text in _sentences(path) if not NOT_SAID.match(text)})


@pytest.mark.parametrize("language", ["de"])
def test_every_refusal_has_words_in_every_language(language: str) -> None:
    book = phrase_books()[language]
    missing = [text for text in _said() if not book.knows(text)]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", ["de"])
def test_a_phrase_says_only_what_stands_in_the_english_one(language: str) -> None:
    phrases = tomllib.loads((ROOT / "device/adapters/http/phrases" / f"{language}.toml").read_text())
    for english, said in phrases.items():
        places = set(re.findall(r"\{(\w+)#?\}", english))
        assert set(re.findall(r"\{(\w+)#?\}", said)) <= places, english
        assert "!" not in said, said
        assert not re.search(r"\bSie (haben|können|müssen)|\bIhre?n? ", said), said


async def test_a_refusal_comes_in_the_language_that_the_page_asks_for(counter: Counter) -> None:
    await counter.sign_in()
    sale = {"sale_id": "0190a1b2-0000-7000-8000-000000000001", "lines": [{"sku": "gone", "quantity_milli": 1000}],
            "payment": {"method": "cash", "tendered_minor": 100}}  # fmt: skip

    async def refused(languages: str) -> dict[str, str]:
        answer = await counter.http.post("/api/sales", json=sale, headers={"Accept-Language": languages})
        assert answer.status_code == 422
        assert int(answer.headers["content-length"]) == len(answer.content)
        told: dict[str, str] = answer.json()
        return told

    german = await refused("de-AT,de;q=0.9,en;q=0.8")
    assert german["message"] == "Im Katalog gibt es kein Produkt „gone“. Es wurde nichts verkauft."
    assert german["remedy"] == "Such es nach dem Namen, oder lies es mit dem Katalog ein."
    assert (german["code"], german["sku"]) == ("unknown-product", "gone")
    for languages in ("", "en-GB,de", "fr,it"):
        assert (await refused(languages))["message"].startswith("There is no product “gone”")


async def test_rows_of_a_file_and_a_plan_that_there_is_none_of_are_told_in_german_too(
    counter: Counter,
) -> None:
    await counter.sign_in()
    counter.http.headers["Accept-Language"] = "de"
    rows = "sku,name,category,price,vat_percent\ncup,Tasse,Töpferei,zwölf,19\n"
    told = (await counter.http.post("/api/products/import/preview", content=rows.encode())).json()
    (row,) = told["refused"]
    assert row["reason"] == "der Preis „zwölf“ ist kein Geldbetrag: schreib ihn wie 12 oder 12.50"
    assert (
        (await counter.http.get("/api/make-next")).json()["words"].startswith("Es gibt noch keinen Markttag")
    )
