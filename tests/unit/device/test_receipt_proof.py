"""The proof on a receipt: signed by the till if it is told to, checked by anybody with the ledger or the public key."""

from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from typer.testing import CliRunner

from device.adapters.ecdsa_signer import EcdsaSigner
from device.adapters.http.shapes import receipt_json
from device.adapters.http.till_services import ShopSign
from device.domain.errors import SigningKeyError
from device.domain.proof_text import PROOF
from device.services.sell import Receipt
from shared.cli.main import build
from shared.entry import Entry, parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded
from shared.verify.proof import check_signature, read_proof
from shared.verify.report import ProblemFound
from tests.unit.device.segmented_ledger import SALES, fill, open_till_ledger

SIGN = ShopSign(
    till="till-1", tenant="mira", stall="Stall", currency="EUR", language="en", demo=False, software="test"
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    fill(tmp_path / "ledger")
    return tmp_path / "ledger"


def proof_of(entry: Entry, signer: EcdsaSigner | None) -> str:
    sale = read_event(entry)
    assert isinstance(sale, SaleRecorded)
    receipt = receipt_json(Receipt(entry=entry, sale=sale, pickup_code=None, is_repeat=False), SIGN, signer)
    proof = receipt["proof"]
    assert isinstance(proof, dict)
    return str(proof["text"])


def entry_of(ledger: Path, seq: int) -> Entry:
    opened = open_till_ledger(ledger)
    (line,) = opened.read_lines(seq, seq)
    opened.close()
    return parse_entry(line)


def test_a_signed_receipt_is_checked_with_the_public_key_alone_and_is_the_same_each_time(
    ledger: Path,
) -> None:
    signer, entry = EcdsaSigner(ledger.parent / "key.pem"), entry_of(ledger, 50)
    text = proof_of(entry, signer)
    assert text == proof_of(entry, EcdsaSigner(ledger.parent / "key.pem"))
    proof = read_proof(text)
    check_signature(proof, signer.public_key_pem().encode())
    assert (proof.source, proof.seq, proof.hash) == ("till-1", 50, entry.hash)
    assert (ledger.parent / "key.pem").stat().st_mode & 0o777 == 0o600


def test_another_key_a_changed_claim_or_no_signature_is_refused(ledger: Path) -> None:
    signer, other = EcdsaSigner(ledger.parent / "key.pem"), EcdsaSigner(ledger.parent / "other.pem")
    text = proof_of(entry_of(ledger, 50), signer)
    key = signer.public_key_pem().encode()
    for wrong, with_key in (
        (text, other.public_key_pem().encode()),
        (text.replace("/50/", "/51/"), key),
        (text.rsplit("/", 1)[0] + "/" + urlsafe_b64encode(bytes(64)).rstrip(b"=").decode(), key),
        (proof_of(entry_of(ledger, 50), None), key),
        (text, b"no key"),
    ):
        with pytest.raises(ProblemFound):
            check_signature(read_proof(wrong), with_key)
    for no_proof in ("", "4006381333931", f"{PROOF}:a/b", text + "x"):
        with pytest.raises(ProblemFound):
            read_proof(no_proof)


def test_anybody_with_the_ledger_sees_whether_a_receipt_stands_in_it(ledger: Path) -> None:
    signer = EcdsaSigner(ledger.parent / "key.pem")
    (ledger.parent / "public.pem").write_text(signer.public_key_pem())
    text = proof_of(entry_of(ledger, 50), signer)
    good = verify(ledger, "--proof", text, "--key", str(ledger.parent / "public.pem"))
    assert good[0] == 0
    assert "The till signed this receipt" in good[1]
    assert "stands in this ledger as entry 50" in good[1]
    forged = text.replace(text.split("/")[4], "0" * 64)
    assert verify(ledger, "--proof", forged)[0] == 1
    assert (
        "cannot be trusted"
        in verify(ledger, "--proof", forged, "--key", str(ledger.parent / "public.pem"))[1]
    )


def test_the_export_holds_every_entry_and_every_line_sold(ledger: Path) -> None:
    status, _ = verify(ledger, "--export", str(ledger.parent / "out"))
    opened = open_till_ledger(ledger)
    lines = opened.read_lines(1, opened.head.seq)
    opened.close()
    assert status == 0
    assert next((ledger.parent / "out").glob("*.jsonl")).read_bytes() == b"".join(
        line + b"\n" for line in lines
    )
    rows = next((ledger.parent / "out").glob("*.csv")).read_text().splitlines()
    assert len(rows) == 1 + 2 * SALES
    assert rows[0].startswith("entry,at,receipt_number,sale_id")


def test_a_file_that_holds_no_such_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("nothing")
    with pytest.raises(SigningKeyError, match="cannot be read"):
        EcdsaSigner(tmp_path / "key.pem")


def verify(ledger: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(build(), ["verify", str(ledger), *options])
    return done.exit_code, done.output
