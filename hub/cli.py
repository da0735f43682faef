"""The hub's commands: `stallholder hub …`."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from hub.config import PREFIX, Config
from hub.domain.device import DeviceRole
from hub.domain.errors import HubError
from shared.cli.settings_file import load_settings
from shared.cli.write_lines import write_lines
from shared.ids import IdError
from shared.settings import SettingsError

T = TypeVar("T")

app = typer.Typer(
    help="The parcel-locker hub: gathers its tills' sales, hands out parcels.", no_args_is_help=True
)

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="A TOML file with the settings.", dir_okay=False)
]


@app.command()
def enrol(
    cloud: Annotated[str, typer.Option(help="The cloud's address, such as https://cloud.example.")],
    code: Annotated[str, typer.Option(help="The one-time code from `stallholder cloud enrol-code`.")],
    config: ConfigFile = None,
) -> None:
    """Enrol this hub at its cloud. Needed once; afterwards the hub works with the cloud off."""
    from hub.app import enrol

    settings = _load(config)
    identity = _try(lambda: enrol.enrol(settings, cloud_url=cloud, code=code))
    typer.echo(f"{identity.hub} of {identity.tenant} is enrolled. Data: {settings.data_dir}")


@app.command()
def enrol_code(
    device: Annotated[str, typer.Option(help="The device's name, such as till-harbour.")],
    role: Annotated[DeviceRole, typer.Option(help="What the device is.")] = DeviceRole.TILL,
    config: ConfigFile = None,
) -> None:
    """Print a one-time code with which a till or board enrols here: once, within a day."""
    from hub.app import access

    settings = _load(config)
    typer.echo(_try(lambda: access.make_enrol_code(settings, role=role, device=device)))


@app.command()
def set_staff_password(
    password_file: Annotated[
        Path, typer.Option(help="A file with the password in its first line; - reads standard input.")
    ],
    config: ConfigFile = None,
) -> None:
    """Set the password of the staff page."""
    from hub.app import access

    settings, password = _load(config), _read_password(password_file)
    _try(lambda: access.set_staff_password(settings, password))
    typer.echo("The staff password is set.")


@app.command()
def terminal_key(config: ConfigFile = None) -> None:
    """Print a new key for a locker terminal; it is shown this once."""
    from hub.app import access

    settings = _load(config)
    typer.echo(_try(lambda: access.make_terminal_key(settings)))


@app.command()
def remove_terminal_key(
    name: Annotated[
        str | None, typer.Argument(help="The key's name; without it the keys are listed.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Let a terminal's key open nothing any more; whoever is signed in with it is signed out."""
    from hub.app import access

    settings = _load(config)
    if name is None:
        for key in _try(lambda: access.terminal_keys(settings)):
            typer.echo(f"{key.name}  made {key.made_at:%Y-%m-%d %H:%M}")
        return
    removed = _try(lambda: access.remove_terminal_key(settings, name))
    typer.echo(f"The key {removed.name} of {removed.made_at:%Y-%m-%d %H:%M} opens nothing any more.")


@app.command()
def remove_device(
    device: Annotated[str, typer.Argument(help="The device's name, such as till-harbour.")],
    config: ConfigFile = None,
) -> None:
    """Let a till or board in no more: it is disconnected, and its codes are void. What it sent stays."""
    from hub.app import access

    settings = _load(config)
    _try(lambda: access.remove_device(settings, device))
    typer.echo(f"{device} is removed. Its sales and parcels stay. A new code lets it in again.")


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Serve until told to stop. Says `ready http://…` when it answers."""
    from hub.app import serve

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    settings = _load(config)
    _try(lambda: asyncio.run(serve.serve(settings)))


@app.command()
def status(config: ConfigFile = None) -> None:
    """Say how far everything has come, and why no further; ends with status 1 while something needs a person."""
    from shared.cli.monitoring import ask_status, tell_status

    settings = _load(config)
    said = ask_status("hub", data_dir=settings.data_dir, bind=settings.bind, port=settings.port)
    broker = "The broker is connected." if said["broker"]["connected"] else "The broker is out of reach."
    room = ["This hub's disk is full: make room."] if said["full"] else []
    sources = [f"{source['source']}: {source['words']}" for source in said["sources"]]
    tell_status([said["cloud"]["words"], broker, *room, *sources], alarm=said["alarm"])


@app.command()
def metrics_token(
    new: Annotated[bool, typer.Option("--new", help="Make another; the old one reads nothing more.")] = False,
    config: ConfigFile = None,
) -> None:
    """Print the token with which a monitor reads this hub's metrics."""
    from shared.cli.monitoring import print_metrics_token

    print_metrics_token(_load(config).data_dir, new=new)


@app.command()
def verify(config: ConfigFile = None) -> None:
    """Check every chain that this hub holds with the independent reader. Exits 1 at the first that is bad."""
    from hub.app import chains

    settings = _load(config)
    bad = 0
    for name, report in _try(lambda: list(chains.verify(settings))):
        if report.problem is None:
            typer.echo(f"{name}: all well. {report.entries} entries, {report.sales} sales.")
        else:
            bad += 1
            typer.echo(f"{name}: entry {report.problem.line} is bad: {report.problem.words}.", err=True)
    if bad:
        raise typer.Exit(1)


@app.command()
def dead_letters(
    export: Annotated[
        Path | None, typer.Option(help="Write all of them into this file, as JSON Lines.", dir_okay=False)
    ] = None,
    dismiss: Annotated[str | None, typer.Option(help="Take one off the list, by its name.")] = None,
    config: ConfigFile = None,
) -> None:
    """List what this hub could not read. It is kept as it came, and tried again by itself after each update."""
    from hub.app import letters

    settings = _load(config)
    if dismiss is not None:
        _try(lambda: letters.dismiss_dead_letter(settings, dismiss))
        typer.echo(f"{dismiss} is off the list.")
    elif export is not None:
        _try(lambda: write_lines(export, letters.export_dead_letters(settings)))
        typer.echo(f"The dead letters are in {export}.", err=True)
    else:
        listed = _try(lambda: letters.dead_letters(settings))
        for letter in listed:
            typer.echo(
                f"{letter.letter_id}  {letter.source}  {letter.count}x since {letter.since}: {letter.reason}"
            )
        if not listed:
            typer.echo("There are none: everything could be read.")


@app.command()
def restored(config: ConfigFile = None) -> None:
    """Say that this hub's data came back from a backup: its own chain begins anew, codes of parcels in lockers are locked."""
    from hub.app import chains

    settings = _load(config)
    if not _try(lambda: chains.say_restored(settings)):
        _fail(
            "This hub has no chain of its own yet, so nothing was restored. Start it with `stallholder hub serve`."
        )
    typer.echo(
        "The hub's own chain begins anew. Look into each locker, then give new codes on the staff page."
    )


@app.command()
def openapi(config: ConfigFile = None) -> None:
    """Print the OpenAPI description of this hub's interface, for developers; no enrolment is needed."""
    from hub.app import serve

    typer.echo(json.dumps(serve.describe(_load(config)), indent=2))


@app.command()
def export_stream(
    source: Annotated[str, typer.Argument(help="The till's name, such as till-harbour.")],
    to: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    epoch: Annotated[str | None, typer.Option(help="Which of its ledgers, if it has had several.")] = None,
    config: ConfigFile = None,
) -> None:
    """Write a till's entries, byte for byte as received, one a line: what `stallholder repair` mends a ledger from."""
    from hub.app import chains

    settings = _load(config)
    _try(lambda: write_lines(to, (line + b"\n" for line in chains.export_stream(settings, source, epoch))))
    typer.echo(f"The entries of {source} are in {to}.", err=True)


def _load(file: Path | None) -> Config:
    try:
        return load_settings(Config, prefix=PREFIX, file=file)
    except SettingsError as error:
        _fail(str(error))


def _read_password(file: Path) -> str:
    try:
        text = typer.get_text_stream("stdin").read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{file} cannot be read: {error}")
    lines = text.splitlines()
    if not lines or len(lines[0]) < 8:
        _fail("The password must have at least 8 characters, in the first line of the file.")
    return lines[0]


def _try(work: Callable[[], T]) -> T:
    try:
        return work()
    except (HubError, IdError, SettingsError, OSError) as error:
        _fail(str(error))


def _fail(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
