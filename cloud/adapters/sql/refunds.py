"""Refunds, one row each, and the sales that they give back, found among the entries of their tills."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, and_, select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import refund
from cloud.adapters.sql.tables import entry, stream
from cloud.adapters.sql.upsert import insert_missing
from cloud.domain.over_refunds import BackLine, ReceiptKey, RefundClaim, SoldReceipt
from shared.entry import parse_entry
from shared.events.event import read_event
from shared.events.sale import SaleRecorded, SaleRefunded

LOOKED_AT_MAX: Final = 500
_WITH_RECEIPT: Final = (SaleRecorded.__name__, SaleRefunded.__name__)


def add_refunds(connection: Connection, tenant: str, claims: Iterable[RefundClaim]) -> None:
    """Keep refunds; one that is there already stays as it is."""
    rows = [
        {
            "tenant": tenant, "source": claim.source, "epoch": claim.epoch, "seq": claim.seq, "at": claim.at,
            "currency": claim.currency, "total_minor": claim.total_minor, "original_epoch": claim.original.epoch,
            "original_number": claim.original.number, "original_seq": claim.original.seq,
            "lines": json.dumps([[line.sku, line.name, line.quantity_milli, line.total_minor] for line in claim.lines],
                                ensure_ascii=False),
        }
        for claim in claims
    ]  # fmt: skip
    insert_missing(connection, refund, rows)


class SqlRefunds:
    """Bears the port Refunds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claims(self, tenant: str) -> list[RefundClaim]:
        """Return the refunds of the receipts that other tills gave something back of lately, oldest first."""
        columns = refund.c
        of_others = and_(columns.tenant == tenant, columns.epoch != columns.original_epoch)
        newest = (
            select(columns.original_epoch).where(of_others).order_by(columns.at.desc()).limit(LOOKED_AT_MAX)
        )
        with self._database.reading() as connection:
            epochs = sorted(set(connection.execute(newest).scalars()))
            of_epochs = and_(columns.tenant == tenant, columns.original_epoch.in_(epochs))
            rows = connection.execute(
                select(refund)
                .where(of_epochs)
                .order_by(columns.at.desc(), columns.seq.desc())
                .limit(4 * LOOKED_AT_MAX)
            )
            return [
                RefundClaim(
                    source=row.source, epoch=row.epoch, seq=row.seq, at=row.at, currency=row.currency,
                    total_minor=row.total_minor,
                    original=ReceiptKey(row.original_epoch, row.original_number, row.original_seq),
                    lines=tuple(
                        BackLine(sku=sku, name=name, quantity_milli=milli, total_minor=minor)
                        for sku, name, milli, minor in json.loads(row.lines)
                    ),
                )
                for row in reversed(list(rows))
            ]  # fmt: skip

    def receipts(self, tenant: str, keys: Iterable[ReceiptKey]) -> dict[ReceiptKey, SoldReceipt | None]:
        """Return what stands under each key; None where the till wrote no such receipt, nothing where it may still come."""
        found: dict[ReceiptKey, SoldReceipt | None] = {}
        with self._database.reading() as connection:
            for key in sorted(set(keys)):
                chains = connection.execute(
                    select(stream).where(stream.c.tenant == tenant, stream.c.epoch == key.epoch)
                )
                for chain in chains.all():
                    reader = _ChainReader(connection, tenant, chain.source, key.epoch, chain.head_seq)
                    if key.seq > chain.head_seq or (not key.seq and key.number > reader.last_receipt()):
                        continue  # this chain has not come so far
                    sale = reader.sale_at(key.seq) if key.seq else reader.sale_numbered(key.number)
                    found[key] = None if sale is None else _sold(chain.source, sale)
        return found


class _ChainReader:
    """Looks for receipts in one chain: their numbers rise without gaps, so halving finds any in a few reads."""

    def __init__(self, connection: Connection, tenant: str, source: str, epoch: str, head_seq: int) -> None:
        self._connection = connection
        self._of_chain = and_(entry.c.tenant == tenant, entry.c.source == source, entry.c.epoch == epoch)
        self._head_seq = head_seq

    def last_receipt(self) -> int:
        """Return the number of the last receipt."""
        last = self._receipt_from(self._head_seq, newest=True)
        return last[1].receipt_number if last else 0

    def sale_at(self, seq: int) -> SaleRecorded | None:
        """Return the sale in an entry, if it is one."""
        line = self._connection.execute(
            select(entry.c.line).where(self._of_chain, entry.c.seq == seq)
        ).scalar()
        event = None if line is None else read_event(parse_entry(line))
        return event if isinstance(event, SaleRecorded) else None

    def sale_numbered(self, number: int) -> SaleRecorded | None:
        """Return the sale with a receipt number, if it is a sale's."""
        low, high = 1, self._head_seq
        while low <= high:
            middle = (low + high) // 2
            found = self._receipt_from(middle, newest=False)
            if found is None or found[1].receipt_number > number:
                high = middle - 1
            elif found[1].receipt_number < number:
                low = found[0] + 1
            else:
                return found[1] if isinstance(found[1], SaleRecorded) else None
        return None

    def _receipt_from(self, seq: int, *, newest: bool) -> tuple[int, SaleRecorded | SaleRefunded] | None:
        """Return the first receipt from an entry on, or the last one up to it."""
        on = entry.c.seq <= seq if newest else entry.c.seq >= seq
        order = entry.c.seq.desc() if newest else entry.c.seq
        row = self._connection.execute(
            select(entry.c.seq, entry.c.line)
            .where(self._of_chain, on, entry.c.kind.in_(_WITH_RECEIPT))
            .order_by(order)
            .limit(1)
        ).first()
        event = None if row is None else read_event(parse_entry(row.line))
        return (
            (row.seq, event) if row is not None and isinstance(event, SaleRecorded | SaleRefunded) else None
        )


def _sold(source: str, sale: SaleRecorded) -> SoldReceipt:
    lines: Sequence[BackLine] = [
        BackLine(
            sku=line.sku, name=line.name, quantity_milli=line.quantity_milli, total_minor=line.total_minor
        )
        for line in sale.lines
    ]
    return SoldReceipt(source=source, number=sale.receipt_number, lines=tuple(lines))
