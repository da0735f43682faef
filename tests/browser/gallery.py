"""Takes a picture of every page in every main state: `make gallery`.

Plays a demo day first, or goes on with the one in `build/gallery-demo`, so that the pages have something to show. All
pictures go to `build/gallery` with an `index.html`; the handful that the README shows goes to `docs/screens`.
"""

import html
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from shared.cli.demo.baskets import Basket
from shared.cli.demo.parcel_walk import Doors, HubCounter, lay_in
from shared.cli.demo.ports import USUAL_PORTS
from shared.cli.demo.shopfront import Shopfront
from tests.browser.chromium import DESK, PANEL, PHONE, Screen, running_chromium
from tests.browser.tour import Stop, tour
from tests.browser.visitors import Visitors
from tests.deployment import RunningDeployment, running_deployment
from tests.free_ports import free_ports

log = logging.getLogger("gallery")

REPOSITORY = Path(__file__).parents[2]
GALLERY = REPOSITORY / "build" / "gallery"
SCREENS = REPOSITORY / "docs" / "screens"
DEMO = REPOSITORY / "build" / "gallery-demo"
PROMISED = (
    (("jug-blue", 1), ("print-harbour", 2)),
    (("throw-lambswool", 1),),
    (("bowl-walnut", 1), ("spoon-oak", 2)),
)
README_BYTES_MAX = 150_000
SCREEN_NAMES = tuple(screen.name for screen in (PHONE, PANEL, DESK))
THEMES = ("day", "night")
# What the README shows, by the name of its file: where the tour stops, and on which screen.
FOR_THE_README = {
    "till-phone": ("till-sell-with-a-cart", PHONE),
    "receipt": ("till-paid-with-pick-up", PHONE),
    "till-panel": ("till-sell-with-a-cart", PANEL),
    "make-next": ("till-make", PANEL),
    "products": ("till-products", PHONE),
    "terminal": ("terminal-open", PANEL),
    "staff": ("staff-door-open", DESK),
    "bank": ("bank-open-and-jammed", DESK),
    "dashboard": ("dashboard-today", DESK),
    "catalogue": ("dashboard-catalogue", DESK),
}


def main() -> None:
    """Take all pictures."""
    play_a_day()
    GALLERY.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    now = datetime.now().astimezone()  # noqa: TID251 -- the demo's own day
    with running_deployment(DEMO, now.date()) as deployment:
        fill_the_lockers(deployment, now)
        clear_the_plan(deployment)
        for screen in (PHONE, PANEL, DESK):
            for night in (False, True):
                taken += take_a_walk(deployment, screen, night=night)
    write_index(taken)
    for name, (stop, screen) in FOR_THE_README.items():
        show_in_the_readme(name, GALLERY / f"{stop}-{screen.name}-day.png")
    log.info("%d pictures: %s", len(taken), GALLERY / "index.html")


def play_a_day() -> None:
    """Play a demo day, unless one was played here before."""
    if (DEMO / "sign-ins.json").exists():
        return
    log.info("Playing a demo day first; this takes a minute or two …")
    DEMO.mkdir(parents=True, exist_ok=True)
    (DEMO / "ports.json").write_text(
        json.dumps(free_ports(USUAL_PORTS))
    )  # beside a demo that runs on the usual ones
    subprocess.run(
        [sys.executable, "-m", "shared.cli", "demo", "--once", "--yes"], check=True,
        env={**os.environ, "STALLHOLDER_DEMO_DIR": str(DEMO)},
    )  # fmt: skip


def fill_the_lockers(deployment: RunningDeployment, now: datetime) -> None:
    """Promise three parcels and lay two of them into their lockers, so that there is something to see."""
    places, sign_ins = deployment.places, deployment.sign_ins
    counter = HubCounter(places.url("hub"), sign_ins.staff_password)
    doors = Doors(places.url("board"))
    with Shopfront(places.url("till"), sign_ins.cashier_pin) as shop:
        prices_minor = {sku: product.price_minor for sku, product in shop.products().items()}
        for goods in PROMISED:
            basket = Basket(number=int(now.timestamp()), minute_of_day=0, pieces=goods)
            pickup = shop.sell(basket, prices_minor, now, collect=True)["pickup"]
            if goods is not PROMISED[-1]:
                lay_in(pickup["parcel_id"], counter=counter, doors=doors)
            now += timedelta(seconds=1)


def clear_the_plan(deployment: RunningDeployment) -> None:
    """Take back what the demo took on, so that a plan is there to be seen."""
    with Shopfront(deployment.places.url("till"), deployment.sign_ins.cashier_pin) as shop:
        for one in cast("list[dict[str, str]]", shop.get("/api/make-next")["taken_on"]):
            shop.post(f"/api/making/{one['sku']}/drop", {})


def take_a_walk(deployment: RunningDeployment, screen: Screen, *, night: bool) -> list[Path]:
    """Take a picture at every stop of the tour, and one of the whole page where it is longer than the screen."""
    taken = []
    with running_chromium() as browser:
        visitors = Visitors(browser, deployment)
        for stop in tour(visitors, screen, night=night):
            name = f"{stop.name}-{screen.name}-{'night' if night else 'day'}"
            log.info("%s", name)
            taken += pictures_of(stop, name)
        visitors.leave()
        for complaint in visitors.complaints():
            log.warning("the page complained: %s", complaint)
    return taken


def pictures_of(stop: Stop, name: str) -> list[Path]:
    """Take what the screen shows, and the whole page if there is more of it."""
    page, path = stop.page, GALLERY / f"{name}.png"
    page.screenshot(path=path)
    if not page.evaluate("document.documentElement.scrollHeight > innerHeight + 1"):
        return [path]
    whole = GALLERY / f"{name}-whole.png"
    page.screenshot(path=whole, full_page=True)
    return [path, whole]


def show_in_the_readme(name: str, picture: Path) -> None:
    """Keep a copy of a picture among the documents, as long as a clone stays small with it."""
    if picture.stat().st_size > README_BYTES_MAX:
        raise ValueError(f"{picture} is larger than {README_BYTES_MAX:,} bytes: too large for the README")
    SCREENS.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(picture, SCREENS / f"{name}.png")


def write_index(taken: list[Path]) -> None:
    """Write one page that shows all pictures, by part and state; its switches choose screen and theme, without a script."""
    by_state: dict[str, list[Path]] = {}
    for path in sorted(taken):
        by_state.setdefault(_state_of(path), []).append(path)
    sections = "\n".join(
        f"<section><h2>{html.escape(state)}</h2><div>{''.join(map(_figure, paths))}</div></section>"
        for state, paths in by_state.items()
    )
    switches = "".join(
        f'<label><input type="checkbox" id="{word}" checked> {word}</label>'
        for word in (*SCREEN_NAMES, *THEMES)
    )
    hides = "".join(
        f"body:has(#{word}:not(:checked)) figure.{word}{{display:none}}" for word in (*SCREEN_NAMES, *THEMES)
    )
    (GALLERY / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page in every state</title>\n'
        "<style>body{font:15px sans-serif;margin:1rem}nav{position:sticky;top:0;background:#fff;padding:.5rem;display:flex;gap:1rem}"
        "section div{display:flex;flex-wrap:wrap;gap:1rem;align-items:start}figure{margin:0}figcaption{color:#555}"
        f"img{{max-width:420px;max-height:560px;border:1px solid #999}}{hides}</style>\n"
        f"<nav>{switches}</nav>\n{sections}\n</html>\n"
    )


def _state_of(path: Path) -> str:
    """The stop's name, which stands before screen and theme."""
    return re.split(rf"-(?:{'|'.join(SCREEN_NAMES)})-(?:{'|'.join(THEMES)})", path.stem)[0]


def _figure(path: Path) -> str:
    words = path.stem.removeprefix(_state_of(path)).strip("-").split("-")
    link = f'<a href="{path.name}"><img loading="lazy" src="{path.name}" alt=""></a>'
    return f'<figure class="{" ".join(words)}">{link}<figcaption>{" ".join(words)}</figcaption></figure>'


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
