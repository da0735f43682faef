"""What must hold when all faults have ended and time has passed: everything everywhere, once, to the cent; and rest."""

from collections import Counter
from collections.abc import Iterator, Sequence

from cloud.domain.figures import differences
from cloud.services.verify_archive import recount
from shared.entry import EMPTY_HEAD, Head, StreamKey, hash_line, parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded, SaleRefunded
from shared.verify.verify import verify_lines, verify_segments
from tests.crash.market_day import segments_on
from tests.simulation.market import Market, Retired
from tests.simulation.till import Till
from tests.simulation.world import HUB, TENANT


def not_settled(market: Market) -> str:
    """Return what is still under way, in words; empty if everything has arrived everywhere."""
    return next(_under_way(market), "")


def _under_way(market: Market) -> Iterator[str]:
    if not market.customers.all_served:
        yield "somebody waits for an answer"
    for process, name in ((market.hub, "hub"), (market.cloud, "cloud")):
        if not process.is_up:
            yield f"the {name} is off"
    for till in market.all_tills:
        if not till.is_up:
            yield f"{till.label} is off"
        elif till.name not in market.contested:
            yield from _behind(market, till)
    yield from _hub_behind(market)
    yield from _forks_unseen(market)


def _behind(market: Market, till: Till) -> Iterator[str]:
    head, marks = till.ledger.head, till.sync.status.marks
    for place, reached in (
        ("hub", market.hub_head(till.ledger.stream)),
        ("cloud", market.cloud_head(till.ledger.stream)),
    ):
        if reached != head:
            yield f"the {place} holds {till.label} up to {reached.seq} of {head.seq}"
    if (marks.hub_seq, marks.cloud_seq) != (head.seq, head.seq):
        yield f"{till.label} knows of hub {marks.hub_seq}, cloud {marks.cloud_seq}, its ledger ends at {head.seq}"
    if till.sync.status.refused is not None or not till.sync.status.connected:
        yield f"{till.label} is not connected, or refused"
    seen = market.hub.presence.of(till.name)
    if seen is None or not seen.online:
        yield f"the hub shows {till.label} as away"


def _hub_behind(market: Market) -> Iterator[str]:
    own = market.hub.store.uow.streams.newest_of(TENANT, HUB)
    if own is None or own.head != market.cloud_head(own.key) or own.cloud_seq != own.head.seq:
        yield "the hub's own chain is not at the cloud"
    for retired in market.retired:
        if market.hub_head(retired.stream).seq > market.cloud_head(retired.stream).seq:
            yield f"an old chain of {retired.stream.source} is not at the cloud"


def _forks_unseen(market: Market) -> Iterator[str]:
    for original, clone in _pairs(market):
        record = market.hub.store.uow.streams.find(original.ledger.stream)
        if _forked(original, clone):
            if record is None or not (record.quarantine or record.cloud_refusal):
                yield f"the fork of {clone.name} was not seen"
        elif (
            max(original.ledger.head.seq, clone.ledger.head.seq) != market.cloud_head(clone.ledger.stream).seq
        ):
            yield f"the longer copy of {clone.name} is not at the cloud"


def _pairs(market: Market) -> Iterator[tuple[Till, Till]]:
    by_name = {till.name: till for till in market.tills}
    for clone in market.clones:
        yield by_name[clone.name], clone


def _forked(original: Till, clone: Till) -> bool:
    both = min(original.ledger.head.seq, clone.ledger.head.seq)
    return original.ledger.read_lines(both, both) != clone.ledger.read_lines(both, both)


def broken_promises(market: Market) -> Iterator[str]:
    """Yield everything that is not as promised, now that all is settled."""
    counted: dict[StreamKey, tuple[int, int]] = {}
    for till in market.all_tills:
        lines = till.ledger.read_lines(1, till.ledger.head.seq)
        yield from _ledger_is_sound(till, lines)
        if till.name not in market.contested:
            counted[till.ledger.stream] = yield from _sales_once(till.label, lines, till.card.acknowledged)
            yield from _same_everywhere(market, till.ledger.stream, lines)
    for retired in market.retired:
        counted[retired.stream] = yield from _sales_once("an old card", retired.lines, retired.acknowledged)
        yield from _kept_of_old_card(market, retired)
    yield from _branches_kept(market)
    yield from _hub_is_sound(market, counted)
    yield from _cloud_is_sound(market, counted)


def _ledger_is_sound(till: Till, lines: Sequence[bytes]) -> Iterator[str]:
    report = verify_segments(segments_on(till.card.disk))
    if report.problem is not None or report.entries != len(lines):
        yield f"the independent reader says of {till.label}: {report.problem}"


def _sales_once(who: str, lines: Sequence[bytes], acknowledged: dict[str, int]) -> Iterator[str]:
    """Yield what is lost or doubled; return how many sales there are and what they come to less what was given back."""
    totals: Counter[str] = Counter()
    times: Counter[str] = Counter()
    sales = 0
    for line in lines:
        event = read_event(parse_entry(line))
        if isinstance(event, SaleRecorded):
            times[event.sale_id] += 1
            totals[event.sale_id] = event.total_minor
            sales += 1
        elif isinstance(event, SaleRefunded):
            times[event.refund_id] += 1
            totals[event.refund_id] = -event.total_minor
    for sale_id, total_minor in acknowledged.items():
        if totals.get(sale_id) != total_minor:
            yield f"{who}: sale {sale_id} of {total_minor} was called paid, its ledger says {totals.get(sale_id)}"
    for sale_id, count in times.items():
        if count > 1:
            yield f"{who}: sale {sale_id} stands in its ledger {count} times"
    return sales, sum(totals.values())


def _same_everywhere(market: Market, stream: StreamKey, lines: Sequence[bytes]) -> Iterator[str]:
    at_hub = market.hub.store.uow.streams.lines(stream, 1, len(lines) + 1)
    if at_hub != list(lines):
        yield f"the hub holds other entries of {stream.source} than its ledger"
    chain = market.cloud.store.data.chains.get(stream)
    if chain is None or chain.lines != list(lines):
        yield f"the cloud holds other entries of {stream.source} than its ledger"


def _kept_of_old_card(market: Market, retired: Retired) -> Iterator[str]:
    at_hub = market.hub.store.uow.streams.lines(retired.stream, 1, len(retired.lines) + 1)
    chain = market.cloud.store.data.chains.get(retired.stream)
    at_cloud = chain.lines if chain else []
    longer = max(at_hub, at_cloud, key=len)
    if longer != list(retired.lines):
        yield f"of an old card of {retired.stream.source} {len(longer)} of {len(retired.lines)} entries are left"
    if at_hub != longer[: len(at_hub)] or at_cloud != longer[: len(at_cloud)]:
        yield f"hub and cloud hold different entries of an old card of {retired.stream.source}"


def _branches_kept(market: Market) -> Iterator[str]:
    """Of two ledgers with one name hub and cloud hold a part of one, and of a fork the evidence."""
    for original, clone in _pairs(market):
        stream = clone.ledger.stream
        branches = [till.ledger.read_lines(1, till.ledger.head.seq) for till in (original, clone)]
        chain = market.cloud.store.data.chains.get(stream)
        for place, lines in (
            ("hub", market.hub.store.uow.streams.lines(stream, 1, 10_000)),
            ("cloud", chain.lines if chain else []),
        ):
            if not any(list(branch[: len(lines)]) == lines for branch in branches):
                yield f"the {place} holds entries of {stream.source} that are of neither branch"
        if _forked(original, clone) and not _evidence(market, stream):
            yield f"nothing is kept that tells of the fork of {stream.source}"


def _evidence(market: Market, stream: StreamKey) -> bool:
    at_hub = market.hub.store.uow.refusals.newest_set_aside(1_000)
    at_cloud = market.cloud.store.data.rejected.values()
    return any((one.source, one.epoch) == (stream.source, stream.epoch) for one in (*at_hub, *at_cloud))


def _hub_is_sound(market: Market, counted: dict[StreamKey, tuple[int, int]]) -> Iterator[str]:
    """What is byte for byte a till's ledger was read there; only the other chains are read here."""
    streams = market.hub.store.uow.streams
    for record in streams.all():
        lines = streams.lines(record.key, 1, 10_000)
        head = Head(len(lines), hash_line(lines[-1])) if lines else EMPTY_HEAD
        problem = None if record.key in counted or not lines else verify_lines(lines).problem
        if problem is not None or head != record.head:
            yield f"the independent reader says of {record.key.source} at the hub: {problem or 'another head'}"
        sums = counted.get(record.key)
        whole = sums is not None and len(lines) == market.cloud_head(record.key).seq
        if (
            whole
            and record.key not in {old.stream for old in market.retired}
            and (record.sales, record.total_minor) != sums
        ):
            yield f"the hub counts {record.sales} sales and {record.total_minor} of {record.key.source}, not {sums}"


def _cloud_is_sound(market: Market, counted: dict[StreamKey, tuple[int, int]]) -> Iterator[str]:
    store = market.cloud.store
    yield from differences(store.figures(TENANT), recount(store, TENANT))
    for key, chain in store.data.chains.items():
        if key not in counted and (problem := verify_lines(chain.lines).problem):
            yield f"the independent reader says of {key.source} at the cloud: {problem}"
    for stream, sums in counted.items():
        held = market.cloud.store.data.chains.get(stream)
        if (
            held is not None
            and stream not in {old.stream for old in market.retired}
            and (held.sales, held.total_minor) != sums
        ):
            yield f"the cloud counts {held.sales} sales and {held.total_minor} of {stream.source}, not {sums}"
