from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanner import reports
from scanner.reports import RENDERERS, Style
from tests.scanner.reports.outcomes import story

ROOT = Path(__file__).parents[3]


def test_the_public_names_are_these() -> None:
    assert reports.__all__ == [
        *("RENDERERS", "Renderer", "Style", "json_schema", "load_report", "render_credential_json", "render_explain", "render_where"),
        *("write_report", "write_schema"),
    ]


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_a_renderer_is_a_pure_function(name: str) -> None:
    assert RENDERERS[name](story(), Style()) == RENDERERS[name](story(), Style())


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_a_report_ends_with_one_newline(name: str) -> None:
    made = RENDERERS[name](story(), Style())
    assert (made[-1], made[-2].isspace()) == ("\n", False)


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("import scanner.reports", {"pydantic", "rich"}),
        ("import scanner.reports.text", {"pydantic", "rich"}),
        ("import scanner.reports.json", {"rich"}),
        ("import scanner.reports.jsonl", {"rich"}),
        *((f"import scanner.reports.{name}", {"pydantic", "rich"}) for name in sorted(RENDERERS.keys() - {"json", "jsonl", "text"})),
        ("import scanner.reports.explain", {"pydantic", "rich"}),
    ],
)
def test_nobody_waits_for_a_package_that_the_report_does_not_need(code: str, packages: set[str]) -> None:
    asked = f"{code}; import sys; print(*sorted({packages!r} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout.split() == []
