"""The demo's acts: addresses first, eight earlier weeks, the workshop, one day live; with `--once` also a parcel, a plan and the reckoning."""

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shared.cli.demo.baskets import Basket, load_baskets
from shared.cli.demo.deployment import Deployment
from shared.cli.demo.market_calendar import MarketDay, earlier_days, live_day
from shared.cli.demo.market_days import MarketPlayer, load_par
from shared.cli.demo.parcel_walk import Doors, HubCounter, walk
from shared.cli.demo.settlement import Settlement, compare, figures_of, wait_until_settled
from shared.cli.demo.shopfront import TIMEOUT_S, DemoClock, DemoStepError, Shopfront, answer_of
from shared.cli.demo.words import tell_addresses, tell_live, tell_reach, tell_tour
from shared.cli.demo.workshop import Workshop
from shared.money import format_minor

SETTLE_TIMEOUT_S = 120.0
_PARCEL = Basket(number=0, minute_of_day=0, pieces=(("mug-ash", 2), ("card-hare", 1)))
_BROUGHT_BACK = Basket(number=-1, minute_of_day=0, pieces=(("card-hare", 3),))


class Show:
    """Plays the acts on a running deployment."""

    def __init__(self, console: Console, deployment: Deployment, today: date) -> None:
        self._console = console
        self._deployment = deployment
        self._places = deployment.places
        self._today = today
        self._baskets = load_baskets()
        self._clock = DemoClock(self._places.data("till"))
        self._played_file = self._places.root / "played-days.json"

    def open(self, lasting_s: float) -> None:
        """Tell where everything is, play the days, and leave the stage to the person."""
        tell_addresses(self._console, self._places, self._deployment.sign_ins)
        tell_reach(self._console, self._places)
        tell_tour(self._console, self._places)
        with self._seller() as shop:
            self._play_days(shop, lasting_s)
        tell_live(self._console)

    def once(self) -> bool:
        """Do it all without a person; returns whether everything agrees to the cent and every ledger verifies."""
        tell_addresses(self._console, self._places, self._deployment.sign_ins)
        sign_ins = self._deployment.sign_ins
        counter = HubCounter(self._places.url("hub"), sign_ins.staff_password)
        with self._seller() as shop:
            self._play_days(shop, 0.0)
            prices = {sku: product.price_minor for sku, product in shop.products().items()}
            receipt = shop.sell(_PARCEL, prices, datetime.now().astimezone(), collect=True)  # noqa: TID251 -- a seller's own clock
            self._console.print(
                walk(receipt, counter=counter, doors=Doors(self._places.url("board")), hub_url=self._places.url("hub"),
                     terminal_key=sign_ins.terminal_key)
            )  # fmt: skip
            self._give_back(shop, prices)
            self._make_and_order(shop)
            with closing(self._owner()) as dashboard:
                settlement = wait_until_settled(lambda: _look(shop, counter, dashboard), SETTLE_TIMEOUT_S)
        return self._tell_settlement(settlement) and self._verify()

    def _give_back(self, shop: Shopfront, prices: Mapping[str, int]) -> None:
        receipt = shop.sell(_BROUGHT_BACK, prices, datetime.now().astimezone())  # noqa: TID251 -- a seller's own clock
        back_minor, currency = shop.give_back_one(receipt), str(receipt["currency"])
        back = f"{format_minor(back_minor, currency)} {currency}"
        self._console.print(f"A customer brought one card back: {back} in cash.")

    def _make_and_order(self, shop: Shopfront) -> None:
        workshop = Workshop(shop)
        self._console.print(workshop.take_the_plan_on())
        self._console.print(workshop.order_and_receive("EUR"))

    def _seller(self) -> Shopfront:
        return Shopfront(self._places.url("till"), self._deployment.sign_ins.cashier_pin)

    def _owner(self) -> httpx.Client:
        sign_ins = self._deployment.sign_ins
        dashboard = httpx.Client(base_url=self._places.url("cloud"), timeout=TIMEOUT_S)
        answer_of(
            dashboard.post(
                "/api/sign-in",
                json={"user": sign_ins.dashboard_user, "password": sign_ins.dashboard_password},
            )
        )
        return dashboard

    def _play_days(self, shop: Shopfront, lasting_s: float) -> None:
        player = MarketPlayer(shop, self._clock, load_par())
        earlier = [day for day in earlier_days(self._today) if day not in self._played()]
        if earlier and self._played():
            earlier = []  # an earlier run played its own weeks; this one goes on from there
        try:
            self._play(player, earlier, "Eight weeks of earlier market days", 0.0)
            self._clock.release()
            Workshop(shop).furnish(self._today)
            if not self._played() or live_day(self._today) not in self._played():
                self._play(player, [live_day(self._today)], "Today, speeded up", lasting_s)
        finally:
            self._clock.release()

    def _play(self, player: MarketPlayer, days: list[MarketDay], title: str, lasting_s: float) -> None:
        if not days:
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("sales"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            bar = progress.add_task(title, total=sum(len(self._baskets[day.week, day.day]) for day in days))
            for day in days:
                live = day == live_day(self._today)
                player.play(
                    day,
                    self._baskets[day.week, day.day],
                    sold=lambda: progress.advance(bar),
                    lasting_s=lasting_s,
                    close=not live,
                )
                self._mark_played(day)

    def _played(self) -> set[MarketDay]:
        if not self._played_file.exists():
            return set()
        return {
            MarketDay(date.fromisoformat(day), week, number)
            for day, week, number in json.loads(self._played_file.read_text())
        }

    def _mark_played(self, day: MarketDay) -> None:
        days = sorted(self._played() | {day})
        fresh = self._played_file.with_suffix(".new")
        fresh.write_text(json.dumps([(day.date.isoformat(), day.week, day.day) for day in days]))
        fresh.replace(self._played_file)

    def _tell_settlement(self, settlement: Settlement) -> bool:
        for stream, figures in settlement.by_part["cloud"].items():
            self._console.print(f"{stream}: {figures.words('EUR')}")
        if settlement.differences:
            self._console.print("[bold red]These differ:[/]", *settlement.differences, sep="\n  ")
            return False
        self._console.print("Till, hub and cloud agree on every entry and to the cent.")
        return True

    def _verify(self) -> bool:
        ledger = str(self._places.data("till") / "ledger")
        for arguments in (("verify", ledger), ("hub", "verify"), ("cloud", "verify")):
            try:
                self._console.print(self._deployment.call(*arguments), highlight=False)
            except DemoStepError as error:
                self._console.print(f"[bold red]{error}[/]")
                return False
        return True


def _look(shop: Shopfront, counter: HubCounter, dashboard: httpx.Client) -> Settlement:
    parts = {
        "till": shop.compare(),
        "hub": counter.compare(),
        "cloud": answer_of(dashboard.get("/api/compare")),
    }
    return compare({part: figures_of(compared) for part, compared in parts.items()})
