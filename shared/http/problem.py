"""How a server says no: one JSON body for every error, in plain words, and FastAPI's own errors turned into it.

`{"code": …, "message": what happened, "remedy": what to do}`, with whatever else the caller needs beside them, such as
`retry_after_s`. The code is for programs, the two sentences are for people.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.entry import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """What is told about an error; `more` holds further fields of the answer."""

    code: str
    message: str
    remedy: str
    more: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """Return the body as it is sent."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy, **self.more}


class ProblemError(Exception):
    """Ends a request with an error body: for dependencies and routes, never below the HTTP adapter."""

    def __init__(self, status: int, body: ErrorBody) -> None:
        super().__init__(body.message)
        self.status = status
        self.body = body


class _ProblemResponse(JSONResponse):
    """An error body that may quote what it refuses, even half a character (a lone surrogate), which UTF-8 cannot say."""

    def render(self, content: object) -> bytes:
        """Return the body as bytes; what UTF-8 cannot say stands there as JSON's own escape."""
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode("utf-8", "backslashreplace")


def problem(status: int, code: str, message: str, remedy: str, **more: Json) -> JSONResponse:
    """Return an error as an answer; `retry_after_s` also becomes the Retry-After header (RFC 9110)."""
    return _answer(status, ErrorBody(code=code, message=message, remedy=remedy, more=more))


def problem_error(status: int, code: str, message: str, remedy: str, **more: Json) -> ProblemError:
    """Return an error to raise."""
    return ProblemError(status, ErrorBody(code=code, message=message, remedy=remedy, more=more))


def too_large() -> JSONResponse:
    """Return the answer to a body beyond the server's limit."""
    return problem(
        413, "too-large", "The request is too large. Nothing was changed.", "Send it in smaller parts."
    )


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of an app answer with an ErrorBody."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


def words_of_validation(errors: Sequence[Mapping[str, object]]) -> str:
    """Return the first of pydantic's complaints as a sentence that names the field."""
    if not errors:
        return "The request could not be read."
    first = errors[0]
    where = ".".join(str(part) for part in cast("Sequence[object]", first.get("loc", ()))[1:])
    match first.get("type"):
        case "missing":
            return f"The field {where} is missing." if where else "The request has no body."
        case "json_invalid":
            return "The request is not readable JSON."
        case _:
            said = str(first.get("msg", "it cannot be read")).rstrip(".")
            return f"The field {where or 'body'} is not right: {said}."


def _answer(status: int, body: ErrorBody) -> JSONResponse:
    wait = body.more.get("retry_after_s")
    headers = {"Retry-After": str(wait)} if isinstance(wait, int) else None
    return _ProblemResponse(body.to_json(), status_code=status, headers=headers)


def _on_problem(_: Request, error: Exception) -> JSONResponse:
    told = cast("ProblemError", error)
    return _answer(told.status, told.body)


def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    errors = cast("RequestValidationError", error).errors()
    return problem(
        422,
        "invalid-request",
        words_of_validation(errors),
        "Nothing was changed. Correct it and send it again.",
    )


def _on_http(_: Request, error: Exception) -> JSONResponse:
    status = cast("HTTPException", error).status_code
    match status:
        case 404:
            return problem(404, "not-found", "There is nothing at this address.", "Check the address.")
        case 405:
            return problem(405, "wrong-method", "This address does not take that.", "Check the method.")
        case 413:
            return too_large()
        case _:
            detail = str(cast("HTTPException", error).detail)
            return problem(status, "request-failed", detail, "Nothing was changed. Try it again.")


def _on_unexpected(_: Request, error: Exception) -> JSONResponse:
    return problem(
        500,
        "unexpected",
        f"Something went wrong here ({type(error).__name__}). What was saved before is safe.",
        "Try it again. If it stays so, look into this server's log.",
    )
