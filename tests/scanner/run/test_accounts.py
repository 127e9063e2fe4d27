"""A repository in which nothing has changed is read once: git is not started for it again, and a second run says the same to the byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.config import Settings
from scanner.model import Outcome
from scanner.reports.json import report
from scanner.run import accounts, untouched
from scanner.run.request import Depth, Progress, Request
from scanner.run.scan import run
from tests.support import archives, keys, tokens
from tests.support.command import warm
from tests.support.repos import Repo

TOKEN = tokens.npm(51)
OTHER = tokens.npm(52)
KEY = "ab" * 32
USUAL = Settings(jobs=1, fail_on="none")
_COUNTING = """#!/bin/sh
mkdir "$0.$$"
exec {git} "$@"
"""
"""It makes folders, since a git of ours may write no file."""

Look = Callable[..., tuple[str, int]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and beside it a cache folder of our own with compiled detectors. However young something is, it is remembered."""
    folder = tmp_path / "home"
    folder.mkdir()
    warm(tmp_path / "own")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own" / ".cache"))
    monkeypatch.setattr(accounts, "_RACE", 0)
    monkeypatch.setattr(untouched, "_RACE", 0)
    return folder


@pytest.fixture
def look(home: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Runs over the home; its report, and how often git was started for that."""
    tools = home.parent / "tools"
    tools.mkdir()
    git = tools / "git"
    git.write_text(_COUNTING.format(git=shutil.which("git")))
    git.chmod(0o755)

    def looked(settings: Settings = USUAL, *, key: str = KEY, depth: Depth = Depth.STANDARD) -> tuple[str, int]:
        for made in tools.glob("git.*"):
            made.rmdir()
        time.sleep(0.02)  # longer than the system's clock of files ticks
        request = Request(homes=(home,), below=(home,), depth=depth)
        with monkeypatch.context() as patched:
            patched.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
            outcome = run(request, settings, {"KEYTRAIL_KEY": key}, Progress())
        return told(outcome), len(list(tools.glob("git.*")))

    return looked


def told(outcome: Outcome) -> str:
    return report(outcome).model_dump_json()


@pytest.fixture
def first(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """The report of a run that knows of no other."""

    def looked() -> str:
        shutil.rmtree(home.parent / "other", ignore_errors=True)
        warm(home.parent / "other")
        with monkeypatch.context() as patched:
            patched.setenv("XDG_CACHE_HOME", str(home.parent / "other" / ".cache"))
            return look()[0]

    return looked


def same(*reports: str) -> bool:
    """Whether all are one: long reports that differ take minutes to compare for a person."""
    return len(set(reports)) == 1


def kept(home: Path) -> list[Path]:
    return sorted((home.parent / "own" / ".cache" / "keytrail").glob("accounts-*.db"))


def web(home: Path) -> Repo:
    """A repository with credentials in its past, at HEAD, in its index, its work tree, a message, a stash and its configuration."""
    repo = Repo(home / "web")
    repo.commit({"old.env": f"TOKEN={TOKEN}\n", "b.txt": "nothing\n"})
    repo.commit({"old.env": None, "now.env": f"TOKEN={OTHER}\n"}, message=f"Use {tokens.npm(53)}")
    (repo.path / "b.txt").write_text(f"TOKEN={tokens.npm(54)}\n")
    repo.git("stash")
    (repo.path / "b.txt").write_text(f"TOKEN={tokens.npm(55)}\n")
    repo.git("add", "b.txt")
    (repo.path / "b.txt").write_text(f"TOKEN={tokens.npm(56)}\n")
    (repo.path / "untracked.env").write_text(f"TOKEN={tokens.npm(57)}\n")
    repo.git("config", "http.extraheader", f"X-Token: {tokens.npm(58)}")
    return repo


def _among_others(home: Path) -> None:
    repo = web(home)
    Repo(home / "empty")
    repo.git("worktree", "add", str(home / "linked"), "-b", "side")
    (repo.path / "link").symlink_to("b.txt")
    os.mkfifo(repo.path / "fifo")


@pytest.mark.parametrize("depth", [Depth.STANDARD, Depth.FULL])
def test_git_is_not_started_for_what_has_not_changed(home: Path, look: Look, depth: Depth) -> None:
    _among_others(home)
    first, before = look(depth=depth)
    again, after = look(depth=depth)
    assert (same(first, again), before > 0, after) == (True, True, 0)
    assert all(f'"container":"{home}/{name}"' in first for name in ("web", "linked"))


def test_without_a_cache_the_same_is_said_and_nothing_kept(home: Path, look: Look) -> None:
    _among_others(home)
    without, _ = look(Settings(jobs=1, fail_on="none", cache=False))
    assert kept(home) == []
    look()
    again, after = look()
    assert (same(again, without), after) == (True, 0)


def test_where_nothing_is_new_nobody_is_asked_to_read(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    _among_others(home)
    for number in range(300):
        (home / f"{number}.txt").write_text("nothing\n")
    first, _ = look(depth=Depth.FULL)
    with monkeypatch.context() as patched:
        patched.delattr("scanner.run.answers.Worker")
        again, after = look(depth=Depth.FULL)
    assert (same(again, first), after) == (True, 0)
    (home / "7.txt").write_text(f"TOKEN={tokens.npm(60)}\n")
    assert not same(look(depth=Depth.FULL)[0], first)


def test_what_lies_beside_credentials_is_told_again(home: Path, look: Look) -> None:
    repo = web(home)
    repo.commit({"past.pem": keys.public_pem("ed25519"), "head.pem": keys.public_pem("p384")})
    repo.commit({"past.pem": None, "packed.zip": archives.zipped({"in/ner.pem": keys.public_pem("p256").encode()})})
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    repo.commit({"hash.yaml": f"a: 1\ntoken_sha256: {digest}\n"})
    Repo(home / "zoo").commit({"hash.yaml": f"token_sha256: {digest}\n"})
    (home / ".ssh").mkdir()
    for name in ("ed25519", "p384", "p256"):
        (home / ".ssh" / f"id_{name}").write_text(keys.pem(name, "pkcs8"))
    first, _ = look()
    again, after = look()
    assert (same(again, first), after) == (True, 0)
    assert all(f'"path":"{path}"' in first for path in ("past.pem", "head.pem", "packed.zip!/in/ner.pem"))
    assert first.count('"form":"sha256"') == 2


def test_repositories_inside_are_told_again(home: Path, look: Look, first: Callable[[], str]) -> None:
    repo = web(home)
    Repo(repo.path / "vendor" / "inner").commit({"a.env": f"TOKEN={tokens.npm(61)}\n"})
    Repo(repo.path / "also").commit({"a.env": f"TOKEN={tokens.npm(62)}\n"})
    part = Repo(home.parent / "part")
    part.commit({"a.env": f"TOKEN={tokens.npm(63)}\n"})
    repo.git("submodule", "add", str(part.path), "part")
    bare = Repo(home / "bare.git", bare=True)
    bare.git("fetch", str(repo.path), "main:main")
    bare.git("worktree", "add", str(bare.path / "tree"), "main")
    before, _ = look()
    again, after = look()
    assert (same(again, before), after) == (True, 0)
    assert all(f"{home}/{name}" in before for name in ("web/vendor/inner", "web/also", "web/part", "bare.git/tree"))
    Repo(repo.path / "also").commit({"c.env": f"TOKEN={tokens.npm(64)}\n"})
    third, started = look()
    assert started > 0
    assert same(third, first())
    assert not same(third, before)


def _old_times(file: Path, change: Callable[[], object]) -> None:
    status = file.stat()
    change()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def _replaced_object(repo: Repo) -> None:
    """Another object under the name of one, of the same size and time."""
    name = repo.git("rev-parse", "HEAD:c.txt").strip()
    file = repo.loose(name)
    file.chmod(0o600)
    other = repo.loose(repo.blob(f"TOKEN={tokens.npm(71)} "))
    _old_times(file, lambda: file.write_bytes(other.read_bytes()))


CHANGES: dict[str, Callable[[Repo], object]] = {
    "commit": lambda repo: repo.commit({"c.env": f"TOKEN={tokens.npm(70)}\n"}),
    "branch": lambda repo: repo.git("branch", "other", "HEAD~1"),
    "head": lambda repo: (repo.path / ".git" / "HEAD").write_text("ref: refs/heads/none\n"),
    "packed refs": lambda repo: (repo.path / ".git" / "packed-refs").write_text(
        f"{repo.git('rev-parse', 'HEAD~1').strip()} refs/heads/p\n"
    ),
    "index": lambda repo: repo.git("add", "."),
    "stash": lambda repo: repo.git("stash", "drop"),
    "reflog": lambda repo: (repo.path / ".git" / "logs" / "HEAD").unlink(),
    "hook": lambda repo: (repo.path / ".git" / "hooks" / "pre-commit").write_text(f"TOKEN={tokens.npm(70)}\n"),
    "configuration": lambda repo: repo.git("config", "a.b", "c"),
    "object": lambda repo: repo.blob(f"TOKEN={tokens.npm(70)}\n"),
    "object replaced": _replaced_object,
    "packed": lambda repo: repo.git("gc", "-q"),
    "new file": lambda repo: (repo.path / "new.env").write_text(f"TOKEN={tokens.npm(70)}\n"),
    "file in a folder": lambda repo: (repo.path / "deep" / "in" / "new.env").write_text(f"TOKEN={tokens.npm(70)}\n"),
    "file with its old time": lambda repo: _old_times(
        repo.path / "c.txt", lambda: (repo.path / "c.txt").write_text(f"TOKEN={tokens.npm(70)} ")
    ),
    "mode": lambda repo: (repo.path / "now.env").chmod(0o600),
    "file gone": lambda repo: (repo.path / "untracked.env").unlink(),
    "repository inside": lambda repo: Repo(repo.path / "deep").commit({"c.env": f"TOKEN={tokens.npm(70)}\n"}),
    "alternate": lambda repo: Repo(repo.path.parent.parent / "lender").blob(f"TOKEN={tokens.npm(70)}\n"),
    "another alternate": lambda repo: (repo.path / ".git" / "objects" / "info" / "alternates").write_text(
        f"{Repo(repo.path.parent.parent / 'second').path}/.git/objects\n"
    ),
    "shallow": lambda repo: (repo.path / ".git" / "shallow").write_text(repo.git("rev-parse", "HEAD")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(home: Path, look: Look, first: Callable[[], str], change: str) -> None:
    repo = web(home)
    lender = Repo(home.parent / "lender")
    lender.blob(f"TOKEN={tokens.npm(72)}\n")
    repo.commit({"c.txt": f"{'nothing ' * 6}"[: len(TOKEN) + 7], "deep/in/d.txt": "nothing\n"})
    (repo.path / ".git" / "objects" / "info" / "alternates").write_text(f"{lender.path}/.git/objects\n")
    (repo.path / ".git" / "hooks").mkdir(exist_ok=True)
    look()
    assert look()[1] == 0
    CHANGES[change](repo)
    after, started = look()
    assert started > 0
    assert change == "object replaced" or same(after, first())  # what holds nothing is known by its id, in any repository
    again, started = look()
    assert (same(again, after), started) == (True, 0)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(jobs=1, fail_on="none", no_detector=("npm-token",)),
        Settings(jobs=1, fail_on="none", archives=False),
        Settings(jobs=1, fail_on="none", max_blob_size=1000),
        Settings(jobs=1, fail_on="none", history=False),
        Settings(jobs=1, fail_on="none", exclude=("*.env",)),
    ],
)
def test_another_way_of_reading_knows_nothing(home: Path, look: Look, settings: Settings) -> None:
    web(home)
    first, _ = look()
    other, started = look(settings)
    assert started > 0
    again, after = look(settings)
    assert same(again, other)
    assert (after == 0) == (not settings.exclude)
    again, after = look()
    assert (same(again, first), after) == (True, 0)


def test_another_key_and_another_git_know_nothing(home: Path, look: Look) -> None:
    web(home)
    look()
    assert look(key="cd" * 32)[1] > 0
    assert look()[1] == 0
    (home.parent / "tools" / "git").chmod(0o700)
    assert look()[1] > 0


def test_what_is_young_when_it_is_read_is_not_remembered(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    web(home)
    monkeypatch.setattr(accounts, "_RACE", 2_000_000_000)
    look()
    assert look()[1] > 0


def test_what_changes_while_it_is_read_is_not_remembered(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = web(home)
    taken = accounts.Accounts.begin

    def begun(*arguments: object, **named: bool) -> object:
        found = taken(*arguments, **named)  # type: ignore[arg-type]  # handed on as it came
        (repo.path / "untracked.env").write_text("nothing\n")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(accounts.Accounts, "begin", begun)
        look()
    assert look()[1] > 0


def test_what_could_not_be_read_is_tried_again(home: Path, look: Look) -> None:
    repo = web(home)
    repo.loose(repo.git("rev-parse", "HEAD~1:old.env").strip()).unlink()
    first, _ = look()
    again, started = look()
    assert started > 0
    assert same(again, first)
    assert '"missing"' in first


def test_what_a_shallow_clone_leaves_out_is_not_asked_for_again(home: Path, look: Look) -> None:
    repo = web(home.parent)
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.path}", str(home / "clone"))
    first, _ = look()
    again, after = look()
    assert (same(again, first), after) == (True, 0)
    assert '"shallow"' in first


def test_a_repository_whose_files_a_home_has_is_read_again(home: Path, look: Look, first: Callable[[], str]) -> None:
    Repo(home / ".aws").commit({"credentials": f"TOKEN={TOKEN}\n", "a.txt": "nothing\n"})
    before, _ = look()
    again, started = look()
    assert started > 0
    assert same(again, before, first())


def test_keys_that_a_later_run_knows_are_looked_up_in_the_past(home: Path, look: Look, first: Callable[[], str]) -> None:
    repo = web(home)
    Repo(repo.path / "inner").commit({"a.env": f"TOKEN={tokens.npm(61)}\n"})
    repo.commit({"past.pem": keys.public_pem("ed25519")})
    repo.commit({"past.pem": None})
    look()
    (home / ".ssh").mkdir()
    (home / ".ssh" / "id_ed25519").write_text(keys.pem("ed25519", "pkcs8"))
    now, started = look()
    assert started > 0
    assert '"path":"past.pem"' in now
    assert same(now, first())
    again, started = look()
    assert (same(again, now), started) == (True, 0)


@pytest.mark.parametrize("damage", ["empty", "no database", "torn", "nonsense", "text", "a bit", "another's", "a folder"])
def test_a_damaged_file_is_no_error(home: Path, look: Look, damage: str) -> None:
    web(home)
    Repo(home / "other").commit({"a.env": f"TOKEN={tokens.npm(60)}\n"})
    first, _ = look()
    [file] = kept(home)
    rows: list[tuple[bytes, bytes]] = []
    if damage in {"nonsense", "text", "a bit", "another's"}:
        with sqlite3.connect(file) as link:
            rows = link.execute("SELECT id, beside FROM checked ORDER BY id").fetchall()
            for (oid, data), (_, another) in zip(rows, reversed(rows), strict=True):
                bit = data[:-1] + bytes([data[-1] ^ 1])
                new = {"nonsense": b"[1", "text": "[1", "a bit": bit, "another's": another}[damage]
                link.execute("UPDATE checked SET beside = ? WHERE id = ?", (new, oid))
        link.close()
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "no database":
            file.write_bytes(b"x" * 9000)
        case "torn":
            file.write_bytes(file.read_bytes()[:5000])
        case "a folder":
            file.unlink()
            file.mkdir()
    again, started = look()
    assert started > 0
    assert same(again, first)
    assert len(rows) in {0, 2}


def test_neither_names_nor_contents_are_kept(home: Path, look: Look) -> None:
    repo = web(home)
    repo.commit({"telling-folder/telling-name.txt": f"TELLING_TOKEN={tokens.npm(60)}\n"})
    look()
    [file] = kept(home)
    told = [tokens.npm(number)[8:16].encode() for number in range(50, 61)]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [word for word in (b"elling", b"ELLING", b".env", b"npm", os.fsencode(home.name), *told) if word in file.read_bytes()] == []


def test_each_repository_takes_one_row(home: Path, look: Look) -> None:
    repo = web(home)
    for number in range(3):
        repo.commit({"c.txt": f"{number}\n"})
        look()
    with sqlite3.connect(kept(home)[0]) as link:
        assert link.execute("SELECT count(*) FROM checked").fetchone() == (1,)
    link.close()
