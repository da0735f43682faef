"""The broker's commands: `stallholder broker …`."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from hub.broker.config import PREFIX, Config
from shared.cli.settings_file import load_settings
from shared.settings import SettingsError

T = TypeVar("T")

app = typer.Typer(help="The MQTT broker between tills, hub and locker boards.", no_args_is_help=True)

ConfigFile = Annotated[Path | None, typer.Option("--config", help="A TOML file with the settings.")]
DataDir = Annotated[Path | None, typer.Option(help="Where users and messages are kept.")]
IsMosquitto = Annotated[
    bool, typer.Option("--mosquitto", help="Run mosquitto (2 or newer) instead of nats-server.")
]


@app.command()
def serve(
    config: ConfigFile = None,
    data_dir: DataDir = None,
    bind: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The MQTT port.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Whose hub this broker serves.")] = None,
    hub: Annotated[str | None, typer.Option(help="The hub's name.")] = None,
    mosquitto: IsMosquitto = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="Where all nodes of a cluster listen for one another: host:port,host:port,host:port."
        ),
    ] = None,
    node: Annotated[str | None, typer.Option(help="This node's name in the cluster.")] = None,
    cluster_port: Annotated[int | None, typer.Option(help="Where this node listens for the others.")] = None,
) -> None:
    """Run the broker until it is told to end. Says `ready mqtt://…` when it answers.

    Where it listens to other machines it speaks TLS, with an authority of its own that devices learn when they enrol
    (STALLHOLDER_BROKER_TLS=off for a network that you trust). Three nodes with --cluster are one broker.
    """
    from hub.broker.server import serve as run  # a --help needs none of it

    logging.basicConfig(level=logging.INFO)
    chosen = {
        "data_dir": data_dir, "bind": bind, "port": port, "tenant": tenant, "hub": hub,
        "cluster": cluster, "node": node, "cluster_port": cluster_port,
    }  # fmt: skip
    settings = _read(config, {**chosen, "program": "mosquitto" if mosquitto else None})
    raise typer.Exit(_try(lambda: run(settings)))


@app.command()
def write_config(config: ConfigFile = None, data_dir: DataDir = None, mosquitto: IsMosquitto = False) -> None:
    """Write the broker's hardened configuration, users and keys, and name the files; starts nothing."""
    from hub.broker.programs import PROGRAMS
    from hub.broker.set_up import set_up

    settings = _read(config, {"data_dir": data_dir, "program": "mosquitto" if mosquitto else None})
    start = _try(lambda: set_up(settings))
    program = PROGRAMS[settings.program]
    for name in (*program.config(start), *program.user_files(())):
        typer.echo(start.directory / name)


@app.command()
def add_user(
    device: Annotated[str, typer.Argument(help="The device's name, also its user name.")],
    role: Annotated[str, typer.Option(help="till, board or hub.")] = "till",
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Add a device by hand and print its sign-in as JSON. Enrolling at the hub does the same by itself."""
    from hub.broker.user_file import BrokerUsersFile

    settings = _read(config, {"data_dir": data_dir})
    users = BrokerUsersFile(settings.data_dir)
    made = _try(lambda: users.add(device, role, settings.tenant, settings.hub, device))
    typer.echo(json.dumps(asdict(made)))


@app.command()
def export_users(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Print the users, with hashed passwords, for the other nodes of a cluster: after each enrolment, into `import`."""
    from hub.broker.bundle import export_users as export

    settings = _read(config, {"data_dir": data_dir})
    typer.echo(_try(lambda: export(settings)))


@app.command()
def export_node(
    host: Annotated[
        list[str], typer.Argument(help="Names and addresses under which the new node is reached.")
    ],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Print what another node of the cluster needs: its key and certificate, and the users. A secret: pipe it."""
    from hub.broker.bundle import export_node as export

    settings = _read(config, {"data_dir": data_dir})
    typer.echo(_try(lambda: export(settings, host)))


@app.command("import")
def import_(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Take over on another node what export-node or export-users printed; reads standard input. Drops nobody."""
    from hub.broker.bundle import import_bundle

    settings, text = _read(config, {"data_dir": data_dir}), typer.get_text_stream("stdin").read()
    count = _try(lambda: import_bundle(settings, text))
    typer.echo(f"{count} users are known here now.")


def _try(work: Callable[[], T]) -> T:
    from hub.broker.errors import BrokerError

    try:
        return work()
    except (BrokerError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _read(file: Path | None, chosen: Mapping[str, object]) -> Config:
    try:
        return load_settings(Config, prefix=PREFIX, file=file, chosen=chosen)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
