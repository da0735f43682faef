"""Every page and main state is held against WCAG 2.2, A and AA, and against cold fingers, by day and by night."""

import pytest
from playwright.sync_api import Page

from tests.browser.audit import broken_rules, small_targets
from tests.browser.chromium import DESK, PHONE, Screen
from tests.browser.tour import tour
from tests.browser.visitors import Visitors

pytestmark = pytest.mark.browser

_OTHER_THEME = "(root => { root.dataset.theme = root.dataset.theme === 'night' ? 'day' : 'night'; })(document.documentElement)"


def in_both_themes(page: Page) -> list[str]:
    found = broken_rules(page)
    page.evaluate(_OTHER_THEME)
    found += broken_rules(page)
    page.evaluate(_OTHER_THEME)
    return found


def test_the_listener_hears_what_is_wrong(visitors: Visitors) -> None:
    till = visitors.till()
    till.open()
    till.page.evaluate("""() => {
        const picture = document.createElement("img");
        const button = document.createElement("button");
        button.style = "all: unset; width: 30px; height: 60px";
        document.body.append(picture, button);
    }""")
    assert [line.split(":")[0] for line in broken_rules(till.page)] == ["button-name", "image-alt"]
    assert len(small_targets(till.page)) == 1


@pytest.mark.timeout(480)  # some eighty stops, each held against all rules
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=lambda screen: screen.name)
def test_every_page_and_state_keeps_wcag_2_2_by_day_and_night(visitors: Visitors, screen: Screen) -> None:
    seen: list[str] = []
    wrong: dict[str, list[str]] = {}
    for name, page in tour(visitors, screen):
        seen.append(name)
        # Colours do not depend on the screen's size: one theme is enough where the other has been looked at.
        found = (in_both_themes(page) if screen is PHONE else broken_rules(page)) + small_targets(page)
        if found:
            wrong[name] = found
    assert wrong == {}
    assert len(seen) == len(set(seen)) >= 70
