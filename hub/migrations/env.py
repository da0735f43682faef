"""Alembic's entry: runs the migrations on the connection that the hub hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)  # the caller's transaction is around it all
context.run_migrations()
