"""Following card money from the question to a terminal to the one sale that it paid for, and back to the one refund that has it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from shared.verify.fields import Fields, integer, objects, optional_text, text
from shared.verify.report import ProblemFound


class _Question(NamedTuple):
    amount_minor: int
    of_attempt: str


@dataclass(slots=True)
class CardMoney:
    """What terminals were asked for, what of it was approved and belongs to nothing yet, and what of each payment went back.

    `unused_minor` paid for nothing yet, `given_minor` went back to cards and stands in no refund yet; `left_minor` is what of
    a payment has not gone back to its card, nor may have.
    """

    asked: dict[str, _Question] = field(default_factory=dict)
    unused_minor: dict[str, int] = field(default_factory=dict)
    given_minor: dict[str, int] = field(default_factory=dict)
    left_minor: dict[str, int] = field(default_factory=dict)
    unsettled: set[str] = field(default_factory=set)

    def take_question(self, body: Fields) -> None:
        """Note a question; raises ProblemFound for one that was asked before, or that gives back more than a card paid."""
        attempt = text(body, "attempt_id")
        if attempt in self.asked:
            raise ProblemFound(f"the card payment {attempt} is asked for twice")
        question = _Question(integer(body, "amount_minor"), optional_text(body, "of_attempt"))
        if (optional_text(body, "direction") or "take") != "take":
            self._give_back(attempt, question)
        self.asked[attempt] = question

    def take_answer(self, body: Fields) -> None:
        """Note an answer; raises ProblemFound for one to a question that nobody asked."""
        attempt = text(body, "attempt_id")
        if attempt not in self.asked:
            raise ProblemFound(f"nobody asked for the card payment {attempt}")
        amount_minor, of_attempt = self.asked[attempt]
        outcome = text(body, "outcome")
        money = self.given_minor if of_attempt else self.unused_minor
        if outcome == "approved":
            money[attempt] = amount_minor
        else:
            money.pop(attempt, None)
        if of_attempt and outcome in {"declined", "reversed"} and attempt in self.unsettled:
            self.left_minor[of_attempt] += amount_minor
            self.unsettled.discard(attempt)

    def take_sale(self, body: Fields) -> None:
        """Check that a sale has the card money that it names, for itself alone; raises ProblemFound."""
        for paid in objects(body, "payments"):
            attempt = optional_text(paid, "attempt_id")
            if not attempt:
                continue
            amount_minor = integer(paid, "amount_minor")
            if self.unused_minor.pop(attempt, None) != amount_minor:
                raise ProblemFound(
                    f"it is paid with the card payment {attempt}, which was not approved for that, or is spent"
                )
            self.left_minor[attempt] = amount_minor

    def take_refund(self, body: Fields) -> None:
        """Check that a refund has the money that it says went back to a card, for itself alone; raises ProblemFound."""
        for paid in objects(body, "payments"):
            attempt = optional_text(paid, "attempt_id")
            if attempt and self.given_minor.pop(attempt, None) != integer(paid, "amount_minor"):
                raise ProblemFound(
                    f"it says that {attempt} went back to a card, which was not so, or belongs to another refund"
                )
            self.unsettled.discard(attempt)

    def _give_back(self, attempt: str, question: _Question) -> None:
        left_minor = self.left_minor.get(question.of_attempt)
        if left_minor is None:
            raise ProblemFound(
                f"{attempt} gives back a card payment {question.of_attempt} that paid for no sale"
            )
        if not 0 < question.amount_minor <= left_minor:
            raise ProblemFound(
                f"{attempt} gives back {question.amount_minor}, of that payment {left_minor} are left"
            )
        self.left_minor[question.of_attempt] = left_minor - question.amount_minor
        self.unsettled.add(attempt)
