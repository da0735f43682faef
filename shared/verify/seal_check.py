"""Checking the seal of a full segment: its index and sums are made anew from the records and compared.

A seal is one line of text and a binary part. The line: CRC-32 of all that follows it in 8 hex digits, a space, JSON. The
binary part, little-endian: 32 bits for the place of each entry and the end of the last; 32 bits for the entry of each receipt,
counted from the segment's first; 8 bytes of the SHA-256 of each sale's and refund's id with 32 bits for its entry, sorted.
"""

import binascii
import hashlib
from collections import Counter
from dataclasses import dataclass, field

from shared.verify.fields import Fields, integer, objects, read_fields, sub_object, text
from shared.verify.report import ProblemFound


@dataclass(slots=True)
class SegmentTally:
    """What one segment's records say, counted again."""

    before_seq: int
    before_hash: str
    places: list[int] = field(default_factory=lambda: [0])
    receipts: list[int] = field(default_factory=list)
    first_receipt: int = 0
    sales: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    sums: dict[str, Counter[str]] = field(default_factory=dict)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, raw: bytes, fields: Fields) -> None:
        """Count a record, given with its line feed, and what it says."""
        self.digest.update(raw)
        self.places.append(self.places[-1] + len(raw))
        row = len(self.places) - 2
        if fields["kind"] == "SaleRecorded":
            self.sales += 1
            self._take_receipt(row, "sale_id", sub_object(fields, "body"), 1)
        elif fields["kind"] == "SaleRefunded":
            self._take_receipt(row, "refund_id", sub_object(fields, "body"), -1)

    def compare(self, seal: bytes, head_hash: str) -> None:
        """Raise ProblemFound if a seal says something else."""
        line, _, index = seal[9:].partition(b"\n")
        if seal[:8] != format(binascii.crc32(seal[9:]), "08x").encode():
            raise ProblemFound("the seal's checksum does not fit its bytes")
        stated = read_fields(line)
        for what, found in self._expected(head_hash).items():
            if stated.get(what) != found:
                raise ProblemFound(
                    f"the seal says {stated.get(what)!r} for {what}, the records say {found!r}"
                )
        if index != self._index():
            raise ProblemFound("the seal's index is not that of its records")

    def _take_receipt(self, row: int, id_name: str, body: Fields, sign: int) -> None:
        number = integer(body, "receipt_number")
        self.first_receipt = self.first_receipt or number
        self.receipts.append(row)
        self.ids[text(body, id_name)] = row
        self._add("total", "", sign * integer(body, "total_minor"))
        for vat in objects(body, "vat"):
            self._add("vat", str(integer(vat, "rate_bp")), sign * integer(vat, "gross_minor"))
        for paid in objects(body, "payments"):
            self._add("paid", text(paid, "method"), sign * integer(paid, "amount_minor"))

    def _add(self, what: str, key: str, minor: int) -> None:
        self.sums.setdefault(what, Counter())[key] += minor

    def _expected(self, head_hash: str) -> Fields:
        count = len(self.places) - 1
        return {
            "before": {"seq": self.before_seq, "hash": self.before_hash},
            "head": {"seq": self.before_seq + count, "hash": head_hash},
            "size_bytes": self.places[-1],
            "sha256": self.digest.hexdigest(),
            "first_receipt": self.first_receipt,
            "receipts": len(self.receipts),
            "ids": len(self.ids),
            "least_id": min(self.ids, default=""),
            "greatest_id": max(self.ids, default=""),
            "sums": {
                "sales": self.sales,
                "total_minor": self.sums.get("total", Counter())[""],
                "gross_by_rate_minor": dict(self.sums.get("vat", {})),
                "paid_by_method_minor": dict(self.sums.get("paid", {})),
            },
        }

    def _index(self) -> bytes:
        numbers = b"".join(number.to_bytes(4, "little") for number in (*self.places, *self.receipts))
        hashed = ((hashlib.sha256(key.encode()).digest()[:8], row) for key, row in self.ids.items())
        return numbers + b"".join(key + row.to_bytes(4, "little") for key, row in sorted(hashed))
