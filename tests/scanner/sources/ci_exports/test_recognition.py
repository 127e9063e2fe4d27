"""Every export is told from its content, and by one system alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.sources.ci_exports.content import content_of
from scanner.sources.ci_exports.systems import SYSTEMS
from tests.scanner.sources.ci_exports.exports import FIXTURES, filled, read

LATE = frozenset({"dotenv", "shell"})
"""Take nearly every text, and are asked last."""
OTHERS = {
    "fish.txt": "shell",
    "ksh.txt": "shell",
    "printenv.txt": "shell",
    "zsh.txt": "shell",
    "glab-export-env.txt": "gitlab",
    "glab-export.txt": "gitlab",
    "gh-variable-list.json": "github",
    "helm-release.json": "kubernetes",
    "release.env": "dotenv",
    "values-prod.yaml": "helm",
}
"""Fixtures that are not called by their platform."""
ALSO = {"gcp-run.json": {"kubernetes"}}
"""Cloud Run speaks Kubernetes' language, and is asked first."""


def platform_of(fixture: str) -> str:
    return OTHERS.get(fixture, fixture.partition("-")[0].partition(".")[0])


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_export_is_recognised_as_what_it_is(tmp_path: Path, fixture: str) -> None:
    assert read(tmp_path, filled(fixture), fixture).platform == platform_of(fixture)


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_export_is_recognised_by_one_system_alone(fixture: str) -> None:
    content = content_of(fixture, filled(fixture))
    if content.announced is not None:
        return

    found = {system.platform for system in SYSTEMS if system.platform not in LATE and system.recognise(content) is not None}

    assert found == {platform_of(fixture)} - LATE | ALSO.get(fixture, set())
