"""What exports hold in cipher is met again where it lies open: one credential, its slots filled, and no piece of it in what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scanner.sources.ci_exports.exports import filled
from tests.scanner.sources.ci_exports.jenkins_home import Home, credential, store
from tests.scanner.sources.ci_exports.test_teamcity import document, scrambled
from tests.support import tokens
from tests.support.command import keytrail

TOKEN = tokens.npm(1)
EXPORTS = ("jenkins/credentials.xml", "project.xml", "terraform.tfstate")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = Home(tmp_path / "jenkins")
    home.write_keys()
    secret = home.secret(TOKEN.encode())
    kind = "org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl"
    (tmp_path / "jenkins" / "credentials.xml").write_bytes(store(credential(kind, "npm-publish", {"secret": secret})))
    parameter = f'<parameters><param name="env.NPM_TOKEN" value="{scrambled(TOKEN.encode())}" spec="password"/></parameters>'
    (tmp_path / "project.xml").write_bytes(document("project", parameter))
    (tmp_path / "terraform.tfstate").write_bytes(filled("terraform-state.json"))
    return tmp_path


def test_one_credential_fills_the_slots_of_all_exports(folder: Path) -> None:
    exports = [option for name in EXPORTS for option in ("--ci-export", name)]

    run = keytrail("scan", *exports, "--format", "json", "--fail-on", "none", cwd=folder)

    report = json.loads(run.stdout)
    (found,) = report["credentials"]
    assert {slot["name"]: slot["credentials"] for slot in report["slots"]} == {
        "npm-publish": [found["id"]],
        "env.NPM_TOKEN": [found["id"]],
        "stage": [],
        "NPM_TOKEN": [found["id"]],
    }
    assert sorted(place["encoding"] for place in found["occurrences"]) == [[], ["scrambled"], ["scrambled"]]
    assert [TOKEN[at : at + 8] for at in range(4, len(TOKEN) - 8) if TOKEN[at : at + 8] in run.stdout + run.stderr] == []
