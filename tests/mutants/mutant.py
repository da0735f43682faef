"""A safeguard taken away, and the importer that takes it away."""

import importlib.abc
import importlib.machinery
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """In `module` (its full name), `old` becomes `new`."""

    what: str
    module: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Mutants of one part, and the proof that must catch each: `prove` says what broke, or None if nothing did."""

    title: str
    mutants: Sequence[Mutant]
    prove: Callable[[], str | None]


def source_of(mutant: Mutant) -> str:
    """Return the source that a mutant changes."""
    return ROOT.joinpath(*mutant.module.split(".")).with_suffix(".py").read_text()


def not_found(mutants: Sequence[Mutant]) -> list[str]:
    """Return the mutants that do not find, exactly once, the safeguard that they take away."""
    return [mutant.what for mutant in mutants if source_of(mutant).count(mutant.old) != 1]


class Mutating(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from changed source; must stand first in `sys.meta_path` before that module is imported."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.machinery.ModuleSpec(fullname, self) if fullname == self._mutant.module else None

    def exec_module(self, module: ModuleType) -> None:
        source = source_of(self._mutant).replace(self._mutant.old, self._mutant.new)
        exec(compile(source, f"<{self._mutant.what}>", "exec"), module.__dict__)  # our own source, changed
