"""Who notes signals and market days: somebody who is signed in, or a program with the till's token for signals."""

import hmac
from dataclasses import dataclass

from fastapi import Request

from device.adapters.http.seat import Seat
from shared.http.problem import problem_error

SCHEME = "Bearer "
PROGRAM = "program"


@dataclass(frozen=True, slots=True, eq=False)
class MachineSeat:
    """A seat that programs may take too; as a FastAPI dependency it answers the cashier's name, or `program`.

    A program sends `Authorization: Bearer TOKEN`; while nobody made a token, none is let in.
    """

    seat: Seat

    def __call__(self, request: Request) -> str:
        """Return who asks, or refuse with 401 or 403."""
        given = request.headers.get("authorization", "")
        if not given.startswith(SCHEME):
            return self.seat(request)
        token = self.seat.till.signals_token()
        if not token or not hmac.compare_digest(given.removeprefix(SCHEME).strip().encode(), token.encode()):
            raise problem_error(
                401, "no-signals-token", "This token does not open this till's signals. Nothing was changed.",
                "Print it on the till with: stallholder till signals-token",
            )  # fmt: skip
        return PROGRAM
