"""Walks one parcel from the stall to its customer: sold, brought to the hub, laid into a locker, collected.

Everything goes through the interfaces that people use; pushing a door shut goes to the simulated bank of doors, which is
the one hand that a demo without people needs.
"""

import time
from collections.abc import Callable
from typing import cast

import httpx

from shared.cli.demo.shopfront import TIMEOUT_S, DemoStepError, answer_of

_LOOK_EVERY_S = 0.1


def _wait_for(what: str, look: Callable[[], bool], timeout_s: float = 30.0) -> None:
    give_up = time.monotonic() + timeout_s
    while not look():
        if time.monotonic() > give_up:
            raise DemoStepError(f"waited {timeout_s:.0f} s for {what}, in vain")
        time.sleep(_LOOK_EVERY_S)


class Doors:
    """The simulated bank: looks at doors and pushes them shut."""

    def __init__(self, board_url: str) -> None:
        self._http = httpx.Client(base_url=board_url, timeout=TIMEOUT_S)

    def state(self, compartment: int) -> str:
        """Return `open`, `shut` or `jammed`."""
        doors = cast("list[dict[str, object]]", answer_of(self._http.get("/api/doors"))["doors"])
        return next(str(door["state"]) for door in doors if door["compartment"] == compartment)

    def push_shut(self, compartment: int) -> None:
        """Push a door shut once it stands open."""
        _wait_for(f"door {compartment} to open", lambda: self.state(compartment) == "open")
        answer_of(self._http.post(f"/api/doors/{compartment}/push"))


class HubCounter:
    """The hub's staff, signed in."""

    def __init__(self, hub_url: str, password: str) -> None:
        self._http = httpx.Client(base_url=hub_url, timeout=TIMEOUT_S)
        session = answer_of(self._http.post("/api/staff/sign-in", json={"password": password}))
        self._http.headers["X-Stallholder-CSRF"] = str(session["csrf"])

    def parcel(self, parcel_id: str) -> dict[str, object] | None:
        """Return a parcel as the staff page lists it, or None."""
        parcels = cast("list[dict[str, object]]", answer_of(self._http.get("/api/staff/parcels"))["parcels"])
        return next((parcel for parcel in parcels if parcel["parcel_id"] == parcel_id), None)

    def has_state(self, parcel_id: str, state: str) -> bool:
        """Return whether the parcel is listed in a state."""
        parcel = self.parcel(parcel_id)
        return parcel is not None and parcel["state"] == state

    def deposit(self, parcel_id: str) -> int:
        """Open the reserved door and return its compartment."""
        answer_of(self._http.post(f"/api/staff/parcels/{parcel_id}/deposit"))
        parcel = self.parcel(parcel_id)
        if parcel is None:
            raise DemoStepError(f"parcel {parcel_id} vanished from the hub")
        return int(cast("int", parcel["compartment"]))

    def board_online(self) -> bool:
        """Return whether every locker board is online."""
        boards = cast("list[dict[str, object]]", answer_of(self._http.get("/api/staff/bank"))["boards"])
        return bool(boards) and all(board["online"] for board in boards)

    def compare(self) -> dict[str, object]:
        """Return the streams as the hub holds them."""
        return answer_of(self._http.get("/api/staff/compare"))


def collect(hub_url: str, terminal_key: str, code: str) -> int:
    """Type a code at the locker terminal; returns the compartment that opened."""
    with httpx.Client(base_url=hub_url, timeout=TIMEOUT_S) as terminal:
        session = answer_of(terminal.post("/api/terminal/sign-in", json={"key": terminal_key}))
        terminal.headers["X-Stallholder-CSRF"] = str(session.get("csrf", ""))
        return int(cast("int", answer_of(terminal.post("/api/collect", json={"code": code}))["compartment"]))


def lay_in(parcel_id: str, *, counter: HubCounter, doors: Doors) -> int:
    """Bring a promised parcel into its locker; returns the compartment."""
    _wait_for("the locker board", counter.board_online)
    _wait_for("the hub to reserve a compartment", lambda: counter.has_state(parcel_id, "reserved"))
    compartment = counter.deposit(parcel_id)
    doors.push_shut(compartment)
    _wait_for("the parcel to lie in its locker", lambda: counter.has_state(parcel_id, "deposited"))
    return compartment


def walk(
    receipt: dict[str, object], *, counter: HubCounter, doors: Doors, hub_url: str, terminal_key: str
) -> str:
    """Bring one promised parcel to its customer; returns what happened, in a sentence."""
    pickup = cast("dict[str, object]", receipt["pickup"])
    parcel_id, code = str(pickup["parcel_id"]), str(pickup["code"])
    laid_into = lay_in(parcel_id, counter=counter, doors=doors)
    opened = collect(hub_url, terminal_key, code)
    doors.push_shut(opened)
    _wait_for("the parcel to be collected", lambda: counter.has_state(parcel_id, "collected"))
    return f"Parcel {code[:3]} was laid into compartment {laid_into} and collected from compartment {opened}."
