"""`keytrail workstation` from outside: dotfiles, clones below the home and the environment hold one token, and each place is told once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import tokens
from tests.support.archives import tar
from tests.support.command import APART, MAIN, environment, keytrail
from tests.support.repos import Repo

TOKEN = tokens.npm(21)
LINE = f"TOKEN={TOKEN}\n"

Place = tuple[str, str, str, str | None]


def read(home: Path, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    run = keytrail("workstation", *arguments, "--format", "json", cwd=home.parent, home=home, env=env)
    assert run.code == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def places(report: dict[str, Any], home: Path) -> list[Place]:
    """Every place of the one credential: zone, container as below `~`, path and field."""
    (credential,) = report["credentials"]
    return sorted((o["zone"], o["container"].replace(str(home), "~"), o["path"], o["field"]) for o in credential["occurrences"])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def fill(home: Path) -> None:
    """A home with dotfiles, a clone with another one inside and a work tree beside it, and a bare repository."""
    (home / ".npmrc").write_text(f"_authToken={TOKEN}\n")
    web = Repo(home / "src" / "web")
    web.commit({"past.env": LINE}, message="a token")
    web.commit({"past.env": None}, message="no token")
    web.git("worktree", "add", "--quiet", "../linked")
    (home / "src" / "linked" / "draft.env").write_text(LINE)
    web.git("config", "remote.origin.url", f"https://ada:{TOKEN}@example.org/web")
    Repo(home / "src" / "web" / "vendor" / "lib").commit({"lib.env": LINE}, message="a token")
    store = Repo(home / "srv" / "lib.git", bare=True)
    store.git("fetch", "--quiet", str(home / "src" / "web" / "vendor" / "lib"), "main:main")


PLACES: list[Place] = [
    ("git_metadata", "~/src/web", ".git/config", "url"),
    ("repo_head", "~/src/web/vendor/lib", "lib.env", "TOKEN"),
    ("repo_head", "~/srv/lib.git", "lib.env", "TOKEN"),
    ("repo_history", "~/src/web", "past.env", "TOKEN"),
    ("workstation_dotfile", "~", ".npmrc", "_authToken"),
    ("workstation_shell", "environment", "environ", "NPM_TOKEN"),
    ("worktree", "~/src/linked", "draft.env", "TOKEN"),
]


def test_one_credential_and_every_place_once(home: Path) -> None:
    fill(home)
    assert places(read(home, env={"NPM_TOKEN": TOKEN}), home) == PLACES


def test_every_source_is_named_once(home: Path) -> None:
    fill(home)
    sources = read(home)["coverage"]["sources"]
    assert [(s["kind"], s["target"].replace(str(home), "~")) for s in sources] == [
        ("home", "~"),
        ("repository", "~/src/web"),
        ("repository", "~/src/web/vendor/lib"),
        ("repository", "~/srv/lib.git"),
        ("repository", "~/src/linked"),
        ("environment", "environment"),
    ]


def test_worker_processes_change_nothing(home: Path) -> None:
    fill(home)
    (home / ".cache").mkdir()  # or the first run would make it
    (home / "src" / "web" / "large").write_bytes(b"x" * (9 << 20))
    Repo(home / "src" / "large").commit({"large": b"y" * (9 << 20)})
    one, two = (read(home, "--jobs", jobs, env={"NPM_TOKEN": TOKEN}) for jobs in ("1", "2"))
    assert one == two
    assert places(one, home) == PLACES


def test_another_home_has_no_environment(home: Path, tmp_path: Path) -> None:
    fill(home)
    other = tmp_path / "own"
    other.mkdir()
    report = read(other, "--home", str(home), env={"NPM_TOKEN": TOKEN})
    assert places(report, home) == [place for place in PLACES if place[1] != "environment"]


def test_equal_variables_are_places_of_their_own(home: Path) -> None:
    report = read(home, env={"NPM_TOKEN": TOKEN, "NODE_AUTH_TOKEN": TOKEN})
    assert [field for _, _, _, field in places(report, home)] == ["NODE_AUTH_TOKEN", "NPM_TOKEN"]


def test_our_own_key_is_no_find(home: Path) -> None:
    assert read(home, env={"KEYTRAIL_KEY": "ab" * 32})["credentials"] == []


def test_folders_that_the_environment_moved_are_read(home: Path) -> None:
    (home / "conf" / "npm").mkdir(parents=True)
    (home / "conf" / "npm" / "npmrc").write_text(f"_authToken={TOKEN}\n")
    report = read(home, env={"XDG_CONFIG_HOME": str(home / "conf")})
    assert [path for _, _, path, _ in places(report, home)] == ["conf/npm/npmrc"]


def test_a_home_that_is_a_work_tree_has_its_history_and_its_dotfiles_read_and_nothing_else(home: Path) -> None:
    repo = Repo(home)
    repo.commit({"old.env": LINE, ".npmrc": f"_authToken={TOKEN}\n"}, message="a token")
    repo.commit({"old.env": None}, message="no token")
    (home / "elsewhere.env").write_text(LINE)
    report = read(home)
    assert places(report, home) == [
        ("repo_head", "~/.git", ".npmrc", "_authToken"),
        ("repo_history", "~/.git", "old.env", "TOKEN"),
        ("workstation_dotfile", "~", ".npmrc", "_authToken"),
    ]


def test_a_dotfile_in_a_clone_is_read_once(home: Path) -> None:
    config = Repo(home / ".config")
    (home / ".config" / "npm").mkdir()
    (home / ".config" / "npm" / "npmrc").write_text(f"_authToken={TOKEN}\n")
    assert places(read(home), home) == [("workstation_dotfile", "~", ".config/npm/npmrc", "_authToken")]
    config.commit({"npm/npmrc": f"_authToken={TOKEN}\n"})
    assert places(read(home), home) == [
        ("repo_head", "~/.config", "npm/npmrc", "_authToken"),
        ("workstation_dotfile", "~", ".config/npm/npmrc", "_authToken"),
    ]


def test_loose_modes_are_told_of_files_and_of_nothing_else(home: Path) -> None:
    home.chmod(0o755)
    (home / ".npmrc").write_text(f"_authToken={TOKEN}\n")
    (home / ".npmrc.tar").write_bytes(tar({".npmrc": f"_authToken={tokens.npm(22)}\n".encode()}))
    Repo(home / "web").commit({"a.env": f"TOKEN={tokens.npm(23)}\n"})
    for file in (".npmrc", ".npmrc.tar", "web/a.env"):
        (home / file).chmod(0o644)
    (told,) = (finding for finding in read(home)["findings"] if finding["policy"] == "TB705")
    assert [one["path"] for one in told["locations"]] == [".npmrc"]
    assert f"(chmod go-r {home}/.npmrc)" in told["message"]
    (home / ".npmrc").chmod(0o600)
    assert [finding for finding in read(home)["findings"] if finding["policy"] == "TB705"] == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_leaves_nothing_half_written(home: Path, number: int, code: int) -> None:
    for name in ("a", "b", "c"):
        Repo(home / name).commit({"large": name.encode() * (9 << 20)})
    temporary, out = home.parent / "tmp", home.parent / "report"
    temporary.mkdir()
    env = environment(home, {"TMPDIR": str(temporary)})
    command = [sys.executable, "-c", APART + MAIN, "workstation", "-v", "-o", str(out)]
    with subprocess.Popen(command, cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in iter(process.stderr.readline, b""):
            if b"repository 2 of 3" in line:  # the first one is open, and its stand-in with it
                break
        process.send_signal(number)
        stdout, stderr = process.communicate()
    assert process.returncode == code
    assert stdout == b""
    assert stderr.splitlines()[-1] in {b"keytrail: interrupted", b"keytrail: terminated"}
    assert not out.exists()
    assert list(temporary.iterdir()) == []


def test_containers_that_nobody_can_open_are_counted(tmp_path: Path) -> None:
    home = tmp_path / "vaults"
    files = {
        ".mozilla/firefox/a/logins.json": b"{}",
        "mine.kdbx": b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5",
        ".password-store/a.gpg": b"\x85\x01\x0c\x03",
    }
    for path, data in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(data)
    run = keytrail("scan", "--home", str(home), "--format", "json", cwd=tmp_path)
    coverage = json.loads(run.stdout)["coverage"]
    assert (coverage["skipped"], coverage["unscanned"]) == ({"opaque": 3}, [])
    assert [note for note in coverage["notes"] if note.startswith("3 containers")] != []


def mine(report: dict[str, Any]) -> list[tuple[str, str, str, str, str | None]]:
    """Where npm tokens are in variables; other processes of whoever runs the tests may have other credentials."""
    return [
        (place["zone"], place["container"], place["path"], place["field"], place["tool"])
        for credential in report["credentials"]
        for place in credential["occurrences"]
        if credential["kind"] == "npm-token" and place["field"] == "KT_NPM_TOKEN"
    ]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show the variables of processes")
def test_variables_of_processes_are_read_where_that_is_asked_for(home: Path) -> None:
    command = ["sh", "-c", f"KT_NPM_TOKEN={TOKEN} sleep 600 >/dev/null & echo $!"]
    started = subprocess.run(command, stdout=subprocess.PIPE, check=True, env={"PATH": os.environ["PATH"]})
    try:
        report = read(home, "--processes")
        alike = read(home, "--processes", env={"KT_NPM_TOKEN": TOKEN})
        unasked = read(home)
    finally:
        os.kill(int(started.stdout), signal.SIGKILL)
    assert mine(report) == [("workstation_shell", "processes", "sleep", "KT_NPM_TOKEN", "sleep")]
    assert [source["kind"] for source in report["coverage"]["sources"]] == ["home", "environment", "processes"]
    assert mine(alike) == [("workstation_shell", "environment", "environ", "KT_NPM_TOKEN", None)]
    assert mine(unasked) == []


def test_processes_are_this_machines(home: Path) -> None:
    run = keytrail("workstation", "--processes", "--home", str(home), cwd=home)
    assert (run.code, run.stderr) == (2, "keytrail: --processes reads this machine, and --home another one\n")
