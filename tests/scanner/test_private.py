"""Temporary folders go, wherever a signal ends what they are for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.private import remove_folders, temporary_folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    monkeypatch.undo()
    remove_folders()


def test_a_folder_is_ours_alone_and_goes_with_all_that_is_in_it(place: Path) -> None:
    with temporary_folder() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "inner").mkdir()
        (folder / "inner/file").write_text("text")
        assert list(place.iterdir()) == [folder]
    assert list(place.iterdir()) == []


def test_two_folders_are_two(place: Path) -> None:
    with temporary_folder() as one, temporary_folder() as two:
        assert {one, two} == set(place.iterdir())


def test_a_folder_that_cannot_be_made_is_an_error(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(place / "missing"))
    with pytest.raises(FileNotFoundError), temporary_folder():
        pass


def test_a_signal_between_making_it_and_knowing_leaves_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mkdir = Path.mkdir

    def interrupted(path: Path, mode: int) -> None:
        mkdir(path, mode=mode)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt), temporary_folder():
        pass
    assert list(place.iterdir()) == []


def test_a_signal_while_it_is_removed_leaves_none_when_the_process_ends(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_path: Path, *, ignore_errors: bool) -> None:  # noqa: ARG001 - as it is called
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt), temporary_folder():
        patch.setattr(shutil, "rmtree", interrupted)
    assert len(list(place.iterdir())) == 1
    remove_folders()
    assert list(place.iterdir()) == []


def test_a_folder_that_nobody_closed_goes_when_the_process_ends(place: Path) -> None:
    entered = temporary_folder()
    entered.__enter__()
    assert len(list(place.iterdir())) == 1
    remove_folders()
    assert list(place.iterdir()) == []
