"""The journalled document store: what a restart, a power cut, a full disk and a second process make of it."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import TinyDB, where

from device.adapters.ledger.documents import DocumentStorage
from device.adapters.ledger.errors import LedgerDamaged, LedgerFailed, LedgerFull, LedgerLocked
from tests.crash.simulated_disk import Fault, Outcome, PowerCutError, SimulatedDisk

PATH = Path("/till/documents")


def open_database(path: Path) -> TinyDB:
    return TinyDB(path, storage=DocumentStorage)


def test_every_kind_of_change_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "documents"
    with open_database(path) as database:
        people, carts = database.table("people"), database.table("carts")
        people.insert_multiple([{"name": "Mira"}, {"name": "Jo"}, {"name": "Ada"}])
        people.update({"role": "cashier"}, where("name") == "Jo")
        people.upsert({"name": "Zoe"}, where("name") == "Zoe")
        people.remove(where("name") == "Ada")
        carts.insert({"lines": []})
        database.drop_table("carts")
        before = {name: database.table(name).all() for name in database.tables()}
    assert path.read_bytes().count(b"\n") == 6  # one record a change
    with open_database(path) as database:
        assert {name: database.table(name).all() for name in database.tables()} == before
        assert [person.doc_id for person in database.table("people")] == [1, 2, 4]


def test_documents_never_alias_the_view_or_one_another(tmp_path: Path) -> None:
    with open_database(tmp_path / "documents") as database:
        given = {"list": [1]}
        database.insert(given)
        given["list"].append(2)
        database.all()[0]["list"].append(3)
        assert database.all() == [{"list": [1]}]


def test_what_is_forgotten_is_in_no_byte_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "documents"
    with open_database(path) as database:
        database.insert_multiple([{"key": "secret-1"}, {"key": "secret-2"}])
        database.remove(where("key") == "secret-1")
        assert b"secret-1" in path.read_bytes()
        storage = database.storage
        assert isinstance(storage, DocumentStorage)
        storage.forget()
        assert b"secret-1" not in path.read_bytes()
        database.insert({"key": "secret-3"})
    with open_database(path) as database:
        assert [document["key"] for document in database] == ["secret-2", "secret-3"]


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    with open_database(tmp_path / "documents"), pytest.raises(LedgerLocked):
        open_database(tmp_path / "documents")


def test_a_changed_byte_is_damage_unless_it_is_in_nothing(tmp_path: Path) -> None:
    path = tmp_path / "documents"
    with open_database(path) as database:
        for number in range(5):
            database.insert({"number": number})
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        with pytest.raises(LedgerDamaged):
            open_database(path)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_power_cut_at_any_operation_loses_no_confirmed_change(outcome: Outcome) -> None:
    for operation in range(1, 30):
        random = Random(f"{operation} {outcome}")
        disk = SimulatedDisk(random, {operation: Fault.POWER_CUT})
        confirmed = 0
        try:
            storage = DocumentStorage(PATH, disk=disk)
            for number in range(1, 11):
                storage.write({"t": {"1": {"count": number}}})
                confirmed = number
            storage.forget()
        except PowerCutError:
            pass
        disk.faults.clear()
        disk.power_cut(outcome)
        found = (DocumentStorage(PATH, disk=disk).read() or {"t": {"1": {"count": 0}}})["t"]["1"]["count"]
        assert confirmed <= found <= confirmed + 1


def test_a_full_disk_changes_nothing_and_a_failing_one_ends_it(tmp_path: Path) -> None:
    disk = SimulatedDisk(Random(0))
    storage = DocumentStorage(PATH, disk=disk)
    storage.write({"t": {"1": {}}})
    disk.room_bytes = 10
    with pytest.raises(LedgerFull):
        storage.write({"t": {"1": {}, "2": {}}})
    assert storage.read() == {"t": {"1": {}}}
    disk.room_bytes = None
    storage.write({"t": {"2": {}}})
    disk.faults[disk.operations + 2] = Fault.IO_ERROR
    for _ in range(2):
        with pytest.raises(LedgerFailed):
            storage.write({"t": {"3": {}}})
    assert storage.read() == {"t": {"2": {}}}


class DocumentsAgainstAModel(RuleBasedStateMachine):
    """Any row of changes and restarts, against plain dictionaries."""

    @initialize()
    def begin(self) -> None:
        self.disk = SimulatedDisk(Random(0))
        self.storage = DocumentStorage(PATH, disk=self.disk)
        self.database = TinyDB(storage=lambda: self.storage)
        self.model: dict[str, dict[int, dict[str, int]]] = {"a": {}, "b": {}}

    @rule(table=st.sampled_from("ab"), value=st.integers(0, 3))
    def insert(self, table: str, value: int) -> None:
        number = self.database.table(table).insert({"value": value})
        assert number not in self.model[table]
        self.model[table][number] = {"value": value}

    @rule(table=st.sampled_from("ab"), value=st.integers(0, 3), to=st.integers(0, 3))
    def update(self, table: str, value: int, to: int) -> None:
        self.database.table(table).update({"value": to}, where("value") == value)
        for document in self.model[table].values():
            if document["value"] == value:
                document["value"] = to

    @rule(table=st.sampled_from("ab"), value=st.integers(0, 3))
    def remove(self, table: str, value: int) -> None:
        self.database.table(table).remove(where("value") == value)
        self.model[table] = {key: doc for key, doc in self.model[table].items() if doc["value"] != value}

    @rule(table=st.sampled_from("ab"))
    def drop(self, table: str) -> None:
        self.database.drop_table(table)
        self.model[table] = {}

    @rule(forget=st.booleans())
    def power_cut(self, forget: bool) -> None:
        if forget:
            self.storage.forget()
        self.disk.power_cut(Outcome.DROPPED)
        self.storage = DocumentStorage(PATH, disk=self.disk)
        self.database = TinyDB(storage=lambda: self.storage)

    @invariant()
    def is_the_same(self) -> None:
        for name, documents in self.model.items():
            found = {document.doc_id: dict(document) for document in self.database.table(name)}
            assert found == documents


TestDocumentsAgainstAModel = DocumentsAgainstAModel.TestCase
TestDocumentsAgainstAModel.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
