"""Tables in memory whose changes can be undone, kept and restored as a whole."""

from typing import Any

Table = dict[Any, Any]
_MISSING = object()


class MemoryTables:
    """Tables by name. What a transaction puts can be taken back."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self._before: list[tuple[Table, object, object]] = []

    def table(self, name: str) -> Table:
        return self.tables.setdefault(name, {})

    def put(self, name: str, key: object, value: object) -> None:
        table = self.tables.setdefault(name, {})
        self._before.append((table, key, table.get(key, _MISSING)))
        table[key] = value

    def drop(self, name: str, key: object) -> None:
        table = self.tables.setdefault(name, {})
        self._before.append((table, key, table.pop(key, _MISSING)))

    def commit(self) -> list[object]:
        """Keep what was put; returns the keys of the streams that changed."""
        streams = self.tables.get("streams")
        changed = [key for table, key, _ in self._before if table is streams]
        self._before.clear()
        return changed

    def undo(self) -> None:
        for table, key, value in reversed(self._before):
            if value is _MISSING:
                table.pop(key, None)
            else:
                table[key] = value
        self._before.clear()

    def snapshot(self) -> dict[str, Table]:
        return {name: dict(table) for name, table in self.tables.items()}

    def restore(self, snapshot: dict[str, Table]) -> None:
        self.tables = {name: dict(table) for name, table in snapshot.items()}
        self._before.clear()


class Repository:
    """A view of the tables."""

    def __init__(self, data: MemoryTables) -> None:
        self._data = data
