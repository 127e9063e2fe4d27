"""Files that hold nothing are read once: a second run says the same to the byte, and opens only what somebody has touched."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.config import Settings
from scanner.model import Blob, Outcome, Unscanned
from scanner.reports.json import report
from scanner.run import untouched
from scanner.run.request import Depth, Progress, Request
from scanner.run.scan import run
from scanner.sources import files, large
from scanner.sources.files import FileRef, Skipped, read_file, stamp_at
from tests.support import archives, keys, tokens
from tests.support.command import keytrail, warm
from tests.support.repos import Repo

TOKEN = tokens.npm(51)
KEY = "ab" * 32

Look = Callable[..., tuple[Outcome, list[str]]]


def write(home: Path, name: str, data: str | bytes = "nothing\n") -> Path:
    file = home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and beside it a cache folder of our own with compiled detectors."""
    folder = tmp_path / "home"
    folder.mkdir()
    warm(tmp_path / "own")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own" / ".cache"))
    return folder


@pytest.fixture
def look(home: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Runs over the home; what came of it, and which files were opened. Files are remembered however young they are."""
    opened: list[str] = []

    def noted(ref: FileRef, max_size: int) -> Blob | Unscanned | Skipped:
        opened.append(ref.path)
        return read_file(ref, max_size)

    monkeypatch.setattr(files, "read_file", noted)
    monkeypatch.setattr(untouched, "_RACE", 0)

    def looked(
        settings: Settings | None = None, *, key: str = KEY, depth: Depth = Depth.FULL, request: Request | None = None
    ) -> tuple[Outcome, list[str]]:
        opened.clear()
        time.sleep(0.02)  # longer than the system's clock of files ticks
        request = request or Request(homes=(home,), below=(home,), depth=depth)
        outcome = run(request, settings or Settings(jobs=1, fail_on="none"), {"KEYTRAIL_KEY": key}, Progress())
        return outcome, sorted(path for path in opened if not path.startswith(".git/"))

    return looked


def kept(home: Path) -> list[Path]:
    return sorted((home.parent / "own" / ".cache" / "keytrail").glob("untouched-*.db"))


def told(outcome: Outcome) -> str:
    return report(outcome).model_dump_json()


def test_only_what_holds_something_is_read_again(home: Path, look: Look) -> None:
    write(home, "a.txt")
    write(home, "empty", "")
    write(home, "deep/in/b.txt", "more of nothing\n")
    write(home, ".npmrc", f"_authToken={TOKEN}\n")
    write(home, ".bashrc", "export A=1\n")
    write(home, ".zsh_history", b"echo caf\x83\xe9\n")
    first, opened = look()
    again, reopened = look()
    assert opened == [".bashrc", ".npmrc", ".zsh_history", "a.txt", "deep/in/b.txt", "empty"]
    assert reopened == [".npmrc"]
    assert told(first) == told(again)


def test_what_lies_beside_credentials_and_what_is_skipped_is_told_again(home: Path, look: Look) -> None:
    write(home, "backup/id_ed25519", keys.pem("ed25519", "pkcs8"))
    write(home, "public/key!.pem", keys.public_pem("ed25519"))
    write(home, "public/packed!.zip", archives.zipped({"in/ner.pem": keys.public_pem("ed25519").encode()}))
    write(home, "public/masked.txt", f"{TOKEN[:4]}{'*' * 32}{TOKEN[-4:]}\n")
    write(home, "torn.zip", archives.zipped({"a": b"a" * 99})[:-40])
    write(home, "token.txt", f"TOKEN={TOKEN}\n")
    web = Repo(home / "web")
    web.commit({"key.pem": keys.public_pem("ed25519"), "b.txt": "nothing\n"})
    (home / "linked").symlink_to("web")
    first, _ = look()
    again, reopened = look()
    assert told(first) == told(again)
    assert {"public/key!.pem", "public/packed!.zip", "key.pem", "b.txt"}.isdisjoint(reopened)
    assert {"backup/id_ed25519", "public/masked.txt", "torn.zip", "token.txt"} <= set(reopened)
    assert {anchor.path for one in first.credentials for anchor in one.trust_anchors} >= {
        "public/key!.pem",
        "public/packed!.zip!/in/ner.pem",
    }


@pytest.mark.parametrize("change", ["content", "content with its old time", "mode", "name", "another file of that name"])
def test_what_was_touched_is_read_again(home: Path, look: Look, change: str) -> None:
    file = write(home, "a.txt", "1" * 64)
    write(home, "b.txt")
    look()
    assert look()[1] == []
    status = file.stat()
    match change:
        case "content" | "content with its old time":
            file.write_text(f"{TOKEN} ".ljust(64, "1"))
            if change != "content":
                os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        case "mode":
            file.chmod(0o600)
        case "name":
            file.rename(home / "c.txt")
        case _:
            other = write(home, "other", "2" * 64)
            os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
            other.rename(file)
    outcome, opened = look()
    assert opened == ["c.txt" if change == "name" else "a.txt"]
    assert len(outcome.credentials) == (change.startswith("content"))


def test_what_is_young_when_it_is_read_is_not_remembered(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, "a.txt")
    monkeypatch.setattr(untouched, "_RACE", 2_000_000_000)
    look()
    assert look()[1] == ["a.txt"]


def test_a_file_from_the_future_is_not_remembered(home: Path, look: Look) -> None:
    ahead = time.time() + 3600
    os.utime(write(home, "a.txt"), (ahead, ahead))
    look()
    assert look()[1] == ["a.txt"]


def test_what_changes_while_it_is_read_is_not_remembered(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(home, "a.txt")

    def drained(handle: int, expected: int, max_size: int) -> bytes:
        data = os.read(handle, expected + max_size)
        file.write_text(f"TOKEN={TOKEN}\n")
        return data

    with monkeypatch.context() as patched:
        patched.setattr(files, "_drain", drained)
        assert look()[0].credentials == ()
    assert len(look()[0].credentials) == 1


def test_what_is_too_large_to_be_held_is_remembered_too(home: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "HELD", 100)
    write(home, "large.txt", "line\n" * 100)
    first, opened = look()
    again, reopened = look()
    assert (opened, reopened) == (["large.txt"], [])
    assert told(first) == told(again)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(jobs=1, fail_on="none", no_detector=("npm-token",)),
        Settings(jobs=1, fail_on="none", archives=False),
        Settings(jobs=1, fail_on="none", max_blob_size=1000),
    ],
)
def test_another_way_of_reading_knows_nothing(home: Path, look: Look, settings: Settings) -> None:
    write(home, "a.txt")
    look()
    assert look(settings)[1] == ["a.txt"]
    assert look(settings)[1] == look()[1] == []


def test_another_key_knows_nothing(home: Path, look: Look) -> None:
    write(home, "a.txt")
    look()
    assert look(key="cd" * 32)[1] == ["a.txt"]


def test_without_a_cache_nothing_is_kept(home: Path, look: Look) -> None:
    write(home, "a.txt")
    for _ in range(2):
        assert look(Settings(jobs=1, fail_on="none", cache=False))[1] == ["a.txt"]
    assert kept(home) == []


def test_another_depth_and_a_scan_of_a_home_know_the_same(home: Path, look: Look) -> None:
    write(home, ".bashrc", "export A=1\n")
    write(home, "a.txt")
    look(depth=Depth.QUICK)
    assert look()[1] == ["a.txt"]
    assert look(depth=Depth.STANDARD)[1] == []
    assert look(request=Request(homes=(home,)))[1] == []
    assert look(request=Request(targets=(str(home),)))[1] == [".bashrc", "a.txt"]


def test_neither_names_nor_contents_are_kept(home: Path, look: Look) -> None:
    write(home, "telling-folder/telling-name.txt", "telling content\n")
    write(home, "b.txt", f"TOKEN={TOKEN}\n")
    look()
    [file] = kept(home)
    data = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert [word for word in (b"telling", b"a.txt", TOKEN[8:16].encode(), os.fsencode(home.name)) if word in data] == []


@pytest.mark.parametrize("damage", ["empty", "no database", "torn", "nonsense in it", "a folder"])
def test_a_damaged_file_is_no_error(home: Path, look: Look, damage: str) -> None:
    write(home, "a.txt")
    first, _ = look()
    [file] = kept(home)
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "no database":
            file.write_bytes(b"x" * 9000)
        case "torn":
            file.write_bytes(file.read_bytes()[:5000])
        case "nonsense in it":
            with sqlite3.connect(file) as link:
                link.execute("UPDATE checked SET beside = ?", (b"[1",))
            link.close()
        case _:
            file.unlink()
            file.mkdir()
    again, opened = look()
    assert opened == ["a.txt"]
    assert told(first) == told(again)


def test_what_was_of_use_is_noted_after_a_week(home: Path, look: Look) -> None:
    write(home, "a.txt")
    look()
    [file] = kept(home)
    with sqlite3.connect(file) as link:
        link.execute("UPDATE checked SET day = day - 30")
    link.close()
    assert look()[1] == []
    with sqlite3.connect(file) as link:
        [(day,)] = link.execute("SELECT day FROM checked").fetchall()
    link.close()
    assert day == int(time.time() // 86_400)


def test_runs_at_the_same_time_and_worker_processes_say_the_same(home: Path) -> None:
    for number in range(700):
        write(home, f"notes/{number % 9}/{number}.txt", f"TOKEN={tokens.npm(number)}\n" if number % 100 == 0 else f"{number}\n")
    time.sleep(2.1)
    own = home.parent / "own"
    command = ("workstation", "--home", str(home), "--depth", "full", "--format", "json", "--jobs", "2")
    reports = [keytrail(*command, cwd=home, home=own, env={"KEYTRAIL_KEY": KEY, "XDG_CACHE_HOME": str(own / ".cache")}) for _ in range(3)]
    assert {run.code for run in reports} == {0}
    assert len({run.stdout for run in reports}) == 1
    assert len(json.loads(reports[0].stdout)["credentials"]) == 7
    with sqlite3.connect(kept(home)[0]) as link:
        assert link.execute("SELECT COUNT(*) FROM checked").fetchone() == (693,)
    link.close()


def test_a_file_behind_a_name_without_end_is_simply_read(tmp_path: Path) -> None:
    ref = FileRef("box", str(tmp_path), "x", b"d/" * 5000 + b"x")
    assert stamp_at(ref) is stamp_at(replace(ref, raw=b"a\0b")) is stamp_at(replace(ref, raw=b"gone")) is None
