"""The cloud's commands."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cloud.config import PREFIX, Config
from cloud.domain.enrolment import Role
from cloud.domain.errors import CloudError
from shared.cli.settings_file import load_settings
from shared.entry import StreamKey
from shared.ids import Epoch, IdError, SourceId, TenantId
from shared.settings import SettingsError

app = typer.Typer(help="The cloud: every stall's sales and parcels in one place.", no_args_is_help=True)

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (TOML).", dir_okay=False)
]
Tenant = Annotated[str, typer.Option(help="The tenant: whose stalls these are.")]
User = Annotated[str, typer.Option(help="The name to sign in with.")]
PasswordFile = Annotated[
    Path,
    typer.Option(help="File with the password in its first line; - reads standard input.", allow_dash=True),
]


@app.command()
def init(tenant: Tenant, user: User, password_file: PasswordFile, config: ConfigFile = None) -> None:
    """Make the database, the root key, a tenant and its first user. What is there already stays."""
    from cloud import app as cloud_app

    settings, password = _load(config), _read_password(password_file)
    try:
        made = cloud_app.begin(settings, tenant=tenant, user=user, password=password)
    except (CloudError, IdError, OSError) as error:  # OSError: the data folder cannot be written
        _fail(error)
    typer.echo(
        f"{'Made' if made else 'Found'} tenant {tenant}. {user} can sign in. Data: {settings.data_dir}"
    )


@app.command()
def enrol_code(
    tenant: Tenant,
    device: Annotated[str, typer.Option(help="The device's name, such as hub-dock.")],
    role: Annotated[Role, typer.Option(help="What the device is.")] = Role.HUB,
    config: ConfigFile = None,
) -> None:
    """Print a one-time code with which a device enrols: once, within a day."""
    from cloud import app as cloud_app

    try:
        cloud = cloud_app.open_cloud(_load(config))
        typer.echo(cloud.doors.enrolment.give_code(tenant, device, role))
    except (CloudError, IdError) as error:
        _fail(error)


@app.command()
def add_user(tenant: Tenant, user: User, password_file: PasswordFile, config: ConfigFile = None) -> None:
    """Let somebody sign in."""
    from cloud import app as cloud_app

    settings, password = _load(config), _read_password(password_file)
    try:
        cloud_app.open_cloud(settings).doors.people.add(tenant, user, password)
    except (CloudError, IdError) as error:
        _fail(error)
    typer.echo(f"{user} can sign in.")


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Serve until told to stop."""
    from cloud import app as cloud_app

    try:
        cloud_app.serve(_load(config))
    except (CloudError, SettingsError, OSError) as error:
        _fail(error)


@app.command()
def verify(config: ConfigFile = None) -> None:
    """Verify every chain from its first byte, and every figure against a second count of the entries."""
    from cloud import app as cloud_app

    sound = True
    try:
        for report in cloud_app.open_cloud(_load(config)).verify():
            sound = sound and report.sound
            for chain in report.chains:
                name = f"{report.tenant}/{chain.stream.source}/{chain.stream.epoch}"
                typer.echo(f"{name}: {chain.fault or f'{chain.head.seq} entries, sound'}")
            for words in report.wrong_figures:
                typer.echo(f"{report.tenant}: {words}")
    except CloudError as error:
        _fail(error)
    typer.echo("Everything is sound." if sound else "Something is wrong: keep this data, and ask for help.")
    raise typer.Exit(0 if sound else 1)


@app.command()
def dead_letters(
    tenant: Tenant,
    export: Annotated[
        Path | None, typer.Option(help="Write all of them into this file, as JSON Lines.", dir_okay=False)
    ] = None,
    dismiss: Annotated[str | None, typer.Option(help="Take one off the list, by its name.")] = None,
    config: ConfigFile = None,
) -> None:
    """List what could not be read. It is kept as it came, and tried again by itself after each update."""
    from cloud import app as cloud_app

    try:
        cloud = cloud_app.open_cloud(_load(config))
        letters = cloud.doors.letters
        if dismiss is not None:
            if not letters.dismiss(tenant, dismiss):
                _fail(f"{tenant} has no dead letter {dismiss}. Without --dismiss this command lists them.")
            typer.echo(f"{dismiss} is off the list.")
        elif export is not None:
            with export.open("wb") as file:
                file.writelines(letters.export(tenant))
            typer.echo(f"The dead letters of {tenant} are in {export}.", err=True)
        else:
            for letter in letters.board(tenant).letters:
                since = f"{datetime.fromtimestamp(letter.since_ms / 1_000, UTC):%Y-%m-%d %H:%M} UTC"
                typer.echo(
                    f"{letter.letter_id}  {letter.source}  {letter.count}x since {since}: {letter.reason}"
                )
    except (CloudError, OSError) as error:
        _fail(error)


@app.command()
def openapi(config: ConfigFile = None) -> None:
    """Print the OpenAPI description of this cloud's interface, for developers; no data folder is needed."""
    from cloud import app as cloud_app

    typer.echo(json.dumps(cloud_app.describe(_load(config)), indent=2))


@app.command()
def export_stream(
    tenant: Tenant,
    source: Annotated[str, typer.Option(help="The till's or hub's name.")],
    epoch: Annotated[
        str, typer.Option(help="Which of its ledgers: the letters before the receipt's number.")
    ],
    to: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    config: ConfigFile = None,
) -> None:
    """Write a chain, byte for byte as received, one entry a line: what `stallholder repair` mends a ledger from."""
    from cloud import app as cloud_app

    stream = StreamKey(tenant=TenantId(tenant), source=SourceId(source), epoch=Epoch(epoch))
    try:
        cloud = cloud_app.open_cloud(_load(config))
        with to.open("wb") as file:
            file.writelines(line + b"\n" for line in cloud.export_stream(stream))
    except CloudError as error:
        _fail(error)
    if to.stat().st_size == 0:
        to.unlink()
        held = [
            f"{key.epoch} ({head.seq} entries)"
            for key, head in cloud.archive().chains(tenant)
            if key.source == source
        ]
        _fail(
            f"The cloud holds no ledger {epoch} of {source} of {tenant}. It holds: {', '.join(held) or 'none'}."
        )
    typer.echo(f"The entries of {source} are in {to}.", err=True)


def _load(config: Path | None) -> Config:
    try:
        return load_settings(Config, prefix=PREFIX, file=config)
    except SettingsError as error:
        _fail(error)


def _read_password(file: Path) -> str:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        _fail(
            f"The password file {file} cannot be read ({error.strerror}): write the password into its first line."
        )
    except UnicodeDecodeError:
        _fail(f"The password file {file} holds no text: write the password into its first line, in UTF-8.")
    return text.split("\n", 1)[0].rstrip("\r")


def _fail(error: Exception | str) -> NoReturn:
    typer.echo(f"{error}", err=True)
    raise typer.Exit(1)
