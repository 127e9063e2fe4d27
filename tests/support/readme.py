"""What commands print in the README and in docs/commands: run in small worlds that are made afresh, so that every shown output is real.

There are three worlds, each a home of its own: a laptop, a repository that is about to be committed to, and a server that sweeps. One npm
token lies in all of them, and the key is the same, so that it has one id on every page.

What would differ from run to run is set or replaced. The key is the hash of a fixed word, expiry is judged as of a fixed day, commits have
fixed dates. Sizes and times in the first line of a report become `4.2 kB in 0.2 s`, since git's own files differ from version to version;
the day of a sweep becomes `TODAY`. Commands are run in their world and it is their home, so that no path of the machine is shown.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from scanner import hosts
from tests.support import tokens
from tests.support.command import APART, MAIN
from tests.support.repos import Repo
from tests.support.repos import environment as git_environment

TODAY = "2026-03-20"
KEY = hashlib.sha256(b"the key of the README").hexdigest()
TOKEN = tokens.npm(2026)
NPMRC = f"//{hosts.spell(hosts.NPM)}/:_authToken={TOKEN}\n"
REFERENCE = NPMRC.partition("=")[0] + "=${NPM_TOKEN}\n"
ADDED, REMOVED, DEPLOYED, REVERTED = (datetime(2026, 3, day, 9, tzinfo=UTC) for day in (1, 2, 4, 9))

_MEASURED = re.compile(r"[\d.]+ [kM]?B in [\d.]+ s\b")
_SHORT_ID = re.compile(r"npm_…\(40\) #([a-z2-7]{6})")


@cache
def outputs() -> Mapping[str, str]:
    """What is shown at each `<!-- output: NAME -->`, by name: a command behind `$`, and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        return dict(scene for world in (_laptop, _change, _server) for scene in world(Path(folder)))


class Terminal:
    """Runs commands in the folder `at` of a home."""

    def __init__(self, home: Path) -> None:
        self.home = self.at = home
        self.printed = ""
        """What the last command printed."""
        self._began = _today()
        home.mkdir()

    def show(self, command: str, code: int = 0) -> str:
        """A command as it is typed, and what it prints."""
        return f"$ {command}\n{self.run(command, code)}"

    def run(self, command: str, code: int = 0) -> str:
        """What a command prints, with what differs from run to run replaced; `<` names the file that is its standard input.

        A command that ends with another code than `code` is an error: nobody wants to read of it in the README.
        """
        line, _, file = command.partition(" < ")
        program, *arguments = shlex.split(line)
        keytrail = program == "keytrail"
        done = subprocess.run(
            [sys.executable, "-c", (APART if arguments[0] == "workstation" else "") + MAIN, *arguments]
            if keytrail
            else [program, *arguments],
            cwd=self.at,
            env=self._environment() if keytrail else git_environment(),
            input=(self.at / file).read_bytes() if file else b"",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != code:
            message = f"{command} ended with {done.returncode}:\n{done.stdout.decode()}"
            raise AssertionError(message)
        printed = _MEASURED.sub("4.2 kB in 0.2 s", done.stdout.decode())
        self.printed = printed.replace(self._began, TODAY).replace(_today(), TODAY)  # two where it is midnight
        return self.printed

    def short_id(self) -> str:
        """The six characters that the last command called the token by."""
        match = _SHORT_ID.search(self.printed)
        if match is None:
            message = f"the token is not in this output:\n{self.printed}"
            raise AssertionError(message)
        return match[1]

    def _environment(self) -> dict[str, str]:
        """A fixed set of variables: `keytrail workstation` reads and counts them."""
        return {
            "HOME": str(self.home),
            "KEYTRAIL_AS_OF": TODAY,
            "KEYTRAIL_KEY": KEY,
            "LC_ALL": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TZ": "UTC",
            "XDG_CACHE_HOME": str(self.home.parent / "cache"),  # shared, so that detectors are compiled once
        }


def _today() -> str:
    return str(datetime.now(UTC).date())


def _laptop(folder: Path) -> Iterator[tuple[str, str]]:
    """A developer's home: two dotfiles, and two clones below `src`."""
    terminal = Terminal(folder / "laptop")
    _write(terminal.home / ".npmrc", NPMRC, mode=0o644)
    _write(terminal.home / ".bash_history", f"cd src/web\nexport NPM_TOKEN='{TOKEN}'\nnpm publish\n")
    _web(terminal.home / "src" / "web")
    _infra(terminal.home / "src" / "infra")
    yield "workstation", terminal.show("keytrail workstation")


def _change(folder: Path) -> Iterator[tuple[str, str]]:
    """A repository in which a release script with the token is staged."""
    terminal = Terminal(folder / "change")
    web = terminal.at = terminal.home / "web"
    _web(web)
    script = web / "release.sh"
    _write(script, f"export NPM_TOKEN={TOKEN}\nnpm publish\n", mode=0o755)
    terminal.run("git add release.sh")
    yield "gate", terminal.show("keytrail gate --staged", 1)
    _write(script, f"export NPM_TOKEN={TOKEN}  # keytrail:allow revoked, an example\nnpm publish\n", mode=0o755)
    terminal.run("git add release.sh")
    yield "allow", terminal.show("keytrail gate --staged")
    terminal.run("git reset --hard")
    yield "baseline", terminal.show('keytrail baseline create --reason "rotation is planned" --until 2026-06-30')


def _server(folder: Path) -> Iterator[tuple[str, str]]:
    """Clones of two repositories, an export of CI variables, and the file that lists them."""
    terminal = Terminal(folder / "server")
    _web(terminal.home / "clones" / "web")
    infra = _infra(terminal.home / "clones" / "infra")
    _write(terminal.home / "web.json", _variables())
    _write(terminal.home / "targets.toml", TARGETS)
    _write(terminal.home / "build.log", f"npm notice using {TOKEN}\n")
    yield "targets", terminal.show("cat targets.toml")
    yield "sweep", terminal.show("keytrail sweep targets.toml")
    name = terminal.short_id()
    yield "where", terminal.show("keytrail where < build.log")
    yield "explain", terminal.show(f"keytrail explain {name}")
    infra.commit({"deploy/secret.yaml": None}, message="read the token from the vault", date=REVERTED)
    yield "again", terminal.show("keytrail sweep targets.toml -q")


TARGETS = """\
[[targets]]
path = "clones/web"                        # or: url = "https://git.example.org/acme/web.git"
visibility = "public"                      # everybody can read it; private unless said
ci_exports = ["gitlab-project:web.json"]   # the CI variables that belong to it

[[targets]]
path = "clones/infra"
"""


def _variables() -> str:
    """What GitLab's API says of one variable."""
    return f'[{{"key": "NPM_TOKEN", "value": "{TOKEN}", "variable_type": "env_var", "protected": false, "masked": true}}]\n'


def _web(path: Path) -> Repo:
    """The token was committed, and a reference took its place."""
    repo = _repo(path)
    repo.commit({".npmrc": NPMRC}, message="publish from here", date=ADDED)
    repo.commit({".npmrc": REFERENCE}, message="take the token out", date=REMOVED)
    return repo


def _infra(path: Path) -> Repo:
    """The token in a Kubernetes Secret, in base64 as that wants it."""
    repo = _repo(path)
    encoded = base64.b64encode(NPMRC.encode()).decode()
    repo.commit(
        {"deploy/secret.yaml": f"kind: Secret\nmetadata:\n  name: npm\ndata:\n  npmrc: {encoded}\n"}, message="deploy", date=DEPLOYED
    )
    return repo


def _repo(path: Path) -> Repo:
    """A repository without what git's template puts there: it differs between systems, and its files are counted."""
    repo = Repo(path)
    for name in ("hooks", "info", "branches"):
        shutil.rmtree(repo.gitdir / name, ignore_errors=True)
    (repo.gitdir / "description").unlink(missing_ok=True)
    return repo


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
