"""What a baseline accepts is marked, place by place, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.errors import BaselineError
from scanner.model import Graph, Identified, Occurrence, Sprawl, Suppression
from scanner.records import dataclass, replace
from scanner.run.arguments import holds_credential, public
from scanner.run.unsaid import tells

if TYPE_CHECKING:  # loaded with a baseline
    from scanner.store.baseline import Accepted, Known


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a run's baseline accepts; without one, nothing."""

    salt: bytes | None = None
    """Under which the baseline names credentials."""
    accepted: Accepted | None = None
    notes: tuple[str, ...] = ()


def reviewed(file: Path, content: bytes | None = None) -> Reviewed:
    """The baseline in `file`; with `content` that of another version of it. Its reasons are left out where one of them holds a credential.

    Raises BaselineError where there is none, or none that can be read.
    """
    from scanner.store.baseline import LARGEST, Accepted, parse  # noqa: PLC0415 - see above

    baseline = parse(_content(file, LARGEST + 1) if content is None else content, str(file))
    reasons = {known.reason for known in baseline.known}
    if any(reasons) and holds_credential("\n".join(sorted(reasons))):
        baseline = replace(baseline, known=tuple(replace(known, reason="") for known in baseline.known))
    return Reviewed(baseline.salt, Accepted(baseline))


def accept(graph: Graph, by: Reviewed, today: date) -> tuple[Graph, list[str]]:
    """The graph, in which every place says whether the baseline accepts it, and what there is to say about entries that have expired."""
    if by.accepted is None:
        return graph, []
    expired: list[str] = []
    sprawls = tuple(_marked(sprawl, by.accepted, today, expired) for sprawl in graph.sprawls)
    return replace(graph, sprawls=sprawls), list(dict.fromkeys(expired))


def _marked(sprawl: Sprawl, accepted: Accepted, today: date, expired: list[str]) -> Sprawl:
    identified = sprawl.identified
    places = []
    for one in sprawl.occurrences:
        path = _path_in(accepted, identified.baseline_id, one.path, today)
        known = accepted.known_as(identified.baseline_id, path, today)
        if known is not None and one.suppression is None:
            places.append(replace(one, suppression=Suppression("baseline", _why(known))))
            continue
        places.append(one)
        if (past := accepted.expired_as(identified.baseline_id, path, today)) is not None:
            expired.append(f"expired on {past.until}: the baseline's entry for {identified.kind.title} #{identified.short} in {one.path}")
    return replace(sprawl, occurrences=tuple(places))


def _path_in(accepted: Accepted, baseline_id: str | None, path: str, today: date) -> str:
    """The path as the baseline has it, if it has it: without a credential in it, which whoever wrote it has left out."""
    if baseline_id is None or not tells(path) or accepted.known_as(baseline_id, path, today) is not None:
        return path
    return public(path)


def _why(known: Known) -> str:
    until = f"until {known.until}" if known.until else ""
    return ", ".join(filter(None, (known.reason, until))) or "known"


def places_of(sprawls: Iterable[tuple[Identified, Iterable[Occurrence]]]) -> Iterator[tuple[str | None, str, str]]:
    """What a new baseline accepts: every place of every credential that is not a dummy, as id, kind and path."""
    for identified, occurrences in sprawls:
        if identified.suppression is None:
            yield from ((identified.baseline_id, identified.kind.id, one.path) for one in occurrences)


def _content(file: Path, most: int) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        message = f"the baseline {file} cannot be read: {error.strerror}"
        raise BaselineError(message) from None
