"""What the parts' commands for monitoring share: the metrics token, and a running part's status in words."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import httpx
import typer

from shared.host.token_file import TokenFile, metrics_token_in

TIMEOUT_S = 10.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, not bound


def print_metrics_token(data_dir: Path, *, new: bool) -> None:
    """Print the token with which a monitor reads a part's metrics; make it if there is none, or another if `new`."""
    print_token(metrics_token_in(data_dir), new=new)


def print_token(token: TokenFile, *, new: bool) -> None:
    """Print a token; make it if there is none, or another if `new`."""
    try:
        typer.echo(token.give(new=new))
    except OSError as error:
        folder = token.path.parent
        fail(
            f"The token cannot be kept in {folder} ({error.strerror}): run this as the owner of that folder."
        )


def ask_status(part: str, *, data_dir: Path, bind: str, port: int) -> dict[str, Any]:
    """Return what a part that runs on this machine says of itself; ends the command with status 1 if it does not."""
    here = _EVERYWHERE.get(bind, bind)
    url = f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"
    if not data_dir.is_dir():
        fail(f"There is no {part} in {data_dir}. Say where it is with its setting data_dir.")
    try:
        token = metrics_token_in(data_dir).give()
        answer = httpx.get(f"{url}/api/status", headers={"Authorization": f"Bearer {token}"},
                           timeout=TIMEOUT_S, trust_env=False)  # fmt: skip
        said = answer.json()
    except OSError as error:
        fail(f"{data_dir} cannot be used ({error.strerror}): run this as the owner of that folder.")
    except (httpx.HTTPError, ValueError) as error:
        fail(f"The {part} does not answer at {url} ({error}). Start it with: stallholder {part} serve")
    if not isinstance(said, dict):
        fail(f"What answers at {url} is no {part}.")
    if not answer.is_success:
        fail(f"The {part} at {url} did not say how it is. {said.get('message', '')} {said.get('remedy', '')}")
    return said


def tell_status(lines: Sequence[str], *, alarm: bool) -> None:
    """Print lines, and end the command with status 1 while an alarm stands."""
    for line in lines:
        typer.echo(line)
    if alarm:
        raise typer.Exit(1)


def fail(words: str) -> NoReturn:
    """End the command with status 1 and a reason."""
    typer.echo(words.strip(), err=True)
    raise typer.Exit(1)
