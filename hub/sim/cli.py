"""The simulated locker board's commands: `stallholder board …`."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from hub.sim.config import PREFIX, Config
from shared.cli.settings_file import load_settings
from shared.settings import SettingsError

app = typer.Typer(
    help="A simulated locker board: the real firmware on its VM, against doors you can see and push.",
    no_args_is_help=True,
)

ConfigFile = Annotated[Path | None, typer.Option("--config", help="A TOML file with the settings.")]
DataDir = Annotated[Path | None, typer.Option(help="Where the board's settings are kept.")]
BoardName = Annotated[str | None, typer.Option(help="The board's name.")]


@app.command()
def serve(
    config: ConfigFile = None,
    data_dir: DataDir = None,
    bind: Annotated[str | None, typer.Option(help="The address of the page.")] = None,
    port: Annotated[int | None, typer.Option(help="The port of the page.")] = None,
    sizes: Annotated[str | None, typer.Option(help="The doors' sizes, such as S,S,L.")] = None,
    interpreter: Annotated[str | None, typer.Option(help="auto, micropython or cpython.")] = None,
) -> None:
    """Run the board and show its doors on a page. Says `ready http://…` when it answers."""
    import asyncio  # a --help needs none of it

    from hub.sim.serve import NotEnrolledError
    from hub.sim.serve import serve as run

    logging.basicConfig(level=logging.INFO)
    chosen = {"data_dir": data_dir, "bind": bind, "port": port, "sizes": sizes, "interpreter": interpreter}
    try:
        asyncio.run(run(_read(config, chosen)))
    except (NotEnrolledError, ValueError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def enrol(
    hub: Annotated[str, typer.Option(help="The hub's address, such as http://127.0.0.1:8102.")],
    code: Annotated[str, typer.Option(help="The one-time code that the hub gave.")],
    config: ConfigFile = None,
    data_dir: DataDir = None,
    board: BoardName = None,
) -> None:
    """Enrol the board at its hub, once."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from hub.sim.enrol import EnrolError, keep_key
    from hub.sim.enrol import enrol as ask
    from hub.sim.serve import sizes_of
    from hub.sim.settings_file import write_settings

    settings = _read(config, {"data_dir": data_dir, "board": board})
    key = Ed25519PrivateKey.generate()
    try:
        identity = ask(hub, code, settings.board, key)
    except EnrolError as error:
        typer.echo(f"The board was not enrolled: {error}", err=True)
        raise typer.Exit(1) from error
    keep_key(settings.data_dir, key)
    write_settings(settings.data_dir, identity, len(sizes_of(settings.sizes)))
    typer.echo(f"{identity.board} is enrolled at {identity.hub}.")


def _read(file: Path | None, chosen: Mapping[str, object]) -> Config:
    try:
        return load_settings(Config, prefix=PREFIX, file=file, chosen=chosen)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
