"""`stallholder hub export-stream`: the bytes a ledger is repaired from, and which ledger of a till is meant."""

from typer.testing import CliRunner

from hub.adapters.identity_file import write_identity
from hub.cli import app
from hub.domain.stream import KeptEntry, StreamRecord
from tests.unit.hub.bench import TILL, TillLedger, identity


def keep(bench, ledger):
    def save(desk):
        desk.uow.streams.save(StreamRecord(key=ledger.stream, head=ledger.head))
        kept = [
            KeptEntry(seq=entry.seq, hash=entry.head.hash, line=entry.line, kind=entry.kind, at="")
            for entry in ledger.entries
        ]
        desk.uow.streams.add_entries(ledger.stream, kept)

    bench.do(save)


def export(bench, to, *options):
    return CliRunner().invoke(
        app,
        ["export-stream", TILL, "--to", str(to), *options],
        env={"STALLHOLDER_HUB_DATA_DIR": str(bench.path.parent)},
    )


def test_a_till_that_has_had_several_ledgers_is_asked_which_and_no_file_is_left(bench, tmp_path):
    write_identity(bench.path.parent, identity())
    old, new = TillLedger("k7f3q2"), TillLedger("m2p4x8")
    old.sell()
    keep(bench, old)
    to = tmp_path / "copy.jsonl"
    assert export(bench, to).exit_code == 0
    assert to.read_bytes().splitlines() == [entry.line for entry in old.entries]
    to.unlink()
    keep(bench, new)
    asked = export(bench, to)
    assert asked.exit_code == 1
    assert "k7f3q2 (2 entries), m2p4x8 (1 entries)" in asked.output
    assert not to.exists()
    assert export(bench, to, "--epoch", "k7f3q2").exit_code == 0
    assert to.read_bytes().splitlines() == [entry.line for entry in old.entries]
