"""`--format markdown`: a page for the summary of a step, a comment or a mail.

The first line says how it ends, for people in a hurry; then a table with a line for each credential; then each one with its places, what is
wrong and what to do; then what was suppressed and what was not read. GitHub refuses a summary of more than 1 MiB: what would not fit is
counted. Names from input are code and never markup (`marked`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from scanner.model import Credential, Finding, Location, Occurrence, Outcome
from scanner.reports.entries import Wiring, steps_of, unread, wiring
from scanner.reports.marked import code, cut, prose
from scanner.reports.places import Tree, story_of, tree_of
from scanner.reports.style import Style
from scanner.reports.view import View, open_places, preview, view
from scanner.reports.words import counted, listed

ROOM = 900_000
"""Bytes of a page; a summary of GitHub has 1 MiB."""
_ROWS = 200
_PLACES, _EVERY = 10, 1_000
"""Places of a credential that are named, and how many lines of one kind there are with `--all-places` and its like."""
_LISTED = 20
"""Of each of the lists at the end."""
_NAME = 300
"""Characters of a name."""


def render(outcome: Outcome, style: Style) -> str:
    """A page of Markdown; a style says whether all places, what is suppressed and what was not read are listed."""
    seen = view(outcome, style)
    tree = tree_of(outcome.coverage)
    told, left = _fitting(_blocks(seen, tree))
    rest = [f"**{counted(left, 'more section')}** had no room here."] if left else []
    return "\n\n".join(("\n".join(_first(seen)), *told, *rest)) + "\n"


def _first(seen: View) -> Iterator[str]:
    """The verdict, with what it is about."""
    verdict = seen.outcome.verdict
    counts = Counter([*(one.severity for one in seen.open), *(one.severity for one in seen.loose)])
    found = listed([f"{counts[severity]:,} {severity.word}" for severity in sorted(counts, reverse=True)]) or "nothing found"
    parts = [found, f"{len(seen.suppressed) + len(seen.accepted):,} suppressed"]
    if unscanned := len(seen.outcome.coverage.unscanned):
        parts.append(f"**{unscanned:,} could not be read**")
    ends = f"**keytrail fails** ({code(f'--fail-on {verdict.fail_on}')})" if verdict.failed else "**keytrail passes**"
    yield f"{ends}: {'; '.join(parts)}."


def _blocks(seen: View, tree: Tree) -> Iterator[str]:
    """The sections of the page in the order of their worth."""
    wires = wiring(seen.outcome)
    if seen.open or seen.loose:
        yield "\n".join(_table(seen, wires, tree))
    for one in seen.open:
        yield "\n".join(_credential(seen, one, tree))
    for finding in seen.loose:
        yield "\n".join(_finding(finding, wires, tree))
    quiet = [*map(_suppressed, seen.suppressed), *(f"{_named(one)}: {_why(one)}" for one in seen.accepted)]
    entries = [prose(cut(sentence, 4 * _NAME)) for _, sentence in unread(seen.outcome)]
    targets = (one for one in seen.outcome.targets if one.state != "ok")
    yield from _list("Suppressed", quiet, seen.style.show_suppressed)
    yield from _list("Not read", entries, seen.style.show_unscanned)
    yield from _list("Targets", [prose(f"{one.name} {one.state}{one.why and ', '}{one.why}") for one in targets], whole=True)
    yield from _list("Notes", [prose(note) for note in dict.fromkeys(seen.outcome.coverage.notes)], whole=True)


def _table(seen: View, wires: Wiring, tree: Tree) -> Iterator[str]:
    yield from ("| severity | what | places | first of them | policies |", "| --- | --- | ---: | --- | --- |")
    for one in seen.open[:_ROWS]:
        places = open_places(one)
        where = _place(places[0], tree) if places else "–"
        policies = dict.fromkeys(finding.policy for finding in seen.findings.get(one.identified.id, ()))
        yield _row(f"{one.severity.word} {one.score}", _what(one), f"{len(places):,}", where, " ".join(map(prose, policies)) or "–")
    room = _ROWS - min(len(seen.open), _ROWS)
    for finding in seen.loose[:room]:
        at = wires.places(finding)
        where = _at(at[0], tree) if at else "–"
        yield _row(finding.severity.word, prose(finding.title), f"{len(at):,}", where, prose(finding.policy))
    if (left := len(seen.open) + len(seen.loose) - _ROWS) > 0:
        yield _row("", f"and {left:,} more", "", "", "")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _what(one: Credential) -> str:
    return f"{prose(one.identified.kind.title)} {code(preview(one.identified))}"


def _credential(seen: View, one: Credential, tree: Tree) -> Iterator[str]:
    findings = seen.findings.get(one.identified.id, ())
    places = open_places(one)
    yield from (f"### {one.severity.word} {one.score}: {_what(one)}", "")
    most = _EVERY if seen.style.all_places else _PLACES
    yield from (f"- {_place(place, tree)} in {prose(cut(story_of(place), 4 * _NAME))}" for place in places[:most])
    if len(places) > most:
        yield f"- and {counted(len(places) - most, 'more place')}"
    yield from _wrong(findings)
    yield from _to_do(steps_of(one, findings))


def _finding(finding: Finding, wires: Wiring, tree: Tree) -> Iterator[str]:
    yield from (f"### {finding.severity.word}: {_named(finding)}", "", prose(finding.message))
    places = wires.places(finding)
    if places:
        yield ""
        yield from (f"- {_at(place, tree)}" for place in places[:_PLACES])
        if len(places) > _PLACES:
            yield f"- and {counted(len(places) - _PLACES, 'more place')}"
    yield from _to_do(tuple(filter(None, (finding.remediation.strip().removesuffix("."),))))


def _place(one: Occurrence, tree: Tree) -> str:
    return _at(Location(one.container, one.path, one.spot.line), tree)


def _at(place: Location, tree: Tree) -> str:
    line = f":{place.line}" if place.line else ""
    return code(cut(tree.path(place.container, place.path), _NAME) + line)


def _wrong(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        yield ""
        for finding in findings[:_LISTED]:
            yield f"- **{prose(finding.policy)}** {finding.severity.word}: {prose(finding.title)}. {prose(finding.message)}"
        if len(findings) > _LISTED:
            yield f"- and {counted(len(findings) - _LISTED, 'more finding')}"


def _to_do(steps: Sequence[str]) -> Iterator[str]:
    if steps:
        yield from ("", "What to do:", "", *(f"{number}. {prose(step)}" for number, step in enumerate(steps, 1)))


def _suppressed(one: Credential) -> str:
    why = one.suppression
    return f"{_what(one)}, {counted(len(one.occurrences), 'place')}: {prose(f'{why.by}: {why.reason}') if why else '–'}"


def _named(finding: Finding) -> str:
    return f"{prose(finding.policy)} {prose(finding.title)}"


def _why(finding: Finding) -> str:
    return prose(f"{finding.suppression.by}: {finding.suppression.reason}") if finding.suppression else "–"


def _list(title: str, items: Sequence[str], whole: bool) -> Iterator[str]:
    """A section with the first few of `items`, or with as many as anybody reads."""
    if items:
        most = _EVERY if whole else _LISTED
        more = [f"- and {len(items) - most:,} more"] if len(items) > most else []
        yield "\n".join((f"### {title}", "", *(f"- {item}" for item in items[:most]), *more))


def _fitting(blocks: Iterable[str]) -> tuple[list[str], int]:
    """The blocks that fit on a page, and how many do not; a long one in the middle does not keep out the short ones after it."""
    told: list[str] = []
    room, left = ROOM, 0
    for block in blocks:
        size = len(block.encode()) + 2
        if size <= room:
            told.append(block)
            room -= size
        else:
            left += 1
    return told, left
