"""How Alembic reaches the database: over the connection that the cloud has opened, and no other."""

from alembic import context

from cloud.adapters.sql import figures_tables


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=figures_tables.parcel.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
