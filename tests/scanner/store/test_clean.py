from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from scanner.store import clean, cleanfile
from scanner.store.clean import CleanBlobs

DAY = 86_400


def oid(number: int) -> bytes:
    """An id; like real ones they are spread evenly."""
    return bytes([number * 37 % 256]) + number.to_bytes(19, "big")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def keep(folder: Path, numbers: Iterable[int], manner: str = "a", origin: int | None = None) -> None:
    """A run in which blobs with these numbers, and sizes, were found to hold nothing."""
    with CleanBlobs(folder, lambda: manner) as blobs:
        blobs.among((), None)
        blobs.add({oid(number): (number, b"") for number in numbers}, origin)


def known(folder: Path, numbers: Sequence[int], manner: str = "a", origin: int | None = None) -> list[int]:
    """Which of the numbers a later run knows, by the sizes that it is told."""
    with CleanBlobs(folder, lambda: manner) as blobs:
        found, _ = blobs.among(map(oid, numbers), origin)
        return sorted(found[oid(number)][0] for number in numbers if oid(number) in found)


def test_a_run_knows_what_earlier_ones_and_itself_have_found(folder: Path) -> None:
    assert known(folder, range(10)) == []
    keep(folder, range(5))
    with CleanBlobs(folder, lambda: "a") as blobs:
        blobs.add({oid(7): (7, b"beside")}, None)
        assert blobs.among(map(oid, range(10)), None)[0] == {**{oid(number): (number, b"") for number in range(5)}, oid(7): (7, b"beside")}
    assert known(folder, range(10)) == [0, 1, 2, 3, 4, 7]
    with CleanBlobs(folder, lambda: "a") as blobs:
        assert blobs.among([oid(7)], None) == ({oid(7): (7, b"beside")}, False)
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_more_than_are_asked_and_written_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "_AT_ONCE", 7)
    monkeypatch.setattr(clean, "_WRITTEN", 10)
    with CleanBlobs(folder, lambda: "a") as blobs:
        blobs.among((), None)
        for number in range(100):
            blobs.add({oid(number): (number, b"")}, None)
        assert known(folder, range(100)) == list(range(100))
        assert len(blobs.among(map(oid, range(200)), None)[0]) == 100


def test_what_nobody_has_checked_counts_where_it_was_met(folder: Path) -> None:
    keep(folder, [1, 2], origin=7)
    keep(folder, [3])
    with CleanBlobs(folder, lambda: "a") as blobs:
        blobs.among((), None)
        blobs.add({oid(4): (4, b"")}, 7)
        asked = list(map(oid, range(1, 5)))
        assert blobs.among(asked, 7) == ({oid(number): (number, b"") for number in (1, 2, 3, 4)}, False)
        assert blobs.among(asked, 8) == ({oid(3): (3, b"")}, True)
        assert blobs.among(asked, None) == ({oid(3): (3, b"")}, True)
        assert blobs.among(asked[2:3], None) == ({oid(3): (3, b"")}, False)


def test_what_was_met_in_another_place_since_counts_there_and_what_was_checked_everywhere(folder: Path) -> None:
    keep(folder, [1, 2], origin=7)
    keep(folder, [1], origin=8)
    assert (known(folder, [1, 2], origin=7), known(folder, [1, 2], origin=8)) == ([1, 2], [1])
    keep(folder, [1])
    keep(folder, [1], origin=9)
    assert [known(folder, [1], origin=origin) for origin in (None, 7, 9)] == [[1], [1], [1]]


def test_what_is_known_of_a_pack_is_few_rows_and_in_no_other(folder: Path) -> None:
    keep(folder, range(5000), origin=7)
    (file,) = folder.iterdir()
    assert sqlite3.connect(file).execute("SELECT origin, length(ids) FROM packs").fetchall() == [(7, 100_000)]
    assert known(folder, range(5000), origin=7) == list(range(5000))
    assert known(folder, range(5000), origin=8) == []


def test_a_few_files_that_many_have_do_not_make_a_pack_seem_known(folder: Path) -> None:
    keep(folder, range(1000), origin=7)
    with CleanBlobs(folder, lambda: "a") as blobs:
        assert blobs.among(map(oid, range(3)), 8) == ({}, False)
        assert blobs.among(map(oid, range(990, 2000)), 8) == ({}, False)
        assert blobs.among(map(oid, range(500, 2000)), 8) == ({}, True)
        blobs.add({oid(number): (number, b"") for number in range(3000, 3100)}, 7)
        assert blobs.among(map(oid, range(3000, 3010)), 8) == ({}, False)
        assert blobs.among(map(oid, range(3000, 3050)), 8) == ({}, True)


def test_what_was_checked_is_kept_with_the_pack_that_has_it_too(folder: Path) -> None:
    keep(folder, range(100))
    assert known(folder, range(100), origin=7) == list(range(100))
    (file,) = folder.iterdir()
    assert sqlite3.connect(file).execute("SELECT origin, length(ids) FROM packs").fetchall() == [(7, 2000)]
    sqlite3.connect(file).execute("DELETE FROM checked").connection.commit()
    assert known(folder, range(100), origin=7) == list(range(100))


@pytest.mark.parametrize("column", ["ids", "sizes", "lengths", "beside", "digest", "width"])
@pytest.mark.parametrize("value", [b"", b"x" * 40, 7, "text"])
def test_a_row_that_nobody_has_written_so_is_damage(folder: Path, column: str, value: object) -> None:
    with CleanBlobs(folder, lambda: "a") as blobs:
        blobs.among((), None)
        blobs.add({oid(1): (1, b"beside"), oid(2): (2, b"")}, 7)
    (file,) = folder.iterdir()
    with sqlite3.connect(file) as link:
        link.execute(f"UPDATE packs SET {column} = ?", (value,))  # noqa: S608 - names of columns
    assert known(folder, [1, 2], origin=7) == []
    assert not file.exists()
    keep(folder, [1], origin=7)
    assert known(folder, [1], origin=7) == [1]


def test_of_packs_too_a_full_file_loses_what_was_of_no_use_for_longest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_900_000_000
    monkeypatch.setattr("scanner.store.clean.time.time", lambda: now)
    for origin in range(8):
        keep(folder, [origin], origin=origin)
    now += 8 * DAY
    assert [known(folder, [origin], origin=origin) for origin in range(4)] == [[origin] for origin in range(4)]
    monkeypatch.setattr(cleanfile, "_LARGEST", 1)
    keep(folder, [100], origin=100)
    monkeypatch.undo()
    assert [origin for origin in range(8) if known(folder, [origin], origin=origin)] == [0, 1, 2, 3, 7]


def test_another_manner_knows_nothing_of_it(folder: Path) -> None:
    keep(folder, [1])
    assert known(folder, [1], "b") == []


def test_nobody_is_asked_how_blobs_are_examined_before_there_are_some(folder: Path) -> None:
    with CleanBlobs(folder, lambda: pytest.fail("asked")):
        pass
    assert not folder.exists()


@pytest.mark.parametrize("cut", [0, 1, 100, 5000])
def test_a_damaged_file_is_begun_anew(folder: Path, cut: int) -> None:
    keep(folder, range(1000))
    (file,) = folder.iterdir()
    content = file.read_bytes()
    file.write_bytes(content[:cut] + os.urandom(len(content) - cut))
    assert set(known(folder, range(1000))) <= set(range(1000))
    keep(folder, range(1000))
    keep(folder, range(1000))
    assert known(folder, range(1000)) == list(range(1000))


def test_an_empty_file_is_one_without_rows(folder: Path) -> None:
    keep(folder, [1])
    (file,) = folder.iterdir()
    file.write_bytes(b"")
    assert known(folder, [1]) == []
    keep(folder, [1])
    assert known(folder, [1]) == [1]


def test_what_others_can_write_to_is_not_used(folder: Path, tmp_path: Path) -> None:
    keep(folder, [1])
    (file,) = folder.iterdir()
    for path, mode in ((file, 0o666), (folder, 0o777)):
        before = path.stat().st_mode
        path.chmod(mode)
        assert known(folder, [1]) == []
        keep(folder, [2])
        path.chmod(before)
    assert known(folder, [1, 2]) == [1]
    moved = file.rename(tmp_path / "elsewhere")
    file.symlink_to(moved)
    assert known(folder, [1]) == []
    keep(folder, [2])
    assert not list(folder.glob("*-journal"))
    assert sqlite3.connect(moved).execute("SELECT count(*) FROM checked").fetchone() == (1,)


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file" / "cache", [1])
    assert known(tmp_path / "file" / "cache", [1]) == []


def test_a_file_that_is_locked_for_long_is_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanfile, "_PATIENCE", 0.01)
    keep(folder, [1])
    (file,) = folder.iterdir()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert known(folder, [1]) == []
    keep(folder, [2])
    other.execute("ROLLBACK")
    assert known(folder, [1, 2]) == [1]


def test_runs_beside_each_other_lose_nothing(folder: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        list(pool.map(keep, [folder] * 8, [range(start, start + 500) for start in range(0, 2000, 250)]))
    assert known(folder, range(2250)) == list(range(2250))


def test_a_full_file_loses_what_was_of_no_use_for_longest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_900_000_000
    monkeypatch.setattr("scanner.store.clean.time.time", lambda: now)
    keep(folder, range(1000))
    now += 8 * DAY
    assert known(folder, range(500)) == list(range(500))
    now += DAY
    monkeypatch.setattr(cleanfile, "_LARGEST", 1)
    keep(folder, range(2000, 3000))
    monkeypatch.undo()
    assert known(folder, range(3000)) == [*range(500), *range(2000, 3000)]


def test_a_full_file_of_one_day_loses_a_quarter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleanfile, "_LARGEST", 1)
    keep(folder, range(1024))
    assert len(known(folder, range(1024))) == 768


def test_files_of_other_manners_are_given_up_after_a_month(folder: Path) -> None:
    for manner in ("a", "b", "c"):
        keep(folder, [1], manner)
    for age, manner in ((29, "a"), (32, "b")):
        then = (folder / f"clean-{manner}.db").stat().st_mtime - age * DAY
        os.utime(folder / f"clean-{manner}.db", (then, then))
    keep(folder, [1], "d")
    assert sorted(file.name for file in folder.iterdir()) == ["clean-a.db", "clean-c.db", "clean-d.db"]


def test_sorts_of_contents_are_kept_apart_and_old_files_of_each_go(folder: Path) -> None:
    keep(folder, [1])
    with CleanBlobs(folder, lambda: "a", "other") as blobs:
        assert blobs.among([oid(1)], None)[0] == {}
        assert blobs.file() == folder / "other-a.db"
        blobs.add({oid(2): (2, b"")}, None)
    os.utime(folder / "other-a.db", (0, 0))
    keep(folder, [3], manner="b")
    assert sorted(file.name for file in folder.iterdir()) == ["clean-a.db", "clean-b.db", "other-a.db"]
    with CleanBlobs(folder, lambda: "b", "other") as blobs:
        blobs.among((), None)
        blobs.add({oid(2): (2, b"")}, None)
    assert sorted(file.name for file in folder.iterdir()) == ["clean-a.db", "clean-b.db", "other-b.db"]
