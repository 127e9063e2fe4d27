"""`--format jsonl`: the JSON report with one object a line, for whoever reads a long one as a stream.

The first line has the tool, the coverage, the verdict and the targets; each line after it one credential, slot, job or finding. All have the
shapes and the order of `--format json`, and a `type`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from scanner.model import Outcome
from scanner.reports.escape import inert_json
from scanner.reports.json import report
from scanner.reports.style import Style

SCHEMA = "keytrail.lines/1"
_LISTS = {"credentials": "credential", "slots": "slot", "jobs": "job", "findings": "finding"}
"""What has lines of its own, and their type."""


def render(outcome: Outcome, _style: Style) -> str:
    """JSON Lines, always valid UTF-8 and safe to print; a style changes nothing in it."""
    return "".join(f"{inert_json(line)}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    whole = report(outcome)
    yield _line(f'"report","schema":"{SCHEMA}"', whole, exclude={"schema_", *_LISTS})
    for name, kind in _LISTS.items():
        yield from (_line(f'"{kind}"', one) for one in getattr(whole, name))


def _line(kind: str, one: BaseModel, exclude: set[str] | None = None) -> str:
    return f'{{"type":{kind},{one.model_dump_json(by_alias=True, exclude=exclude)[1:]}'
