"""Content that is not held, from where it lies to what is said of it."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from scanner.identity import OrgKey, StretchBudget
from scanner.model import Reason
from scanner.run import pieces
from scanner.run.examine import Setup
from scanner.run.pieces import Sizes
from scanner.run.work import Answer, Files, Objects, Places, Worker
from scanner.sources import large
from scanner.sources.files import FileRef
from scanner.sources.history import Repository, discover
from tests.support import archives, tokens
from tests.support.command import DETECTORS
from tests.support.repos import Repo

SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)
TOKEN, OTHER = tokens.npm(1), tokens.ghp(2)
WORDS = "words and more\n" * 4000


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(SETUP)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "HELD", 20_000)
    monkeypatch.setattr(pieces, "USUAL", Sizes(8192, 2048, 4096))


def _read(worker: Worker, folder: Path, name: str, data: bytes, most: int = 1 << 20) -> Answer:
    (folder / name).write_bytes(data)
    return worker(Files(0, (FileRef("box", str(folder), name, name.encode()),), most))


def _found(answer: Answer) -> list[tuple[str, int | None, int | None, tuple[str, ...]]]:
    return [(hit.path, one.spot.line, one.spot.column, one.spot.encoding) for hit in answer.hits for one in hit.sightings]


def _noise(size: int) -> bytes:
    return random.Random(3).randbytes(size)


def test_a_large_file_is_read_to_its_end(worker: Worker, tmp_path: Path) -> None:
    answer = _read(worker, tmp_path, "a.txt", f"{WORDS}a = {TOKEN}\n{WORDS}b = {OTHER}\n{WORDS}".encode())
    assert _found(answer) == [("a.txt", 4001, 5, ()), ("a.txt", 8002, 5, ())]
    assert (answer.blobs, answer.bytes, answer.unscanned) == (1, (tmp_path / "a.txt").stat().st_size, [])
    assert answer.hits[0].mode == (tmp_path / "a.txt").stat().st_mode & 0o7777


def test_what_ends_before_its_time_is_unscanned_and_what_came_before_is_found(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = f"a = {TOKEN}\n{WORDS}".encode()
    (tmp_path / "a.txt").write_bytes(data)
    monkeypatch.setattr("scanner.run.work.take_file", lambda ref, _: large.LargeFile(ref, len(data), 0o600, len(data) - 100))
    answer = worker(Files(0, (FileRef("box", str(tmp_path), "a.txt", b"a.txt"),), 1 << 20))
    assert _found(answer) == [("a.txt", 1, 5, ())]
    assert [(entry.path, entry.reason) for entry in answer.unscanned] == [("a.txt", Reason.TOO_LARGE)]
    assert answer.blobs == 0


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.log.gz"])
def test_a_large_archive_is_opened_while_it_is_read(worker: Worker, tmp_path: Path, name: str) -> None:
    data = f"a = {TOKEN}\n".encode()
    steps: tuple[str, ...]
    if name == "a.log.gz":
        data = gzip.compress(_noise(30_000) + b"\n" + data)
        path, steps = "a.log.gz!/a.log", ("gzip",)
    else:
        data = archives.tar({"noise": _noise(30_000), "in.env": data})
        path, steps = f"{name}!/in.env", ("tar",)
        if name.endswith("gz"):
            data, steps = gzip.compress(data), ("gzip", "tar")
    assert len(data) > large.HELD
    answer = _read(worker, tmp_path, name, data)
    assert [(hit.path, hit.member_of, *(one.spot.encoding for one in hit.sightings)) for hit in answer.hits] == [(path, name, steps)]
    assert (answer.unscanned, answer.unopened) == ([], [])


def test_a_large_zip_is_read_as_it_stands_and_not_opened(worker: Worker, tmp_path: Path) -> None:
    data = archives.zipped({"noise": _noise(30_000), "in.env": f"a = {TOKEN}\n".encode()}, archives.STORED)
    answer = _read(worker, tmp_path, "a.zip", data)
    assert [hit.path for hit in answer.hits] == ["a.zip"]
    assert [(entry.path, entry.reason, entry.detail) for entry in answer.unopened] == [
        ("a.zip", Reason.TOO_LARGE, f"a zip of {len(data)} bytes is not opened")
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_blob_of_a_history_is_read_once_for_all_its_paths(worker: Worker, tmp_path: Path, *, packed: bool) -> None:
    repo = Repo(tmp_path)
    text = f"{WORDS}a = {TOKEN}\n"
    repo.commit({"a.txt": text, "b/c.txt": text, "small": "words"})
    oid = repo.git("rev-parse", "HEAD:a.txt")
    if packed:
        repo.pack()
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        answers = [worker(Objects(0, batch)) for batch in repository.inventory().batches]
        assert [spot for answer in answers for spot in _found(answer)] == [(f"blob:{oid}", 4001, 5, ())]
        assert sum(answer.bytes for answer in answers) == len(text) + len("words")
        (batch,) = repository.batches([oid])
        placed = worker(Places(0, batch, {oid: ("a.txt", "b/c.txt")}))
        assert _found(placed) == [("a.txt", 4001, 5, ()), ("b/c.txt", 4001, 5, ())]
        assert placed.blobs == 0


def test_members_of_a_large_archive_are_called_under_each_of_its_paths(worker: Worker, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    data = archives.tar({"noise": _noise(30_000), "in.env": f"a = {TOKEN}\n".encode()})
    repo.commit({"a.tar": data, "b.tar": data})
    oid = repo.git("rev-parse", "HEAD:a.tar")
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        (batch,) = repository.batches([oid])
        answer = worker(Places(0, batch, {oid: ("a.tar", "b.tar")}, again=False))
    assert [(hit.path, hit.member_of) for hit in answer.hits] == [("a.tar!/in.env", "a.tar"), ("b.tar!/in.env", "b.tar")]
    assert answer.blobs == 1
