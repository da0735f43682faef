"""What hubs last said about their sources, in SQL."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from cloud.adapters.sql.database import Database
from cloud.adapters.sql.figures_tables import presence
from cloud.adapters.sql.upsert import replacing, upsert
from cloud.domain.fleet import Presence


class SqlPresences:
    """Bears the port Presences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def report(self, tenant: str, presences: Sequence[Presence]) -> None:
        """Replace what this hub said about these sources."""
        rows = [
            {"tenant": tenant, **asdict(said), "documents": json.dumps(dict(said.documents))}
            for said in presences
        ]
        with self._database.writing() as connection:
            upsert(
                connection,
                presence,
                rows,
                replacing(
                    "role",
                    "name",
                    "online",
                    "last_seen",
                    "last_seen_ms",
                    "seq",
                    "heard_at_ms",
                    "behind",
                    "documents",
                ),
            )

    def all(self, tenant: str) -> list[Presence]:
        """Return what was last said by every hub of a tenant about every source."""
        with self._database.reading() as connection:
            rows = connection.execute(select(presence).where(presence.c.tenant == tenant)).all()
        return [
            Presence(
                source=row.source,
                role=row.role,
                hub=row.hub,
                online=row.online,
                last_seen=row.last_seen,
                last_seen_ms=row.last_seen_ms,
                seq=row.seq,
                heard_at_ms=row.heard_at_ms,
                name=row.name,
                behind=row.behind,
                documents=json.loads(row.documents),
            )
            for row in rows
        ]
