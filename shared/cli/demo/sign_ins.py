"""The demo's generated sign-ins. Kept readable in one file of mode 0600, so that a second run can show them again.

A real deployment keeps no such file: there each secret is shown once and stored hashed.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.host.private_file import replace_private_file


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """Who may enter where. `terminal_key` is given by the hub when it is enrolled; empty before."""

    cashier: str
    cashier_pin: str
    staff_password: str
    dashboard_user: str
    dashboard_password: str
    terminal_key: str = ""


def make_sign_ins() -> SignIns:
    """Draw new sign-ins."""
    return SignIns(
        cashier="Mira",
        cashier_pin=f"{secrets.randbelow(10_000):04d}",
        staff_password=secrets.token_urlsafe(9),
        dashboard_user="mira",
        dashboard_password=secrets.token_urlsafe(9),
    )


def read_sign_ins(path: Path) -> SignIns | None:
    """Return the sign-ins of an earlier run, if there was one."""
    return SignIns(**json.loads(path.read_text())) if path.exists() else None


def write_sign_ins(path: Path, sign_ins: SignIns) -> None:
    """Keep the sign-ins where only this user can read them."""
    replace_private_file(path, json.dumps(asdict(sign_ins), indent=2).encode())
