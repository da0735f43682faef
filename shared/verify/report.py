"""What an independent look at a ledger found."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong: in which line of which file (from 1), at which entry (0 if unknown), in words.

    `in_seal` says that the entries of the file are good and only its seal is not.
    """

    line: int
    seq: int
    words: str
    file: str = ""
    in_seal: bool = False


class ProblemFound(Exception):  # noqa: N818 - it carries a finding to the report; it is no failure of the reader
    """A check has found what is wrong, in words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the intact entries, up to the first problem, say.

    Attributes:
        tenant, source, epoch: whose ledger it is; empty if not even the first entry could be read.
        entries: how many entries are intact.
        sales: how many of them are sales.
        total_minor: what the sales add up to less what was given back, in minor units, by currency.
        head_seq, head_hash: the last intact entry.
        problem: the first thing that is wrong, or None if all is well.
        refunds: how many of the entries give something back.
    """

    tenant: str
    source: str
    epoch: str
    entries: int
    sales: int
    total_minor: Mapping[str, int]
    head_seq: int
    head_hash: str
    problem: Problem | None
    refunds: int = 0
