"""Reports: pure functions from an outcome to text, and the one way in which a report becomes a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from scanner.model import Outcome
from scanner.reports.files import write_report
from scanner.reports.style import Renderer, Style

__all__ = ["RENDERERS", "Renderer", "Style", "json_schema", "write_report", "write_schema"]

_FORMATS = ("json", "text")
"""Each is a module here with a function `render`; imported on first use, so that nobody waits for a format that is not asked for."""


def _render(name: str, outcome: Outcome, style: Style) -> str:
    render: Renderer = import_module(f"{__name__}.{name}").render
    return render(outcome, style)


RENDERERS: Mapping[str, Renderer] = MappingProxyType({name: partial(_render, name) for name in _FORMATS})


def json_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of `--format json`."""
    from scanner.reports.schema import json_schema as make  # noqa: PLC0415 - loads pydantic, which a text report does not need

    return make()


def write_schema(path: Path) -> None:
    """`path` holds the schema as text, the same on every run. `OutputError` when it cannot be written."""
    from scanner.reports.schema import schema_text  # noqa: PLC0415 - as above

    write_report(schema_text(), path)
