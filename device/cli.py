"""`stallholder till …`: the till's commands. They work with the till running or not."""

import asyncio
import json
import logging
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import httpx
import typer
from rich.console import Console

from device.adapters import console
from device.config import PREFIX, Config
from device.domain.errors import TillError
from shared.cli.settings_file import load_settings
from shared.ids import IdError
from shared.money import MoneyFormatError, parse_minor
from shared.settings import SettingsError

app = typer.Typer(help="The till: sells, keeps the ledger, syncs with its hub.", no_args_is_help=True)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="TOML file; the environment goes before it.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
T = TypeVar("T")
_ITEM = re.compile(r"(?P<sku>.+)x(?P<quantity>\d{1,5}(?:[.,]\d{1,3})?)")
out = Console(highlight=False)


@app.command()
def serve(config: ConfigOption = None) -> None:
    """Run the till until it is stopped."""
    from device.app.serve import serve as serve_till

    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    raise typer.Exit(_told(lambda: asyncio.run(serve_till(_config(config), reread=lambda: _config(config)))))


@app.command("sim-printer")
def sim_printer(
    port: Annotated[int, typer.Option(help="Where it listens; real printers have 9100.")] = 9100,
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Keep each paper there as a picture, too.")
    ] = None,
    columns: Annotated[int, typer.Option(help="32, 42 or 48.")] = 48,
) -> None:
    """Stand in for a receipt printer, for people without one: shows each paper as it would be printed."""
    from device.sim.command import run_printer

    def tell(text: str) -> None:
        out.print(text, markup=False, soft_wrap=True)

    asyncio.run(run_printer(port, out_dir, columns, tell))


@app.command("sim-terminal")
def sim_terminal(
    port: Annotated[int, typer.Option(help="Where it listens; real terminals have 20007.")] = 20007,
    decline: Annotated[int, typer.Option(help="Refuse each payment with this code, such as 108.")] = 0,
) -> None:
    """Stand in for a card terminal (ZVT), for people without one: takes each payment, and says what it booked."""
    from device.sim.command import run_terminal

    asyncio.run(run_terminal(port, decline, lambda text: out.print(text, markup=False, soft_wrap=True)))


@app.command()
def openapi(config: ConfigOption = None) -> None:
    """Print the OpenAPI description of this till's interface, for developers."""
    from device.app.till_client import describe

    sys.stdout.write(json.dumps(_told(lambda: describe(_config(config))), indent=2) + "\n")


@app.command()
def init(
    tenant: Annotated[str, typer.Option(help="Whose stall it is, such as demo.")],
    device: Annotated[str, typer.Option(help="The till's own name, such as till-harbour.")],
    config: ConfigOption = None,
) -> None:
    """Name the till without a hub; it can be enrolled later."""
    from device.app.first_start import enrolment_service

    identity = _told(lambda: enrolment_service(_config(config)).init(tenant, device))
    out.print(f"This till is {identity.device} of {identity.tenant}.")


@app.command()
def enrol(
    hub: Annotated[str, typer.Option(help="The hub's address, such as http://hub.local:8102.")],
    code: Annotated[str, typer.Option(help="The one-time code from “stallholder hub enrol-code”.")],
    device: Annotated[str | None, typer.Option(help="The till's name, if it has none yet.")] = None,
    config: ConfigOption = None,
) -> None:
    """Join a hub with a one-time code."""
    from device.app.first_start import enrolment_service

    identity = _told(lambda: asyncio.run(enrolment_service(_config(config)).enrol(hub, code, device)))
    name = identity.hub or hub
    out.print(
        f"This till is {identity.device} of {identity.tenant} and belongs to {name}. Restart it if it runs."
    )


@app.command("add-cashier")
def add_cashier(
    name: Annotated[str, typer.Option(help="As it stands on receipts.")],
    pin_file: Annotated[
        Path, typer.Option(help="File that holds the PIN, 4 to 8 digits; - reads it from input.")
    ],
    config: ConfigOption = None,
) -> None:
    """Let somebody sell."""
    pin = _read_secret(pin_file)
    answer = _ask(config, lambda till: till.post("/api/people", json={"name": name, "pin": pin}))
    out.print(f"{answer['cashier']} can sign in.")


@app.command("import-catalogue")
def import_catalogue(
    file: Annotated[
        Path, typer.Argument(help="CSV: sku,name,category,price,vat_percent,barcode,stock,colour")
    ],
    config: ConfigOption = None,
) -> None:
    """Take over the products of a CSV file; broken rows are told, the good ones count."""
    try:
        content = file.read_bytes()
    except OSError as error:
        _fail(f"{file} cannot be read ({error.strerror}).", "Check the path.")
    headers = {"Content-Type": "text/csv"}
    answer = _ask(config, lambda till: till.post("/api/catalogue/import", content=content, headers=headers))
    out.print(f"{console.count(answer['imported'], 'product')} imported.")
    for row in answer["refused"]:
        what = f"Row {row['row']}" if row["row"] else str(file)
        out.print(f"{what} was not taken: {row['reason']}", markup=False, soft_wrap=True)
        if row["text"]:
            out.print(f"  {row['text']}", markup=False, soft_wrap=True)
    if answer["refused"]:
        raise typer.Exit(3)


@app.command()
def sell(
    items: Annotated[list[str], typer.Argument(help="SKU or SKUxQUANTITY, such as bowl-smallx2")],
    cash: Annotated[str, typer.Option(help="What the customer gives, such as 50 or 37.50.")],
    collect: Annotated[bool, typer.Option(help="Collect at the hub's locker.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Sell for cash."""
    settings = _config(config)

    async def ring_up(till: httpx.AsyncClient) -> httpx.Response:
        from device.adapters.system_randomness import SystemRandomness

        catalogue = _answer(await till.get("/api/catalogue"))
        known = {product["sku"] for product in catalogue["products"]}
        sale = {
            "sale_id": SystemRandomness().new_id(),
            "lines": [_line(item, known) for item in items],
            "payment": {"method": "cash", "tendered_minor": parse_minor(cash, settings.currency)},
            "collect_at_locker": collect,
        }
        return await till.post("/api/sales", json=sale)

    receipt = _ask(config, ring_up)
    if as_json:
        out.print_json(data=receipt)
    else:
        console.print_receipt(out, receipt)


@app.command("state", hidden=True)
@app.command()
def status(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Say what is saved where, and why no further; ends with status 1 while something needs a person."""
    strip = _ask(config, lambda till: till.get("/api/state"))
    if as_json:
        out.print_json(data=strip)
    else:
        console.print_state(out, strip)
    if strip["progress"] and strip["progress"]["alarm"]:
        raise typer.Exit(1)


@app.command("metrics-token")
def metrics_token(
    new: Annotated[bool, typer.Option("--new", help="Make another; the old one reads nothing more.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the token with which a monitor reads this till's metrics."""
    from shared.cli.monitoring import print_metrics_token

    print_metrics_token(_config(config).data_dir, new=new)


@app.command("signals-token")
def signals_token(
    new: Annotated[bool, typer.Option("--new", help="Make another; the old one notes nothing more.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the token with which a program notes signals and market days at this till."""
    from shared.cli.monitoring import print_token
    from shared.host.token_file import signals_token_in

    print_token(signals_token_in(_config(config).data_dir), new=new)


@app.command("close-day")
def close_day(
    cash_counted: Annotated[str, typer.Option(help="The cash in the drawer, such as 412.50.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Close the business day."""
    currency = _config(config).currency
    body = {"cash_counted_minor": _told(lambda: parse_minor(cash_counted, currency))}
    closed = _ask(config, lambda till: till.post("/api/close-day", json=body))
    if as_json:
        out.print_json(data=closed)
        return
    console.print_closing(out, closed, currency)


@app.command("signing-key")
def signing_key(config: ConfigOption = None) -> None:
    """Print the public key with which others check this till's signed receipts."""
    from device.app.build_services import signer_of

    out.print(_told(lambda: signer_of(_config(config))).public_key_pem(), end="")


def _config(path: Path | None) -> Config:
    return _told(lambda: _read_config(path))


def _read_config(path: Path | None) -> Config:
    """Return the configuration; what was said at the first start counts where it says nothing."""
    from device.app.first_start import stall_card

    config = load_settings(Config, prefix=PREFIX, file=path)
    card = stall_card(config)
    beneath = {key: value for key, value in asdict(card).items() if value} if card else {}
    return load_settings(Config, prefix=PREFIX, file=path, beneath=beneath)


def _ask(
    config: Path | None, request: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]
) -> dict[str, Any]:
    """Make one request of the till, running or not, and return its answer; ends the command if it is refused."""
    from device.app.till_client import till_client

    async def ask() -> httpx.Response:
        async with till_client(settings) as till:
            return await request(till)

    settings = _config(config)
    _log_what_no_answer_tells()
    return _answer(_told(lambda: asyncio.run(ask())))


def _log_what_no_answer_tells() -> None:
    """Print warnings; an error comes back as the command's answer, and is said once."""
    handler = logging.StreamHandler()
    handler.addFilter(lambda record: record.levelno < logging.ERROR)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])


def _answer(response: httpx.Response) -> dict[str, Any]:
    said: dict[str, Any] = response.json()
    if not response.is_success:
        _fail(str(said.get("message", response.status_code)), str(said.get("remedy", "")))
    return said


def _told(call: Callable[[], T]) -> T:
    """Run, and put what goes wrong into words."""
    from device.adapters.ledger.errors import LedgerError

    try:
        return call()
    except (TillError, LedgerError) as error:
        _fail(error.message, error.remedy)
    except SettingsError as error:
        _fail(str(error), "")
    except (IdError, MoneyFormatError) as error:
        _fail(f"{error}.", "")
    except PermissionError as error:
        _fail(
            f"There is no permission for {error.filename}.",
            f"Look with “ls -ld {error.filename}” whose it is, and run this as its owner.",
        )
    except OSError as error:
        _fail(
            f"{error.strerror or error} ({error.filename or 'address'}).", "Nothing that was saved is lost."
        )
    except httpx.HTTPError as error:
        _fail(
            f"The running till did not answer ({error}).",
            "Try again; the same sale is not sold twice by itself.",
        )


def _fail(message: str, remedy: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(f"{message} {remedy}".strip(), markup=False, soft_wrap=True)
    raise typer.Exit(1)


def _line(item: str, known: set[str]) -> dict[str, object]:
    match = None if item in known else _ITEM.fullmatch(item)
    if match is None:
        return {"sku": item, "quantity_milli": 1_000}
    whole, _, part = match["quantity"].replace(",", ".").partition(".")
    return {"sku": match["sku"], "quantity_milli": int(whole) * 1_000 + int(part.ljust(3, "0"))}


def _read_secret(path: Path) -> str:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _fail(f"{path} holds no text.", "Write the PIN into a file, or give - and type it.")
    except OSError as error:
        _fail(f"{path} cannot be read ({error.strerror}).", "Check the path, or give - and type the PIN.")
    return text.strip()
