"""The staff's routes: signing in, and what staff does with parcels."""

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.adapters.http.counter import Counter, address_of, staff_with, unknown_parcel
from hub.domain.parcel import Parcel, ParcelState
from hub.services.changes import Changed
from hub.services.deposit import DepositAllowed, DepositRefusal, begin_deposit
from hub.services.renew_code import NewCode, RenewRefusal, renew_code
from hub.services.resolve import Decision, Resolved, resolve
from hub.services.take_back import TakeBackAllowed, TakeBackRefusal, TakenBack, begin_take_back
from shared.http.problem import problem
from shared.ids import ParcelId
from shared.wire import messages

_PARCELS = frozenset({Changed.PARCELS, Changed.BANK})


class PasswordBody(BaseModel):
    """The staff's password."""

    password: str = Field(max_length=1_000)


class DecisionBody(BaseModel):
    """What staff found behind an unclear door."""

    decision: Decision


def staff_routes(counter: Counter) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/api/staff")

    @routes.post("/sign-in")
    async def sign_in(body: PasswordBody, request: Request) -> Response:
        return await _sign_in(counter, request, body.password)

    @routes.get("/session")
    async def session(request: Request) -> Response:
        return JSONResponse({"csrf": (await counter.require_staff(request)).csrf})

    @routes.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await counter.require_staff(request)
        response = JSONResponse({})
        counter.staff.take_back(response, request)
        return response

    @routes.post("/parcels/{parcel_id}/deposit")
    async def deposit(parcel_id: str, request: Request) -> Response:
        await counter.require_staff(request)
        return await _deposit(counter, ParcelId(parcel_id))

    @routes.post("/parcels/{parcel_id}/take-back")
    async def take_back(parcel_id: str, request: Request) -> Response:
        await counter.require_staff(request)
        return await _take_back(counter, ParcelId(parcel_id))

    @routes.post("/parcels/{parcel_id}/renew-code")
    async def renew(parcel_id: str, request: Request) -> Response:
        await counter.require_staff(request)
        renewal = await counter.house.decide(lambda desk: renew_code(desk, ParcelId(parcel_id)))
        counter.told({Changed.PARCELS})
        return _renewed(renewal)

    @routes.post("/parcels/{parcel_id}/resolve")
    async def settle(parcel_id: str, body: DecisionBody, request: Request) -> Response:
        await counter.require_staff(request)
        resolved = await counter.house.decide(lambda desk: resolve(desk, ParcelId(parcel_id), body.decision))
        counter.told(_PARCELS)
        return _resolved(resolved)

    return routes


async def _sign_in(counter: Counter, request: Request, password: str) -> Response:
    who = f"staff {address_of(request)}"
    counter.require_patience(who)
    wait_s = counter.back_offs.missed(who)  # counted before it is tried: many tries at once are one try
    kept = await counter.house.store.read(lambda uow: uow.credentials.staff_password())
    if kept is None:
        counter.back_offs.succeeded(who)
        return problem(
            409,
            "no-password-yet",
            "No staff password is set at this hub.",
            "Set one with `stallholder hub set-staff-password --password-file FILE`.",
        )
    if not await asyncio.to_thread(counter.hasher.matches, kept, password):
        return problem(
            401, "wrong-password", "The password is not right.", "Type it again.", retry_after_s=wait_s
        )
    counter.back_offs.succeeded(who)
    return counter.signed_in(counter.staff, request, staff_with(kept))


async def _deposit(counter: Counter, parcel_id: ParcelId) -> Response:
    parcel = await counter.house.store.read(lambda uow: uow.parcels.find(parcel_id))
    if _out_of_reach(counter, parcel):
        return _board_offline()
    decision = await counter.house.decide(lambda desk: begin_deposit(desk, parcel_id))
    counter.told(_PARCELS)
    match decision:
        case DepositAllowed(command):
            outcome = await counter.doors.open(command)
            counter.told(_PARCELS)
            return _door_said(outcome, command.place.compartment, "Put the parcel in and push the door shut.")
        case DepositRefusal.UNKNOWN_PARCEL:
            return unknown_parcel()
        case DepositRefusal.STILL_WAITING:
            return problem(
                409, decision.value, "No compartment is free for it yet.", "Wait until one is collected."
            )
        case DepositRefusal.ALREADY_DEPOSITED:
            return problem(409, decision.value, "This parcel is in its locker already.", "Reload the page.")
        case DepositRefusal.GONE:
            return problem(410, decision.value, "This parcel was collected already.", "Reload the page.")


async def _take_back(counter: Counter, parcel_id: ParcelId) -> Response:
    parcel = await counter.house.store.read(lambda uow: uow.parcels.find(parcel_id))
    lies_inside = parcel is not None and parcel.state is ParcelState.DEPOSITED
    if lies_inside and _out_of_reach(counter, parcel):
        return _board_offline()
    decision = await counter.house.decide(lambda desk: begin_take_back(desk, parcel_id))
    counter.told(_PARCELS)
    match decision:
        case TakeBackAllowed(command):
            outcome = await counter.doors.open(command)
            counter.told(_PARCELS)
            return _door_said(
                outcome, command.place.compartment, "Take the parcel out and push the door shut."
            )
        case TakenBack():
            return JSONResponse({"outcome": "taken-back"})
        case TakeBackRefusal.UNKNOWN_PARCEL:
            return unknown_parcel()
        case TakeBackRefusal.UNDER_WAY:
            return problem(
                409,
                decision.value,
                "Its door was told to open already.",
                "Look at the door, then decide here.",
            )
        case TakeBackRefusal.GONE:
            return problem(410, decision.value, "This parcel is not here any more.", "Reload the page.")


def _out_of_reach(counter: Counter, parcel: Parcel | None) -> bool:
    return parcel is not None and parcel.place is not None and not counter.boards.ready(parcel.place.board)


def _board_offline() -> Response:
    return problem(
        503, "board-offline", "The locker does not answer. Nothing was changed.", "Try again in a minute."
    )


def _door_said(outcome: str, compartment: int, what_next: str) -> Response:
    match outcome:
        case messages.OPENED | messages.ALREADY_OPEN:
            words = f"Door {compartment} is open. {what_next}"
            return JSONResponse({"outcome": messages.OPENED, "compartment": compartment, "message": words})
        case messages.JAMMED:
            return problem(
                502, "door-jammed", f"Door {compartment} did not open.", "Push the door, then try again."
            )
        case messages.REFUSED:
            return problem(
                503, "board-offline", f"Door {compartment} did not take the order.", "Try again in a moment."
            )
        case _:
            return problem(
                504,
                "door-unclear",
                f"It is not clear whether door {compartment} opened.",
                "Look at the door. If it is shut, open it again from here.",
            )


def _renewed(renewal: NewCode | RenewRefusal) -> Response:
    match renewal:
        case NewCode(code):
            return JSONResponse({"code": code})
        case RenewRefusal.UNKNOWN_PARCEL:
            return unknown_parcel()
        case RenewRefusal.GONE:
            return problem(410, renewal.value, "This parcel was collected already.", "Reload the page.")
        case RenewRefusal.GIVEN_BACK:
            return problem(
                409,
                renewal.value,
                "The customer has the money for it back.",
                "Take the parcel out of its locker.",
            )
        case RenewRefusal.NO_NUMBER:
            return problem(
                409,
                renewal.value,
                "No pick-up number is free.",
                "Try again when a parcel has been collected.",
            )


def _resolved(resolved: Resolved) -> Response:
    match resolved:
        case Resolved.DONE:
            return JSONResponse({"outcome": "resolved"})
        case Resolved.UNKNOWN_PARCEL:
            return unknown_parcel()
        case Resolved.NOT_UNCLEAR:
            return problem(
                409, resolved.value, "There is nothing unclear about this parcel.", "Reload the page."
            )
