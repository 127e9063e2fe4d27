"""What of pipelines is not read by meaning is said, and still read as text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

TOKEN = tokens.npm(71)
WORKFLOW = ".github/workflows/ci.yml"


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"jobs: [\n# {TOKEN}\n", "malformed"),
        (f"# {TOKEN}\n" + "# padding\n" * 120_000, "too-large"),
        (f"a: {'[' * 100}\n# {TOKEN}\n", "too-deep"),
    ],
    ids=["malformed", "too large", "too deep"],
)
def test_a_definition_that_cannot_be_read_is_said_and_its_credential_found(tmp_path: Path, text: str, reason: str, bare: bool) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({WORKFLOW: text})
    target = "web"
    if bare:
        repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        target = "bare.git"
    report = json.loads(keytrail("scan", target, "--format", "json", cwd=tmp_path).stdout)
    assert [(one["path"], one["reason"]) for one in report["coverage"]["unscanned"]] == [(WORKFLOW, reason)]
    assert [one["kind"] for one in report["credentials"]] == ["npm-token"]
