"""Bringing a database up to date, in-process, with the migrations that ship beside it."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def migrate(engine: Engine) -> None:
    """Run the migrations that this database has not seen, each in a transaction."""
    config = Config()
    config.set_main_option("script_location", str(files("hub.migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(stallholder_writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
