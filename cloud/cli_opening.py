"""What all commands of the cloud have in common: their options, opening the cloud, and how a refusal is said."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cloud.config import PREFIX, Config
from cloud.domain.errors import CloudError
from shared.cli.settings_file import load_settings
from shared.settings import SettingsError

if TYPE_CHECKING:
    from cloud.app import Cloud

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (TOML).", dir_okay=False)
]
Tenant = Annotated[str, typer.Option(help="The tenant: whose stalls these are.")]
User = Annotated[str, typer.Option(help="The name to sign in with.")]
PasswordFile = Annotated[
    Path,
    typer.Option(help="File with the password in its first line; - reads standard input.", allow_dash=True),
]


def load(config: Path | None) -> Config:
    """The settings; wrong ones end the command with status 1."""
    try:
        return load_settings(Config, prefix=PREFIX, file=config)
    except SettingsError as error:
        fail(error)


@contextlib.contextmanager
def opened(config: Path | None, tenant: str) -> Iterator["Cloud"]:
    """The cloud, opened for a tenant that there is; what goes wrong in it ends the command with status 1."""
    from cloud import app as cloud_app

    try:
        with contextlib.closing(cloud_app.open_cloud(load(config))) as cloud:
            cloud.require_tenant(tenant)
            yield cloud
    except CloudError as error:
        fail(error)


def read_password(file: Path) -> str:
    """The first line of a file, or of standard input."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        fail(
            f"The password file {file} cannot be read ({error.strerror}): write the password into its first line."
        )
    except UnicodeDecodeError:
        fail(f"The password file {file} holds no text: write the password into its first line, in UTF-8.")
    return text.split("\n", 1)[0].rstrip("\r")


def fail(error: Exception | str) -> NoReturn:
    """Say what went wrong, and end with status 1."""
    typer.echo(f"{error}", err=True)
    raise typer.Exit(1)
