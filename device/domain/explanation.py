"""How a refusal is put into words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal for programs (`code`) and for people (two sentences)."""

    code: str
    message: str
    remedy: str


def sentence_of(reason: str) -> str:
    """Return a reason such as “a name has 1 to 60 letters” as a sentence."""
    return f"{reason[0].upper()}{reason[1:]}."
