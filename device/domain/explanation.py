"""How a refusal is put into words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal for programs (`code`) and for people (two sentences)."""

    code: str
    message: str
    remedy: str
