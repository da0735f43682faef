"""Following card money from the question to a terminal to the one sale that it paid for."""

from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, objects, optional_text, text
from shared.verify.report import ProblemFound


@dataclass(slots=True)
class CardMoney:
    """What terminals were asked for, and what of it was approved and has paid for nothing yet."""

    asked_minor: dict[str, int] = field(default_factory=dict)
    unused_minor: dict[str, int] = field(default_factory=dict)

    def take_question(self, body: Fields) -> None:
        """Note a question; raises ProblemFound for one that was asked before."""
        attempt = text(body, "attempt_id")
        if attempt in self.asked_minor:
            raise ProblemFound(f"the card payment {attempt} is asked for twice")
        self.asked_minor[attempt] = integer(body, "amount_minor")

    def take_answer(self, body: Fields) -> None:
        """Note an answer; raises ProblemFound for one to a question that nobody asked."""
        attempt = text(body, "attempt_id")
        if attempt not in self.asked_minor:
            raise ProblemFound(f"nobody asked for the card payment {attempt}")
        if text(body, "outcome") == "approved":
            self.unused_minor[attempt] = self.asked_minor[attempt]
        else:
            self.unused_minor.pop(attempt, None)

    def take_sale(self, body: Fields) -> None:
        """Check that a sale has the card money that it names, for itself alone; raises ProblemFound."""
        for paid in objects(body, "payments"):
            attempt = optional_text(paid, "attempt_id")
            if attempt and self.unused_minor.pop(attempt, None) != integer(paid, "amount_minor"):
                raise ProblemFound(
                    f"it is paid with the card payment {attempt}, which was not approved for that, or is spent"
                )
