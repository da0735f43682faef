"""The cloud's commands for what goes down to the tills."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cloud.cli_opening import ConfigFile, Tenant, fail, opened
from cloud.domain.differences import words_of
from cloud.domain.issued import Issued, NotIssued
from shared.documents import EVERYONE, DocumentKind

documents = typer.Typer(
    help="What goes down to the tills: catalogue, prices, stock quotas, settings, models.",
    no_args_is_help=True,
)
COMMAND = "command line"

Kind = Annotated[DocumentKind, typer.Argument(help="What it is about.")]
KindOption = Annotated[DocumentKind | None, typer.Option("--kind", help="All versions of this kind.")]
Version = Annotated[int, typer.Argument(help="The version's number.", min=1)]
Scope = Annotated[str, typer.Option(help="Whom it is for: everyone, or one till's name.")]


@documents.command("list")
def list_documents(
    tenant: Tenant, kind: KindOption = None, scope: Scope = EVERYONE, config: ConfigFile = None
) -> None:
    """List the newest version of every document, or with --kind all versions of one."""
    with opened(config, tenant) as cloud:
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
    with opened(config, tenant) as cloud:
        text = cloud.doors.office.signed(tenant, kind, scope, version)
    if text is None:
        fail(
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
    with opened(config, tenant) as cloud:
        found = cloud.doors.office.differences(tenant, kind, scope, version, since)
        currency = cloud.doors.dashboards.currency(tenant)
    if found is None:
        fail(
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
    with opened(config, tenant) as cloud:
        _tell(cloud.issue_file(tenant, kind, scope, _read(file), by=COMMAND))


@documents.command("roll-back")
def roll_back(
    tenant: Tenant, kind: Kind, version: Version, scope: Scope = EVERYONE, config: ConfigFile = None
) -> None:
    """Bring an old version back: as a new one with the old content."""
    with opened(config, tenant) as cloud:
        _tell(cloud.doors.office.roll_back(tenant, kind, scope, version, by=COMMAND))


@documents.command("export-catalogue")
def export_catalogue(tenant: Tenant, config: ConfigFile = None) -> None:
    """Print the catalogue as CSV, as `issue catalogue FILE` takes it."""
    with opened(config, tenant) as cloud:
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
    with opened(config, tenant) as cloud:
        text = _read(card).decode("utf-8", "replace")
        _tell(cloud.doors.supply.publish_model(tenant, card=text, onnx=_read(file), by=COMMAND))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        fail(f"The file {file} cannot be read ({error.strerror}).")


def _tell(issued: Issued | NotIssued) -> None:
    if isinstance(issued, NotIssued):
        fail(issued.reason)
    typer.echo(f"{issued.kind.value} for {issued.scope}: version {issued.version} counts now.")
