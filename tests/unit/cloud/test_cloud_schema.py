"""The migrations make exactly the tables that the code reads and writes."""

import sqlite3

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from cloud.adapters.sql.database import open_database
from cloud.adapters.sql.figures_tables import business_day
from cloud.adapters.sql.presences import SqlPresences
from cloud.adapters.sql.read_model import day_marks
from cloud.adapters.sql.shelves import SqlShelves
from cloud.adapters.sql.tables import metadata
from cloud.domain.catalogue_state import CatalogueState
from cloud.domain.contribution import DayMark
from cloud.domain.errors import DatabaseNewerError
from tests.unit.cloud.cloud_chains import SATURDAY, Chain, open_day, sale
from tests.unit.cloud.test_cloud_reads_again import closing


def test_migrating_an_empty_file_leaves_no_difference_to_the_tables(tmp_path):
    database = open_database(tmp_path / "cloud.sqlite")
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    database.close()


def test_opening_again_changes_nothing(tmp_path):
    for _ in range(2):
        open_database(tmp_path / "cloud.sqlite").close()
    connection = sqlite3.connect(tmp_path / "cloud.sqlite")
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0008",)]
    connection.close()


def test_a_database_of_the_version_before_keeps_everything_and_gains_the_catalogue(tmp_path):
    path = tmp_path / "cloud.sqlite"
    database = open_database(path)
    with database.writing() as connection:
        config = Config()
        config.set_main_option("script_location", "cloud:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        assert "product" not in inspect(connection).get_table_names()
        connection.exec_driver_sql("INSERT INTO tenant (tenant, made_at_ms) VALUES ('demo', 7)")
        connection.exec_driver_sql(
            "INSERT INTO presence (tenant, source, hub, role, name, online, last_seen, last_seen_ms, seq, heard_at_ms)"
            " VALUES ('demo', 'till-harbour', 'hub-dock', 'till', 'Harbour', 1, '', 0, 5, 9)"
        )
    database.close()
    database = open_database(path)
    (said,) = SqlPresences(database).all("demo")
    assert (said.name, said.seq, said.documents) == ("Harbour", 5, {})
    shelves = SqlShelves(database)
    with shelves.writing("demo") as shelf:
        assert (shelf.catalogue.products(), shelf.catalogue.state()) == ([], CatalogueState())
        assert shelf.documents.addresses() == []
    database.close()


def test_a_database_of_a_later_version_is_left_alone(tmp_path):
    open_database(tmp_path / "cloud.sqlite").close()
    connection = sqlite3.connect(tmp_path / "cloud.sqlite")
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseNewerError, match="9999"):
        open_database(tmp_path / "cloud.sqlite")


def test_every_commit_is_durable(tmp_path):
    database = open_database(tmp_path / "cloud.sqlite")
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()


def test_what_raises_in_a_transaction_is_undone(tmp_path):
    database = open_database(tmp_path / "cloud.sqlite")

    def write_and_fail() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO tenant (tenant, made_at_ms) VALUES ('demo', 0)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM tenant").scalar() == 0
    database.close()


def test_every_table_belongs_to_tenants_and_can_be_made_in_postgresql():
    dialect = postgresql.dialect()
    for table in metadata.sorted_tables:
        assert "tenant" in table.columns, table.name
        assert str(CreateTable(table).compile(dialect=dialect)).lstrip().startswith("CREATE TABLE")
        for index in table.indexes:
            assert "tenant" in index.columns
            assert str(CreateIndex(index).compile(dialect=dialect))


def test_days_of_an_older_database_count_their_sessions_and_closings_after_the_migration(tmp_path):
    path = tmp_path / "cloud.sqlite"
    chain = Chain()
    open_day(chain)
    chain.add(sale(1, "bowl"))
    chain.add(closing(chain, 1, 2_800))
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", "cloud:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for entry in chain.entries:
            connection.exec_driver_sql(
                "INSERT INTO entry (tenant, source, epoch, seq, hash, kind, received_at_ms, line) VALUES (?,?,?,?,?,?,0,?)",
                ("demo", chain.source, chain.epoch, entry.seq, entry.hash, entry.kind, entry.line),
            )
        connection.exec_driver_sql(
            "INSERT INTO business_day VALUES ('demo', ?, 'till-harbour', 1, '2026-11-21T09:00:00+01:00')",
            (SATURDAY.isoformat(),),
        )
    engine.dispose()
    database = open_database(path)
    with database.reading() as connection:
        (mark,) = day_marks(connection, business_day.c.tenant == "demo").values()
    database.close()
    assert mark == DayMark(1, 1, 1, 2_800, "2026-11-21T09:00:00+01:00")
    assert mark.closed
