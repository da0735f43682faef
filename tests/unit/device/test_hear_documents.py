"""Documents on the link: asked for, joined from their parts within bounds, and asked for again when parts are lost."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from device.adapters.ledger.ledger import JournalLedger
from device.domain.document_parts import GIVE_UP_AFTER_MS, HALF_ARRIVED_MAX, DocumentParts
from device.domain.till_state import TillState
from device.services.accept_document import AcceptDocument
from device.services.changes import Changes
from device.services.hear_documents import SAY_EVERY_MS, HearDocuments
from device.services.models import Models
from shared.documents import SIGNED_BYTES_MAX, document_hash
from shared.sync.batch import Message, Payload, pack, unpack
from shared.trust import SignedDocument
from shared.wire.messages import make
from tests.fakes import FakeClock, FakeRandomness, MemoryDocuments, MemorySettings
from tests.unit.device.issuer import TILL, catalogue, issue, text_of
from tests.unit.device.stall import BOWL, JAM, open_ledger


class Talk:
    """The conversation with what it needs; a document is cut into parts of `size` bytes."""

    def __init__(self, ledger: JournalLedger[TillState]) -> None:
        self.ledger = ledger
        self.documents = MemoryDocuments()
        self.settings = MemorySettings()
        accept = AcceptDocument(
            ledger=ledger, documents=self.documents, settings=self.settings, clock=FakeClock(), identity=TILL,
            models=Models(built_in=None, missing="", opener=_no_model), changes=Changes(),
        )  # fmt: skip
        self.hearing = HearDocuments(
            ledger=ledger, documents=self.documents, accept=accept, randomness=FakeRandomness()
        )

    async def hear(self, payloads: Sequence[Payload], now_ms: int = 0) -> None:
        for payload in payloads:
            await self.hearing.hear(payload, now_ms=now_ms, hub_seq=0)


def _no_model(_: object, /, *, name: str) -> None:
    raise AssertionError(name)


def parts_of(signed: SignedDocument, size: int = 200, scope: str = "everyone") -> list[Payload]:
    text = text_of(signed)
    cut = [text[at : at + size] for at in range(0, len(text), size)]
    return [
        unpack(
            pack(
                make("document", document=signed.kind, scope=scope, version=signed.version,
                     hash=document_hash(signed), part=number, parts=len(cut)),
                (part,),
            )
        )
        for number, part in enumerate(cut, start=1)
    ]  # fmt: skip


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    ledger = open_ledger(tmp_path)
    yield Talk(ledger)
    ledger.close()


async def test_parts_in_any_order_and_more_than_once_make_the_document(talk: Talk) -> None:
    parts = parts_of(issue(catalogue(BOWL, JAM), 2))
    assert len(parts) > 3
    shuffled = [*parts, *parts]
    Random(3).shuffle(shuffled)
    await talk.hear(shuffled)
    assert talk.documents.current.versions() == {"catalogue/everyone": 2}


async def test_the_till_says_what_it_runs_at_each_connection_after_each_change_and_now_and_then(
    talk: Talk,
) -> None:
    talk.hearing.begin(1_000)
    assert talk.hearing.due_in_ms(1_000) == 0
    (said,) = talk.hearing.say(1_000)
    assert (said["type"], said["epoch"], said["held"]) == ("documents-held", talk.ledger.stream.epoch, {})
    assert talk.hearing.due_in_ms(1_000) == SAY_EVERY_MS
    await talk.hear(parts_of(issue(catalogue(BOWL), 7)), 2_000)
    assert talk.hearing.due_in_ms(2_000) == 0
    (said,) = talk.hearing.say(2_000)
    assert said["held"] == {"catalogue/everyone": 7}


async def test_a_refused_document_is_not_asked_for_again_at_once(talk: Talk) -> None:
    talk.hearing.say(0)
    await talk.hear(parts_of(issue(catalogue(BOWL), 7, tenant="else")))
    assert len(talk.settings.current.refused_documents) == 1
    assert talk.hearing.due_in_ms(0) == SAY_EVERY_MS


async def test_a_document_that_stops_half_way_is_given_up_and_asked_for_again(talk: Talk) -> None:
    talk.hearing.say(0)
    *most, last = parts_of(issue(catalogue(BOWL), 7))
    await talk.hear(most, 10)
    assert talk.hearing.due_in_ms(10) == GIVE_UP_AFTER_MS
    assert talk.hearing.say(10 + GIVE_UP_AFTER_MS)
    await talk.hear([last], 20 + GIVE_UP_AFTER_MS)
    assert talk.documents.current.versions() == {}
    await talk.hear(most, 30 + GIVE_UP_AFTER_MS)
    assert talk.documents.current.versions() == {"catalogue/everyone": 7}


def part(document: str = "catalogue", number: int = 1, parts: int = 2, version: int = 1) -> Message:
    return make(
        "document", document=document, scope="everyone", version=version, hash="ab", part=number, parts=parts
    )


def test_what_waits_for_its_parts_is_bounded_in_number_and_in_bytes() -> None:
    parts = DocumentParts()
    for version in range(HALF_ARRIVED_MAX + 1):
        assert parts.take(part(version=version), b"a", 0) is None
    assert parts.take(part(version=0, number=2), b"b", 0) is None, "the oldest made room"
    assert parts.take(part(version=3, number=2), b"b", 0) is not None
    half = b"x" * (SIGNED_BYTES_MAX // 2 + 1)
    assert parts.take(part(version=9), half, 0) is None
    assert parts.take(part(version=9, number=2), half, 0) is None


@pytest.mark.parametrize(("number", "parts"), [(0, 2), (3, 2), (1, 0), (1, 100_000), (-1, -1)])
def test_parts_that_cannot_be_are_dropped(number: int, parts: int) -> None:
    joining = DocumentParts()
    assert joining.take(part(number=number, parts=parts), b"x", 0) is None
    assert joining.given_up_at_ms is None
