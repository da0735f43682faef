"""The cloud's Streams and Archive ports in memory: transactions undone as a whole, and snapshots to restore from.

The contract suite in tests/contract/test_cloud_store.py runs over this and over the real one.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from cloud.domain.contribution import Contribution
from cloud.domain.figures import Figures
from cloud.ports.chains import Arrival, Rejection
from cloud.ports.dashboards import StreamTotals
from shared.entry import EMPTY_HEAD, Head, StreamKey
from shared.sync.receiver import ReceivedLine

REJECTED_MAX = 1_000


@dataclass(slots=True)
class HeldChain:
    """One chain: its lines with their hashes, oldest first, what its sales come to, and why it was contradicted."""

    hashes: list[str] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    sales: int = 0
    total_minor: int = 0
    forked: str = ""

    @property
    def head(self) -> Head:
        return Head(len(self.hashes), self.hashes[-1]) if self.hashes else EMPTY_HEAD

    def copy(self) -> "HeldChain":
        return replace(self, hashes=list(self.hashes), lines=list(self.lines))


@dataclass(slots=True)
class CloudData:
    """Everything that is durable."""

    chains: dict[StreamKey, HeldChain] = field(default_factory=dict)
    arrivals: list[tuple[StreamKey, int]] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    not_understood: dict[tuple[StreamKey, int], str] = field(default_factory=dict)
    rejected: dict[tuple[str, str, str], Rejection] = field(default_factory=dict)

    def copy(self) -> "CloudData":
        figures = self.figures
        return CloudData(
            chains={key: chain.copy() for key, chain in self.chains.items()},
            arrivals=list(self.arrivals),
            figures=Figures(
                hours=dict(figures.hours), products=dict(figures.products), days=dict(figures.days),
                parcels=dict(figures.parcels),
            ),
            not_understood=dict(self.not_understood),
            rejected=dict(self.rejected),
        )  # fmt: skip


class MemoryCloudStore:
    """Bears the ports Streams and Archive for one tenant.

    `before_commit` may refuse a commit by raising; `on_committed` is told of each chain that has grown.
    """

    def __init__(self, tenant: str = "demo") -> None:
        self.data = CloudData()
        self.before_commit: Callable[[], None] = lambda: None
        self.on_committed: Callable[[StreamKey, Head], None] = lambda stream, head: None
        self._tenant = tenant

    @contextmanager
    def hold(self, stream: StreamKey, *, hub: str) -> Iterator["MemoryHeldStream"]:
        held = MemoryHeldStream(self.data.chains.get(stream) or HeldChain(), stream)
        yield held
        self.before_commit()
        held.commit(self.data)
        self.on_committed(stream, held.head)

    def reject(self, rejection: Rejection) -> None:
        self.before_commit()
        _keep(self.data, rejection)

    # -- the port Archive

    def tenants(self) -> list[str]:
        return [self._tenant]

    def chains(self, tenant: str) -> list[tuple[StreamKey, Head]]:
        chains = [(key, chain.head) for key, chain in self.data.chains.items()]
        return sorted(chains, key=lambda chain: (chain[0].source, chain[0].epoch))

    def chain(self, stream: StreamKey) -> Iterator[tuple[Head, bytes]]:
        chain = self.data.chains[stream]
        for seq, (hash_, line) in enumerate(zip(chain.hashes, chain.lines, strict=True), start=1):
            yield Head(seq, hash_), line

    def arrivals(self, tenant: str) -> Iterator[Arrival]:
        for key, seq in self.data.arrivals:
            chain = self.data.chains[key]
            yield Arrival(at=Head(seq, chain.hashes[seq - 1]), line=chain.lines[seq - 1], late=False)

    def figures(self, tenant: str) -> Figures:
        return self.data.figures

    # -- what the read model says of it

    def totals(self, tenant: str) -> list[StreamTotals]:
        return [
            StreamTotals(
                source=key.source, epoch=key.epoch, seq=head.seq, hash=head.hash,
                sales=self.data.chains[key].sales, total_minor=self.data.chains[key].total_minor,
            )
            for key, head in self.chains(tenant)
        ]  # fmt: skip

    def rejected(self, tenant: str) -> int:
        return len(self.data.not_understood) + len(self.data.rejected)


class MemoryHeldStream:
    """Bears the port HeldStream: nothing is kept before `commit`."""

    def __init__(self, chain: HeldChain, key: StreamKey) -> None:
        self._chain = chain
        self._key = key
        self._head = chain.head
        self._lines: list[ReceivedLine] = []
        self._contributions: list[Contribution] = []
        self._rejections: list[Rejection] = []

    @property
    def head(self) -> Head:
        return self._head

    def hash_at(self, seq: int) -> str | None:
        return self._chain.hashes[seq - 1] if 1 <= seq <= len(self._chain.hashes) else None

    def append(
        self, lines: Sequence[ReceivedLine], head: Head, contribution: Contribution, *, at_ms: int
    ) -> None:
        self._lines += lines
        self._contributions.append(contribution)
        if lines:
            self._head = head

    def quarantine(self, rejection: Rejection) -> None:
        self._rejections.append(rejection)

    def commit(self, data: CloudData) -> None:
        if not self._lines and not self._rejections:
            return
        chain = data.chains.setdefault(self._key, self._chain)
        for line in self._lines:
            if line.seq != len(chain.hashes) + 1:
                raise ValueError(f"UNIQUE: entry {line.seq} of {self._key.source} is held already")
            chain.hashes.append(line.hash)
            chain.lines.append(line.line)
            data.arrivals.append((self._key, line.seq))
        for contribution in self._contributions if self._lines else []:
            chain.sales += contribution.sales
            chain.total_minor += contribution.total_minor
            data.figures.add(contribution)
            for item in contribution.not_understood:
                data.not_understood.setdefault((self._key, item.seq), item.reason)
        for rejection in self._rejections:
            chain.forked = rejection.reason
            _keep(data, rejection)


def _keep(data: CloudData, rejection: Rejection) -> None:
    """The same payload of the same chain is kept once; the newest stay."""
    key = (rejection.source, rejection.kind.value, hashlib.sha256(rejection.payload).hexdigest())
    data.rejected.setdefault(key, rejection)
    while len(data.rejected) > REJECTED_MAX:
        del data.rejected[next(iter(data.rejected))]
