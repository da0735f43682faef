"""What axe-core finds wrong with a page, in lines that say where."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
_RUN = """(tags) => Promise.allSettled(document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < 1e6).map(({ finished }) => finished)).then(() => axe.run(document, {
  runOnly: { type: "tag", values: tags },
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
}))"""  # a colour on its way to another is nobody's
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_TARGET_MIN_PX = 48
_SMALL_TARGETS = """(leastPx) => [...document.querySelectorAll("button, a.button, .row-link, input:not([type=checkbox])")]
  .map((target) => ({ target, box: target.getBoundingClientRect() }))
  .filter(({ target, box }) => target.checkVisibility() && box.width > 1 && (box.height < leastPx || box.width < leastPx))
  .map(({ target, box }) => `${target.outerHTML.slice(0, 120)} is ${Math.round(box.width)} by ${Math.round(box.height)} px`)"""


def broken_rules(page: Page) -> list[str]:
    """Return each broken rule of WCAG 2.2, levels A and AA, with the first element that breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)  # past the page's own policy, which lets no foreign script in
    return [
        f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['target']} {rule['nodes'][0]['failureSummary']}"
        for rule in page.evaluate(_RUN, LEVELS)["violations"]
    ]


def small_targets(page: Page) -> list[str]:
    """Return what has to be tapped and is smaller than a cold finger."""
    return page.evaluate(_SMALL_TARGETS, _TARGET_MIN_PX)


def expect_to_fit(page: Page) -> None:
    """Nothing sticks out to the right and no rule is broken."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert broken_rules(page) == []
