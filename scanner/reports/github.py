"""`--format github`: workflow commands for the log of a GitHub Actions step, which become annotations of the files of a change.

One annotation for a credential and file, and one for each finding that no place shows, the worst first. GitHub shows ten errors, ten warnings
and ten notices of a step, and drops the rest without a word: no more are written, and the last line says how many there are. That line is no
command, and no other line is anything else. The escapes of messages and of properties are those of GitHub's own toolkit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from scanner.model import Outcome, Severity
from scanner.reports.entries import Entry, by_file, unread
from scanner.reports.escape import shown
from scanner.reports.marked import cut
from scanner.reports.places import Tree, is_file, tree_of
from scanner.reports.style import Style
from scanner.reports.words import counted, listed

SHOWN = 10
"""Annotations of one level that GitHub shows of a step."""
_LEVELS: Mapping[Severity, str] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}
_ORDER = ("error", "warning", "notice")
_STEPS = 3
"""Things to do that an annotation names."""
_TITLE = 200
"""Characters of a title."""
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(outcome: Outcome, _style: Style) -> str:
    """Commands, a line each, and one line for people; a style changes nothing in it."""
    tree = tree_of(outcome.coverage)
    entries = sorted(by_file(outcome, tree), key=lambda entry: -entry.severity)
    lines = list(_unread(outcome))
    room = {level: SHOWN - (len(lines) if level == "warning" else 0) for level in _ORDER}
    counts: Counter[str] = Counter()
    for entry in entries:
        level = _LEVELS[entry.severity]
        counts[level] += 1
        if counts[level] <= room[level]:
            lines.append(_annotation(entry, level, tree))
    return "".join(f"{line}\n" for line in (*lines, _last(outcome, counts, room)))


def _annotation(entry: Entry, level: str, tree: Tree) -> str:
    steps = (f"{number}. {shown(step)}" for number, step in enumerate(entry.steps[:_STEPS], 1))
    properties = {"title": cut(shown(f"{entry.title} ({entry.policy})" if entry.title else entry.policy), _TITLE)}
    if entry.at is not None and is_file(entry.at):
        place: dict[str, str] = {"file": tree.file(entry.at.container, entry.at.path)}
        if entry.line:
            place["line"] = str(entry.line)
            place |= {"col": str(entry.at.column)} if entry.at.column else {}
        properties = place | properties
    return _command(level, properties, "\n".join((entry.sentence, *steps)))


def _unread(outcome: Outcome) -> Iterator[str]:
    """One annotation for all that was not read."""
    entries = unread(outcome)
    if entries:
        more = f", and {len(entries) - 1:,} more" if len(entries) > 1 else ""
        yield _command("warning", {"title": "Not everything could be read"}, f"{entries[0][1]}{more}")


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    told = ",".join(f"{name}={text.translate(_PROPERTY)}" for name, text in properties.items())
    return f"::{level} {told}::{message.translate(_DATA)}"


def _last(outcome: Outcome, counts: Mapping[str, int], room: Mapping[str, int]) -> str:
    """How many there are, how many of them are not shown, and the verdict; nothing in it comes from input."""
    found = [counted(counts[level], level) for level in _ORDER if counts[level]]
    left = [counted(counts[level] - room[level], f"more {level}") for level in _ORDER if counts[level] > room[level]]
    rest = f"; {listed(left)} not shown here" if left else ""
    verdict = "Fails." if outcome.verdict.failed else "Passes."
    return f"keytrail: {listed(found) or 'nothing found'}{rest}. {verdict}"
