"""What readers see: the last edition, or one credential of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, func, select, true

from scanner.model import Coverage, Credential, Finding, Occurrence, Slot
from scanner.store.connection import Transaction
from scanner.store.documents import DamagedError, noun_of, plain_of
from scanner.store.failures import translated
from scanner.store.holdings import Holding, holdings, times_of
from scanner.store.nouns import StoredOutcome, Target
from scanner.store.schema import CREDENTIALS, FINDINGS, OCCURRENCES, RUNS, SLOTS, TARGETS

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
                targets=targets(transaction),
            )
    return None


def credentials_named(transaction: Transaction, name: str) -> tuple[Credential, ...]:
    """Every credential that is somewhere and whose id is `name`, or whose last part begins with it: six characters or more."""
    same = CREDENTIALS.c.id == name
    if len(name) >= SHORTEST:
        same |= CREDENTIALS.c.tail.between(name, name + _BEHIND)
    ids = [row.id for row in transaction.rows(select(CREDENTIALS.c.id).where(same).order_by(CREDENTIALS.c.id))]
    return tuple(credential for one in ids for credential in _credentials(transaction, one))


def occurrences(transaction: Transaction, credential: str) -> tuple[Occurrence, ...]:
    """Where the credential with this id is, by id."""
    held = holdings(transaction, times_of(transaction), OCCURRENCES.c.credential == credential)
    return tuple(occurrence for holding in held for occurrence in holding.occurrences)


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


def slots(transaction: Transaction) -> tuple[Slot, ...]:
    """The slots of all targets, by id; one that two targets report is one."""
    held = select(SLOTS.c.id, SLOTS.c.document).order_by(SLOTS.c.id, SLOTS.c.target)
    with translated(transaction.path):
        distinct = {row.document: None for row in transaction.rows(held)}
        return tuple(noun_of(Slot, text) for text in distinct)


def _findings(transaction: Transaction) -> tuple[Finding, ...]:
    stored = select(FINDINGS.c.document, FINDINGS.c.life).order_by(FINDINGS.c.id)
    return tuple(replace(noun_of(Finding, row.document), life=row.life) for row in transaction.rows(stored))


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
