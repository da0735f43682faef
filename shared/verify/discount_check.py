"""Working a sale's discounts out again from its raw lines: what each came to, and which cent fell on which line.

Discounts are taken off one after another, each from what the goods still cost. One on the whole cart is shared out in
proportion: every line gets its exact part rounded down, and the cents that are left go to those with the largest rests.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from shared.verify.fields import Fields, integer, optional_integer, optional_objects, text
from shared.verify.report import ProblemFound

_TEN_THOUSAND = 10_000


def check_discounts(body: Fields, lines: Sequence[Fields]) -> None:
    """Raise ProblemFound unless the discounts come to what is stated, and fall on the lines as they should."""
    left = [_cost(line) if line.get("kind", "goods") == "goods" else 0 for line in lines]
    full = list(left)
    for number, discount in enumerate(optional_objects(body, "discounts"), start=1):
        places = _places(discount, len(lines))
        touched = [left[place] if place in places else 0 for place in range(len(lines))]
        amount = _amount(discount, sum(touched))
        if integer(discount, "amount_minor") != amount:
            raise ProblemFound(f"discount {number} is {discount['amount_minor']}, it should be {amount}")
        for place, part in enumerate(_parts(amount, touched)):
            left[place] -= part
    for place, line in enumerate(lines):
        off = optional_integer(line, "discount_minor")
        if off != full[place] - left[place]:
            raise ProblemFound(
                f"{off} are taken off line {place + 1}, the discounts come to {full[place] - left[place]}"
            )


def _cost(line: Fields) -> int:
    return integer(line, "total_minor") + optional_integer(line, "discount_minor")


def _places(discount: Fields, lines: int) -> range:
    if discount.get("line") is None:
        return range(lines)
    place = integer(discount, "line")
    if not 0 <= place < lines:
        raise ProblemFound(f"a discount is on line {place + 1}, which is not there")
    return range(place, place + 1)


def _amount(discount: Fields, cost: int) -> int:
    value, kind = integer(discount, "value"), text(discount, "kind")
    if value <= 0:
        raise ProblemFound(f"a discount of {value} takes nothing off")
    if kind == "percent":
        return floor(Fraction(cost * value, _TEN_THOUSAND) + Fraction(1, 2))
    if kind == "amount":
        return min(value, cost)
    raise ProblemFound(f"“{kind}” is no kind of discount that this reader knows")


def _parts(amount: int, costs: Sequence[int]) -> list[int]:
    whole = sum(costs)
    if not whole:
        return [0] * len(costs)
    exact = [Fraction(amount * cost, whole) for cost in costs]
    parts = [floor(part) for part in exact]
    rests = sorted(((parts[place] - part, place) for place, part in enumerate(exact)))
    for _, place in rests[: amount - sum(parts)]:
        parts[place] += 1
    return parts
