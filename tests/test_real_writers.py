"""Homes that the tools themselves have written: every place is named as its tool means it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support import gpg, tokens
from tests.support.command import environment, keytrail
from tests.support.keys import PASSPHRASE

TOKEN, OTHER = tokens.ghp(31), tokens.npm(31)
ACCOUNT = "ada"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def run(home: Path, *command: str, stdin: str = "", env: Mapping[str, str] | None = None) -> None:
    """Lets a tool write into the home; skips where there is no such tool."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]}")
    done = subprocess.run(
        command, input=stdin, cwd=home, env=environment(home, env), capture_output=True, text=True, check=False, start_new_session=True
    )
    assert done.returncode == 0, done.stderr


def occurrences(home: Path) -> list[dict[str, Any]]:
    """Every place of every credential in the home."""
    report = json.loads(keytrail("scan", "--home", str(home), "--format", "json", cwd=home.parent).stdout)
    return [{**place, "kind": one["kind"], "credential": one["id"]} for one in report["credentials"] for place in one["occurrences"]]


def told(home: Path, *facts: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(place[fact] for fact in facts) for place in occurrences(home))


def test_npm(home: Path) -> None:
    run(
        home, "npm", "config", "set", "--location=user", f"//npm.corp.test/:_authToken={OTHER}", env={"npm_config_update_notifier": "false"}
    )
    assert told(home, "path", "field", "service", "tool") == [(".npmrc", "_authToken", "npm.corp.test", "npm")]


def test_git_credential_store(home: Path) -> None:
    asked = f"protocol=https\nhost=git.corp.test\nusername={ACCOUNT}\npassword={TOKEN}\n\n"
    run(home, "git", "credential-store", "store", stdin=asked)
    assert told(home, "path", "service", "account", "tool") == [(".git-credentials", "git.corp.test", ACCOUNT, "git")]


def test_git_config(home: Path) -> None:
    run(home, "git", "config", "--global", f"url.https://{TOKEN}@git.corp.test/.insteadOf", "https://git.corp.test/")
    run(home, "git", "config", "--global", "http.https://git.corp.test/.extraHeader", f"Authorization: Bearer {TOKEN}")
    assert told(home, "path", "service") == [(".gitconfig", "git.corp.test")] * 2


def test_pip(home: Path) -> None:
    pip = ("python3", "-m", "pip")
    if subprocess.run((*pip, "--version"), capture_output=True, check=False).returncode:
        pytest.skip("there is no pip")
    address = f"https://{ACCOUNT}:{TOKEN}@pypi.corp.test/simple"
    run(home, *pip, "config", "--user", "set", "global.index-url", address, env={"PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    assert told(home, "field", "service", "account") == [("index-url", "pypi.corp.test", ACCOUNT)]


@pytest.mark.parametrize(
    ("asked", "user", "secret", "service"),
    [
        ("npm.corp.test", ACCOUNT, OTHER, "npm.corp.test"),
        ("https://pypi.corp.test:8443/legacy/", "__token__", tokens.pypi(31), "pypi.corp.test:8443"),
        ("poetry-repository-corp", "ada@corp.test", tokens.base62(31, 20), None),
    ],
)
def test_keyring(home: Path, asked: str, user: str, secret: str, service: str | None) -> None:
    backend = "keyrings.alt.file.PlaintextKeyring"
    run(home, sys.executable, "-m", "keyring", "-b", backend, "set", asked, user, stdin=f"{secret}\n", env={"PYTHONWARNINGS": "ignore"})
    path = ".local/share/python_keyring/keyring_pass.cfg"
    expected = (path, 3, service, user, "keyring", user, [asked, user], ["base64"])
    assert told(home, "path", "line", "service", "account", "tool", "field", "field_path", "encoding") == [expected]


def test_kubectl(home: Path) -> None:
    run(home, "kubectl", "config", "set-credentials", ACCOUNT, f"--token={TOKEN}")
    run(home, "kubectl", "config", "set-cluster", "live", "--server=https://k8s.corp.test:6443")
    run(home, "kubectl", "config", "set-context", "one", "--cluster=live", f"--user={ACCOUNT}")
    assert told(home, "path", "field", "service", "account") == [(".kube/config", "token", "k8s.corp.test:6443", ACCOUNT)]


def test_ssh_keygen_leaves_no_public_half_that_counts(home: Path) -> None:
    (home / ".ssh").mkdir(mode=0o700)
    run(home, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ".ssh/id_ed25519")
    assert told(home, "path", "zone") == [(".ssh/id_ed25519", "workstation_keystore")]


def test_gpg_keeps_a_key_and_its_export_is_the_same_one(home: Path) -> None:
    store = home / ".gnupg" / "private-keys-v1.d"
    with gpg.home() as keyring:
        keyring.make("ada@corp.test", "ed25519", PASSPHRASE)
        shutil.copytree(keyring.path / "private-keys-v1.d", store)
        (home / ".gnupg" / "export.asc").write_text(keyring.armored("ada@corp.test", PASSPHRASE))
    found = occurrences(home)
    assert sorted(Path(place["path"]).suffix for place in found) == [".asc", ".key"]
    assert len({place["credential"] for place in found}) == 1


@pytest.mark.parametrize(
    ("shell", "variable", "history"),
    [("bash", "HISTFILE", ".bash_history"), ("zsh", "HISTFILE", ".zsh_history"), ("ksh93", "HISTFILE", ".sh_history")],
)
def test_histories_of_shells(home: Path, shell: str, variable: str, history: str) -> None:
    typed = f": naïve --token {TOKEN}\nexit\n"
    save = {"zsh": "SAVEHIST=9; HISTSIZE=9; setopt INC_APPEND_HISTORY\n"}.get(shell, "")
    run(home, shell, "-i", stdin=save + typed, env={variable: str(home / history), "TERM": "dumb", "ENV": "", "LC_ALL": "C.UTF-8"})
    assert told(home, "path", "kind") == [(history, "github-pat-classic")]


def test_fish(home: Path) -> None:
    run(home, "fish", "--command", f"set -Ux NPM_TOKEN {OTHER}", env={"TERM": "dumb"})
    assert [place[:2] for place in told(home, "field", "kind")] == [("NPM_TOKEN", "npm-token")]


def test_the_command_itself_left_nothing_in_the_home(home: Path) -> None:
    assert occurrences(home) == []
    assert not any(home.iterdir())
