"""What one target holds, written over what it held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from scanner.model import Identified, Job, Occurrence, Reachability, Script, Slot
from scanner.records import dataclass, replace
from scanner.store.connection import Transaction
from scanner.store.documents import noun_of, text_of
from scanner.store.failures import translated
from scanner.store.lives import rewritten, stays, still_there
from scanner.store.schema import OCCURRENCES, PIPELINES, SLOTS, STATEMENTS

JOB, SCRIPT = "job", "script"
_THIS = (OCCURRENCES.c.target == bindparam("its_target")) & (OCCURRENCES.c.id == bindparam("its_id"))


@dataclass(frozen=True, slots=True)
class Renewal:
    """One target in one run."""

    transaction: Transaction
    run: int
    target: str
    before: int | None
    """The run that saw before this one what the target holds; None where none did."""

    def occurrences(self, occurrences: Iterable[Occurrence], *, keep_lost: bool) -> None:
        """New ones have begun, those met again are up to date, and those met no more have ended or stay as rewritten."""
        known = self._known()
        met: set[str] = set()
        self.transaction.change(_met(), self._rows(occurrences, known, met, keep_lost=keep_lost))
        lost = [row for name, row in known.items() if row.lost_run is None and name not in met]
        kept = [row.id for row in lost if stays(_reach(row), keep_lost=keep_lost)]
        ended = {row.id for row in lost}.difference(kept)
        self.transaction.change(
            update(OCCURRENCES).where(_THIS).values(lost_run=self.run, last_run=self.before),
            ({"its_target": self.target, "its_id": name} for name in sorted(ended)),
        )
        for name in kept:
            self._rewrite(name)

    def _known(self) -> dict[str, Row[Any]]:
        columns = (OCCURRENCES.c.id, OCCURRENCES.c.reachability, OCCURRENCES.c.lost_run)
        return {row.id: row for row in self.transaction.rows(select(*columns).where(OCCURRENCES.c.target == self.target))}

    def _rows(
        self, occurrences: Iterable[Occurrence], known: dict[str, Row[Any]], met: set[str], *, keep_lost: bool
    ) -> Iterator[dict[str, Any]]:
        """The rows of what is met; their ids are in `met` afterwards."""
        for occurrence in occurrences:
            met.add(occurrence.id)
            now = still_there(occurrence, _reach(known.get(occurrence.id)), keep_lost=keep_lost)
            yield {
                "target": self.target,
                "id": now.id,
                "credential": now.credential,
                "reachability": now.reachability,
                "first_run": self.run,
                "document": text_of(replace(now, first_seen=None, last_seen=None)),
            }

    def _rewrite(self, name: str) -> None:
        this = (OCCURRENCES.c.target == self.target) & (OCCURRENCES.c.id == name)
        with translated(self.transaction.path):
            (before,) = [noun_of(Occurrence, row.document) for row in self.transaction.rows(select(OCCURRENCES.c.document).where(this))]
        self.transaction.change(
            update(OCCURRENCES).where(this).values(reachability=Reachability.REWRITTEN, document=text_of(rewritten(before)))
        )

    def statements(self, identified: Iterable[Identified]) -> None:
        """What is said of each credential is up to date: that of one that is only kept as lost stays, that of one that is gone is gone."""
        said: dict[str, dict[str, None]] = {}
        for one in identified:
            said.setdefault(one.id, {})[text_of(one)] = None
        mine = STATEMENTS.c.target == self.target
        self.transaction.change(delete(STATEMENTS).where(mine, STATEMENTS.c.credential == bindparam("its")), ({"its": one} for one in said))
        self.transaction.change(
            insert(STATEMENTS),
            (
                {"target": self.target, "credential": credential, "ordinal": ordinal, "document": text}
                for credential, texts in said.items()
                for ordinal, text in enumerate(texts)
            ),
        )
        held = select(OCCURRENCES.c.credential).where(OCCURRENCES.c.target == self.target, OCCURRENCES.c.lost_run.is_(None))
        self.transaction.change(delete(STATEMENTS).where(mine, STATEMENTS.c.credential.not_in(held)))

    def slots(self, slots: Iterable[Slot]) -> None:
        """The target has these slots and no others."""
        distinct = {slot.id: slot for slot in slots}
        self.transaction.change(delete(SLOTS).where(SLOTS.c.target == self.target))
        self.transaction.change(
            insert(SLOTS), ({"target": self.target, "id": slot.id, "document": text_of(slot)} for slot in distinct.values())
        )

    def pipelines(self, jobs: Iterable[Job], scripts: Iterable[Script]) -> None:
        """The target has these jobs and scripts and no others."""
        self.transaction.change(delete(PIPELINES).where(PIPELINES.c.target == self.target))
        self.transaction.change(
            insert(PIPELINES),
            (
                {"target": self.target, "ordinal": ordinal, "kind": JOB if isinstance(noun, Job) else SCRIPT, "document": text_of(noun)}
                for ordinal, noun in enumerate((*jobs, *scripts))
            ),
        )


def _reach(row: Row[Any] | None) -> Reachability | None:
    """How an occurrence was reached before this run; None also for one that was not there or has ended."""
    return Reachability(row.reachability) if row is not None and row.lost_run is None and row.reachability is not None else None


def _met() -> Insert:
    """Begins an occurrence, or goes on with one that is known: its first run stays."""
    new = upsert(OCCURRENCES)
    return new.on_conflict_do_update(
        index_elements=[OCCURRENCES.c.target, OCCURRENCES.c.id],
        set_={"reachability": new.excluded.reachability, "document": new.excluded.document, "last_run": None, "lost_run": None},
        where=(OCCURRENCES.c.document != new.excluded.document) | OCCURRENCES.c.lost_run.is_not(None),
    )
