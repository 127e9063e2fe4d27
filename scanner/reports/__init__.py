"""Reports: pure functions from an outcome to text, and the one way in which a report becomes a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from scanner.model import Credential, Finding, Job, Outcome, Slot
from scanner.reports.files import write_report
from scanner.reports.style import Renderer, Style

__all__ = [
    "RENDERERS",
    "Renderer",
    "Style",
    "json_schema",
    "load_report",
    "render_credential_json",
    "render_explain",
    "render_where",
    "write_report",
    "write_schema",
]

_FORMATS = ("codequality", "csv", "github", "gitlab", "json", "jsonl", "junit", "markdown", "rdjson", "sarif", "text")
"""Each is a module here with a function `render`; imported on first use, so that nobody waits for a format that is not asked for."""


def _render(name: str, outcome: Outcome, style: Style) -> str:
    render: Renderer = import_module(f"{__name__}.{name}").render
    return render(outcome, style)


RENDERERS: Mapping[str, Renderer] = MappingProxyType({name: partial(_render, name) for name in _FORMATS})


def render_explain(credential: Credential, findings: Sequence[Finding], slots: Sequence[Slot], jobs: Sequence[Job], style: Style) -> str:
    """Everything there is to know about one credential, for people: what it is, where it is, what that means and what to do in which order."""
    from scanner.reports.explain import render  # noqa: PLC0415 - a report waits for no other

    return render(credential, findings, slots, jobs, style)


def render_where(credential: Credential | None, style: Style, slots: Sequence[Slot] = ()) -> str:
    """Every place of one credential, for people, one line each; one sentence where it is known nowhere."""
    from scanner.reports.where import render  # noqa: PLC0415 - as above

    return render(credential, style, slots)


def render_credential_json(
    credential: Credential | None, findings: Sequence[Finding] = (), slots: Sequence[Slot] = (), jobs: Sequence[Job] = ()
) -> str:
    """The same for machines (`keytrail.credential/1`), in the shapes of the report; `credential` is null where it is known nowhere."""
    from scanner.reports.json import render_credential  # noqa: PLC0415 - loads pydantic

    return render_credential(credential, findings, slots, jobs)


def load_report(text: str) -> Outcome:
    """The outcome behind a report of `--format json`. `UsageError` when it is none."""
    from scanner.reports.load import load  # noqa: PLC0415 - loads pydantic, which only readers of reports need

    return load(text)


def json_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of `--format json`."""
    from scanner.reports.schema import json_schema as make  # noqa: PLC0415 - loads pydantic, which a text report does not need

    return make()


def write_schema(path: Path) -> None:
    """`path` holds the schema as text, the same on every run. `OutputError` when it cannot be written."""
    from scanner.reports.schema import schema_text  # noqa: PLC0415 - as above

    write_report(schema_text(), path)
