"""The report for people: one block a credential, worst first, then what else is wrong, then how it ends."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.model import Outcome
from scanner.reports.layout import Line, flow, paint, words
from scanner.reports.style import Style
from scanner.reports.text_summary import closing, header, note_lines, nothing_found, target_lines, unread_line, unread_list
from scanner.reports.view import View, view
from scanner.reports.words import counted

Section = list[Line]


def render(outcome: Outcome, style: Style) -> str:
    """The outcome in words. A run without findings is one line, after what was asked to be shown."""
    seen = view(outcome, style)
    sections = list(_sections(seen))
    lines = [line for n, section in enumerate(sections) for line in ([(), *section] if n else section)]
    return paint(lines, style)


def _sections(seen: View) -> Iterator[Section]:
    """What stands apart by an empty line."""
    found = bool(seen.open or seen.loose)
    yield from _before(seen, found=found)
    if found:
        yield from _blocks(seen)
    if seen.style.show_suppressed and seen.suppressed:
        yield _suppressed(seen)
    if seen.style.show_suppressed and seen.accepted:
        yield _accepted(seen)
    if seen.style.show_unscanned and not seen.outcome.coverage.complete:
        yield unread_list(seen)
    if last := _ending(seen, found=found):
        yield last


def _blocks(seen: View) -> Iterator[Section]:
    """What was found."""
    from scanner.reports.text_credential import block  # noqa: PLC0415 - most changes bring nothing, and are told of sooner without
    from scanner.reports.text_finding import finding_block  # noqa: PLC0415 - as above

    yield from (block(seen, credential) for credential in seen.open)
    yield from (finding_block(seen, finding) for finding in seen.loose)


def _before(seen: View, *, found: bool) -> Iterator[Section]:
    """What stands above the credentials; `quiet` keeps of it that a target failed."""
    quiet = seen.style.quiet
    top = header(seen) if found and not quiet else []
    if not quiet or any(target.state == "failed" for target in seen.outcome.targets):
        top += target_lines(seen)
    if top:
        yield top
    if seen.style.first and not quiet:
        from scanner.reports.text_first import first_lines  # noqa: PLC0415 - as above

        yield from filter(None, (first_lines(seen),))


def _suppressed(seen: View) -> Section:
    from scanner.reports.text_credential import suppressed_block  # noqa: PLC0415 - as above

    lines = flow(words(f"{len(seen.suppressed):,} suppressed:"), seen.columns)
    return lines + [line for credential in seen.suppressed for line in suppressed_block(seen, credential)]


def _accepted(seen: View) -> Section:
    """The findings that exceptions accept, a line each, with the reason."""
    lines = flow(words(f"{counted(len(seen.accepted), 'suppressed finding')}:"), seen.columns)
    for one in seen.accepted:
        why = "" if one.suppression is None else one.suppression.reason
        lines += flow(words(f"{one.policy} {one.message} Accepted: {why}."), seen.columns, 2, 4)
    return lines


def _ending(seen: View, *, found: bool) -> Section:
    """The last lines. `quiet` keeps of them what is a result: that nothing was found, and that something was not read."""
    if seen.style.quiet:
        return unread_line(seen) if found else nothing_found(seen)
    return [*note_lines(seen), *(closing(seen) if found else nothing_found(seen))]
