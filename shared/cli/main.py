"""The `stallholder` command: one door to every part's commands.

No part is imported here. Each part names its commands in the `stallholder.commands` entry points, so that a Pi that
installed only the till has only the till's commands, and a part that is missing its packages says so by name.
"""

from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated

import typer

from shared.cli.demo.command import demo
from shared.cli.repair import repair
from shared.cli.verify import verify

_HELP = """Stallholder: till, parcel lockers and cloud for makers who sell at pop-up stalls.

Start with `stallholder demo`: it runs everything on this machine and shows a market day."""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("stallholder"))
        raise typer.Exit


def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


def build() -> typer.Typer:
    """Return the command with every installed part's commands under the part's name."""
    app = typer.Typer(help=_HELP, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
    app.callback()(_root)
    for point in sorted(entry_points(group="stallholder.commands"), key=lambda point: point.name):
        app.add_typer(_commands_of(point), name=point.name)
    app.command()(demo)
    app.command()(verify)
    app.command()(repair)
    return app


def _commands_of(point: EntryPoint) -> typer.Typer:
    try:
        commands = point.load()
    except ModuleNotFoundError as missing:
        return _not_installed(point.name, missing.name or "a package")
    if not isinstance(commands, typer.Typer):
        raise TypeError(f"entry point {point.name} must name a typer.Typer, not {type(commands).__name__}")
    return commands


def _not_installed(part: str, package: str) -> typer.Typer:
    commands = typer.Typer(help=f"Not installed here: needs {package}.", invoke_without_command=True)

    @commands.callback()
    def _say() -> None:
        typer.echo(
            f"The {part} part is not installed here ({package} is missing): pip install 'stallholder[{part}]'",
            err=True,
        )
        raise typer.Exit(2)

    return commands


def main() -> None:
    """Run the command."""
    build()()
