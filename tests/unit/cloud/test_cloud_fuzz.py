"""Whatever a device sends, the cloud answers in words, never with an error of its own."""

import asyncio
import json
from itertools import count

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.entry import hash_line
from shared.sync.batch import pack, unpack
from shared.wire.messages import FIELDS
from tests.unit.cloud.cloud_chains import market_day, pack_entries
from tests.unit.cloud.cloud_deployment import client_of, enrol_hub, running_cloud

epochs = count()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
by_type = {str: st.text(max_size=70) | st.just("k7f3q2"), int: st.integers(), list: st.lists(json_values)}


def _fields_of(kind: str) -> st.SearchStrategy[dict]:
    known = {name: by_type[expected] for name, expected in FIELDS[kind].items()}
    return st.fixed_dictionaries({"type": st.just(kind), "protocol": st.just(1), **known})


messages = st.sampled_from(["hello", "entries", "ack", "refused", "lease"]).flatmap(_fields_of)
lines = st.lists(
    st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b""))
    | st.dictionaries(st.sampled_from(["v", "tenant", "source", "epoch", "seq", "prev", "at", "kind", "body"]), json_values)
    .map(lambda fields: json.dumps(fields).encode()),
    max_size=4,
)  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    with running_cloud(tmp_path_factory.mktemp("fuzz")) as cloud:
        yield cloud, enrol_hub(cloud)


def ask(fuzzed, path: str, body: bytes) -> httpx.Response:
    cloud, hub = fuzzed

    async def _ask() -> httpx.Response:
        async with client_of(cloud) as http:
            return await hub.post(http, path, body)

    return asyncio.run(_ask())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["hello", "entries"]), st.binary(max_size=200))
def test_random_bytes_to_a_stream_are_refused_in_words(fuzzed, end, body):
    answer = ask(fuzzed, f"/api/v1/streams/till-harbour/{end}", body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "remedy"}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["hello", "entries"]), messages, lines)
def test_messages_with_wild_fields_and_lines_never_break_the_server(fuzzed, end, message, entry_lines):
    if message["type"] == "entries":
        message["count"] = len(entry_lines)
    answer = ask(fuzzed, f"/api/v1/streams/till-harbour/{end}", pack(message, entry_lines))
    assert answer.status_code in {200, 400}


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=20), json_values)
def test_an_entry_with_a_wild_body_in_a_sound_chain_is_acknowledged(fuzzed, kind, value):
    sold = market_day(1).entries[-1]
    body = dict(sold.body)
    body[sorted(body)[len(kind) % len(body)]] = value
    epoch = f"e{next(epochs)}"
    chain = market_day(0, epoch=epoch)
    fields = json.loads(sold.line) | {
        "epoch": epoch,
        "prev": chain.head.hash,
        "body": body,
        "kind": "SaleRecorded" if len(kind) < 10 else kind,
    }
    wild = json.dumps(fields).encode()
    payload = pack_entries(epoch, 1, [*chain.lines, wild], hash_line(wild))
    answer = ask(fuzzed, "/api/v1/streams/till-harbour/entries", payload)
    assert answer.status_code == 200
    assert unpack(answer.content).message["receiver_seq"] == 3


def test_nothing_wild_has_disturbed_the_figures(fuzzed):
    (report,) = fuzzed[0].verify()
    assert report.wrong_figures == ()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=100) | json_values.map(lambda value: json.dumps(value).encode())
       | st.fixed_dictionaries({"sources": json_values}).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_wild_presence_reports_are_refused_in_words(fuzzed, body):
    answer = ask(fuzzed, "/api/v1/presence", body)
    assert answer.status_code == 422 or json.loads(body)["sources"] == []
