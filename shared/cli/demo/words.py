"""What the demo tells people: the table of addresses and the tour."""

from rich.console import Console
from rich.table import Table

from shared.cli.demo.baskets import SOURCE
from shared.cli.demo.places import Places
from shared.cli.demo.sign_ins import SignIns

_TOUR = """[bold]Five steps[/bold]
 1. [bold]Sell.[/bold] Open the till, type the PIN, touch a product, Take payment, Exact.
 2. [bold]Collect.[/bold] Sell once more with “Collect at locker” and keep the nine digits. On the hub's staff page
    choose Deposit, push the door shut in the simulated bank, then type the digits at the locker terminal.
 3. [bold]Unplug.[/bold] Kill any process (the log says which are there) or stop the hub, and go on selling.
 4. [bold]Verify.[/bold] {verify}
 5. [bold]Look.[/bold] The dashboard has it all; the till's page “What to make” says what to bring next."""


def tell_addresses(console: Console, places: Places, sign_ins: SignIns) -> None:
    """Print where everything is and how to get in."""
    table = Table(title="Where everything is", title_justify="left", show_lines=False)
    table.add_column("page", style="bold")
    table.add_column("address", overflow="fold")
    table.add_column("sign-in")
    table.add_row("Till", f"{places.url('till')}/", f"PIN {sign_ins.cashier_pin} ({sign_ins.cashier})")
    table.add_row(
        "Locker terminal", f"{places.url('hub')}/#key={sign_ins.terminal_key}", "in the address, once"
    )
    table.add_row("Hub staff", f"{places.url('hub')}/staff", f"password {sign_ins.staff_password}")
    table.add_row("Simulated doors", f"{places.url('board')}/", "none: a simulation on this machine")
    table.add_row(
        "Dashboard",
        f"{places.url('cloud')}/",
        f"user {sign_ins.dashboard_user}, password {sign_ins.dashboard_password}",
    )
    console.print(table)
    console.print(f"Data, logs and these sign-ins (mode 0600): {places.root}")
    console.print(f"Baskets: {SOURCE}.", highlight=False)


def tell_reach(console: Console, places: Places) -> None:
    """Print how to reach the pages from another machine, and what a phone needs."""
    forwards = " ".join(
        f"-L {port}:localhost:{port}" for part, port in places.ports.items() if part != "broker"
    )
    console.print(f"From another machine: ssh {forwards} THIS-MACHINE, or start again with --bind ADDRESS.")
    console.print(
        "A phone can look, but keeps sales offline only over https; pairing phones comes later.", style="dim"
    )


def tell_tour(console: Console, places: Places) -> None:
    """Print the tour."""
    console.print(_TOUR.format(verify=f"stallholder verify {places.data('till') / 'ledger'}"))
    console.print("Ctrl-C stops everything. The same command goes on with this data; --fresh starts anew.")
