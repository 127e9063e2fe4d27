"""What a whole run says about eight small worlds, one boundary each, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import keys
from tests.support.command import keytrail
from tests.support.repos import Repo
from tests.support.templates import expand

WORKFLOW = ".github/workflows/release.yml"
ON_TAGS = 'on:\n  push: {tags: ["v*"]}\n'
PINNED = "e89d40939c28e39f97cf32126055eeae86ba74ec"
LINE = "//<registry of=npm>/:_authToken=<npm:1>\n"


def said(folder: Path, *more: str) -> list[dict[str, Any]]:
    """The findings about the repository `web` below a folder."""
    run = keytrail("scan", "web", "--format", "json", "--as-of", "2024-01-08", *more, cwd=folder)
    assert run.code in {0, 1}, run.stderr
    findings: list[dict[str, Any]] = json.loads(run.stdout)["findings"]
    return findings


def policies(findings: list[dict[str, Any]]) -> set[str]:
    return {one["policy"] for one in findings}


def repository(folder: Path, *commits: dict[str, str]) -> None:
    repo = Repo(folder / "web")
    for files in commits:
        repo.commit({path: expand(text) for path, text in files.items()})


def test_a_token_that_was_deleted_and_is_still_in_a_dotfile_was_never_rotated(tmp_path: Path) -> None:
    repository(tmp_path, {".npmrc": LINE}, {".npmrc": "//<registry of=npm>/:_authToken=${NPM_TOKEN}\n"})
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".npmrc").write_bytes(expand(LINE))
    (tmp_path / "home" / ".npmrc").chmod(0o600)
    assert policies(said(tmp_path, "--home", "home")) == {"TB201", "TB301", "TB701"}


def test_a_token_of_a_whole_workflow_is_in_the_job_that_tests(tmp_path: Path) -> None:
    workflow = """
env:
  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm ci && npm test
  publish:
    needs: test
    runs-on: ubuntu-latest
    environment: npm
    steps:
      - run: npm publish --ignore-scripts
"""
    repository(tmp_path, {WORKFLOW: ON_TAGS + workflow.lstrip()})
    found = said(tmp_path)
    assert policies(found) >= {"TB101", "TB103", "TB401"}


def test_only_a_token_that_says_so_opens_the_whole_account(tmp_path: Path) -> None:
    repository(tmp_path, {"project.env": "PYPI_TOKEN=<pypi:1 projects=web>\n", "account.env": "PYPI_TOKEN=<pypi:2 user=yes>\n"})
    found = [one for one in said(tmp_path) if one["policy"] == "TB402"]
    assert [[place["path"] for place in one["locations"]] for one in found] == [["account.env"]]


def test_what_inherits_all_secrets_decides_how_bad_that_is(tmp_path: Path) -> None:
    callers = f"""
jobs:
  publish:
    uses: ./.github/workflows/publish.yml
    secrets: inherit
  test:
    uses: acme-tools/workflows/.github/workflows/test.yml@{PINNED}
    secrets: inherit
"""
    callee = """
on: workflow_call
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: npm
    steps:
      - run: npm publish --ignore-scripts
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""
    repository(tmp_path, {WORKFLOW: ON_TAGS + callers.lstrip(), ".github/workflows/publish.yml": callee.lstrip()})
    found = {one["locations"][0]["line"]: one["severity"] for one in said(tmp_path) if one["policy"] == "TB603"}
    assert found == {5: "medium", 8: "high"}


def test_an_encrypted_key_is_in_the_repository_that_trusts_its_public_half(tmp_path: Path) -> None:
    public: bytes = keys.key("ed25519", 0).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    repository(
        tmp_path,
        {"keys/release": "<pem:ed25519:encrypted-openssh>\n", "allowed_signers": f"release@example.org {public.decode()}\n"},
    )
    (found,) = (one for one in said(tmp_path) if one["policy"] == "TB501")
    assert (found["severity"], found["locations"][0]["path"]) == ("high", "keys/release")


def test_a_gated_job_that_publishes_with_an_identity_token_crosses_nothing(tmp_path: Path) -> None:
    workflow = f"""
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@{PINNED}
        with: {{persist-credentials: false}}
      - run: python -m build
      - uses: actions/upload-artifact@{PINNED}
        with: {{name: dist, path: dist}}
  publish:
    needs: build
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: actions/download-artifact@{PINNED}
        with: {{name: dist, path: dist}}
      - uses: pypa/gh-action-pypi-publish@{PINNED}
"""
    repository(tmp_path, {WORKFLOW: ON_TAGS + "permissions: {}\n" + workflow.lstrip()})
    found = said(tmp_path)
    assert [one for one in found if one["severity"] not in {"low", "info"}] == []
    assert [name for name in policies(found) if name.startswith(("TB1", "TB3", "TB4")) or name == "TB601"] == []


def test_an_expired_token_in_a_log_was_only_left_behind(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "A library.\n"})
    (tmp_path / "publish.log").write_bytes(expand("Uploading web-1.0.0.tar.gz\nusing <trusted:1 expires=1700000000>\n"))
    assert policies(said(tmp_path, "--ci-log", "publish.log")) == {"TB306"}


def test_a_rehearsal_publishes_nothing(tmp_path: Path) -> None:
    workflow = """
jobs:
  rehearse:
    runs-on: ubuntu-latest
    steps:
      - run: npm publish --dry-run
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
"""
    repository(tmp_path, {WORKFLOW: ON_TAGS + workflow.lstrip()})
    assert [name for name in policies(said(tmp_path)) if name.startswith("TB4")] == []
