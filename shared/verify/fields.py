"""Reading an entry's JSON for verification: strict, and by its own hand.

Names that stand twice in an object, fractions and values out of kind are problems here, whatever other readers make of
them.
"""

import json
from typing import NoReturn, TypeAlias

from shared.verify.report import ProblemFound

Fields: TypeAlias = dict[str, object]


def read_fields(line: bytes) -> Fields:
    """Return the JSON object in a line; raises ProblemFound if it is none, or not a strict one."""
    try:
        fields = json.loads(
            line.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise ProblemFound(f"its text is no JSON ({error})") from error
    if not isinstance(fields, dict):
        raise ProblemFound("it is no JSON object")
    return fields


def text(fields: Fields, name: str) -> str:
    """Return a field that must be text and not empty."""
    value = fields.get(name)
    if isinstance(value, str) and value:
        return value
    raise ProblemFound(f"its {name} is {value!r} and not text")


def integer(fields: Fields, name: str) -> int:
    """Return a field that must be an integer."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ProblemFound(f"its {name} is {value!r} and not a whole number")


def objects(fields: Fields, name: str) -> list[Fields]:
    """Return a field that must be a list of objects."""
    value = fields.get(name)
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise ProblemFound(f"its {name} is not a list of objects")


def sub_object(fields: Fields, name: str) -> Fields:
    """Return a field that must be an object."""
    value = fields.get(name)
    if isinstance(value, dict):
        return value
    raise ProblemFound(f"its {name} is not an object")


def optional_integer(fields: Fields, name: str) -> int:
    """Return a field that must be an integer, or 0 where it is left out."""
    return integer(fields, name) if name in fields else 0


def optional_text(fields: Fields, name: str) -> str:
    """Return a field that must be text, or nothing where it is left out."""
    return text(fields, name) if name in fields else ""


def optional_objects(fields: Fields, name: str) -> list[Fields]:
    """Return a field that must be a list of objects, or none where it is left out."""
    return objects(fields, name) if name in fields else []


def _object(pairs: list[tuple[str, object]]) -> Fields:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ProblemFound(f"the name “{twice}” stands twice in one object")
    return fields


def _refuse_number(number: str) -> NoReturn:
    raise ProblemFound(f"the number {number} is not a whole one")
