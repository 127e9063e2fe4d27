"""How a store comes to the schema that is declared."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from scanner.store.schema import HEAD, METADATA
from tests.scanner.store.worlds import credential_id, holds, night, occurrence, opened


def test_the_migrations_make_the_declared_schema(tmp_path: Path) -> None:
    opened(tmp_path / "s.db").close()
    engine = create_engine(f"sqlite:///{tmp_path / 's.db'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_the_checks_of_the_migrations_are_the_declared_ones(tmp_path: Path) -> None:
    opened(tmp_path / "migrated.db").close()
    checks = []
    for name in ("migrated", "declared"):
        engine = create_engine(f"sqlite:///{tmp_path / name}.db")
        with engine.begin() as connection:
            METADATA.create_all(connection)
            tables = connection.execute(text("SELECT sql FROM sqlite_master WHERE name IN ('findings', 'occurrences') ORDER BY name"))
            checks.append([[line.strip(" ,\t") for line in row.sql.splitlines() if "CHECK" in line] for row in tables])
        engine.dispose()
    assert checks[0] == checks[1]
    assert [len(lines) for lines in checks[0]] == [1, 1]


def test_the_last_migration_is_the_one_that_the_schema_names() -> None:
    config = Config()
    config.set_main_option("script_location", "scanner.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


@pytest.mark.parametrize("name", ["scanner.store.migrations", "scanner.store.migrations.versions"])
def test_the_migrations_are_packages(name: str) -> None:
    assert files(name).joinpath("__init__.py").is_file()


def test_making_a_store_says_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    opened(tmp_path / "s.db").close()
    assert capfd.readouterr() == ("", "")


def test_a_store_of_the_first_schema_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as store:
        night(store, 1, holds(occurrence()))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE pipelines")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    with opened(path) as store:
        outcome = store.outcome()
    assert outcome is not None
    assert ([one.identified.id for one in outcome.credentials], outcome.jobs) == ([credential_id("aaaaaa")], ())
