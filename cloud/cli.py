"""The cloud's commands."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cloud.cli_documents import documents
from cloud.cli_opening import ConfigFile, PasswordFile, Tenant, User, fail, load, read_password
from cloud.domain.enrolment import Role
from cloud.domain.errors import CloudError
from shared.cli.write_lines import NotWrittenError, write_lines
from shared.entry import StreamKey
from shared.ids import Epoch, IdError, SourceId, TenantId
from shared.settings import SettingsError

app = typer.Typer(help="The cloud: every stall's sales and parcels in one place.", no_args_is_help=True)
app.add_typer(documents, name="documents")


@app.command()
def init(tenant: Tenant, user: User, password_file: PasswordFile, config: ConfigFile = None) -> None:
    """Make the database, the root key, a tenant and its first user. What is there already stays."""
    from cloud import app as cloud_app

    settings, password = load(config), read_password(password_file)
    try:
        made = cloud_app.begin(settings, tenant=tenant, user=user, password=password)
    except (CloudError, IdError, OSError) as error:  # OSError: the data folder cannot be written
        fail(error)
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
        cloud = cloud_app.open_cloud(load(config))
        typer.echo(cloud.doors.enrolment.give_code(tenant, device, role))
    except (CloudError, IdError) as error:
        fail(error)


@app.command()
def add_user(tenant: Tenant, user: User, password_file: PasswordFile, config: ConfigFile = None) -> None:
    """Let somebody sign in."""
    from cloud import app as cloud_app

    settings, password = load(config), read_password(password_file)
    try:
        cloud_app.open_cloud(settings).doors.people.add(tenant, user, password)
    except (CloudError, IdError) as error:
        fail(error)
    typer.echo(f"{user} can sign in.")


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Serve until told to stop."""
    from cloud import app as cloud_app

    try:
        cloud_app.serve(load(config))
    except (CloudError, SettingsError, OSError) as error:
        fail(error)


@app.command()
def status(config: ConfigFile = None) -> None:
    """Say how far every source of every tenant has come, and why no further; ends with status 1 on an alarm."""
    from shared.cli.monitoring import ask_status, tell_status

    settings = load(config)
    said = ask_status("cloud", data_dir=settings.data_dir, bind=settings.bind, port=settings.port)
    room = ["This cloud's disk is full: make room."] if said["full"] else []
    aside = [f"{said['quarantined']} chains are set aside."] if said["quarantined"] else []
    rows = [f"{row['tenant']}/{row['source']}: {row['words']}" for row in said["sources"]]
    tell_status([*room, *aside, *(rows or ["No hub has reported yet."])], alarm=said["alarm"])


@app.command()
def metrics_token(
    new: Annotated[bool, typer.Option("--new", help="Make another; the old one reads nothing more.")] = False,
    config: ConfigFile = None,
) -> None:
    """Print the token with which the operator's monitor reads this cloud's metrics, of every tenant."""
    from shared.cli.monitoring import print_metrics_token

    print_metrics_token(load(config).data_dir, new=new)


@app.command()
def verify(config: ConfigFile = None) -> None:
    """Verify every chain from its first byte, and every figure against a second count of the entries."""
    from cloud import app as cloud_app

    sound = True
    try:
        for report in cloud_app.open_cloud(load(config)).verify():
            sound = sound and report.sound
            for chain in report.chains:
                name = f"{report.tenant}/{chain.stream.source}/{chain.stream.epoch}"
                typer.echo(f"{name}: {chain.fault or f'{chain.head.seq} entries, sound'}")
            for words in report.wrong_figures:
                typer.echo(f"{report.tenant}: {words}")
    except CloudError as error:
        fail(error)
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
        cloud = cloud_app.open_cloud(load(config))
        letters = cloud.doors.letters
        if dismiss is not None:
            if not letters.dismiss(tenant, dismiss):
                fail(f"{tenant} has no dead letter {dismiss}. Without --dismiss this command lists them.")
            typer.echo(f"{dismiss} is off the list.")
        elif export is not None:
            write_lines(export, letters.export(tenant))
            typer.echo(f"The dead letters of {tenant} are in {export}.", err=True)
        else:
            listed = letters.board(tenant).letters
            for letter in listed:
                since = f"{datetime.fromtimestamp(letter.since_ms / 1_000, UTC):%Y-%m-%d %H:%M} UTC"
                typer.echo(
                    f"{letter.letter_id}  {letter.source}  {letter.count}x since {since}: {letter.reason}"
                )
            if not listed:
                typer.echo("There are none: everything could be read.")
    except (CloudError, OSError) as error:
        fail(error)


@app.command()
def openapi(config: ConfigFile = None) -> None:
    """Print the OpenAPI description of this cloud's interface, for developers; no data folder is needed."""
    from cloud import app as cloud_app

    typer.echo(json.dumps(cloud_app.describe(load(config)), indent=2))


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
        cloud = cloud_app.open_cloud(load(config))
        write_lines(to, (line + b"\n" for line in cloud.export_stream(stream)))
    except (CloudError, NotWrittenError) as error:
        fail(error)
    if to.stat().st_size == 0:
        to.unlink()
        held = [
            f"{key.epoch} ({head.seq} entries)"
            for key, head in cloud.archive().chains(tenant)
            if key.source == source
        ]
        fail(
            f"The cloud holds no ledger {epoch} of {source} of {tenant}. It holds: {', '.join(held) or 'none'}."
        )
    typer.echo(f"The entries of {source} are in {to}.", err=True)
