"""The broker's commands: `stallholder broker …`."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hub.broker.config import PREFIX, Config
from shared.cli.settings_file import load_settings
from shared.settings import SettingsError

app = typer.Typer(help="The MQTT broker between tills, hub and locker boards.", no_args_is_help=True)

ConfigFile = Annotated[Path | None, typer.Option("--config", help="A TOML file with the settings.")]
DataDir = Annotated[Path | None, typer.Option(help="Where users and messages are kept.")]


@app.command()
def serve(
    config: ConfigFile = None,
    data_dir: DataDir = None,
    bind: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The MQTT port.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Whose hub this broker serves.")] = None,
    hub: Annotated[str | None, typer.Option(help="The hub's name.")] = None,
) -> None:
    """Run the broker until it is told to end. Says `ready mqtt://…` when it answers."""
    from hub.broker.errors import BrokerError  # a --help needs none of it
    from hub.broker.server import serve as run

    logging.basicConfig(level=logging.INFO)
    chosen = {"data_dir": data_dir, "bind": bind, "port": port, "tenant": tenant, "hub": hub}
    try:
        raise typer.Exit(run(_read(config, chosen)))
    except BrokerError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def add_user(
    device: Annotated[str, typer.Argument(help="The device's name, also its user name.")],
    role: Annotated[str, typer.Option(help="till, board or hub.")] = "till",
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Add a device by hand and print its sign-in as JSON. Enrolling at the hub does the same by itself."""
    from hub.broker.errors import BrokerError
    from hub.broker.user_file import BrokerUsersFile

    settings = _read(config, {"data_dir": data_dir})
    try:
        made = BrokerUsersFile(settings.data_dir).add(device, role, settings.tenant, settings.hub, device)
    except BrokerError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(asdict(made)))


def _read(file: Path | None, chosen: Mapping[str, object]) -> Config:
    try:
        return load_settings(Config, prefix=PREFIX, file=file, chosen=chosen)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
