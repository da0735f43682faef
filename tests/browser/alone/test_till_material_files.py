"""Materials and recipes come from a spreadsheet and go into one, on every screen: seen first, taken once, and back without a change."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import expect_to_fit, small_targets
from tests.browser.chromium import DESK, PANEL, PHONE, Screen, new_visitor
from tests.browser.pages import TillPage
from tests.till_of_weeks import PIN

pytestmark = pytest.mark.browser

MATERIALS = "Name;Einheit;Bestand;Kosten;Packung\r\nTöpferton {0};kg;20;2,50;10\r\nGlasur {0};l;viel;12;\r\n"
RECIPES = "sku;makes;material;quantity;unit\r\nbowl;10;Töpferton {0};{1};kg\r\nlamp;1;Töpferton {0};1;kg\r\n"
AMOUNTS = {PHONE.name: "8,5", PANEL.name: "9", DESK.name: "9,5"}


@pytest.mark.parametrize("screen", [PHONE, PANEL, DESK], ids=lambda screen: screen.name)
def test_a_file_is_seen_taken_over_and_saved_again(
    browser: Browser, till_of_weeks: str, screen: Screen
) -> None:
    context = new_visitor(browser, screen)
    till = TillPage(context.new_page(), till_of_weeks, PIN)
    page = till.page
    till.enter()
    till.go("materials")
    till.tap(page.get_by_role("link", name="From a file"))
    expect(page.get_by_role("heading", name="Materials and recipes as files")).to_be_visible()
    _fits(page)
    _choose(page, MATERIALS.format(screen.name).encode("cp1252"))
    _says(page, "1 new, 0 changed. The stock of 1 changes, 0 stay as they are.")
    expect(page.get_by_text("Row 3: the stock: “viel” is no quantity, such as 2 or 0.5")).to_be_visible()
    expect(page.locator(".plain-list", has_text="In stock: 0 → 20")).to_be_visible()
    _fits(page)
    till.tap(page.get_by_role("button", name="Take over 1"))
    expect(page.locator(".notices")).to_contain_text("1 row was not taken")
    expect(page.locator(".row-link", has_text=f"Töpferton {screen.name}")).to_contain_text(
        re.compile("20.kg")
    )
    till.tap(page.locator(".notices").get_by_role("button", name="OK"))

    till.tap(page.get_by_role("link", name="From a file"))
    till.tap(page.get_by_role("button", name="Recipes"))
    _choose(page, RECIPES.format(screen.name, AMOUNTS[screen.name]).encode())
    expect(
        page.get_by_text(
            re.compile(
                "Row 3: no product lamp is known here: add it first, or correct its number; the recipe stays as it is"
            )
        )
    ).to_be_visible()
    amount = AMOUNTS[screen.name].replace(",", ".")
    expect(page.locator(".plain-list").last).to_contain_text(
        re.compile(rf"Goes in: .*Töpferton {screen.name} {amount}.kg")
    )
    _fits(page)
    till.tap(page.get_by_role("button", name="Take over 1"))
    expect(page).to_have_url(re.compile("#/materials$"))
    till.go("recipe", "bowl")
    expect(page.get_by_label(f"Töpferton {screen.name} (kg)")).to_have_value(amount)

    for kind, saves in (("Materials", "Save all materials"), ("Recipes", "Save all recipes")):
        till.go("materials", "+file")
        till.tap(page.get_by_role("button", name=kind))
        file = _saved(page, saves)
        assert f"Töpferton {screen.name}".encode() in file
        _choose(page, file)
        _says(page, "0 new, 0 changed.")
        expect(page.get_by_role("button", name="Take over")).to_have_count(0)
    context.close()


def _says(page: Page, words: str) -> None:
    expect(page.locator("p.say[role='status']")).to_contain_text(words)


def _fits(page: Page) -> None:
    expect_to_fit(page)
    assert small_targets(page) == []


def _choose(page: Page, content: bytes) -> None:
    page.get_by_label("Choose the file").set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": content}
    )


def _saved(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return Path(download.value.path()).read_bytes()
