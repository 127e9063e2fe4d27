"""The schema of a store: which one it has, and how it gets the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from scanner.errors import StoreError
from scanner.store.connection import Database, Transaction, missing
from scanner.store.failures import translated
from scanner.store.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

_VERSIONS = "alembic_version"
"""Alembic's own table."""


def check_schema(database: Database) -> None:
    """Does nothing but raise `StoreError` where the store does not have the current schema."""
    with database.reading() as transaction:
        revision = _revision(transaction)
    if revision is None:
        raise missing(database.path)
    if revision != HEAD:
        _refuse_newer(database, revision)
        message = f"the store {database.path} was made by an older keytrail: run keytrail sweep once to bring it up to date"
        raise StoreError(message)


def upgrade(database: Database) -> None:
    """The store has the current schema. Raises `StoreError` where it has one that is not known here."""
    with database.reading() as transaction:
        revision = _revision(transaction)
    if revision == HEAD:
        return
    if revision is not None:
        _refuse_newer(database, revision)
    with database.writing() as transaction, translated(database.path):
        _run(transaction)


def _revision(transaction: Transaction) -> str | None:
    """The last migration that the store has seen; None where nothing was stored yet. Refuses the databases of others."""
    tables = {row.name for row in transaction.rows(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    if tables and _VERSIONS not in tables:
        message = f"{transaction.path} is not a store: it is a database of something else"
        raise StoreError(message)
    if not tables:
        return None
    revisions = [row.version_num for row in transaction.rows(text(f"SELECT version_num FROM {_VERSIONS}"))]  # noqa: S608 - our constant
    return str(revisions[0]) if revisions else None


def _refuse_newer(database: Database, revision: str) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - Alembic is slow to import, and most stores are current

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        message = f"the store {database.path} was made by a newer keytrail (its schema is {revision!a}, this one knows up to {HEAD})"
        raise StoreError(message)


def _run(transaction: Transaction) -> None:
    from alembic import command  # noqa: PLC0415 - as above

    config = _config()
    config.attributes["connection"] = transaction.connection
    command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", "scanner.store:migrations")
    config.set_main_option("path_separator", "os")
    return config
