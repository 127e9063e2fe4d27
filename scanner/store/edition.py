"""The single transaction at the end of a run, in which the fleet changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from scanner.model import Coverage, Credential, Finding, Identified, Job, Occurrence, Script, Slot
from scanner.records import dataclass, field, replace
from scanner.store import reading
from scanner.store.connection import BATCH, Transaction
from scanner.store.documents import noun_of, text_of
from scanner.store.failures import translated
from scanner.store.holdings import holdings, times_of
from scanner.store.lives import next_life
from scanner.store.nouns import Target
from scanner.store.renewal import Renewal
from scanner.store.schema import CREDENTIALS, FINDINGS, MEMORIES, OCCURRENCES, RUNS, STATEMENTS, TARGETS

_UNREACHED = frozenset({"failed", "gone"})
"""States of targets that nothing new is known of."""


@dataclass(slots=True)
class Edition:
    """What one run makes of the fleet. First each target is renewed, touched or retained, then all sprawls are judged and recorded."""

    transaction: Transaction
    started_at: str
    run: int = field(init=False)
    finished: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        (last,) = self.transaction.rows(select(func.coalesce(func.max(RUNS.c.id), 0).label("run")))
        self.run = last.run + 1

    def renew(
        self,
        target: Target,
        identified: Iterable[Identified],
        occurrences: Iterable[Occurrence],
        slots: Iterable[Slot],
        *,
        jobs: Iterable[Job] = (),
        scripts: Iterable[Script] = (),
        keep_lost: bool,
    ) -> None:
        """Everything that the target holds now is this, and this is what was said of it.

        Occurrences (each id once) that are new begin in this run; known ones keep their first run, though they had ended. Those that the
        target had and has no more end here. With `keep_lost`, for a repository whose history was rewritten, those that a commit held stay
        instead, as `rewritten`; so do those that no ref leads to any more. What once is `rewritten` stays, until a ref leads to it again.
        """
        held = self.transaction.rows(select(TARGETS.c.held_run).where(TARGETS.c.name == target.name))
        renewal = Renewal(self.transaction, self.run, target.name, before=next((row.held_run for row in held), None))
        self.touch(target)
        renewal.occurrences(occurrences, keep_lost=keep_lost)
        renewal.statements(identified)
        renewal.slots(slots)
        renewal.pipelines(jobs, scripts)

    def touch(self, target: Target) -> None:
        """The target still holds what it held."""
        self._write(target, reached=True, held=True)
        self.transaction.change(update(MEMORIES).where(MEMORIES.c.target == target.name).values(edition=self.run))

    def retain(self, target: Target) -> None:
        """The target failed, is gone or is empty now: what it held stays as it was."""
        self._write(target, reached=target.state not in _UNREACHED, held=False)

    def sprawls(self, chunk: int = 200) -> Iterator[tuple[tuple[Identified, ...], tuple[Occurrence, ...]]]:
        """All credentials with an occurrence that has not ended, by id, at most `chunk` at a time.

        Each time everything distinct that targets said of them, and their occurrences with the times they were seen; those of one credential
        are never torn apart.
        """
        times = {**times_of(self.transaction), self.run: self.started_at}
        after = ""
        while last := self._last_of(after, chunk):
            where = (OCCURRENCES.c.credential > after) & (OCCURRENCES.c.credential <= last)
            places = tuple(one for holding in holdings(self.transaction, times, where) for one in holding.occurrences)
            yield self._said(after, last), places
            after = last

    def _last_of(self, after: str, chunk: int) -> str | None:
        """The id of the last of the next `chunk` credentials after `after`; None where there are none."""
        following = (
            select(OCCURRENCES.c.credential)
            .where(OCCURRENCES.c.credential > after, OCCURRENCES.c.lost_run.is_(None))
            .group_by(OCCURRENCES.c.credential)
            .order_by(OCCURRENCES.c.credential)
            .limit(chunk)
        )
        ids = [row.credential for row in self.transaction.rows(following)]
        return ids[-1] if ids else None

    def _said(self, after: str, last: str) -> tuple[Identified, ...]:
        said = (
            select(STATEMENTS.c.document)
            .where(STATEMENTS.c.credential > after, STATEMENTS.c.credential <= last)
            .order_by(STATEMENTS.c.credential, STATEMENTS.c.target, STATEMENTS.c.ordinal)
        )
        with translated(self.transaction.path):
            return tuple(noun_of(Identified, text) for text in dict.fromkeys(row.document for row in self.transaction.rows(said)))

    def slots(self) -> tuple[Slot, ...]:
        """The slots of all targets, by id."""
        return reading.slots(self.transaction)

    def jobs(self) -> tuple[Job, ...]:
        """The jobs of all targets, by target, as their definitions have them."""
        return reading.jobs(self.transaction)

    def scripts(self) -> tuple[Script, ...]:
        """The scripts of all targets, likewise."""
        return reading.scripts(self.transaction)

    def public(self) -> frozenset[str]:
        """The names of the targets that are public."""
        return frozenset(row.name for row in self.transaction.rows(select(TARGETS.c.name).where(TARGETS.c.public)))

    def record(self, credentials: Iterable[Credential], findings: Iterable[Finding]) -> None:
        """What the policies say is this. Every credential that is in a target must be recorded before the edition ends.

        What is seen first and last is told by the store, and so is the life of a finding, except that whoever records one may say
        `accepted`. A finding that is recorded twice in an edition counts once, as it was first.
        """
        self.transaction.change(_judged(), (_row_of(credential) for credential in credentials))
        left = iter(findings)
        while some := list(islice(left, BATCH)):
            self._report({finding.id: finding for finding in reversed(some)})

    def _report(self, findings: dict[str, Finding]) -> None:
        known = self.transaction.rows(
            select(FINDINGS.c.id, FINDINGS.c.life, FINDINGS.c.changed_run, FINDINGS.c.seen_run).where(FINDINGS.c.id.in_(findings))
        )
        before = {row.id: row for row in known}
        rows = []
        for name, finding in findings.items():
            row = before.get(name)
            if row is not None and row.seen_run == self.run:
                continue
            life = next_life(row.life if row is not None else None, "accepted" if finding.suppression is not None else finding.life)
            changed = self.run if row is None or row.life != life else row.changed_run
            document = text_of(replace(finding, life=None))
            rows.append({"id": name, "life": life, "changed_run": changed, "seen_run": self.run, "document": document})
        self.transaction.change(_reported(), rows)

    def finish(self, coverage: Coverage, *, finished_at: str, tool_version: str, detectors: Iterable[str] = ()) -> None:
        """The run has its row, and findings that it did not record are resolved. Comes last."""
        self.transaction.change(
            insert(RUNS).values(
                id=self.run,
                started_at=self.started_at,
                finished_at=finished_at,
                tool_version=tool_version,
                detectors=text_of(tuple(detectors)),
                coverage=text_of(coverage),
            )
        )
        unseen = (FINDINGS.c.seen_run != self.run) & (FINDINGS.c.life != "resolved")
        self.transaction.change(update(FINDINGS).where(unseen).values(life="resolved", changed_run=self.run))
        self.finished = True

    def _write(self, target: Target, *, reached: bool, held: bool) -> None:
        now: dict[str, Any] = {name: getattr(target, name) for name in ("listing", "kind", "state", "why", "public")}
        now |= {"last_run": self.run} if reached else {}
        now |= {"held_run": self.run} if held else {}
        new = upsert(TARGETS).values(name=target.name, first_run=self.run, **now)
        self.transaction.change(new.on_conflict_do_update(index_elements=[TARGETS.c.name], set_=now))


def _row_of(credential: Credential) -> dict[str, str]:
    bare = replace(credential, occurrences=(), first_seen=None, last_seen=None, first_place=None)
    name = credential.identified.id
    return {
        "id": name,
        "tail": name.rpartition(":")[2],
        "places": text_of([one.id for one in credential.occurrences]),
        "document": text_of(bare),
    }


def _judged() -> Insert:
    new = upsert(CREDENTIALS)
    return new.on_conflict_do_update(
        index_elements=[CREDENTIALS.c.id],
        set_={"places": new.excluded.places, "document": new.excluded.document},
        where=(CREDENTIALS.c.document != new.excluded.document) | (CREDENTIALS.c.places != new.excluded.places),
    )


def _reported() -> Insert:
    new = upsert(FINDINGS)
    return new.on_conflict_do_update(
        index_elements=[FINDINGS.c.id],
        set_={name: new.excluded[name] for name in ("life", "changed_run", "seen_run", "document")},
    )
