"""The hook under the real pre-commit: a commit is refused, and accepted when the token is gone or allowed.

pre-commit would install the hook from the network; so the tests have it run the keytrail that is being tested (`language: system`).
Everything else is as users have it: the manifest, the configuration, the hook in the repository, and `git commit`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import environment
from tests.support.repos import AUTHOR, Repo

ROOT = Path(__file__).parent.parent
MANIFEST = ".pre-commit-hooks.yaml"
TOKEN = tokens.npm(21)
KEYTRAIL = f'#!/bin/sh\nexec {sys.executable} -c \'import sys; from scanner.cli import main; sys.argv[0] = "keytrail"; main()\' "$@"\n'


class User:
    """Somebody with a repository in which pre-commit is installed."""

    def __init__(self, folder: Path, arguments: str = "[]") -> None:
        self.home = folder / "home"
        self.repo = Repo(folder / "web")
        (folder / "bin").mkdir(parents=True)
        self.home.mkdir()
        script = folder / "bin" / "keytrail"
        script.write_text(KEYTRAIL)
        script.chmod(0o755)
        self._path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        hooks = Repo(folder / "hooks")
        oid = hooks.commit({MANIFEST: (ROOT / MANIFEST).read_text()})
        (self.repo.path / ".pre-commit-config.yaml").write_text(
            f"repos:\n  - repo: {hooks.path}\n    rev: {oid}\n    hooks:\n"
            f"      - id: keytrail\n        language: system\n        args: {arguments}\n"
            "      - id: keytrail-push\n        language: system\n"
        )
        self.repo.git("add", ".pre-commit-config.yaml")
        self._run("-m", "pre_commit", "install", "--hook-type", "pre-commit", "--hook-type", "pre-push")

    def commit(self, files: Mapping[str, str]) -> tuple[int, str]:
        """What `git commit` ends with and says, after the files were written and added."""
        for name, text in files.items():
            (self.repo.path / name).write_text(text)
            self.repo.git("add", name)
        done = subprocess.run(
            ["git", "commit", "-m", "change"], cwd=self.repo.path, env=self._environment(), capture_output=True, check=False
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    def push(self, server: Repo) -> tuple[int, str]:
        """The same of `git push` of the branch."""
        done = subprocess.run(
            ["git", "push", str(server.path), "main"], cwd=self.repo.path, env=self._environment(), capture_output=True, check=False
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    def _run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=self.repo.path, env=self._environment(), check=True, capture_output=True)

    def _environment(self) -> dict[str, str]:
        name, _, mail = AUTHOR.removesuffix(">").partition(" <")
        person = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (("NAME", name), ("EMAIL", mail))}
        shared = {"PRE_COMMIT_HOME": str(self.home / "pre-commit"), "PATH": self._path, "GIT_CONFIG_GLOBAL": os.devnull}
        return {**environment(self.home, {**person, **shared}), "PYTHONWARNINGS": "default"}


pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def test_a_commit_is_refused_and_accepted_once_the_token_is_gone(tmp_path: Path) -> None:
    user = User(tmp_path)
    code, said = user.commit({"config.ini": f"token = {TOKEN}\n"})
    assert code == 1
    assert "keytrail gate" in said
    assert "config.ini:1" in said
    assert TOKEN not in said
    code, said = user.commit({"config.ini": "token = ${NPM_TOKEN}\n"})
    assert (code, "Passed" in said) == (0, True)


def test_a_marker_lets_the_commit_pass(tmp_path: Path) -> None:
    code, said = User(tmp_path).commit({"config.ini": f"token = {TOKEN}  # keytrail:allow an example\n"})
    assert (code, "Passed" in said) == (0, True)


def test_a_baseline_lets_what_is_known_pass(tmp_path: Path) -> None:
    user = User(tmp_path, "[--baseline, .keytrail-baseline.toml]")
    user.repo.commit({"config.ini": f"token = {TOKEN}\n"})
    user._run("-c", "import sys; from scanner.cli import main; sys.argv[1:] = ['baseline', 'create']; main()")  # noqa: SLF001 - as this user
    assert user.commit({".keytrail-baseline.toml": (user.repo.path / ".keytrail-baseline.toml").read_text()})[0] == 0
    assert user.commit({"config.ini": f"\n\ntoken = {TOKEN}\n"})[0] == 0
    assert user.commit({"elsewhere.ini": f"token = {TOKEN}\n"})[0] == 1


def test_a_push_is_refused_for_what_no_commit_hook_saw(tmp_path: Path) -> None:
    user, server = User(tmp_path), Repo(tmp_path / "server.git", bare=True)
    user.repo.commit({"a.txt": "a\n"})
    assert user.push(server)[0] == 0
    user.repo.commit({"b.txt": "b\n"}, message=f"for {TOKEN}")
    code, said = user.push(server)
    assert (code, "keytrail gate (push)" in said, "npm token" in said, TOKEN in said) == (1, True, True, False)
    user.repo.git("commit", "--quiet", "--amend", "--no-verify", "--message=for nobody")
    code, said = user.push(server)
    assert (code, "Passed" in said) == (0, True)
