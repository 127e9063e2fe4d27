"""A small world with one story in it: an npm token in seven places and a signing key in two formats.

Everything is made afresh in a folder that the caller gives: two repositories, a home and an export of CI variables.
"""

from __future__ import annotations

import base64
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scanner import hosts
from tests.support import tokens
from tests.support.repos import Repo

NPM_PLACES = 7
KEY_PLACES = 2


@dataclass(frozen=True, slots=True)
class Story:
    """Where the world is, and the values that no output may hold."""

    root: Path
    token: str
    pkcs1: str

    def arguments(self) -> list[str]:
        """What `keytrail scan` is given, relative to `root`."""
        return ["web", "infra", "--home", "home", "--ci-export", "gitlab-project:variables.json"]

    def pieces(self) -> list[str]:
        """Every eight characters in a row of each value's secret part, key bodies by the line."""
        body = self.token.removeprefix("npm_")
        return [body[n : n + 8] for n in range(len(body) - 7)] + self.pkcs1.splitlines()[1:-1]


def build(root: Path, seed: int = 0) -> Story:
    """Make the world below `root`, which exists and is empty."""
    token = tokens.npm(seed)
    pkcs1, openssh = _release_key(root)
    npmrc = f"//{hosts.spell(hosts.NPM)}/:_authToken={token}\n"
    encoded = base64.b64encode(npmrc.encode()).decode()
    _web(root, npmrc, seed)
    _infra(root, token, encoded)
    _home(root / "home", npmrc, token, openssh)
    (root / "variables.json").write_text(
        json.dumps([_variable("NPM_TOKEN", token), _variable("NPMRC_B64", encoded), _variable("RELEASE_KEY", pkcs1, kind="file")])
    )
    return Story(root, token, pkcs1)


def _web(root: Path, npmrc: str, seed: int) -> None:
    """The token was committed, and a reference took its place; beside it a token that nobody minted."""
    web = Repo(root / "web")
    began = datetime.now(UTC) - timedelta(days=20)
    web.commit({"README.md": "web\n", ".npmrc": npmrc}, message="publish from here", date=began)
    reference = npmrc.partition("=")[0] + "=${NPM_TOKEN}\n"
    stale = tokens.spoiled(tokens.ghp(seed))
    web.commit({".npmrc": reference, "notes.txt": f"GITHUB_TOKEN={stale}\n"}, message="take the token out", date=began + timedelta(days=1))


def _infra(root: Path, token: str, encoded: str) -> None:
    """The token in a Kubernetes Secret and in JSON inside JSON."""
    inner = json.dumps({"publish": {"token": token}})
    manifest = f"kind: Secret\nmetadata:\n  name: npm\ndata:\n  npmrc: {encoded}\n"
    files: dict[str, str | None] = {"deploy/secret.yaml": manifest, "ci/settings.json": json.dumps({"payload": inner}, indent=1) + "\n"}
    Repo(root / "infra").commit(files, message="deploy", date=datetime.now(UTC) - timedelta(days=10))


def _home(home: Path, npmrc: str, token: str, openssh: str) -> None:
    """The token in a dotfile that others can read and in a shell history; the key among the keys."""
    (home / ".ssh").mkdir(parents=True)
    for name, text, mode in (
        (".npmrc", npmrc, 0o644),
        (".bash_history", f"cd infra\nexport NPM_TOKEN='{token}'\nnpm publish\n", 0o600),
        (".ssh/release_key", openssh, 0o600),
    ):
        (home / name).write_text(text)
        (home / name).chmod(mode)


def _variable(name: str, value: str, kind: str = "env_var") -> dict[str, object]:
    """A variable as GitLab's API exports it."""
    flags = {"protected": False, "masked": False, "hidden": False, "raw": True, "environment_scope": "*"}
    return {"key": name, "value": value, "variable_type": kind, **flags}


def _release_key(root: Path) -> tuple[str, str]:
    """One RSA key as PKCS#1 and as OpenSSH text."""
    file = root / "key"
    base = ["ssh-keygen", "-q", "-N", "", "-f", str(file)]
    subprocess.run([*base, "-t", "rsa", "-b", "2048", "-m", "PEM", "-C", "release"], check=True, capture_output=True)
    pkcs1 = file.read_text()
    subprocess.run([*base, "-p"], check=True, capture_output=True)
    openssh = file.read_text()
    file.unlink()
    file.with_suffix(".pub").unlink()
    return pkcs1, openssh
