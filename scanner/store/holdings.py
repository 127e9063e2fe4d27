"""Where a credential is, and since when: the occurrences of a store, credential by credential."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select, true

from scanner.model import Occurrence
from scanner.records import dataclass, replace
from scanner.store.connection import Transaction
from scanner.store.documents import noun_of
from scanner.store.failures import translated
from scanner.store.schema import OCCURRENCES, RUNS, TARGETS

Times = Mapping[int, str]
"""When runs began, RFC 3339 in UTC, by their number."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One credential that is somewhere."""

    credential: str
    occurrences: tuple[Occurrence, ...]
    """Those that have not ended, by id, with the times of the runs that met them first and last."""
    first_seen: str
    """Of all its occurrences, ended ones too; likewise `last_seen`."""
    last_seen: str
    first_place: str
    """Id of the occurrence with the oldest commit; where none has a commit, of the one that was met first."""


def times_of(transaction: Transaction) -> dict[int, str]:
    """When each run of the store began."""
    return {row.id: row.started_at for row in transaction.rows(select(RUNS.c.id, RUNS.c.started_at))}


def holdings(transaction: Transaction, times: Times, where: ColumnElement[bool] | None = None) -> Iterator[Holding]:
    """Every credential with an occurrence that has not ended, by id. `where` is a condition on occurrences that leaves none torn apart."""
    places = (
        select(
            OCCURRENCES.c.credential,
            OCCURRENCES.c.id,
            OCCURRENCES.c.first_run,
            func.coalesce(OCCURRENCES.c.last_run, TARGETS.c.held_run).label("last_run"),
            case((OCCURRENCES.c.lost_run.is_(None), OCCURRENCES.c.document)).label("document"),
        )
        .join(TARGETS, TARGETS.c.name == OCCURRENCES.c.target)
        .where(true() if where is None else where)
        .order_by(OCCURRENCES.c.credential, OCCURRENCES.c.id, OCCURRENCES.c.target)
    )
    with translated(transaction.path):
        for credential, rows in groupby(transaction.rows(places), attrgetter("credential")):
            holding = _holding(credential, rows, times)
            if holding is not None:
                yield holding


def _holding(credential: str, rows: Iterable[Row[Any]], times: Times) -> Holding | None:
    """None where every occurrence has ended. A place that two targets report is one occurrence."""
    places: dict[str, tuple[int, Occurrence]] = {}
    firsts, lasts = [], []
    for row in rows:
        firsts.append(row.first_run)
        lasts.append(row.last_run)
        if row.document is not None:
            noun = noun_of(Occurrence, row.document)
            places[row.id] = row.first_run, replace(noun, first_seen=times[row.first_run], last_seen=times[row.last_run])
    if not places:
        return None
    return Holding(
        credential,
        tuple(occurrence for _, occurrence in places.values()),
        times[min(firsts)],
        times[max(lasts)],
        _first_place(places.values()),
    )


def _first_place(places: Iterable[tuple[int, Occurrence]]) -> str:
    met = sorted((run, occurrence.id) for run, occurrence in places)
    committed = sorted((one.committed_at, one.id) for _, one in places if one.committed_at is not None)
    return committed[0][1] if committed else met[0][1]
