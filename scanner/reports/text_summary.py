"""What was read, what was not, and how it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from scanner.model import Coverage, Credential, Finding, Reason, Severity, TargetState, Unscanned
from scanner.reports.escape import shown
from scanner.reports.layout import Line, Word, flow, row, span, width, words
from scanner.reports.view import LOOKS, View
from scanner.reports.words import counted, duration, size

_DETAIL = 24
"""Furthest that the reason's detail stands from where a path begins, when it goes on in the next line."""

_SHORTER = (
    (0, True, True),
    (1, True, True),
    (2, True, True),
    (1, False, True),
    (2, False, True),
    (3, False, True),
    (2, False, False),
    (3, False, False),
)
"""Which amount, and whether the options that show what is suppressed and unread are named: what helps most is given up last."""

OK = "ok"
_STATES = (OK, "failed", "gone", "rewritten", "empty")
_LIVES = ("new", "open", "reopened", "resolved", "accepted")

_SOURCES: Mapping[str, tuple[str, str]] = {
    "repository": ("repository", "repositories"),
    "tree": ("folder", "folders"),
    "home": ("home", "homes"),
    "machine": ("the machine outside homes", ""),
    "environment": ("the environment", ""),
    "processes": ("processes", ""),
    "ci_export": ("CI export", "CI exports"),
    "ci_log": ("CI log", "CI logs"),
    "stdin": ("standard input", ""),
    "patch": ("patch", "patches"),
}


def target_lines(view: View) -> list[Line]:
    """How the targets of a sweep fared: counts, and each that did not fare well with its reason; nothing where there was no sweep."""
    targets = view.outcome.targets
    counts = Counter(target.state for target in targets)
    states = sorted(counts, key=lambda state: (_STATES.index(state) if state in _STATES else len(_STATES), state))
    told = ", ".join(f"{counts[state]:,} {state}" for state in states)
    lines = flow(words(f"{counted(len(targets), 'target')}: {told}"), view.columns, 0, 2) if targets else []
    return lines + list(_target_rows(view, [target for target in targets if target.state != OK]))


def header(view: View) -> list[Line]:
    """Version, what was read, how much of it, and how much was not."""
    coverage = view.outcome.coverage
    items = [
        Word(span(f"keytrail {view.outcome.tool_version}", "bold")),
        *words(", ".join(_sources(coverage)) or "nothing", gap=3),
        *words(_amounts(view)[0], gap=3),
    ]
    if unread := _unread(view, hint=True):
        items.append(Word(span(unread, "yellow"), 3))
    return flow(items, view.columns, 0, 2)


def unread_list(view: View) -> list[Line]:
    """Everything that was not read, by target and reason."""
    entries = sorted(view.outcome.coverage.unscanned)
    lines = flow(words(f"{len(entries):,} unread:"), view.columns)
    for target, group in groupby(entries, key=lambda entry: entry.target):
        lines += flow(words(view.names.fit(target, view.columns - 2), "bold"), view.columns, 2)
        lines += _unread_rows(view, sorted(group, key=lambda entry: (entry.reason, entry.path, entry.detail)))
    return lines


def unread_line(view: View) -> list[Line]:
    """How much was not read; nothing where everything was, or where all of it is listed anyway."""
    unread = "" if view.style.show_unscanned else _unread(view, hint=True)
    return flow(words(f"{unread}.", "yellow"), view.columns, 0, 2) if unread else []


def note_lines(view: View) -> list[Line]:
    """What was said once, each once."""
    notes = dict.fromkeys(view.outcome.coverage.notes)
    return [line for note in notes for line in flow(words(f"Note: {note}"), view.columns, 0, len("Note: "))]


def closing(view: View) -> list[Line]:
    """Counts of what was found by severity, what was suppressed, and the verdict."""
    tail = f"{_suppressed(view, hint=True)}." if view.suppressed or view.accepted or _accepted(view) else ""
    counts = _by_severity((*view.open, *view.loose))
    ends = [","] * (len(counts) - 1) + [";" if tail else "."]
    found = [Word(span(f"{number:,} {severity.word}{end}", LOOKS[severity])) for (severity, number), end in zip(counts, ends, strict=True)]
    lives = f"{_lives(view)}." if _lives(view) else ""
    return flow([*found, *words(tail), *words(lives, gap=3), *words(_verdict(view), gap=3)], view.columns, 0, 2)


def nothing_found(view: View) -> list[Line]:
    """The one line of a run without findings; it loses what matters least before it becomes two."""
    amounts = _amounts(view)
    lines = [_nothing(view, amounts[amount], suppressed=suppressed, unread=unread) for amount, suppressed, unread in _SHORTER]
    fitting = [line for line in lines if width(line) <= view.columns]
    return flow(words((fitting or lines)[0]), view.columns, 0, 2)


def _nothing(view: View, amount: str, *, suppressed: bool, unread: bool) -> str:
    read = ", ".join(_sources(view.outcome.coverage)) or "nothing"
    parts = [
        f"No credentials found in {read}{amount and ': '}{amount}",
        _suppressed(view, hint=suppressed),
        _unread(view, hint=unread),
        _lives(view),
    ]
    verdict = f" {_verdict(view)}" if view.outcome.verdict.failed else ""
    return "; ".join(filter(None, parts)) + "." + verdict


def _sources(coverage: Coverage) -> list[str]:
    kinds: dict[str, int] = {}
    for source in coverage.sources:
        kinds[source.kind] = kinds.get(source.kind, 0) + 1
    return [_counted_source(kind, number) for kind, number in kinds.items()]


def _counted_source(kind: str, number: int) -> str:
    """How many sources of a kind; of what there is only one of, just its name."""
    one, many = _SOURCES.get(kind, (kind.replace("_", " "), ""))
    return one if kind in _SOURCES and not many else counted(number, one, many)


def _amounts(view: View) -> tuple[str, str, str, str]:
    """How much was read, from all that can be said to nothing."""
    sources = view.outcome.coverage.sources
    blobs = counted(sum(one.blobs for one in sources), "blob")
    if known := sum(one.known for one in sources):
        blobs = f"{blobs} read, {known:,} known"
    sized = f"{blobs}, {size(sum(one.bytes for one in sources))}"
    timed = f"{sized} in {duration(view.outcome.seconds)}" if view.outcome.seconds else sized
    return timed, sized, blobs, ""


def _unread(view: View, *, hint: bool) -> str:
    """`5 unread (3 missing objects; --show-unscanned)`; empty where everything was read."""
    entries = view.outcome.coverage.unscanned
    missing = sum(1 for entry in entries if entry.reason is Reason.MISSING and entry.path)  # without a path it is the target itself
    inside = [counted(missing, "missing object")] if missing else []
    if hint and not view.style.show_unscanned:
        inside.append("--show-unscanned")
    return f"{len(entries):,} unread" + (f" ({'; '.join(inside)})" if inside else "") if entries else ""


def _suppressed(view: View, *, hint: bool) -> str:
    accepted = _accepted(view)
    parts = [f"{len(view.suppressed):,} suppressed"] if view.suppressed or not (accepted or view.accepted) else []
    parts += [counted(accepted, "accepted place")] if accepted else []
    parts += [counted(len(view.accepted), "suppressed finding")] if view.accepted else []
    wanted = hint and (view.suppressed or accepted or view.accepted) and not view.style.show_suppressed
    return ", ".join(parts) + (" (--show-suppressed)" if wanted else "")


def _accepted(view: View) -> int:
    """Places that somebody accepted, of credentials that are open elsewhere."""
    return sum(1 for credential in view.open for one in credential.occurrences if one.suppression is not None)


def _lives(view: View) -> str:
    """`2 new, 5 open, 1 reopened, 3 resolved`; empty where no store knows."""
    counts = Counter(finding.life for finding in view.outcome.findings)
    return ", ".join(f"{counts[life]:,} {life}" for life in _LIVES if counts[life])


def _unread_rows(view: View, entries: Iterable[Unscanned]) -> Iterator[Line]:
    rows = list(entries)
    stop = 4 + max(len(entry.reason) for entry in rows) + 2
    for entry in rows:
        cells = [span(entry.reason, "yellow"), span(view.names.fit(entry.path, view.columns - stop), "bold")]
        yield from row(cells, [4, stop, min(stop + width(cells[1].text) + 2, stop + _DETAIL)], words(entry.detail, "dim"), view.columns)


def _target_rows(view: View, targets: Sequence[TargetState]) -> Iterator[Line]:
    names = [view.names.fit(target.name, view.columns // 2) for target in targets]
    second = 2 + min(max(map(width, names), default=0), view.columns // 2) + 2
    third = second + max((width(shown(target.state)) for target in targets), default=0) + 2
    for target, name in zip(targets, names, strict=True):
        cells = [span(name, "bold"), span(target.state, "yellow")]
        yield from row(cells, [2, second, third], words(target.why, "dim"), view.columns)


def _by_severity(found: Iterable[Credential | Finding]) -> list[tuple[Severity, int]]:
    counts = Counter(one.severity for one in found)
    return sorted(counts.items(), reverse=True)


def _verdict(view: View) -> str:
    verdict = view.outcome.verdict
    return f"Fails: --fail-on {verdict.fail_on}." if verdict.failed else "Passes."
