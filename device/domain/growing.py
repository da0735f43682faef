"""Maps and a list that grow without disturbing those who hold an earlier one.

The ledger's writer makes the next state while readers still look at the last one that is on the disk, and throws the
next one away when the disk refuses. So every change gives a new value, and costs about what changed:

- `GrowingMap` keeps a large old part, shared by all versions, and a small new part that is copied at each change; when
  the new part has grown to SMALL, both are joined once.
- `RecentMap` is a `GrowingMap` that forgets: it keeps at least the newest KEPT items, and fewer than two times as many.
- `GrowingLog` shares one list between versions, each of which sees only its own length. Appending to a version
  that is no longer the longest copies what that version sees.

Only one thread makes versions; any thread may read them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

SMALL = 512
KEPT = 256


@dataclass(frozen=True, slots=True)
class GrowingMap(Generic[K, V]):
    """A persistent mapping; keys are never removed."""

    _old: Mapping[K, V] = field(default_factory=dict)
    _new: Mapping[K, V] = field(default_factory=dict)

    def with_item(self, key: K, value: V) -> "GrowingMap[K, V]":
        """Return the map with one more, or one other, item."""
        return self.with_items({key: value})

    def with_items(self, items: Mapping[K, V]) -> "GrowingMap[K, V]":
        """Return the map with more, or other, items, at the cost of one."""
        new = {**self._new, **items}
        if len(new) < SMALL:
            return GrowingMap(self._old, new)
        return GrowingMap({**self._old, **new}, {})

    def get(self, key: K, otherwise: V) -> V:
        """Return the value of a key."""
        return self._new[key] if key in self._new else self._old.get(key, otherwise)

    def find(self, key: K) -> V | None:
        """Return the value of a key, or None."""
        return self._new[key] if key in self._new else self._old.get(key)

    def __contains__(self, key: K) -> bool:
        return key in self._new or key in self._old

    def items(self) -> Mapping[K, V]:
        """Return all of it as a plain mapping of its own."""
        return {**self._old, **self._new}


@dataclass(frozen=True, slots=True)
class RecentMap(Generic[K, V]):
    """A persistent mapping that remembers the newest items; no key comes twice."""

    _old: Mapping[K, V] = field(default_factory=dict)
    _new: Mapping[K, V] = field(default_factory=dict)

    def with_item(self, key: K, value: V) -> "RecentMap[K, V]":
        """Return the map with one more item."""
        new = {**self._new, key: value}
        return RecentMap(self._old, new) if len(new) < KEPT else RecentMap(new, {})

    def find(self, key: K) -> V | None:
        """Return the value of a key, or None if it is unknown or forgotten."""
        return self._new[key] if key in self._new else self._old.get(key)

    def items(self) -> Mapping[K, V]:
        """Return what is remembered as a plain mapping of its own, oldest first."""
        return {**self._old, **self._new}


@dataclass(frozen=True, slots=True)
class GrowingLog(Generic[T]):
    """A persistent list that only grows."""

    _shared: list[T] = field(default_factory=list)
    _length: int = 0

    def appended(self, item: T) -> "GrowingLog[T]":
        """Return the log with one more item."""
        shared = self._shared if len(self._shared) == self._length else self._shared[: self._length]
        shared.append(item)
        return GrowingLog(shared, self._length + 1)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> T:
        if not 0 <= index < self._length:
            raise IndexError(f"the log has {self._length} items, there is none at {index}")
        return self._shared[index]

    def __iter__(self) -> Iterator[T]:
        return (self._shared[index] for index in range(self._length))

    def newest_first(self) -> Iterator[T]:
        """Iterate from the last item to the first."""
        return (self._shared[index] for index in range(self._length - 1, -1, -1))
