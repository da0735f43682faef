"""`stallholder demo`: a whole deployment on this machine, and a market day before one's eyes."""

import asyncio
import shutil
import signal
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.cli.demo.deployment import Deployment
from shared.cli.demo.places import AlreadyRunningError, OnlyOne, Places
from shared.cli.demo.ports import choose_ports, last_ports
from shared.cli.demo.shopfront import DemoStepError
from shared.cli.demo.show import Show
from shared.cli.demo.sign_ins import make_sign_ins, read_sign_ins, write_sign_ins
from shared.cli.demo.words import tell_addresses
from shared.cli.supervisor import ChildNotReadyError, Supervisor

_SIGN_INS = "sign-ins.json"
_PORTS = "ports.json"


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Do everything without a person, compare, verify, and end.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw earlier demo data away and start anew.")
    ] = False,
    data_dir: Annotated[
        Path, typer.Option(help="Where the demo keeps its data.", envvar="STALLHOLDER_DEMO_DIR")
    ] = Path("var/demo"),
    bind: Annotated[
        str, typer.Option(help="Address to listen on; the default lets only this machine in.")
    ] = "127.0.0.1",
    lasting: Annotated[
        float, typer.Option(help="Seconds that the replayed day lasts (0 with --once).")
    ] = 30.0,
) -> None:
    """Run till, hub, lockers, broker and cloud on this machine and show a market day."""
    console = Console()
    root = data_dir.resolve()
    try:
        lock = OnlyOne(root)
    except AlreadyRunningError:
        _tell_running(console, root, bind)
        return
    try:
        if fresh:
            _start_anew(console, root, yes=yes)
        ok = asyncio.run(_run(console, root, bind, once=once, lasting_s=0.0 if once else lasting))
    except (DemoStepError, ChildNotReadyError, OSError) as error:
        console.print(f"[bold red]The demo stopped.[/] {error}", highlight=False)
        ok = False
    finally:
        lock.release()
    if not ok:
        raise typer.Exit(1)


def _tell_running(console: Console, root: Path, bind: str) -> None:
    console.print("The demo already runs on this machine; nothing new was started.")
    sign_ins = read_sign_ins(root / _SIGN_INS)
    if sign_ins is not None:
        tell_addresses(console, Places(root=root, bind=bind, ports=last_ports(root / _PORTS)), sign_ins)


def _start_anew(console: Console, root: Path, *, yes: bool) -> None:
    kept = {"lock"}
    if not yes and any(path.name not in kept for path in root.iterdir()):
        typer.confirm(f"Throw away the demo's sales and sign-ins in {root}?", abort=True)
    for path in root.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    console.print("Starting anew.")


async def _run(console: Console, root: Path, bind: str, *, once: bool, lasting_s: float) -> bool:
    sign_ins = read_sign_ins(root / _SIGN_INS) or make_sign_ins()
    write_sign_ins(root / _SIGN_INS, sign_ins)
    places = Places(root=root, bind=bind, ports=choose_ports(root / _PORTS, bind))
    deployment = Deployment(places, root / _SIGN_INS, sign_ins, _today())
    _cancel_on_signal(asyncio.current_task())
    with suppress(asyncio.CancelledError):
        async with Supervisor(
            places.logs, told=lambda words: console.print(f"[yellow]{words}[/]")
        ) as supervisor:
            with console.status("Starting …") as status:
                await deployment.start(supervisor, told=lambda part: status.update(f"Starting the {part} …"))
            show = Show(console, deployment, _today())
            if once:
                return await asyncio.to_thread(show.once)
            await asyncio.to_thread(show.open, lasting_s)
            await asyncio.Event().wait()
    console.print("Stopped. Everything is on disk.")
    return True


def _cancel_on_signal(task: asyncio.Task[object] | None) -> None:
    def stop() -> None:
        if task is not None:
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def _today() -> date:
    return datetime.now().astimezone().date()  # noqa: TID251 -- the demo is where the real clock comes in
