"""Sign in, sign out, who is there."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from device.adapters.http.refusals import refused
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.people import Cashier
from shared.http.problem import problem


class PinBody(BaseModel):
    """What is typed at the sign-in."""

    pin: str = Field(max_length=64)


def session_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about people."""
    router = APIRouter(prefix="/api")
    currency = till.sign.currency

    @router.post("/sign-in", response_model=None)
    async def sign_in(body: PinBody, request: Request, response: Response) -> Response | dict[str, str]:
        answer = await till.sign_in.sign_in(body.pin)
        if not isinstance(answer, Cashier):
            return refused(answer, currency)
        session = seat.take(answer.name, request, response)
        return {"cashier": session.who, "csrf": session.csrf, "role": answer.role.value}

    @router.get("/session")
    async def session(request: Request) -> Response:
        found = seat.find(request)
        if found is None:
            return problem(401, "signed-out", "Nobody is signed in here.", "Type your PIN.")
        return JSONResponse({"cashier": found.who, "csrf": found.csrf, "role": seat.role(found.who).value})

    @router.post("/sign-out")
    async def sign_out(request: Request, response: Response, _: str = Depends(seat)) -> dict[str, str]:
        seat.cookie.take_back(response, request)
        return {"status": "signed-out"}

    return router
