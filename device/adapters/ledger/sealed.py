"""Documents that refuse to be changed, all the way down: what an update of the ledger's table gets to see."""

from typing import Any, NoReturn, TypeAlias, cast

from device.adapters.ledger.errors import LedgerIsAppendOnly

Fields: TypeAlias = dict[str, Any]
"""An entry's fields as TinyDB's documents hold them. Any: JSON, in TinyDB's own types."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise LedgerIsAppendOnly("changing what an entry says")


class SealedDocument(Fields):
    """A dict to read and compare; every way to change it is refused."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = pop = popitem = clear = setdefault = _refuse


class SealedList(list[Any]):
    """A list to read and compare; every way to change it is refused."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = extend = insert = pop = remove = clear = sort = reverse = _refuse


def seal(fields: Fields) -> SealedDocument:
    """Return a sealed copy of a document."""
    return cast("SealedDocument", _seal(fields))


def _seal(value: object) -> object:
    if isinstance(value, dict):
        return SealedDocument({key: _seal(item) for key, item in value.items()})
    if isinstance(value, list):
        return SealedList(_seal(item) for item in value)
    return value
