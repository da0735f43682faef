"""What the demo tells people: where everything is, and the tour."""

import sys
from pathlib import Path

from rich.console import Console

from shared.cli.demo.baskets import SOURCE
from shared.cli.demo.places import Places
from shared.cli.demo.sign_ins import SignIns

_TOUR = """[bold]Six steps[/]
 1. [bold]Sell.[/] Open the till, type the PIN, touch a product, Take payment, Exact.
 2. [bold]Collect.[/] Sell once more with “Collect at the locker” and keep the nine digits. On the hub's staff page open
    the door for the parcel, push it shut in the simulated doors, then type the digits at the locker terminal.
 3. [bold]Unplug.[/] Kill any part, and go on selling; it comes back by itself. The hub, for example:
    {kill}
 4. [bold]Verify[/] the ledger with a reader that shares no code with the till:
    {verify}
 5. [bold]Plan.[/] The till's page “What to make” says how many of what, by when and why; take it on with one tap. Behind it:
    Materials, Orders to suppliers, Market days, What is going on. They are filled in for the stall's made-up workshop.
 6. [bold]Look.[/] The dashboard has it all."""


def tell_addresses(console: Console, places: Places, sign_ins: SignIns) -> None:
    """Print where everything is and how to get in. Nothing wraps: an address must be easy to copy."""
    pages = (
        ("Till", f"{places.url('till')}/", f"PIN {sign_ins.cashier_pin} ({sign_ins.cashier})"),
        ("Locker terminal", f"{places.url('hub')}/#key={sign_ins.terminal_key}", "the key is in the address"),
        ("Pick-up board", f"{places.url('hub')}/board#key={sign_ins.terminal_key}", "the same key"),
        ("Hub staff", f"{places.url('hub')}/staff", f"password {sign_ins.staff_password}"),
        ("Simulated doors", f"{places.url('board')}/", "no sign-in: a simulation on this machine"),
        (
            "Dashboard",
            f"{places.url('cloud')}/",
            f"user {sign_ins.dashboard_user}, password {sign_ins.dashboard_password}",
        ),
    )
    console.print("\n[bold]Where everything is[/]")
    for page, address, sign_in in pages:
        _say(console, f" [bold]{page:<16}[/] {address}")
        _say(console, f" {'':<16} [dim]{sign_in}[/]")
    _say(console, f"\nData, logs, and these sign-ins (in a file for this user alone): {places.root}")


def tell_reach(console: Console, places: Places) -> None:
    """Print what the goods are, how to reach the pages from another machine, and what a phone needs."""
    forwards = " ".join(
        f"-L {port}:localhost:{port}" for part, port in places.ports.items() if part != "broker"
    )
    _say(console, f"From another machine: ssh {forwards} THIS-MACHINE")
    _say(
        console,
        "or start again with --bind ADDRESS. A phone keeps sales offline only over https: Menu, Phones pairs it.",
    )
    _say(console, f"[dim]Baskets: {SOURCE}.[/]\n")


def tell_tour(console: Console, places: Places) -> None:
    """Print the tour."""
    stallholder = Path(sys.executable).with_name("stallholder")
    tour = _TOUR.format(
        kill=f"kill -9 $(cat {places.logs / 'hub.pid'})",
        verify=f"{stallholder} verify {places.data('till') / 'ledger'}",
    )
    _say(console, f"{tour}\n")


def tell_live(console: Console) -> None:
    """Print that the stage is the person's now, and how to leave it."""
    _say(console, "\nEverything is live on the real clock now.")
    _say(
        console,
        "Ctrl-C stops everything. The same command goes on with this data; --fresh throws it away and starts anew.",
    )


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)
