"""Which store is opened, and which is refused, in one sentence that names it."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.errors import StoreError
from scanner.store import open_store
from scanner.store.schema import HEAD
from tests.scanner.store.worlds import COVERAGE, KID, holds, night, occurrence, opened

ROOT = Path(__file__).parents[3]


def refusal(url: str | Path, *, write: bool, kid: str | None = KID) -> str:
    """The sentence with which a store is refused."""
    with pytest.raises(StoreError) as refused:
        open_store(str(url), kid=kid, write=write, patience=0.01)
    assert refused.value.__context__ is None or refused.value.__suppress_context__
    return str(refused.value)


def altered(path: Path, statement: str, *values: str) -> Path:
    """A store made by hand, or changed behind our back."""
    link = sqlite3.connect(path)
    link.execute(statement, values)
    link.commit()
    link.close()
    return path


def test_a_store_can_be_named_by_path_and_by_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number, url in enumerate(["new.db", f"sqlite:///{tmp_path}/new.db", "sqlite:///new.db", str(tmp_path / "new.db")]):
        with open_store(url, kid=KID, write=number == 0) as store:
            assert store.kid == KID
    assert [path.name for path in tmp_path.glob("*.db")] == ["new.db"]


@pytest.mark.parametrize("name", ["a b.db", "50%.db", "q?mode=memory.db", "#.db", "ü.db"])
def test_a_name_means_a_file_of_that_name(tmp_path: Path, name: str) -> None:
    opened(tmp_path / name).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("url", ["postgresql://u:hunter2@db/x", "sqlite+aiosqlite:///x", "http://x"])
def test_other_databases_are_not_supported_and_their_urls_not_repeated(url: str) -> None:
    message = refusal(url, write=True)
    assert (
        message
        == f"a store at {url.partition('://')[0]}:// cannot be used: only SQLite is supported so far, as sqlite:///PATH or a plain path"
    )


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite://host/x", ""])
def test_a_url_without_a_path_names_no_store(url: str) -> None:
    assert refusal(url, write=True) == "a store is named by sqlite:///PATH or a plain path"


def test_nobody_else_can_read_a_store_while_it_is_open_or_after(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    previous = os.umask(0)
    try:
        with opened(folder / "s.db") as store, store.lock():
            night(store, 1, holds(occurrence()))
            while_open = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}
    finally:
        os.umask(previous)
    assert while_open == dict.fromkeys(("s.db", "s.db-wal", "s.db-shm", "s.db.lock"), "0o600")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["s.db", "s.db.lock"]


def test_commits_are_durable_and_references_hold(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store, store.database.reading() as transaction:
        pragmas = {
            name: transaction.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


@pytest.mark.parametrize("name", ["s.db", "no/folder/s.db"])
def test_reading_makes_no_store(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name, write=False) == f"no store at {tmp_path / name}: keytrail sweep makes one"
    assert list(tmp_path.iterdir()) == []


def test_a_store_whose_making_was_cut_off_is_none_yet(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch()
    assert refusal(tmp_path / "s.db", write=False) == f"no store at {tmp_path / 's.db'}: keytrail sweep makes one"
    with opened(tmp_path / "s.db") as store:
        assert store.kid == KID


def test_reading_changes_nothing(tmp_path: Path) -> None:
    opened(tmp_path / "s.db").close()
    with (
        open_store(str(tmp_path / "s.db"), kid=KID, write=False) as store,
        pytest.raises(StoreError, match=r"s\.db cannot be used: it or its folder is read-only"),
        store.publish("2026-01-01T00:00:00Z"),
    ):
        pass


def test_the_first_writer_binds_a_store_to_a_key(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with open_store(str(path), kid=None, write=True) as store:
        assert store.kid is None
    with open_store(str(path), kid=KID, write=False) as store:
        assert store.kid is None
    with opened(path) as store:
        assert store.kid == KID
    with open_store(str(path), kid=None, write=False) as store:
        assert store.kid == KID
    for write in (True, False):
        expected = f"the store {path} was made with another key (kid {KID}, this one is d4e5f6)"
        assert refusal(path, write=write, kid="d4e5f6") == expected


@pytest.mark.parametrize("write", [True, False])
def test_a_store_of_a_newer_version_is_refused(tmp_path: Path, write: bool) -> None:
    opened(tmp_path / "s.db").close()
    path = altered(tmp_path / "s.db", "UPDATE alembic_version SET version_num = '9999'")
    message = f"the store {path} was made by a newer keytrail (its schema is '9999', this one knows up to {HEAD})"
    assert refusal(path, write=write) == message


def test_a_store_of_an_older_version_waits_for_a_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.db"
    opened(path).close()
    monkeypatch.setattr("scanner.store.migrate.HEAD", "0003")
    message = f"the store {path} was made by an older keytrail: run keytrail sweep once to bring it up to date"
    assert refusal(path, write=False) == message


@pytest.mark.parametrize("write", [True, False])
def test_what_is_no_database_is_no_store(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "s.db"
    path.write_text("[[targets]]\n" * 500)
    assert refusal(path, write=write) == f"{path} is not a store: it is no SQLite database"
    assert path.read_text() == "[[targets]]\n" * 500


@pytest.mark.parametrize("write", [True, False])
def test_somebody_elses_database_is_left_alone(tmp_path: Path, write: bool) -> None:
    path = altered(tmp_path / "s.db", "CREATE TABLE bookmarks (url TEXT)")
    assert refusal(path, write=write) == f"{path} is not a store: it is a database of something else"


@pytest.mark.parametrize("write", [True, False])
def test_a_folder_and_a_pipe_are_no_store(tmp_path: Path, write: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        assert refusal(tmp_path / name, write=write) == f"{tmp_path / name} is not a store: it is no file"


def test_a_damaged_page_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as store:
        night(store, 1, holds(*(occurrence(str(number)) for number in range(500))))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    assert refusal(path, write=False) == f"the store {path} is damaged"


@pytest.mark.parametrize("document", ["", "{", "[]", '{"id":1}', "[" * 100_000])
def test_a_damaged_document_is_said(tmp_path: Path, document: str) -> None:
    path = tmp_path / "s.db"
    with opened(path) as store:
        night(store, 1, holds(occurrence()))
    altered(path, "UPDATE occurrences SET document = ?", document)
    with open_store(str(path), kid=KID, write=False) as store:
        for read in (store.outcome, lambda: store.credentials(occurrence().credential)):
            with pytest.raises(StoreError) as refused:
                read()
            assert str(refused.value) == f"the store {path} is damaged"


def test_a_place_below_a_file_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "s.db"
    assert refusal(path, write=True) == f"the store {path} cannot be used: Not a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert refusal(tmp_path / "s.db", write=True) == f"the store {tmp_path / 's.db'} cannot be used: Permission denied"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    opened(path).close()
    path.chmod(0o400)
    with opened(path) as store, pytest.raises(StoreError, match="read-only"):
        night(store, 1)


@pytest.mark.parametrize("write", [True, False])
def test_a_store_that_another_process_holds_exclusively_is_in_use(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "s.db"
    opened(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    assert refusal(path, write=write) == f"the store {path} is in use: another process holds its lock"
    other.close()


def test_two_writers_do_not_wait_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as store, open_store(str(path), kid=KID, write=True, patience=0.01) as other, store.publish("2026") as edition:
        with pytest.raises(StoreError, match="another process holds its lock"), other.publish("2026"):
            pass
        edition.finish(COVERAGE, finished_at="2026", tool_version="1")


def test_a_full_disk_is_said_and_leaves_the_edition_before(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with opened(path) as store:
        night(store, 1, holds(occurrence()))
        before = store.outcome()
    with opened(path) as store:
        with store.database.reading() as transaction:
            size = transaction.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            transaction.connection.exec_driver_sql(f"PRAGMA max_page_count = {size + 2}")
        with pytest.raises(StoreError) as refused:
            night(store, 2, holds(*(occurrence(str(number)) for number in range(2000))))
        assert str(refused.value) == f"the store {path} cannot be written: the disk is full"
        assert store.outcome() == before


def test_another_sweep_is_told_at_once_that_the_store_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    take = (
        "import sys; from scanner.store import open_store\n"
        "with open_store(sys.argv[1], kid='a1b2c3', write=True) as store, store.lock():\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with (
        subprocess.Popen([sys.executable, "-c", take, path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other,
        opened(path) as store,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError) as refused, store.lock():
            pass
        assert str(refused.value) == f"another sweep is using the store {path}"
        other.kill()
        other.wait()
        with store.lock():
            pass


def test_a_lock_ends_with_its_block_though_a_forked_worker_lives_on(tmp_path: Path) -> None:
    end, release = os.pipe()
    with opened(tmp_path / "s.db") as store:
        with store.lock():
            worker = os.fork()
            if worker == 0:
                os.close(release)
                os.read(end, 1)
                os._exit(0)
        with store.lock():
            pass
    os.close(release)
    os.close(end)
    os.waitpid(worker, 0)


def test_naming_the_store_loads_no_database_library() -> None:
    code = "import sys, scanner.store; print(*sorted({'sqlalchemy', 'alembic', 'sqlite3'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout.strip() == b""


def test_reading_a_current_store_does_not_load_alembic(tmp_path: Path) -> None:
    opened(tmp_path / "s.db").close()
    code = "import sys; from scanner.store import open_store; open_store(sys.argv[1], kid=None, write=False).close(); print('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code, tmp_path / "s.db"], cwd=ROOT, capture_output=True, check=True).stdout == b"False\n"
