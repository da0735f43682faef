"""The catalogue that versions are issued from, in SQL: products with who gave each field its value, and settlements."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, update

from cloud.adapters.sql import tables
from cloud.adapters.sql.documents import SqlDocuments
from cloud.adapters.sql.upsert import insert_missing, replacing, upsert
from cloud.domain.catalogue import CLOUD, FieldMark, Folded, KnownProduct, Origin, fold_changes
from cloud.domain.catalogue_state import CatalogueState
from cloud.domain.facts import ProductsTold
from cloud.domain.issued import SETTLEMENTS_KEPT, Settled
from shared.documents import EVERYONE, DocumentKind, Settlement
from shared.products import ProductChange, ProductDetails, changed_fields

SKUS_A_QUERY: Final = 500
_DETAILS: Final = TypeAdapter(ProductDetails)
_LATER: Final = "a later change"


class SqlCatalogue:
    """Bears the port Catalogue, within one transaction."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant

    def state(self) -> CatalogueState:
        """Return where the catalogue stands, locked against other writers until the transaction ends."""
        mine = tables.catalogue.c.tenant == self._tenant
        row = self._connection.execute(select(tables.catalogue).where(mine).with_for_update()).first()
        if row is None:
            return CatalogueState()
        return CatalogueState(
            revision=row.revision, issued_revision=row.issued_revision,
            first_waiting_ms=row.first_waiting_ms, last_change_ms=row.last_change_ms,
            covers=json.loads(row.covers), problem=row.problem, names=tuple(json.loads(row.names)),
        )  # fmt: skip

    def save_state(self, state: CatalogueState) -> None:
        """Keep where the catalogue stands."""
        row = _row(self._tenant, state)
        upsert(self._connection, tables.catalogue, [row], replacing(*(row.keys() - {"tenant"})))

    def products(self) -> list[ProductDetails]:
        """Return all products in the order in which they came."""
        mine = tables.product.c.tenant == self._tenant
        wanted = select(tables.product.c.details).where(mine).order_by(tables.product.c.place)
        return [_DETAILS.validate_json(text) for text in self._connection.execute(wanted).scalars()]

    def fold(self, changes: Sequence[ProductChange], origin: Origin, *, at_ms: int) -> Folded:
        """Bring one writer's changes in, with everything that follows from them."""
        born = _row(self._tenant, CatalogueState())
        insert_missing(self._connection, tables.catalogue, [born])  # so that there is a row to lock
        state = self.state()
        known = self._known({change.after.sku for change in changes})
        folded = fold_changes(state, known, changes, origin, at_ms=at_ms)
        self._put(known, folded.products)
        if origin.writer == CLOUD:
            touched = {(str(change.after.sku), name) for change in changes for name in changed_fields(change)}
            self._close(touched, by=_LATER, at_ms=at_ms)
        self._settle(folded.settlements, at_ms)
        self.save_state(folded.state)
        return folded

    def settlements(self, *, limit: int, open_only: bool = False, since_ms: int = 0) -> list[Settled]:
        """Return what was settled, newest first: open ones, or also those since a time."""
        columns = tables.settlement.c
        recent = columns.done_at_ms.is_(None) if open_only else columns.at_ms >= since_ms
        wanted = select(tables.settlement).where(
            columns.tenant == self._tenant, recent | columns.done_at_ms.is_(None)
        )
        rows = self._connection.execute(wanted.order_by(columns.position.desc()).limit(limit))
        return [_settled(row) for row in rows]

    def count_open(self) -> int:
        """Return how many settlements nobody has seen yet."""
        columns = tables.settlement.c
        wanted = select(func.count()).where(columns.tenant == self._tenant, columns.done_at_ms.is_(None))
        return self._connection.execute(wanted).scalar() or 0

    def find_settlement(self, position: int) -> Settled | None:
        """Return one settlement."""
        row = self._connection.execute(select(tables.settlement).where(self._at(position))).first()
        return None if row is None else _settled(row)

    def acknowledge(self, position: int, *, by: str, at_ms: int) -> bool:
        """Note that somebody has seen a settlement; False if there is none that is open."""
        seen = update(tables.settlement).where(
            self._at(position), tables.settlement.c.done_at_ms.is_(None)
        )  # fmt: skip
        return self._connection.execute(seen.values(done_at_ms=at_ms, done_by=by)).rowcount == 1

    def _at(self, position: int) -> ColumnElement[bool]:
        columns = tables.settlement.c
        return and_(columns.tenant == self._tenant, columns.position == position)

    def _known(self, skus: Iterable[str]) -> dict[str, KnownProduct]:
        wanted, columns = sorted(skus), tables.product.c
        found: dict[str, KnownProduct] = {}
        for start in range(0, len(wanted), SKUS_A_QUERY):
            page = select(tables.product).where(
                columns.tenant == self._tenant, columns.sku.in_(wanted[start : start + SKUS_A_QUERY])
            )
            found.update((row.sku, _known_product(row)) for row in self._connection.execute(page))
        return found

    def _put(self, known: Mapping[str, KnownProduct], products: Mapping[str, KnownProduct]) -> None:
        mine = tables.product.c.tenant == self._tenant
        last = self._connection.execute(select(func.max(tables.product.c.place)).where(mine)).scalar() or 0
        rows = []
        for sku, product in products.items():
            last += sku not in known
            marks = {name: [mark.writer, mark.revision, mark.seq] for name, mark in product.marks.items()}
            rows.append(
                {"tenant": self._tenant, "sku": sku, "place": last,
                 "details": _DETAILS.dump_json(product.details).decode(), "marks": json.dumps(marks)}
            )  # fmt: skip
        upsert(self._connection, tables.product, rows, replacing("details", "marks"))

    def _settle(self, settlements: Sequence[Settlement], at_ms: int) -> None:
        if not settlements:
            return
        self._close({(one.sku, one.field) for one in settlements}, by=_LATER, at_ms=at_ms)
        rows = [
            {"tenant": self._tenant, **asdict(one), "at_ms": at_ms, "done_by": ""}
            for one in settlements[-SETTLEMENTS_KEPT:]
        ]
        self._connection.execute(insert(tables.settlement), rows)
        columns = tables.settlement.c
        mine = columns.tenant == self._tenant
        oldest_kept = (
            select(columns.position)
            .where(mine)
            .order_by(columns.position.desc())
            .offset(SETTLEMENTS_KEPT - 1)
            .limit(1)
            .scalar_subquery()
        )
        self._connection.execute(delete(tables.settlement).where(mine, columns.position < oldest_kept))

    def _close(self, about: set[tuple[str, str]], *, by: str, at_ms: int) -> None:
        """What was settled about a field is over when somebody settles it anew."""
        columns = tables.settlement.c
        wanted = select(columns.position, columns.sku, columns.field).where(
            columns.tenant == self._tenant, columns.done_at_ms.is_(None)
        )
        over = [row.position for row in self._connection.execute(wanted) if (row.sku, row.field) in about]
        for position in over:
            self.acknowledge(position, by=by, at_ms=at_ms)


def fold_in(connection: Connection, tenant: str, told: Sequence[ProductsTold], *, at_ms: int) -> None:
    """Bring tills' own changes into the catalogue, in the transaction that stores their entries."""
    catalogue, documents = SqlCatalogue(connection, tenant), SqlDocuments(connection, tenant)
    for said in told:
        writer = f"{said.source}/{said.epoch}"
        knows = documents.revision_of(DocumentKind.CATALOGUE, EVERYONE, said.catalogue_version)
        origin = Origin(
            writer=writer, knows_revision=knows, newcomer=said.catalogue_version <= 0, seq=said.seq
        )  # fmt: skip
        folded = catalogue.fold(said.changes, origin, at_ms=at_ms)
        catalogue.save_state(folded.state.covering(writer, said.seq))


def _row(tenant: str, state: CatalogueState) -> dict[str, object]:
    covers, names = json.dumps(dict(state.covers)), json.dumps(state.names)
    return {"tenant": tenant, **asdict(state), "covers": covers, "names": names}


def _known_product(row: Row[tuple[object, ...]]) -> KnownProduct:
    marks = {
        name: FieldMark(writer=writer, revision=revision, seq=seq)
        for name, (writer, revision, seq) in json.loads(row.marks).items()
    }
    return KnownProduct(details=_DETAILS.validate_json(row.details), marks=marks)


def _settled(row: Row[tuple[object, ...]]) -> Settled:
    settlement = Settlement(
        sku=row.sku, field=row.field, kept_source=row.kept_source, kept_value=row.kept_value,
        dropped_source=row.dropped_source, dropped_value=row.dropped_value,
    )  # fmt: skip
    return Settled(
        position=row.position, settlement=settlement, at_ms=row.at_ms, done_at_ms=row.done_at_ms,
        done_by=row.done_by,
    )  # fmt: skip
