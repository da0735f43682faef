"""Verify what is held: every chain by the independent reader, and the figures against a second count of the entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from cloud.domain.contribution import contribution_of
from cloud.domain.figures import Figures, differences
from cloud.ports.chains import Archive
from shared.entry import EntryError, Head, StreamKey, hash_line, parse_entry
from shared.sync.receiver import ReceivedLine
from shared.verify.verify import verify_lines

LINES_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """One chain: how far it is held, and what is wrong with it, if anything."""

    stream: StreamKey
    head: Head
    fault: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantReport:
    """Everything of one tenant; `wrong_figures` are those that the entries do not bear out."""

    tenant: str
    chains: tuple[ChainReport, ...]
    wrong_figures: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong_figures and all(chain.fault is None for chain in self.chains)


def verify_archive(archive: Archive) -> Iterator[TenantReport]:
    """Look through everything, tenant by tenant."""
    for tenant in archive.tenants():
        chains = tuple(_verify_chain(archive, stream, head) for stream, head in archive.chains(tenant))
        wrong = tuple(differences(archive.figures(tenant), recount(archive, tenant)))
        yield TenantReport(tenant=tenant, chains=chains, wrong_figures=wrong)


def recount(archive: Archive, tenant: str) -> Figures:
    """Add up a tenant's figures anew from the entries, in the order in which they took effect."""
    figures = Figures()
    for late, taken in groupby(archive.arrivals(tenant), key=attrgetter("late")):
        while held := list(islice(taken, LINES_AT_ONCE)):
            lines = [_received(arrival.at, arrival.line) for arrival in held]
            figures.add(contribution_of(lines, late=late))
    return figures


def _verify_chain(archive: Archive, stream: StreamKey, head: Head) -> ChainReport:
    stored = _StoredLines(archive.chain(stream))
    found = verify_lines(stored)
    reached = Head(found.head_seq, found.head_hash)
    if stored.fault is not None:
        fault: str | None = stored.fault
    elif found.problem is not None:
        fault = f"entry {found.problem.line}: {found.problem.words}"
    elif (found.tenant, found.source, found.epoch) != (stream.tenant, stream.source, stream.epoch):
        fault = f"it is the chain of {found.tenant}/{found.source}/{found.epoch}"
    else:
        fault = None if reached == head else f"it ends at entry {reached.seq}, it should end at {head.seq}"
    return ChainReport(stream=stream, head=reached, fault=fault)


class _StoredLines:
    """The exact bytes of a chain, as long as they have the hashes that were stored beside them."""

    def __init__(self, held: Iterator[tuple[Head, bytes]]) -> None:
        self._held = held
        self.fault: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        for at, line in self._held:
            if hash_line(line) != at.hash:
                self.fault = f"the bytes of entry {at.seq} were changed"
                return
            yield line


def _received(at: Head, line: bytes) -> ReceivedLine:
    try:
        return ReceivedLine(at.seq, at.hash, line, parse_entry(line))
    except EntryError as error:
        return ReceivedLine(at.seq, at.hash, line, None, error.reason)
