"""Places as aligned rows: what kind of place, which container, where in it, and what there is to know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from scanner.hosts import friendly
from scanner.model import Occurrence, Reachability, Slot, Spot, Zone
from scanner.records import dataclass
from scanner.reports.escape import shown
from scanner.reports.layout import Line, Span, Word, flow, row, span, width, words
from scanner.reports.names import cut
from scanner.reports.view import View, joined
from scanner.reports.words import counted, day

LABELS: Mapping[Zone, str] = {
    Zone.PUBLISHED_ARTIFACT: "published",
    Zone.IMAGE_LAYER: "image",
    Zone.CHAT: "chat",
    Zone.REPO_HISTORY: "history",
    Zone.REPO_HEAD: "source",
    Zone.WORKTREE: "work tree",
    Zone.RELEASE_SCRIPT: "script",
    Zone.CI_DEFINITION: "pipeline",
    Zone.GIT_METADATA: "git",
    Zone.DEPLOYMENT: "deploy",
    Zone.WORKSTATION_DOTFILE: "laptop",
    Zone.WORKSTATION_SHELL: "shell",
    Zone.CI_VARIABLE: "ci",
    Zone.CI_LOG_ARTIFACT: "log",
    Zone.WORKSTATION_KEYSTORE: "keys",
    Zone.FOLDER: "folder",
    Zone.MANAGED_STORE: "store",
}
"""What a kind of place is called, most telling first: whoever reads five rows must learn who else may have the value."""

AT_MOST = 5
_RANK = {zone: rank for rank, zone in enumerate(LABELS)}
INDENT = 4
_CONTAINERS = 30
"""Hundredths of a line for the column of containers, so that one long name does not push every row to the right."""
_DETAILS = 44
"""Hundredths of a line kept for details: two commits with their dates need them."""
_LONGEST = 60
"""Columns of a name that is no path; JSON has all of it."""
_TOGETHER = 28
"""Columns up to which a detail is not broken."""

_OBJECT = re.compile(r"(commit|tag|note|blob):(.{1,512})", re.DOTALL)
_OBJECTS = {"commit": "message of", "tag": "tag", "note": "note on", "blob": "blob"}
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

_LEVELS = {
    "instance": "instance variable",
    "org": "organisation variable",
    "group": "group variable",
    "context": "context variable",
    "variable_group": "variable of a group",
    "project": "project variable",
    "environment": "variable of an environment",
    "pipeline": "pipeline variable",
    "user": "variable of a user",
}
_REACHED = {
    Reachability.TAG: "only under a tag",
    Reachability.STASH: "only in a stash",
    Reachability.NOTE: "only in a note",
    Reachability.REFLOG: "only in the reflog",
    Reachability.WORKTREE: "not committed",
    Reachability.UNREACHABLE: "unreachable",
    Reachability.REWRITTEN: "lost by a rewrite",
}
_PRIVATE = frozenset({Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE, Zone.FOLDER, Zone.DEPLOYMENT})
"""Zones whose files are meant for their owner alone; a repository is read by everybody who works on it."""
_FILES = frozenset(LABELS) - {Zone.REPO_HISTORY, Zone.CI_VARIABLE, Zone.PUBLISHED_ARTIFACT, Zone.IMAGE_LAYER, Zone.CHAT, Zone.MANAGED_STORE}
"""Zones whose places can be opened as files, as long as the path does not lead into an archive."""


@dataclass(frozen=True, slots=True)
class Place:
    """The cells of one row."""

    label: str
    container: str
    where: str
    line: int | None = None
    details: tuple[str, ...] = ()
    link: str = ""


def place_lines(view: View, occurrences: Sequence[Occurrence], accepted: Sequence[Occurrence] = ()) -> list[Line]:
    """The rows of a credential: all of them, or the most telling ones and how many more there are.

    `accepted` are places of an open credential that somebody said no to; they are counted, and listed only where that was asked for.
    """
    groups = [_ranked(occurrences), _ranked(accepted) if view.style.show_suppressed else []]
    listed = [one for group in groups for one in (group if view.style.all_places else _most_telling(group))]
    lines = table(view, [place_of(view, one) for one in listed])
    if more := sum(map(len, groups)) - len(listed):
        lines += flow(words(f"… and {more:,} more (--all-places)", "dim"), view.columns, INDENT)
    if accepted and not view.style.show_suppressed:
        lines += flow(words(f"and {counted(len(accepted), 'accepted place')} (--show-suppressed)", "dim"), view.columns, INDENT)
    return lines


def table(view: View, places: Sequence[Place], indent: int = INDENT) -> list[Line]:
    """`places` under each other; a long name moves its own row only."""
    second = indent + max((width(one.label) for one in places), default=0) + 2
    rows = [(one, _cells(view, one, view.columns - second)) for one in places]
    stops = _stops([cells for _, cells in rows], indent, second, view.columns)
    return [line for one, cells in rows for line in row(cells, stops, _detail_words(one), view.columns)]


def is_variable(view: View, one: Occurrence) -> bool:
    """Whether a place is known by the name of a CI variable rather than by a file."""
    return one.zone is Zone.CI_VARIABLE and (one.slot in view.slots or bool(one.spot.field))


def exported(one: Occurrence) -> str | None:
    """The variable that a place is, where the user's own environment is the place."""
    return one.spot.field if (one.zone, one.container, one.path) == (Zone.WORKSTATION_SHELL, "environment", "environ") else None


def named(view: View, one: Occurrence) -> tuple[str, str]:
    """Container and name of a place as people know it: a CI variable by its owner and name, not by the export it was read from."""
    if not is_variable(view, one):
        return one.container, one.path
    slot = view.slots.get(one.slot or "")
    return (slot.owner or slot.container, slot.name) if slot else (one.container, one.spot.field or "")


def _ranked(occurrences: Sequence[Occurrence]) -> list[Occurrence]:
    return sorted(occurrences, key=lambda one: _RANK[one.zone])


def _most_telling(ranked: list[Occurrence]) -> list[Occurrence]:
    """At most five: first one of each zone and container, then the others."""
    seen: set[tuple[Zone, str]] = set()
    first: list[Occurrence] = []
    again: list[Occurrence] = []
    for one in ranked:
        (again if (one.zone, one.container) in seen else first).append(one)
        seen.add((one.zone, one.container))
    return _ranked([*first, *again][:AT_MOST])


def place_of(view: View, one: Occurrence) -> Place:
    """The cells of a place, with everything that the rows of a credential say about it."""
    container, where = named(view, one)
    slot = view.slots.get(one.slot or "")
    variable = is_variable(view, one)
    details = (*inside(one, variable=variable), *_over_time(one), *_access(one), *(flags(slot) if slot else ()), *is_accepted(one))
    name = object_name(where) if one.zone is Zone.REPO_HISTORY else where
    return Place(LABELS[one.zone], container, name, None if variable else one.spot.line, details, _link(view, one))


def _cells(view: View, one: Place, room: int) -> list[Span]:
    line = "" if one.line is None else f":{one.line}"
    container = view.names.fit(one.container, room)
    where = view.names.fit(one.where, room - len(line))
    return [span(one.label, "dim"), span(container), span(where + line, "bold", one.link)]


def _stops(rows: Sequence[Sequence[Span]], indent: int, second: int, columns: int) -> list[int]:
    container, where = (max((width(cells[n].text) for cells in rows), default=0) for n in (1, 2))
    third = second + min(container, columns * _CONTAINERS // 100) + 2
    fourth = min(third + where + 2, max(columns - columns * _DETAILS // 100, third + 2))
    return [indent, second, third, fourth]


def _detail_words(one: Place) -> list[Word]:
    """What belongs together stays on one line, unless it is long."""
    last = len(one.details) - 1
    ended = [detail + ("," if n < last else "") for n, detail in enumerate(one.details)]
    return [word for detail in ended for word in ([Word(span(detail, "dim"))] if width(detail) <= _TOGETHER else words(detail, "dim"))]


def object_name(path: str) -> str:
    """Commit messages and the like, with object ids as short as commits are everywhere else."""
    match = _OBJECT.fullmatch(path)
    if match is None:
        return path
    name = match[2][:7] if _OID.fullmatch(match[2]) else match[2]
    return f"{_OBJECTS[match[1]]} {name}"


def inside(one: Occurrence, *, variable: bool) -> Iterator[str]:
    """Where in the content: field, service, account, encoding."""
    spot = one.spot
    inner = bounded(".".join(spot.field_path) if spot.field_path else "" if variable else spot.field or "")
    service = f"for {bounded(friendly(spot.service))}" if spot.service else ""
    if inner or service:
        yield " ".join(filter(None, (inner, service)))
    if spot.account:
        yield f"account {bounded(spot.account)}"
    if spot.encoding:
        yield _encoding(spot)


def bounded(text: str) -> str:
    """What a file may make as long as it likes."""
    return cut(shown(text), _LONGEST)


def _encoding(spot: Spot) -> str:
    return " in ".join(reversed(spot.encoding))


def _over_time(one: Occurrence) -> Iterator[str]:
    if one.commit:
        yield f"added {_commit(one.commit, one.committed_at)}"
    if one.removed_commit:
        yield f"removed {_commit(one.removed_commit, one.removed_at)}"
    if one.reachability in _REACHED:
        yield _REACHED[one.reachability]


def _commit(commit: str, moment: str | None) -> str:
    return f"{commit[:7]} {day(moment)}" if moment else commit[:7]


def _access(one: Occurrence) -> Iterator[str]:
    """Who else can read it, where that should be nobody, and in which step of a pipeline it was seen."""
    bits = int(one.mode, 8) if one.mode and one.zone in _PRIVATE else 0
    if bits & 0o004:
        yield f"readable by others ({one.mode})"
    elif bits & 0o040:
        yield f"readable by its group ({one.mode})"
    if one.job:
        yield f"job {bounded(one.job)}"
    if one.step:
        yield f"step {bounded(one.step)}"


def is_accepted(one: Occurrence) -> Iterator[str]:
    """Who says that a place is not open, and why."""
    if one.suppression is not None:
        by = "allowed" if one.suppression.by == "inline" else one.suppression.by
        yield f"{by}: {bounded(one.suppression.reason)}" if one.suppression.reason else by


def flags(slot: Slot) -> Iterator[str]:
    """What kind of variable it is, and who can get at it."""
    yield _LEVELS.get(slot.level, "variable")
    if slot.protected is not None:
        yield "protected" if slot.protected else "unprotected"
    if slot.hidden:
        yield "hidden"
    elif slot.masked is not None:
        yield "masked" if slot.masked else "not masked"
    if slot.environment_scope is not None:
        yield f"scope {bounded(slot.environment_scope)}"
    if slot.allowed_projects is not None:
        yield f"for {counted(len(slot.allowed_projects), 'project')}"


def _link(view: View, one: Occurrence) -> str:
    """A `file` address (RFC 8089) for a place that is a file on this machine, else empty."""
    if not view.style.links or one.zone not in _FILES or "!/" in one.path or "\\" in one.path:
        return ""
    path = joined(one.container, one.path)
    if path.startswith("~/"):
        path = view.style.home and view.style.home + path[1:]
    elif not path.startswith("/"):
        path = joined(view.style.folder, path)
    if not path.startswith("/"):
        return ""
    from urllib.parse import quote  # noqa: PLC0415 - only terminals get links

    return "file://" + quote(path, errors="replace")
