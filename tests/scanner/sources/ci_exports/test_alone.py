"""No export is told by two systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.sources.ci_exports.content import content_of
from scanner.sources.ci_exports.systems import SYSTEMS
from tests.scanner.sources.ci_exports.exports import FIXTURES, filled, read
from tests.support import tokens

LATE = frozenset({"dotenv", "shell"})
"""Take nearly every text, and are asked last."""
OTHERS = {
    **dict.fromkeys(("fish.txt", "ksh.txt", "printenv.txt", "zsh.txt"), "shell"),
    **dict.fromkeys(("glab-export-env.txt", "glab-export.txt"), "gitlab"),
    "gh-variable-list.json": "github",
    "production.auto.tfvars": "terraform",
    "release.env": "dotenv",
}
"""Fixtures that are not called by their platform."""
ALSO = {"gcp-run.json": {"kubernetes"}}
"""Cloud Run speaks Kubernetes' language, and is asked first."""


def platform_of(fixture: str) -> str:
    return OTHERS.get(fixture, fixture.partition("-")[0].partition(".")[0])


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_export_is_recognised_by_one_system_alone(fixture: str) -> None:
    content = content_of(fixture, filled(fixture))
    if content.announced is not None:
        return

    found = {system.platform for system in SYSTEMS if system.platform not in LATE and system.recognise(content) is not None}

    assert found == {platform_of(fixture)} - LATE | ALSO.get(fixture, set())


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_no_value_is_in_what_is_shown_of_an_export(tmp_path: Path, fixture: str) -> None:
    shown = repr(read(tmp_path, filled(fixture), fixture))

    assert [token for number in range(1, 9) for token in (tokens.npm(number)[4:12], tokens.ghp(number)[4:12]) if token in shown] == []
