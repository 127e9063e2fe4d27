"""What readers see: the last edition, or one credential of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true

from scanner.model import Coverage, Credential, Finding, Job, Occurrence, Script, Slot
from scanner.records import replace
from scanner.store.connection import BATCH, Transaction
from scanner.store.documents import DamagedError, noun_of, plain_of
from scanner.store.failures import translated
from scanner.store.holdings import Holding, holdings, times_of
from scanner.store.nouns import StoredCredential, StoredOutcome, Target
from scanner.store.renewal import JOB, SCRIPT
from scanner.store.schema import CREDENTIALS, FINDINGS, OCCURRENCES, PIPELINES, RUNS, SLOTS, TARGETS

Noun = TypeVar("Noun", Job, Script)
SHORTEST = 6
"""Characters of an id that can stand for all of it."""
_LAST = select(RUNS).where(RUNS.c.id == select(func.max(RUNS.c.id)).scalar_subquery())
_BEHIND = "\U0010ffff"
"""Sorts behind every character of an id."""


def coverage(transaction: Transaction) -> Coverage:
    """What the last run read; nothing before the first."""
    for run in tuple(transaction.rows(_LAST)):
        with translated(transaction.path):
            return noun_of(Coverage, run.coverage)
    return Coverage((), (), {})


def outcome(transaction: Transaction) -> StoredOutcome | None:
    """The last edition; None before the first."""
    for run in tuple(transaction.rows(_LAST)):
        with translated(transaction.path):
            return StoredOutcome(
                started_at=run.started_at,
                finished_at=run.finished_at,
                tool_version=run.tool_version,
                detectors=tuple(plain_of(run.detectors)),
                coverage=noun_of(Coverage, run.coverage),
                credentials=tuple(_credentials(transaction)),
                findings=_findings(transaction),
                slots=slots(transaction),
                jobs=jobs(transaction),
                targets=targets(transaction),
            )
    return None


def filled(transaction: Transaction) -> bool:
    """Whether there is an edition."""
    return any(transaction.rows(select(RUNS.c.id).limit(1)))


def credentials_named(transaction: Transaction, name: str) -> tuple[StoredCredential, ...]:
    """Every credential that is somewhere and whose id is `name`, or whose last part begins with it: six characters or more."""
    same = CREDENTIALS.c.id == name
    if len(name) >= SHORTEST:
        same |= CREDENTIALS.c.tail.between(name, name + _BEHIND)
    ids = [row.id for row in transaction.rows(select(CREDENTIALS.c.id).where(same).order_by(CREDENTIALS.c.id))]
    return tuple(one for id_ in ids for one in _stored(transaction, id_))


def first_credential(transaction: Transaction, ids: Iterable[str]) -> StoredCredential | None:
    """The first of these that is somewhere."""
    left = iter(ids)
    while some := tuple(islice(left, BATCH)):
        known = {row.id for row in transaction.rows(select(CREDENTIALS.c.id).where(CREDENTIALS.c.id.in_(some)))}
        for name in some:
            found = next(_stored(transaction, name), None) if name in known else None
            if found is not None:
                return found
    return None


def targets(transaction: Transaction) -> tuple[Target, ...]:
    """All targets that a run ever had, by name."""
    times = times_of(transaction)
    return tuple(
        Target(
            name=row.name,
            listing=row.listing,
            kind=row.kind,
            state=row.state,
            why=row.why,
            public=row.public,
            first_seen=times[row.first_run],
            last_seen=times.get(row.last_run),
        )
        for row in transaction.rows(select(TARGETS).order_by(TARGETS.c.name))
    )


def slots(transaction: Transaction, beside: str | None = None) -> tuple[Slot, ...]:
    """The slots of all targets, or of those that hold the credential `beside`, by id; one that two targets report is one."""
    mine = true() if beside is None else SLOTS.c.target.in_(_targets_with(beside))
    held = select(SLOTS.c.id, SLOTS.c.document).where(mine).order_by(SLOTS.c.id, SLOTS.c.target)
    with translated(transaction.path):
        distinct = {row.document: None for row in transaction.rows(held)}
        return tuple(noun_of(Slot, text) for text in distinct)


def jobs(transaction: Transaction) -> tuple[Job, ...]:
    """The jobs of all targets, by target, as their definitions have them."""
    return tuple(_pipelines(transaction, JOB, Job))


def scripts(transaction: Transaction) -> tuple[Script, ...]:
    """The scripts of all targets, likewise."""
    return tuple(_pipelines(transaction, SCRIPT, Script))


def _pipelines(transaction: Transaction, called: str, kind: type[Noun]) -> Iterator[Noun]:
    rows = select(PIPELINES.c.document).where(PIPELINES.c.kind == called).order_by(PIPELINES.c.target, PIPELINES.c.ordinal)
    with translated(transaction.path):
        yield from (noun_of(kind, row.document) for row in transaction.rows(rows))


def _findings(transaction: Transaction, only: str | None = None) -> tuple[Finding, ...]:
    mine = true() if only is None else func.instr(FINDINGS.c.document, json.dumps(only)) > 0
    rows = transaction.rows(select(FINDINGS.c.document, FINDINGS.c.life).where(mine).order_by(FINDINGS.c.id))
    with translated(transaction.path):
        findings = [replace(noun_of(Finding, row.document), life=row.life) for row in rows]
    return tuple(finding for finding in findings if only is None or only in finding.credentials)


def _stored(transaction: Transaction, name: str) -> Iterator[StoredCredential]:
    """The credential with this id where it is somewhere: nothing is read but what has to do with it."""
    for credential in _credentials(transaction, name):
        within = {one.slot for one in credential.occurrences}
        mine = tuple(slot for slot in slots(transaction, name) if slot.id in within)
        yield StoredCredential(credential, _findings(transaction, name), mine, tuple(_inside(transaction, mine, name)))


def _inside(transaction: Transaction, within: Iterable[Slot], name: str) -> Iterator[Occurrence]:
    """Whatever lies in these slots, in which the credential with this id lies too."""
    ids = {slot.id for slot in within}
    here = OCCURRENCES.c.target.in_(select(SLOTS.c.target).where(SLOTS.c.target.in_(_targets_with(name))))
    rows = transaction.rows(select(OCCURRENCES.c.document).where(here, OCCURRENCES.c.lost_run.is_(None)))
    with translated(transaction.path):
        yield from (one for row in rows if (one := noun_of(Occurrence, row.document)).slot in ids)


def _targets_with(name: str) -> Select[tuple[str]]:
    """The targets that hold or held the credential with this id."""
    return select(OCCURRENCES.c.target).where(OCCURRENCES.c.credential == name)


def _credentials(transaction: Transaction, only: str | None = None) -> Iterator[Credential]:
    """What the policies said of every credential, joined with where it is: two streams in the order of ids."""
    mine = true() if only is None else CREDENTIALS.c.id == only
    where: ColumnElement[bool] | None = None if only is None else OCCURRENCES.c.credential == only
    judged = transaction.rows(select(CREDENTIALS).where(mine).order_by(CREDENTIALS.c.id))
    with translated(transaction.path):
        for holding in holdings(transaction, times_of(transaction), where):
            row = next((row for row in judged if row.id == holding.credential), None)
            if row is None:
                message = "a credential that nobody judged"
                raise DamagedError(message)
            yield _joined(noun_of(Credential, row.document), holding, plain_of(row.places))


def _joined(credential: Credential, holding: Holding, places: list[str]) -> Credential:
    order = {place: number for number, place in enumerate(places)}
    return replace(
        credential,
        occurrences=tuple(sorted(holding.occurrences, key=lambda one: order.get(one.id, len(order)))),
        first_seen=holding.first_seen,
        last_seen=holding.last_seen,
        first_place=holding.first_place,
    )
