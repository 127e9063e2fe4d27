"""What git's configuration includes: wherever it lies in the home, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.sources.workstation import HomeFile, locate
from scanner.sources.workstation.includes import included


def write(home: Path, path: str, text: str | bytes) -> None:
    (home / path).parent.mkdir(parents=True, exist_ok=True)
    (home / path).write_bytes(text if isinstance(text, bytes) else text.encode())


def test_includes_are_followed_from_file_to_file(tmp_path: Path) -> None:
    write(tmp_path, ".gitconfig", '[include]\n\tpath = ~/work/a.conf\n[includeIf "gitdir:~/src/"]\n\tPATH = "sub dir/b.conf"\n')
    write(tmp_path, ".config/git/config", "[include] path = more/c.conf\n")
    write(tmp_path, "work/a.conf", f"[include]\npath = ../d.conf\npath = {tmp_path}/e.conf\npath = a.conf\n")
    assert sorted(included(tmp_path)) == [".config/git/more/c.conf", "d.conf", "e.conf", "sub dir/b.conf", "work/a.conf"]


@pytest.mark.parametrize("value", ["", "/etc/passwd", "../outside", "~ada/x", "a*", "~/../x", ".", "~/", "\\0"])
def test_what_is_not_below_the_home_is_left_out(tmp_path: Path, value: str) -> None:
    write(tmp_path, ".gitconfig", f"[include]\npath = {value}\n")
    assert [path for path in included(tmp_path) if path.startswith(("/", "..")) or "*" in path] == []


def test_hostile_configurations_come_to_an_end(tmp_path: Path) -> None:
    write(tmp_path, ".gitconfig", "[include]\n" + "".join(f"path = f{number}\n" for number in range(2000)))
    write(tmp_path, "f0", b"\xff\xfe[include\npath = \x00\n" + b"[" * 100_000)
    os.mkfifo(tmp_path / "f1")
    (tmp_path / "f2").symlink_to("f2")
    assert len(list(included(tmp_path))) < 300


def test_a_file_that_is_included_is_one_of_git_s(tmp_path: Path) -> None:
    write(tmp_path, ".gitconfig", "[include]\npath = notes.txt\n")
    write(tmp_path, "notes.txt", "[github]\ntoken = x\n")
    found = {file.ref.path: (file.tool, file.format, file.like) for file in locate(tmp_path, "~") if isinstance(file, HomeFile)}
    assert found["notes.txt"] == ("git", "gitconfig", ".gitconfig")
    assert found[".gitconfig"][0] == "git"
