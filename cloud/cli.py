"""The cloud's commands."""

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cloud.config import PREFIX, Config
from cloud.domain.differences import words_of
from cloud.domain.enrolment import Role
from cloud.domain.errors import CloudError
from cloud.domain.issued import Issued, NotIssued
from shared.cli.settings_file import load_settings
from shared.cli.write_lines import NotWrittenError, write_lines
from shared.documents import EVERYONE, DocumentKind
from shared.entry import StreamKey
from shared.ids import Epoch, IdError, SourceId, TenantId
from shared.settings import SettingsError

if TYPE_CHECKING:
    from cloud.app import Cloud

app = typer.Typer(help="The cloud: every stall's sales and parcels in one place.", no_args_is_help=True)

documents = typer.Typer(
    help="What goes down to the tills: catalogue, prices, stock quotas, settings, models.",
    no_args_is_help=True,
)
app.add_typer(documents, name="documents")
COMMAND = "command line"

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (TOML).", dir_okay=False)
]
Tenant = Annotated[str, typer.Option(help="The tenant: whose stalls these are.")]
User = Annotated[str, typer.Option(help="The name to sign in with.")]
PasswordFile = Annotated[
    Path,
    typer.Option(help="File with the password in its first line; - reads standard input.", allow_dash=True),
]
Kind = Annotated[DocumentKind, typer.Argument(help="What it is about.")]
KindOption = Annotated[DocumentKind | None, typer.Option("--kind", help="All versions of this kind.")]
Version = Annotated[int, typer.Argument(help="The version's number.", min=1)]
Scope = Annotated[str, typer.Option(help="Whom it is for: everyone, or one till's name.")]


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
def status(config: ConfigFile = None) -> None:
    """Say how far every source of every tenant has come, and why no further; ends with status 1 on an alarm."""
    from shared.cli.monitoring import ask_status, tell_status

    settings = _load(config)
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

    print_metrics_token(_load(config).data_dir, new=new)


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
        write_lines(to, (line + b"\n" for line in cloud.export_stream(stream)))
    except (CloudError, NotWrittenError) as error:
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


@documents.command("list")
def list_documents(
    tenant: Tenant, kind: KindOption = None, scope: Scope = EVERYONE, config: ConfigFile = None
) -> None:
    """List the newest version of every document, or with --kind all versions of one."""
    with _opened(config, tenant) as cloud:
        office = cloud.doors.office
        for one in office.versions(tenant, kind, scope) if kind else office.addresses(tenant):
            at = datetime.fromtimestamp(one.issued_at_ms / 1_000, UTC).isoformat(timespec="seconds")
            gone = "" if one.kept else "  (content not kept)"
            typer.echo(
                f"{one.kind.value}\t{one.scope}\t{one.version}\t{at}\t{one.issued_by}\t{one.why}{gone}"
            )


@documents.command("show")
def show_document(
    tenant: Tenant, kind: Kind, version: Version, scope: Scope = EVERYONE, config: ConfigFile = None
) -> None:
    """Print a version as it is signed."""
    with _opened(config, tenant) as cloud:
        text = cloud.doors.office.signed(tenant, kind, scope, version)
    if text is None:
        _fail(
            f"There is no version {version} of {kind.value} for {scope}: `documents list` says which there are."
        )
    typer.echo(text.decode())


@documents.command("diff")
def diff_documents(
    tenant: Tenant,
    kind: Kind,
    version: Version,
    since: Annotated[int | None, typer.Option(help="Compare with this version, not the one before.")] = None,
    scope: Scope = EVERYONE,
    config: ConfigFile = None,
) -> None:
    """Say in words what a version changed."""
    with _opened(config, tenant) as cloud:
        found = cloud.doors.office.differences(tenant, kind, scope, version, since)
        currency = cloud.doors.dashboards.currency(tenant)
    if found is None:
        _fail(
            f"There is no version {version} of {kind.value} for {scope}: `documents list` says which there are."
        )
    for difference in found:
        typer.echo(words_of(difference, currency))


@documents.command("issue")
def issue_document(
    tenant: Tenant,
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="The content: JSON, or for the catalogue a CSV file.")],
    scope: Scope = EVERYONE,
    config: ConfigFile = None,
) -> None:
    """Issue prices, quotas, settings or the catalogue from a file. Hubs fetch it, tills take it over between two sales."""
    with _opened(config, tenant) as cloud:
        _tell(cloud.issue_file(tenant, kind, scope, _read(file), by=COMMAND))


@documents.command("roll-back")
def roll_back(
    tenant: Tenant, kind: Kind, version: Version, scope: Scope = EVERYONE, config: ConfigFile = None
) -> None:
    """Bring an old version back: as a new one with the old content."""
    with _opened(config, tenant) as cloud:
        _tell(cloud.doors.office.roll_back(tenant, kind, scope, version, by=COMMAND))


@documents.command("export-catalogue")
def export_catalogue(tenant: Tenant, config: ConfigFile = None) -> None:
    """Print the catalogue as CSV, as `issue catalogue FILE` takes it."""
    with _opened(config, tenant) as cloud:
        currency = cloud.doors.dashboards.currency(tenant)
        typer.echo(cloud.doors.keeping.export_csv(tenant, currency=currency), nl=False)


@documents.command("publish-model")
def publish_model(
    tenant: Tenant,
    file: Annotated[Path, typer.Argument(help="The ONNX file.")],
    card: Annotated[Path, typer.Option(help="The model's card (JSON).", dir_okay=False)],
    config: ConfigFile = None,
) -> None:
    """Give every till a forecast model with its card."""
    with _opened(config, tenant) as cloud:
        text = _read(card).decode("utf-8", "replace")
        _tell(cloud.doors.supply.publish_model(tenant, card=text, onnx=_read(file), by=COMMAND))


@contextlib.contextmanager
def _opened(config: Path | None, tenant: str) -> Iterator["Cloud"]:
    from cloud import app as cloud_app

    try:
        with contextlib.closing(cloud_app.open_cloud(_load(config))) as cloud:
            cloud.require_tenant(tenant)
            yield cloud
    except CloudError as error:
        _fail(error)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _fail(f"The file {file} cannot be read ({error.strerror}).")


def _tell(issued: Issued | NotIssued) -> None:
    if isinstance(issued, NotIssued):
        _fail(issued.reason)
    typer.echo(f"{issued.kind.value} for {issued.scope}: version {issued.version} counts now.")


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
