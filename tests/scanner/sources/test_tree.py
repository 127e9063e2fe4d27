from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

import pytest

from scanner.model import Blob, Reason, Unscanned
from scanner.sources.files import FOLDER_FLAGS, FileRef, Skipped, read_file
from scanner.sources.ignore import load_ignore
from scanner.sources.tree import LONGEST_PATH, Met, NestedRepository, walk

Unprivileged = Callable[[], AbstractContextManager[None]]


def write(root: Path, *paths: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)


def files(met: Iterator[Met]) -> list[str]:
    return [thing.path for thing in met if isinstance(thing, FileRef)]


def others(met: Iterator[Met]) -> list[Met]:
    return [thing for thing in met if not isinstance(thing, FileRef)]


def test_every_file_is_met_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, "b", "a", "d/x", "c/y", "c/a/z", ".hidden", ".config/q")
    assert files(walk(tmp_path, "box")) == [".hidden", "a", "b", ".config/q", "c/y", "c/a/z", "d/x"]


def test_a_file_that_was_met_can_be_read(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c")
    [met] = walk(tmp_path, "box")
    assert isinstance(met, FileRef)
    blob = read_file(met, 100)
    assert isinstance(blob, Blob)
    assert (blob.container, blob.path, blob.data) == ("box", "a/b/c", b"a/b/c")


def test_what_git_would_ignore_is_met(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "node_modules/x", ".env")
    (tmp_path / ".gitignore").write_text("*\n")
    assert files(walk(tmp_path, "box")) == [".env", ".gitignore", "node_modules/x"]


def test_a_target_that_is_a_file_is_the_only_one(tmp_path: Path) -> None:
    write(tmp_path, "a", "b")
    [met] = walk(tmp_path / "a", "box", ignore=load_ignore(tmp_path, exclude=["a"]))
    assert isinstance(met, FileRef)
    assert (met.path, read_file(met, 10)) == ("a", Blob("box", "a", b"a", mode=0o644))


def test_a_target_that_is_a_link_is_what_it_points_at(tmp_path: Path) -> None:
    write(tmp_path, "real/a")
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "file").symlink_to("real/a")
    assert files(walk(tmp_path / "folder", "box")) == ["a"]
    [met] = walk(tmp_path / "file", "box")
    assert isinstance(met, FileRef)
    assert (met.path, met.raw) == ("file", b"a")


def test_a_target_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert list(walk(tmp_path / "none", "box")) == [Unscanned("box", "", Reason.MISSING)]


def test_a_target_that_is_a_loop_of_links_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    [met] = walk(tmp_path / "a", "box")
    assert isinstance(met, Unscanned)
    assert met.reason is Reason.UNREADABLE


def test_a_target_that_is_a_fifo_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert list(walk(tmp_path / "a", "box")) == [Skipped("box", "a", "fifo")]


def test_a_target_that_is_refused_is_unreadable(reachable: Path, unprivileged: Unprivileged) -> None:
    (reachable / "a").mkdir(0o000)
    with unprivileged():
        assert list(walk(reachable / "a", "box")) == [Unscanned("box", "", Reason.UNREADABLE, "Permission denied")]


def test_links_are_counted_and_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "a/b")
    for name, goal in {"up": "..", "in": "a", "file": "a/b", "out": "/etc", "gone": "nowhere", "self": "self"}.items():
        (tmp_path / name).symlink_to(goal)
    assert list(map(type, walk(tmp_path, "box"))) == [Skipped] * 6 + [FileRef]
    assert others(walk(tmp_path, "box")) == [Skipped("box", name, "link") for name in ("file", "gone", "in", "out", "self", "up")]


def test_what_is_no_content_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("f")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert list(walk(tmp_path, "box")) == [Skipped("box", "f", "fifo"), Skipped("box", "s", "socket")]


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="needs devices")
def test_devices_are_counted() -> None:
    assert Skipped("box", "null", "device") in list(walk(Path("/dev"), "box"))


def test_a_refused_folder_is_unscanned_and_the_rest_is_met(reachable: Path, unprivileged: Unprivileged) -> None:
    write(reachable, "a/x", "b/y", "c")
    (reachable / "a").chmod(0o000)
    with unprivileged():
        assert files(walk(reachable, "box")) == ["c", "b/y"]
        assert others(walk(reachable, "box")) == [Unscanned("box", "a", Reason.UNREADABLE, "Permission denied")]


def test_a_folder_that_can_be_listed_but_not_searched_hides_nothing_and_stops_nothing(reachable: Path, unprivileged: Unprivileged) -> None:
    write(reachable, "a/x", "a/d/y", "b/z")
    (reachable / "a").chmod(0o444)
    with unprivileged():
        *met, last = walk(reachable, "box")
        assert [(type(thing), thing.path) for thing in met] == [(FileRef, "a/x"), (Unscanned, "a/d")]
        assert last.path == "b/z"


@pytest.mark.parametrize("raw", [b"new\nline", b"\x1b[31mred", b"\xff\xfe", b"a\\b", "ж".encode()])
def test_names_are_shown_as_text_and_kept_as_bytes(tmp_path: Path, raw: bytes) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw))
    folder.mkdir()
    (folder / "a").touch()
    [met] = walk(tmp_path, "box")
    assert isinstance(met, FileRef)
    assert (met.path, met.raw) == (raw.decode("utf-8", "backslashreplace") + "/a", raw + b"/a")
    assert isinstance(read_file(met, 10), Blob)


@pytest.mark.parametrize("name", ["", "deep/er/"])
def test_gits_own_folder_is_not_entered(tmp_path: Path, name: str) -> None:
    write(tmp_path, ".git/config", "a")
    assert files(walk(tmp_path, name)) == ["a"]


def test_a_git_file_at_the_root_is_not_content(tmp_path: Path) -> None:
    write(tmp_path, ".git", "a")
    assert [thing.path for thing in walk(tmp_path, "box")] == ["a"]


@pytest.mark.parametrize("inside", ["x/y/.git/HEAD", "x/y/.git"], ids=["folder", "file"])
def test_a_repository_below_is_left_to_the_caller(tmp_path: Path, inside: str) -> None:
    write(tmp_path, "a", "x/b", "x/y/code", inside)
    assert files(walk(tmp_path, "box")) == ["a", "x/b"]
    [nested] = others(walk(tmp_path, "box"))
    assert isinstance(nested, NestedRepository)
    assert (nested.path, nested.folder) == ("x/y", tmp_path / "x" / "y")


def test_a_bare_repository_below_is_left_to_the_caller_and_what_is_not_gits_is_met(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "x.git"], check=True)
    write(tmp_path, "x.git/leak.env", "x.git/more/leak")
    assert files(walk(tmp_path, "box")) == ["x.git/leak.env", "x.git/more/leak"]
    assert [type(thing) for thing in others(walk(tmp_path, "box"))] == [NestedRepository]


def test_a_root_that_is_a_repository_is_walked(tmp_path: Path) -> None:
    write(tmp_path, "HEAD", "objects/a", "refs/b")
    assert files(walk(tmp_path, "box")) == ["HEAD", "objects/a", "refs/b"]


def test_excluded_files_and_folders_are_counted(tmp_path: Path) -> None:
    write(tmp_path, "a.log", "b.txt", "build/x", "build/y", "src/build/z", "src/c.log")
    ignore = load_ignore(tmp_path, exclude=["*.log", "/build/"])
    assert files(walk(tmp_path, "box", ignore=ignore)) == ["b.txt", "src/build/z"]
    assert others(walk(tmp_path, "box", ignore=ignore)) == [Skipped("box", path, "excluded") for path in ("a.log", "build", "src/c.log")]


def test_a_folder_that_is_somebody_elses_is_not_mentioned(tmp_path: Path) -> None:
    write(tmp_path, "a/x", "b/a/y", "c")
    assert [thing.path for thing in walk(tmp_path, "box", skip_dirs=b"a".__eq__)] == ["c", "b/a/y"]


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A chain of 5,000 folders, far below the longest path that the system takes, with a file at its end."""
    root = tmp_path / "root"
    root.mkdir()
    handle = os.open(root, FOLDER_FLAGS)
    for _ in range(5_000):
        os.mkdir("d", dir_fd=handle)
        below = os.open("d", FOLDER_FLAGS, dir_fd=handle)
        os.close(handle)
        handle = below
    end = os.open("end", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=handle)
    os.write(end, b"found")
    os.close(end)
    os.close(handle)
    yield root
    subprocess.run(["rm", "-rf", root], check=True)


def test_a_tree_deeper_than_any_path_is_read_to_its_end(deep: Path) -> None:
    write(deep, "z/last")
    met = list(walk(deep, "box"))
    assert [(thing.path.count("/"), thing.path[-4:]) for thing in met] == [(5_000, "/end"), (1, "last")]
    assert isinstance(met[0], FileRef)
    assert read_file(met[0], 10) == Blob("box", "d/" * 5_000 + "end", b"found", mode=0o600)


def test_a_path_beyond_the_bound_is_too_deep(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    name = "n" * 255
    handle = os.open(root, FOLDER_FLAGS)
    for _ in range(LONGEST_PATH // 256 + 2):
        os.mkdir(name, dir_fd=handle)
        below = os.open(name, FOLDER_FLAGS, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    [met] = walk(root, "box")
    assert isinstance(met, Unscanned)
    assert met.reason is Reason.TOO_DEEP
    subprocess.run(["rm", "-rf", root], check=True)


def test_a_folder_that_vanishes_during_the_walk_is_unscanned(tmp_path: Path) -> None:
    write(tmp_path, "a/x/1", "b/2")
    walking = walk(tmp_path, "box")
    first = next(walking)
    shutil.rmtree(tmp_path / "b")
    assert first.path == "a/x/1"
    assert list(walking) == [Unscanned("box", "b", Reason.VANISHED, "No such file or directory")]


def test_a_folder_that_moves_during_the_walk_does_not_take_the_walk_along(tmp_path: Path) -> None:
    write(tmp_path, "root/a/x/y/1", "root/a/z/2", "elsewhere/z/secret")
    walking = walk(tmp_path / "root", "box")
    assert next(walking).path == "a/x/y/1"
    (tmp_path / "root" / "a" / "x").rename(tmp_path / "elsewhere" / "x")
    assert [thing.path for thing in walking] == ["a/z/2"]


def test_a_folder_that_moves_and_is_gone_is_unscanned(tmp_path: Path) -> None:
    write(tmp_path, "root/a/x/y/1", "root/a/z/2", "root/b/3")
    walking = walk(tmp_path / "root", "box")
    assert next(walking).path == "a/x/y/1"
    (tmp_path / "root" / "a" / "x").rename(tmp_path / "x")
    (tmp_path / "root" / "a").rename(tmp_path / "a")
    assert [(type(thing), thing.path) for thing in walking] == [(Unscanned, "a"), (FileRef, "b/3")]


def test_leaving_a_walk_closes_its_handle(tmp_path: Path) -> None:
    write(tmp_path, "a/x/1", "b/2")
    before = os.open(tmp_path, os.O_RDONLY)
    os.close(before)
    walking = walk(tmp_path, "box")
    next(walking)
    del walking
    after = os.open(tmp_path, os.O_RDONLY)
    os.close(after)
    assert after == before


def test_what_is_for_later_comes_last(tmp_path: Path) -> None:
    write(tmp_path, "a/deep/x", "b/a/y", "c")
    assert files(walk(tmp_path, "box", later={b"a", b"b/a"}.__contains__)) == ["c", "a/deep/x", "b/a/y"]


def test_what_is_for_later_and_gone_by_then_is_said(tmp_path: Path) -> None:
    write(tmp_path, "a/x", "b/y", "d/z")
    walked = walk(tmp_path, "box", later={b"a", b"d"}.__contains__)
    assert files(islice(walked, 1)) == ["b/y"]
    shutil.rmtree(tmp_path / "a")
    assert [thing.path if isinstance(thing, FileRef) else thing for thing in walked] == [
        Unscanned("box", "a", Reason.VANISHED, os.strerror(2)),
        "d/z",
    ]


def test_without_nested_a_repository_is_a_directory_but_for_its_own_folder(tmp_path: Path) -> None:
    write(tmp_path, "web/.git/config", "web/a", "bare/HEAD", "bare/objects/o", "bare/refs/r")
    assert files(walk(tmp_path, "box", nested=False)) == ["bare/HEAD", "bare/objects/o", "bare/refs/r", "web/a"]
