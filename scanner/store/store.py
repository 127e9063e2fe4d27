"""An open store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from scanner.errors import StoreError
from scanner.model import Coverage, Job, Slot
from scanner.records import dataclass
from scanner.store import reading
from scanner.store.connection import Database, check_file, connect, locked, make_private, path_of
from scanner.store.edition import Edition
from scanner.store.migrate import check_schema, upgrade
from scanner.store.nouns import Mark, Memory, StoredCredential, StoredOutcome, Target
from scanner.store.schema import ABOUT, MEMORIES


@dataclass(frozen=True, slots=True)
class Store:
    """What a sweep remembers, and the fleet as of the last edition. Everything it does raises `StoreError` where the file cannot."""

    database: Database
    kid: str | None
    """Of the organisation's key under which its credentials have their ids; None where no writer has named one yet."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """No file is open any more."""
        self.database.close()

    def lock(self) -> AbstractContextManager[None]:
        """The store is this sweep's alone, as far as other sweeps go; raises `StoreError` at once where it is another one's."""
        return locked(self.database.path)

    def remembered(self) -> Mapping[str, Mark]:
        """How far every target was read that there is a memory of, by name."""
        with self.database.reading() as transaction:
            rows = transaction.rows(select(MEMORIES.c.target, MEMORIES.c.cursor, MEMORIES.c.edition))
            return {row.target: Mark(row.cursor, shown=row.edition is not None) for row in rows}

    def memory(self, name: str) -> Memory | None:
        """What is remembered of a target."""
        with self.database.reading() as transaction:
            for row in transaction.rows(select(MEMORIES).where(MEMORIES.c.target == name)):
                return Memory(row.cursor, row.document, row.objects, row.edition)
        return None

    def remember(self, name: str, memory: Memory) -> None:
        """What is remembered of a target is this, whatever becomes of the run."""
        values = {"cursor": memory.cursor, "document": memory.document, "objects": memory.objects, "edition": memory.edition}
        with self.database.writing() as transaction:
            new = upsert(MEMORIES).values(target=name, **values)
            transaction.change(new.on_conflict_do_update(index_elements=[MEMORIES.c.target], set_=values))

    @contextmanager
    def publish(self, started_at: str) -> Iterator[Edition]:
        """A new edition of the fleet by the run that began then: in force when the block ends, undone by any exception.

        Readers see the edition before until then. Raises RuntimeError where the edition was not finished.
        """
        with self.database.writing() as transaction:
            edition = Edition(transaction, started_at)
            yield edition
            if not edition.finished:
                message = "an edition ends with finish()"
                raise RuntimeError(message)

    def targets(self) -> tuple[Target, ...]:
        """All targets that a run ever had, by name."""
        with self.database.reading() as transaction:
            return reading.targets(transaction)

    def coverage(self) -> Coverage:
        """What the run read that made the last edition; nothing before the first."""
        with self.database.reading() as transaction:
            return reading.coverage(transaction)

    def outcome(self) -> StoredOutcome | None:
        """The last edition; None before the first."""
        with self.database.reading() as transaction:
            return reading.outcome(transaction)

    def wiring(self) -> tuple[tuple[Job, ...], tuple[Slot, ...]]:
        """The jobs and the slots of all targets in the last edition: nothing else of it is read."""
        with self.database.reading() as transaction:
            return reading.jobs(transaction), reading.slots(transaction)

    def filled(self) -> bool:
        """Whether there is an edition, so that what the store does not know is known nowhere."""
        with self.database.reading() as transaction:
            return reading.filled(transaction)

    def credentials(self, name: str) -> tuple[StoredCredential, ...]:
        """Every credential of the last edition that is called so: by its whole id, or by six or more first characters of its last part."""
        with self.database.reading() as transaction:
            return reading.credentials_named(transaction, name)

    def first_credential(self, ids: Iterable[str]) -> StoredCredential | None:
        """What the last edition has under the first of these ids that it knows; None where it knows none."""
        with self.database.reading() as transaction:
            return reading.first_credential(transaction, ids)


def opened(url: str, *, kid: str | None, write: bool, patience: float) -> Store:
    """What `open_store` promises."""
    path = path_of(url)
    if write:
        make_private(path)
    check_file(path)
    database = connect(path, write=write, patience=patience)
    try:
        if write:
            upgrade(database)
        else:
            check_schema(database)
        return Store(database, _bound(database, kid, write=write))
    except BaseException:
        database.close()
        raise


def _bound(database: Database, kid: str | None, *, write: bool) -> str | None:
    """The key of the store, which is `kid` where both are known."""
    recorded = select(ABOUT.c.value).where(ABOUT.c.name == "kid")
    with database.reading() as transaction:
        stored = next((row.value for row in transaction.rows(recorded)), None)
    if stored is None and kid is not None and write:
        with database.writing() as transaction:
            transaction.change(upsert(ABOUT).values(name="kid", value=kid).on_conflict_do_nothing())
            stored = next(row.value for row in transaction.rows(recorded))
    if None not in {stored, kid} and stored != kid:
        message = f"the store {database.path} was made with another key (kid {stored}, this one is {kid})"
        raise StoreError(message)
    return stored
