"""What the parts' commands for monitoring share: the metrics token, and a running part's status in words."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import httpx
import typer

from shared.host.metrics_token import metrics_token_in

TIMEOUT_S = 10.0
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound


def print_metrics_token(data_dir: Path, *, new: bool) -> None:
    """Print the token with which a monitor reads a part's metrics; make it if there is none, or another if `new`."""
    try:
        typer.echo(metrics_token_in(data_dir).give(new=new))
    except OSError as error:
        fail(
            f"The token cannot be kept in {data_dir} ({error.strerror}): run this as the owner of that folder."
        )


def ask_status(part: str, *, data_dir: Path, bind: str, port: int) -> dict[str, Any]:
    """Return what a part that runs on this machine says of itself; ends the command with status 1 if it does not."""
    host = "127.0.0.1" if bind in _EVERYWHERE else f"[{bind}]" if ":" in bind else bind
    url = f"http://{host}:{port}"
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
    if not answer.is_success or not isinstance(said, dict):
        fail(f"The {part} at {url} did not say how it is. {said.get('message', '')} {said.get('remedy', '')}")
    return said


def tell_status(lines: Sequence[str], *, alarm: bool, say: Callable[[str], None] = typer.echo) -> None:
    """Print lines, and end the command with status 1 while an alarm stands."""
    for line in lines:
        say(line)
    if alarm:
        raise typer.Exit(1)


def fail(words: str) -> NoReturn:
    """End the command with status 1 and a reason."""
    typer.echo(words.strip(), err=True)
    raise typer.Exit(1)
