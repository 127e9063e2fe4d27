from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import ConfigError, UsageError
from scanner.sources.ignore import EVERYTHING, load_ignore


@pytest.mark.parametrize(
    ("patterns", "path", "directory", "skipped"),
    [
        (["*.log"], "a/b.log", False, True),
        (["*.log"], "a/b.txt", False, False),
        (["/top"], "top", False, True),
        (["/top"], "a/top", False, False),
        (["build/"], "build", True, True),
        (["build/"], "build", False, False),
        (["build/"], "build/x/y", False, True),
        (["a/**/z"], "a/b/c/z", False, True),
        (["*.log", "!keep.log"], "keep.log", False, False),
        (["!keep.log", "*.log"], "keep.log", False, True),
        (["# note", "", "  "], "# note", False, False),
        ([r"\#x"], "#x", False, True),
        (["x y"], "x y", False, True),
        (["ж*"], "жаба", False, True),
    ],
)
def test_excluded_patterns_are_those_of_git(tmp_path: Path, patterns: list[str], path: str, directory: bool, skipped: bool) -> None:
    assert load_ignore(tmp_path, exclude=patterns).skips(path, directory=directory) is skipped


@pytest.mark.parametrize(("path", "skipped"), [("a.env", False), ("x/a.env", False), ("a.txt", True), ("x/a.txt", True)])
def test_with_includes_only_they_are_read(tmp_path: Path, path: str, skipped: bool) -> None:
    assert load_ignore(tmp_path, include=["*.env"]).skips(path) is skipped


def test_directories_are_entered_for_what_is_included_below_them(tmp_path: Path) -> None:
    assert not load_ignore(tmp_path, include=["*.env"]).skips("x", directory=True)


def test_excluded_wins_over_included(tmp_path: Path) -> None:
    assert load_ignore(tmp_path, include=["*.env"], exclude=["a.env"]).skips("a.env")


def test_nothing_is_left_out_by_default() -> None:
    assert not EVERYTHING.skips("anything")


@pytest.mark.parametrize("pattern", ["!", "[z-a]", "[abc", "a\\", "/", "[[:nosuch"])
@pytest.mark.parametrize("option", ["include", "exclude"])
def test_a_bad_pattern_of_the_user_is_named(tmp_path: Path, option: str, pattern: str) -> None:
    given = ["ok", pattern]
    with pytest.raises(UsageError) as caught:
        load_ignore(tmp_path, include=given if option == "include" else (), exclude=given if option == "exclude" else ())
    assert str(caught.value).startswith(f"--{option} {pattern}: ")
    assert not isinstance(caught.value, ConfigError)


def test_gitignore_is_not_obeyed(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*\n")
    assert load_ignore(tmp_path, trusted=True) == EVERYTHING


def test_the_targets_own_file_is_obeyed_where_it_is_trusted(tmp_path: Path) -> None:
    (tmp_path / ".keytrailignore").write_bytes(b"# ours\r\n*.log\r\n!keep.log\r\n")
    ignore = load_ignore(tmp_path, trusted=True)
    assert [ignore.skips(path) for path in ("a.log", "keep.log", "a.txt")] == [True, False, False]
    assert ignore.note is None


@pytest.mark.parametrize(
    "make",
    [lambda file: file.write_text("*"), os.mkfifo, lambda file: file.symlink_to("gone")],
    ids=["file", "fifo", "link"],
)
def test_an_untrusted_file_is_mentioned_and_not_obeyed(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / ".keytrailignore")
    ignore = load_ignore(tmp_path)
    assert ignore.note == f"{tmp_path}/.keytrailignore is not obeyed (--trust-config)"
    assert not ignore.skips("a")


def test_the_targets_file_cannot_take_back_what_the_user_excludes(tmp_path: Path) -> None:
    (tmp_path / ".keytrailignore").write_text("!a.log\n")
    assert load_ignore(tmp_path, exclude=["*.log"], trusted=True).skips("a.log")


def test_a_bad_pattern_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".keytrailignore").write_text("ok\n\n[z-a]\n")
    with pytest.raises(ConfigError) as caught:
        load_ignore(tmp_path, trusted=True)
    assert str(caught.value) == f"{tmp_path}/.keytrailignore:3: not a pattern"


def test_a_file_that_would_never_end_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".keytrailignore")
    with pytest.raises(ConfigError) as caught:
        load_ignore(tmp_path, trusted=True)
    assert str(caught.value) == f"{tmp_path}/.keytrailignore: is no regular file (fifo)"


@pytest.mark.parametrize(
    ("content", "complaint"), [(b"x" * 2_000_000, "too-large"), (b"x\n" * 10_001, "more than 10000 lines")], ids=["bytes", "lines"]
)
def test_a_huge_file_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / ".keytrailignore").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_ignore(tmp_path, trusted=True)
    assert str(caught.value) == f"{tmp_path}/.keytrailignore: {complaint}"
