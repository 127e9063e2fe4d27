"""Whose an export is, by its content alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.sources.ci_exports.content import content_of
from scanner.sources.ci_exports.systems import SYSTEMS
from tests.scanner.sources.ci_exports.exports import FIXTURES, filled, read

OTHERS = {"gh": "github", "glab": "gitlab", "production.auto.tfvars": "terraform", "release.env": "dotenv"}
"""Beginnings of names that are not those of their platforms."""
SHELLS = ("printenv", "fish", "ksh", "zsh")
ANYTHING = {"shell", "dotenv"}
"""What takes nearly every text that nobody else knows."""


def platform(fixture: str) -> str:
    head = fixture.partition("-")[0].removesuffix(".json").removesuffix(".txt")
    return "shell" if head in SHELLS else OTHERS.get(head, head)


@pytest.mark.parametrize("fixture", sorted(path.name for path in FIXTURES.iterdir()))
def test_every_export_is_recognised_as_what_it_is(tmp_path: Path, fixture: str) -> None:
    assert read(tmp_path, filled(fixture), fixture).platform == platform(fixture)


@pytest.mark.parametrize(
    "fixture", sorted(path.name for path in FIXTURES.iterdir() if platform(path.name) in {"jenkins", "teamcity", "terraform"})
)
def test_no_other_platform_takes_it_for_its_own(fixture: str) -> None:
    content = content_of(fixture, filled(fixture))

    assert {system.platform for system in SYSTEMS if system.recognise(content) is not None} - ANYTHING == {platform(fixture)}
