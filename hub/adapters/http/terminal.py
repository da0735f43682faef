"""The locker terminal's routes: signing in by key, the bank, and the code that opens a door."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.adapters.http.counter import Counter, address_of, terminal_with
from hub.domain.device import hash_code
from hub.services.changes import Changed
from hub.services.collect import CollectAllowed, CollectDecision, CollectRefusal, begin_collect
from shared.http.problem import problem
from shared.http.sessions import Session
from shared.wire import messages
from shared.wire.pickup_code import parse_code

_TYPED_WRONG: Final = frozenset({CollectRefusal.WRONG_CODE, CollectRefusal.LOCKED})
REFUSALS: Final[Mapping[CollectRefusal, tuple[int, str, str]]] = {
    CollectRefusal.WRONG_CODE: (
        403, "This code opens no door.", "Look at the receipt and type the nine digits again.",
    ),
    CollectRefusal.LOCKED: (
        423, "This code was mistyped too often and is locked. Your parcel is safe.", "Ask the staff for a new code.",
    ),
    CollectRefusal.NOT_HERE_YET: (
        409, "Your parcel is not in its locker yet.", "Come back later; the code stays as it is.",
    ),
    CollectRefusal.ALREADY_COLLECTED: (
        410, "This parcel was collected already.", "Ask the staff if that was not you.",
    ),
    CollectRefusal.TAKEN_BACK: (
        410, "The stall has taken this parcel back.", "Ask at the stall; your receipt shows that it is paid.",
    ),
    CollectRefusal.GIVEN_BACK: (
        410, "The money for this parcel was given back, so it can no longer be collected.",
        "Ask at the stall if that is not right.",
    ),
    CollectRefusal.UNCLEAR: (
        504, "The door was told to open, and what it did is not clear. Your parcel is safe.", "Ask the staff to look.",
    ),
    CollectRefusal.BOARD_OFFLINE: (
        503, "The locker does not answer. Your parcel is safe and your code still works.",
        "Try again in a minute, or ask the staff.",
    ),
}  # fmt: skip
"""Why no door opens, as it is answered: the status, what happened, and what to do."""


class KeyBody(BaseModel):
    """A terminal's key."""

    key: str = Field(max_length=200)


class CodeBody(BaseModel):
    """What a customer typed."""

    code: str = Field(max_length=64)


def terminal_routes(counter: Counter) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.post("/api/terminal/sign-in")
    async def sign_in(body: KeyBody, request: Request) -> Response:
        return await _sign_in(counter, request, hash_code(body.key))

    @routes.get("/api/terminal/bank")
    async def bank(request: Request) -> Response:
        session = await counter.require_terminal(request)
        return JSONResponse(
            {
                "hub": counter.house.identity.hub,
                "compartments": [
                    {"compartment": one.place.compartment, "size": one.size.value, "board": one.place.board}
                    for one in counter.house.bank
                ],
                "online": all(counter.boards.ready(board) for board in counter.boards.names()),
                "csrf": session.csrf,
            }
        )

    @routes.post("/api/collect")
    async def collect(body: CodeBody, request: Request) -> Response:
        session = await counter.require_terminal(request)
        counter.require_patience(session.who)
        try:
            number, secret = parse_code(body.code)
        except ValueError as error:
            return problem(422, "not-a-code", "This is not a pick-up code.", f"{str(error).capitalize()}.")
        return await _collect(counter, session, number, secret)

    return routes


async def _sign_in(counter: Counter, request: Request, key_hash: str) -> Response:
    who = f"key {address_of(request)}"
    counter.require_patience(who)
    if not await counter.house.store.read(lambda uow: uow.credentials.knows_terminal_key(key_hash)):
        wait_s = counter.back_offs.missed(who)
        return problem(
            401,
            "wrong-key",
            "This hub does not know the key.",
            "Make one with `stallholder hub terminal-key`.",
            retry_after_s=wait_s,
        )
    counter.back_offs.succeeded(who)
    return counter.signed_in(counter.terminals, request, terminal_with(key_hash))


async def _collect(counter: Counter, session: Session, number: int, secret: int) -> Response:
    async with counter.collecting:  # two tries at once must not both find patience
        counter.require_patience(session.who)
        ready = frozenset(board for board in counter.boards.names() if counter.boards.ready(board))
        decision = await counter.house.decide(
            lambda desk: begin_collect(desk, number, secret, ready.__contains__)
        )
        wait_s = _judge(counter, session, decision)
    counter.told({Changed.PARCELS, Changed.BANK})
    match decision:
        case CollectAllowed(command):
            outcome = await counter.doors.open(command)
            counter.told({Changed.PARCELS, Changed.BANK})
            return _opened(outcome, command.place.compartment)
        case refusal:
            return _refused(refusal, wait_s)


def _judge(counter: Counter, session: Session, decision: CollectDecision) -> int:
    """Let a wrong code cost this terminal time; returns the seconds.

    Only an opened door makes good: a code that opens nothing any more must not wash the misses away.
    """
    match decision:
        case CollectRefusal.WRONG_CODE | CollectRefusal.LOCKED:
            return counter.back_offs.missed(session.who)
        case CollectAllowed():
            counter.back_offs.succeeded(session.who)
        case _:
            pass
    return 0


def _opened(outcome: str, compartment: int) -> Response:
    match outcome:
        case messages.OPENED | messages.ALREADY_OPEN:
            words = f"Door {compartment} is open. Take your parcel and push the door shut."
            return JSONResponse({"outcome": messages.OPENED, "compartment": compartment, "message": words})
        case messages.JAMMED:
            return problem(
                502,
                "door-jammed",
                f"Door {compartment} did not open. Your parcel is safe and your code still works.",
                "Push the door, then try again, or ask the staff.",
                compartment=compartment,
            )
        case messages.REFUSED:
            return problem(
                503,
                "board-offline",
                f"Door {compartment} did not take the order. Your parcel is safe and your code still works.",
                "Try again in a moment.",
                compartment=compartment,
            )
        case _:
            return problem(
                504,
                "door-unclear",
                f"It is not clear whether door {compartment} opened. Your parcel is safe.",
                "Look whether the door is open. If it is shut, ask the staff.",
                compartment=compartment,
            )


def _refused(refusal: CollectRefusal, wait_s: int) -> Response:
    status, message, remedy = REFUSALS[refusal]
    if refusal in _TYPED_WRONG:
        return problem(status, refusal.value, message, remedy, retry_after_s=wait_s)
    return problem(status, refusal.value, message, remedy)
