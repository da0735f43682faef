"""Who sells here, and what managers allow."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.approval import LASTS_MS, Act, Approval
from device.domain.people import Cashier, PeopleRefusal, Role
from shared.entry import Json


class NewPersonBody(BaseModel):
    """Somebody new."""

    name: str = Field(max_length=200)
    pin: str = Field(max_length=64)
    role: Role = Role.CASHIER


class PersonBody(BaseModel):
    """What is to be another way; what is left out stays."""

    role: Role | None = None
    active: bool | None = None
    pin: str | None = Field(default=None, max_length=64)


class OwnPinBody(BaseModel):
    """A new PIN of one's own, with the one of before."""

    old: str = Field(max_length=64)
    new: str = Field(max_length=64)


class ApprovalBody(BaseModel):
    """What a manager is to allow, and their PIN."""

    act: Act
    pin: str = Field(max_length=64)


def people_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about people; most are for managers."""
    router = APIRouter(prefix="/api")
    currency = till.sign.currency

    @router.get("/people", dependencies=[Depends(seat.manager)])
    async def everybody() -> dict[str, object]:
        return {"people": [_person_json(person) for person in till.settings.current.cashiers]}

    @router.post("/people", dependencies=[Depends(seat.manager)])
    def add(body: NewPersonBody) -> Response:
        return _answer(till.sign_in.add_cashier(body.name, body.pin, body.role), 201)

    @router.post("/people/{name}")
    def change(name: str, body: PersonBody, manager: Annotated[str, Depends(seat.manager)]) -> Response:
        return _answer(
            till.sign_in.change_person(name, role=body.role, active=body.active, pin=body.pin, by=manager),
            200,
        )

    @router.post("/own-pin")
    async def own_pin(body: OwnPinBody, cashier: Annotated[str, Depends(seat)]) -> Response:
        whose = await till.sign_in.sign_in(body.old)
        if not isinstance(whose, Cashier):
            return refused(whose, currency)
        return _answer(
            till.sign_in.change_person(cashier if whose.name == cashier else "", pin=body.new, by=cashier),
            200,
        )

    @router.post("/people-unlock", dependencies=[Depends(seat.manager)])
    def unlock() -> dict[str, str]:
        till.sign_in.unlock()
        return {"status": "unlocked"}

    @router.post("/approvals", dependencies=[Depends(seat)])
    async def approve(body: ApprovalBody) -> Response:
        answer = await till.approvals.grant(body.act, body.pin)
        if not isinstance(answer, Approval):
            return refused(answer, currency)
        said = {
            "approval": answer.approval_id,
            "approved_by": answer.approved_by,
            "lasts_s": LASTS_MS // 1000,
        }
        return JSONResponse(said, status_code=201)

    def _answer(answer: Cashier | PeopleRefusal, status: int) -> Response:
        if isinstance(answer, Cashier):
            return JSONResponse({"cashier": answer.name, **_person_json(answer)}, status_code=status)
        return refused(answer, currency)

    return router


def _person_json(person: Cashier) -> dict[str, Json]:
    return {"name": person.name, "role": person.role.value, "active": person.active}
