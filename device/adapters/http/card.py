"""Card payments on a terminal, and the terminal's settings."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt
from starlette.responses import JSONResponse

from device.adapters.http.cash_refusals import refused_cash
from device.adapters.http.refunds import RefundBody
from device.adapters.http.seat import Seat
from device.adapters.http.till_services import TillServices
from device.domain.approval import Act
from device.domain.card_attempts import BadCardAmount, CardRefusal, NoSuchAttempt, NoTerminal
from device.domain.card_terminal import FIRST_PASSWORD, ZVT_PORT, BadTerminal, CardTerminal, check_terminal
from device.domain.explain_card import explain_card, explain_terminal
from device.domain.refund_refusals import RefundRefusal
from device.domain.zvt.words import say_why
from device.services.card import Told
from shared.events.card import CardOutcome
from shared.http.problem import problem
from shared.ids import IdError, check_uuid

TEXT_MAX = 200
_SAYS_WHY = frozenset({CardOutcome.DECLINED, CardOutcome.UNKNOWN})


class TerminalBody(BaseModel):
    """A terminal as the page sends it; no password leaves the one that is kept, or the one such terminals come with."""

    name: str = Field(max_length=TEXT_MAX)
    host: str = Field(max_length=TEXT_MAX)
    port: StrictInt = ZVT_PORT
    password: str = Field(default="", max_length=TEXT_MAX)

    def terminal(self, kept: CardTerminal | None) -> CardTerminal:
        """Return what the domain understands."""
        password = self.password.strip() or (kept.password if kept else FIRST_PASSWORD)
        return CardTerminal(name=self.name.strip(), host=self.host.strip(), port=self.port, password=password)


class AskBody(BaseModel):
    """What to ask for: `about` is the sale's id."""

    attempt_id: str = Field(max_length=80)
    about: str = Field(max_length=80)
    amount_minor: StrictInt = Field(le=10**12 - 1)


class SayBody(BaseModel):
    """What a person saw on the terminal."""

    paid: StrictBool


def card_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about card payments; anybody who sells asks, and says what the terminal shows."""
    router = APIRouter(prefix="/api/card")
    signed_in = [Depends(seat)]

    @router.get("", dependencies=signed_in)
    async def listed() -> dict[str, object]:
        """Return the payments that somebody has to look at."""
        return {"open": [told_json(one) for one in till.card.open]}

    @router.post("")
    async def ask(body: AskBody, who: Annotated[str, Depends(seat)]) -> Response:
        try:
            attempt_id, about = check_uuid("attempt_id", body.attempt_id), check_uuid("about", body.about)
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Reload the page and try again.")
        return _answer(till, await till.card.ask(attempt_id, about, body.amount_minor, who))

    @router.post("/{attempt_id}/refund")
    async def give_back(attempt_id: str, body: RefundBody, who: Annotated[str, Depends(seat)]) -> Response:
        """Ask the terminal to give the money of a refund back to the card; the refund itself is posted when it has."""
        try:
            key = check_uuid("attempt_id", attempt_id)
            order = body.order(
                who, till.approvals.approved_by(who, body.approval, Act.REFUND, body.refund_id)
            )
        except IdError as error:
            return problem(422, "invalid-request", f"{error}.", "Look the receipt up again.")
        return _answer(till, await till.card.give_back(key, till.refund.question(order, key)))

    @router.get("/{attempt_id}", dependencies=signed_in)
    async def one(attempt_id: str) -> Response:
        return _answer(till, till.card.find(attempt_id) or NoSuchAttempt(attempt_id))

    @router.post("/{attempt_id}/cancel", dependencies=signed_in)
    async def cancel(attempt_id: str) -> Response:
        till.card.cancel(attempt_id)
        return _answer(till, till.card.find(attempt_id) or NoSuchAttempt(attempt_id))

    @router.post("/{attempt_id}/say")
    async def say(attempt_id: str, body: SayBody, who: Annotated[str, Depends(seat)]) -> Response:
        return _answer(till, await till.card.say(attempt_id, paid=body.paid, who=who))

    @router.post("/{attempt_id}/undo", dependencies=signed_in)
    async def undo(attempt_id: str) -> Response:
        return _answer(till, till.card.undo(attempt_id))

    return router


def terminal_router(till: TillServices, seat: Seat) -> APIRouter:
    """Return the routes about the terminal's settings; a manager sets it up, who may let the till talk to other machines."""
    router = APIRouter(prefix="/api/card-terminal")
    manager = [Depends(seat.manager)]

    @router.get("", dependencies=[Depends(seat)])
    async def shown() -> dict[str, object]:
        return _terminal_json(till.settings.current.card_terminal)

    @router.put("", dependencies=manager)
    async def set_up(body: TerminalBody) -> Response:
        terminal = body.terminal(till.settings.current.card_terminal)
        bad = check_terminal(terminal, till.sign.currency)
        if bad is not None:
            return _bad_terminal(bad)
        await _keep(till, terminal)
        return JSONResponse(_terminal_json(terminal))

    @router.delete("", dependencies=manager)
    async def remove() -> dict[str, object]:
        await _keep(till, None)
        return _terminal_json(None)

    @router.post("/check", dependencies=manager)
    async def check() -> Response:
        terminal = till.settings.current.card_terminal
        if terminal is None:
            return _answer(till, NoTerminal())
        why = await till.card.check(terminal)
        return JSONResponse({"works": not why, "code": why, "why": say_why(why) if why else ""})

    return router


def told_json(told: Told) -> dict[str, object]:
    """Return an attempt as the page reads it: `state` is under-way, approved, declined, reversed or unknown."""
    asked, outcome = told.attempt.asked, told.attempt.outcome
    state = (
        "under-way"
        if told.under_way and told.attempt.is_unclear
        else (outcome.value if outcome else "unknown")
    )
    return {
        "attempt_id": asked.attempt_id, "about": asked.about, "terminal": asked.terminal, "amount_minor": asked.amount_minor,
        "currency": asked.currency, "cashier": asked.cashier, "at": told.attempt.at.isoformat(timespec="seconds"),
        "direction": asked.direction.value, "state": state, "under_way": told.under_way, "progress": told.progress, "code": told.why,
        "why": say_why(told.why) if outcome in _SAYS_WHY else "",
        "reference": told.attempt.reference, "said_by": told.attempt.said_by,
        "receipt_lines": list(told.attempt.receipt_lines),
    }  # fmt: skip


async def _keep(till: TillServices, terminal: CardTerminal | None) -> None:
    """Change the settings; the disk is waited for in a thread."""
    await asyncio.to_thread(till.settings.change, lambda old: replace(old, card_terminal=terminal))
    till.changes.tell()


def _terminal_json(terminal: CardTerminal | None) -> dict[str, object]:
    if terminal is None:
        return {"terminal": None}
    return {"terminal": {"name": terminal.name, "host": terminal.host, "port": terminal.port}}


def _bad_terminal(bad: BadTerminal) -> Response:
    told = explain_terminal(bad)
    return problem(422, told.code, told.message, told.remedy, field=bad.field)


def _answer(till: TillServices, told: Told | CardRefusal | RefundRefusal) -> Response:
    if isinstance(told, Told):
        return JSONResponse(told_json(told), status_code=202 if told.under_way else 200)
    if not isinstance(told, CardRefusal):
        return refused_cash(told, till.sign.currency)
    why = explain_card(told, till.sign.currency)
    status = 404 if isinstance(told, NoSuchAttempt) else 422 if isinstance(told, BadCardAmount) else 409
    return problem(status, why.code, why.message, why.remedy)
