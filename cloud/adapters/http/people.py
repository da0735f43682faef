"""Signing in and out."""

from typing import assert_never

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cloud.adapters.http.doors import Doors, join_who, split_who
from cloud.ports.people import Person
from cloud.services.sign_in import Wait, WrongPassword
from shared.http.problem import problem
from shared.http.sessions import Session


class SignInBody(BaseModel):
    """A name and its password."""

    user: str = Field(max_length=200)
    password: str = Field(max_length=1_000)


def people_routes(doors: Doors) -> APIRouter:
    """Return the routes of people's sessions."""
    routes = APIRouter()

    @routes.post("/api/sign-in")
    def sign_in(request: Request, who: SignInBody) -> Response:
        address = request.client.host if request.client else ""
        answer = doors.people.sign_in(who.user, who.password, address=address)
        match answer:
            case Wait():
                return problem(
                    429,
                    "wait",
                    "Too many wrong passwords.",
                    f"Wait {answer.retry_after_s} s and try again.",
                    retry_after_s=answer.retry_after_s,
                )
            case WrongPassword():
                return problem(
                    401, "wrong-password", "Name and password do not belong together.", "Type both again."
                )
            case Person():
                return _begin(doors, request, answer)
            case _:
                assert_never(answer)

    @routes.get("/api/session")
    def session(request: Request) -> Response:
        return _tell(doors.require_session(request))

    @routes.post("/api/sign-out")
    def sign_out(request: Request) -> Response:
        doors.require_session(request)
        response = Response(status_code=204)
        doors.cookie.take_back(response, request)
        return response

    return routes


def _begin(doors: Doors, request: Request, person: Person) -> Response:
    token = doors.secrets.token()
    session = doors.cookie.table.open(
        who=join_who(person.tenant, person.user),
        token=token,
        csrf=doors.secrets.token(),
        now_s=doors.clock.monotonic_s(),
    )
    response = _tell(session)
    doors.cookie.give(response, request, token)
    return response


def _tell(session: Session) -> Response:
    tenant, user = split_who(session.who)
    return JSONResponse({"user": user, "tenant": tenant, "csrf": session.csrf})
