"""Blobs that are not held: they come out of batches as something that can be opened."""

from __future__ import annotations

import pickle
import random
from pathlib import Path

import pytest

from scanner.errors import UnreadableError
from scanner.model import Reason, Unscanned
from scanner.sources.history import LargeObject, Limits, Repository, discover, git
from scanner.sources.history.objects import sizes
from scanner.sources.large import Flow
from tests.scanner.sources.history.reading import flip
from tests.support.packs import BY_OFFSET, Forged, blob_id, copy, delta, forge_pack, insert, whole
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")

HELD = 10_000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.large.HELD", HELD)


def _text(size: int, seed: int = 0) -> str:
    return random.Random(seed).randbytes(size // 2).hex()


def _read(flow: Flow) -> bytes:
    return b"".join(iter(lambda: flow.pull(1 << 16), b""))


def _opened(
    path: Path, most: int = 1 << 20, limits: Limits | None = None
) -> tuple[dict[str, tuple[bytes, UnreadableError | None]], list[Unscanned]]:
    """What every large blob of the store says when it is opened, and what ended that; and what is wrong with the store."""
    layout, _ = discover(path)
    assert layout is not None
    with Repository("box", layout, max_blob_size=most, limits=limits) as repository:
        inventory = repository.inventory()
        items = [item for batch in inventory.batches for item in batch.read()]
        seen = {}
        for item in items:
            if isinstance(item, LargeObject):
                with pickle.loads(pickle.dumps(item)).opened() as flow:  # noqa: S301 - our own bytes
                    seen[item.oid] = _read(flow), flow.failure
        return seen, [*inventory.unscanned, *(item for item in items if isinstance(item, Unscanned))]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_large_blob_is_read_piece_by_piece(tmp_path: Path, object_format: str, *, packed: bool) -> None:
    repo = Repo(tmp_path, object_format=object_format)
    text = _text(3 * HELD)
    repo.commit({"large": text, "small": "words"})
    if packed:
        repo.pack()
    assert _opened(tmp_path) == ({repo.git("rev-parse", "HEAD:large"): (text.encode(), None)}, [])


def test_so_are_those_that_are_stored_as_differences(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    text = _text(3 * HELD)
    repo.commit({"large": text})
    repo.commit({"large": text + "more"})
    repo.commit({"large": text[: HELD // 2]})
    repo.pack()
    bases = repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objectsize) %(deltabase)").splitlines()
    assert any(int(size) > HELD and base.strip("0") for size, _, base in (line.partition(" ") for line in bases))
    seen, unscanned = _opened(tmp_path)
    assert (sorted(seen.values()), unscanned) == ([(text.encode(), None), (text.encode() + b"more", None)], [])


def test_what_is_above_the_limit_is_not_opened(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"large": _text(3 * HELD)})
    oid = repo.git("rev-parse", "HEAD:large")
    assert _opened(tmp_path, most=2 * HELD) == ({}, [Unscanned("box", f"blob:{oid}", Reason.TOO_LARGE, f"{3 * HELD} bytes")])


def test_a_large_message_is_too_large(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"small": "words"}, message=_text(2 * HELD))
    seen, [unscanned] = _opened(tmp_path)
    assert (seen, unscanned.path, unscanned.reason) == ({}, f"commit:{repo.git('rev-parse', 'HEAD')}", Reason.TOO_LARGE)


def test_a_damaged_blob_is_read_as_far_as_git_can(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    text = _text(40 * HELD)
    repo.commit({"large": text})
    oid = repo.git("rev-parse", "HEAD:large")
    flip(repo.loose(oid), repo.loose(oid).stat().st_size // 2)
    ((data, failure),) = _opened(tmp_path)[0].values()
    assert data[:HELD] == text[:HELD].encode()
    assert failure is not None
    assert failure.reason is Reason.DAMAGED


def test_what_git_would_have_to_hold_and_may_not_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.large.HELD", 1 << 20)
    monkeypatch.setattr(git, "_SETTINGS", tuple(one.replace("128m", "1m") for one in git._SETTINGS))  # noqa: SLF001 - see HELD
    base = bytes(64 << 20)
    child = base + b"x"
    steps = (copy(at, 1 << 23) for at in range(0, len(base), 1 << 23))
    made = Forged(blob_id(child), BY_OFFSET, delta(len(base), len(child), *steps, insert(b"x")), 0)
    forge_pack(Repo(tmp_path).gitdir / "objects/pack", [whole(base), made])
    seen, _ = _opened(tmp_path, most=1 << 30, limits=Limits(memory=112 << 20))
    (data, none), (_, failure) = (seen[blob_id(content).hex()] for content in (base, child))
    assert (len(data), none) == (len(base), None)
    assert failure is not None
    assert (failure.reason, failure.detail) == (
        Reason.TOO_LARGE,
        "git would have to hold it as a whole, since it is stored as a difference",
    )


def test_an_object_that_went_away_is_no_empty_one(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"large": _text(3 * HELD)})
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        (line,) = sizes(repository.shadow.handle, [repo.git("rev-parse", "HEAD:large").encode()])
        gone = LargeObject(repository.shadow.handle, "0" * 39 + "1", int(line.split()[2]))
        with gone.opened() as flow:
            assert flow.pull(10) == b""
            assert flow.failure is not None
            assert flow.failure.reason is Reason.DAMAGED


def test_differences_that_come_to_more_than_is_read_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.largeobject._ALWAYS", 10 * HELD)
    base = bytes(2 * HELD)
    children = [base + bytes((number,)) for number in range(50)]
    made = [
        Forged(blob_id(child), BY_OFFSET, delta(len(base), len(child), copy(0, len(base)), insert(child[-1:])), 0) for child in children
    ]
    forge_pack(Repo(tmp_path).gitdir / "objects/pack", [whole(base), *made])
    seen, unscanned = _opened(tmp_path)
    assert 4 < len(seen) < len(children)
    assert len(seen) + len(unscanned) == len(children) + 1
    assert {entry.reason for entry in unscanned} == {Reason.TOO_LARGE}


def test_blobs_that_take_as_much_in_the_store_are_all_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.largeobject._ALWAYS", HELD)
    repo = Repo(tmp_path)
    repo.commit({str(number): _text(2 * HELD, number) for number in range(5)})
    repo.pack()
    seen, unscanned = _opened(tmp_path)
    assert (len(seen), unscanned) == (5, [])
