"""What TinyDB's own API does over the journal: its code runs unmodified; only changing the past is refused."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tinydb import Query, where
from tinydb.operations import delete, increment
from tinydb.table import Document

from device.adapters.ledger.database import JournalDatabase
from device.adapters.ledger.errors import LedgerHasOneWriter, LedgerIsAppendOnly
from device.adapters.ledger.opening import open_journal
from device.adapters.ledger.os_disk import OsDisk
from device.adapters.ledger.table import JournalTable
from shared.entry import EMPTY_HEAD, Entry, StreamKey, parse_entry, seal_entry
from shared.ids import Epoch, SourceId, TenantId
from shared.verify.verify import verify_journal

AT = "2026-05-02T12:00:00.000+00:00"


def first_entry() -> Entry:
    return seal_entry(
        stream=StreamKey(tenant=TenantId("demo"), source=SourceId("till-1"), epoch=Epoch("k7f3q2")),
        head=EMPTY_HEAD,
        at=datetime(2026, 5, 2, tzinfo=UTC),
        kind="LedgerOpened",
        body={"currency": "EUR", "software": "test"},
    )


def open_database(directory: Path) -> JournalDatabase:
    journal, _ = open_journal(OsDisk(), directory, first_entry=first_entry, known_seqs={})
    return JournalDatabase(journal)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[JournalDatabase]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def table(database: JournalDatabase) -> JournalTable:
    database.insert_multiple(document(f"sku-{number}", [number]) for number in range(600))
    return database.entries


def document(sku: str, counts: list[int] | None = None) -> dict[str, object]:
    return {"kind": "StockMoved", "at": AT, "body": {"sku": sku, "counts": counts or []}}


def test_insert_returns_the_entrys_number_and_get_its_fields(database: JournalDatabase) -> None:
    assert database.insert(document("bowl")) == 2
    found = database.get(doc_id=2)
    assert isinstance(found, Document)
    assert (found.doc_id, found["seq"], found["kind"], found["body"]["sku"]) == (2, 2, "StockMoved", "bowl")


def test_insert_multiple_numbers_in_order_and_all_returns_everything(table: JournalTable) -> None:
    assert [entry.doc_id for entry in table.all()] == list(range(1, 602))
    assert len(table) == 601
    assert [entry["body"].get("counts") for entry in table][1:3] == [[0], [1]]


def test_queries_find_what_they_ask_for(table: JournalTable) -> None:
    assert [found.doc_id for found in table.search(Query().body.sku == "sku-7")] == [9]
    assert table.count(where("kind") == "StockMoved") == 600
    assert table.contains(Query().body.counts.any([599]))
    assert table.get(Query().body.sku == "none") is None
    assert table.get(doc_id=602) is None
    assert [found.doc_id for found in table.get(doc_ids=[3, 5])] == [3, 5]


def test_returned_documents_never_alias_the_ledger_or_one_another(table: JournalTable) -> None:
    query = Query().body.sku == "sku-1"
    table.search(query)[0]["body"]["sku"] = "changed"
    found = table.get(doc_id=3)
    assert isinstance(found, Document)
    found["body"]["counts"].append(9)
    assert table.search(query)[0]["body"] == {"sku": "sku-1", "counts": [1]}
    assert table.get(doc_id=3) == table.all()[2]


def test_an_upsert_of_something_new_is_an_insert(table: JournalTable) -> None:
    assert table.upsert(document("new"), Query().body.sku == "new") == [602]


def test_an_update_that_matches_nothing_changes_nothing(table: JournalTable) -> None:
    assert table.update({"kind": "x"}, Query().body.sku == "none") == []
    assert len(table) == 601


CHANGES: dict[str, Callable[[JournalDatabase], object]] = {
    "update": lambda database: database.update({"kind": "x"}, doc_ids=[2]),
    "update by query": lambda database: database.update({"kind": "x"}, Query().body.sku == "sku-1"),
    "update of all": lambda database: database.update({"kind": "x"}),
    "update by operation": lambda database: database.update(delete("kind"), doc_ids=[2]),
    "update of a number": lambda database: database.update(increment("seq"), doc_ids=[2]),
    "update deep inside": lambda database: database.update(
        lambda entry: entry["body"]["counts"].append(1), doc_ids=[2]
    ),
    "update of several": lambda database: database.update_multiple([({"kind": "x"}, Query().seq == 2)]),
    "upsert of a known one": lambda database: database.upsert(document("x"), Query().seq == 2),
    "remove": lambda database: database.remove(doc_ids=[2]),
    "remove by query": lambda database: database.remove(Query().body.sku == "sku-1"),
    "truncate": lambda database: database.truncate(),
    "drop the table": lambda database: database.drop_table("entries"),
    "drop all tables": lambda database: database.drop_tables(),
    "another table": lambda database: database.table("settings"),
    "a number out of turn": lambda database: database.insert(Document(document("x"), 900)),
    "fields of its own": lambda database: database.insert({**document("x"), "seq": 2}),
    "no entry at all": lambda database: database.insert({"int": 1}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changing_the_past_is_refused_and_changes_nothing(
    change: Callable[[JournalDatabase], object], database: JournalDatabase, table: JournalTable
) -> None:
    before = database.get(doc_id=2), len(table)
    with pytest.raises(LedgerIsAppendOnly, match="The ledger only grows"):
        change(database)
    assert (database.get(doc_id=2), len(table)) == before
    assert table.insert(document("after")) == 602


def test_an_insert_of_several_is_whole_or_not_at_all(table: JournalTable) -> None:
    with pytest.raises(LedgerIsAppendOnly):
        table.insert_multiple([document("good"), {"int": 1}])
    assert len(table) == 601
    assert table.insert(document("after")) == 602


def test_a_table_has_one_writer(database: JournalDatabase) -> None:

    owner = threading.Thread(target=database.entries.claim)
    owner.start()
    owner.join()
    with pytest.raises(LedgerHasOneWriter):
        database.insert(document("bowl"))


def test_what_was_inserted_is_there_after_opening_again_and_verifies(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        database.insert_multiple([document("bowl"), document("cup")])
    with open_database(tmp_path) as database:
        lines = database.entries.storage.journal.read_lines(1, 3)
        assert [parse_entry(line).body.get("sku") for line in lines] == [None, "bowl", "cup"]
    assert verify_journal(((tmp_path / "ledger-k7f3q2.journal").read_bytes(),)).problem is None
