from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Reason
from scanner.sources.history import Inventory, Repository, discover, knowing
from scanner.sources.history.objects import pack_ids, unpack_ids
from tests.support.repos import Repo

WIDTHS = {"sha1": 20, "sha256": 32}


pytestmark = pytest.mark.usefixtures("own_packs")


def _inventory(path: Path, known: frozenset[bytes] = frozenset(), *, max_blob_size: int = 1 << 20) -> Inventory:
    layout, _ = discover(path)
    assert layout is not None
    with Repository("box", layout, max_blob_size=max_blob_size) as repository:
        return repository.reader.inventory(knowing(known))


def _dealt(inventory: Inventory) -> frozenset[bytes]:
    return frozenset(bytes.fromhex(oid) for batch in inventory.batches for oid in batch.oids)


@pytest.mark.parametrize("object_format", WIDTHS)
def test_all_content_is_met(tmp_path: Path, object_format: str) -> None:
    repo = Repo(tmp_path, object_format=object_format)
    repo.commit({"a": "a", "b": "b"})
    repo.git("tag", "--annotate", "--message=release", "v1")
    inventory = _inventory(tmp_path)
    assert unpack_ids(inventory.oids, WIDTHS[object_format]) == _dealt(inventory)
    assert (len(_dealt(inventory)), len(inventory.passed)) == (4, 0)


def test_known_objects_are_counted_and_not_dealt(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    first = _inventory(tmp_path)
    commit = repo.commit({"a": "b"})
    second = _inventory(tmp_path, unpack_ids(first.oids, 20))
    assert _dealt(second) == {bytes.fromhex(commit), bytes.fromhex(repo.git("rev-parse", "HEAD:a"))}
    assert (len(second.passed), second.counts) == (2, {"blob": 2, "commit": 2, "tree": 2})
    assert second.bytes < _inventory(tmp_path).bytes


def test_nothing_new_is_no_batch(tmp_path: Path) -> None:
    Repo(tmp_path).commit({"a": "a"})
    first = _inventory(tmp_path)
    second = _inventory(tmp_path, unpack_ids(first.oids, 20))
    assert (second.batches, second.oids, second.counts) == ((), first.oids, first.counts)


def test_what_vanished_is_met_no_more(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    oid = repo.blob("dangling")
    known = unpack_ids(_inventory(tmp_path).oids, 20)
    repo.loose(oid).unlink()
    assert known - unpack_ids(_inventory(tmp_path, known).oids, 20) == {bytes.fromhex(oid)}


def test_what_is_too_large_is_reported_each_time(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a" * 5000})
    first = _inventory(tmp_path, max_blob_size=1000)
    second = _inventory(tmp_path, unpack_ids(first.oids, 20), max_blob_size=1000)
    assert [entry.reason for entry in second.unscanned] == [Reason.TOO_LARGE]
    assert first.unscanned == second.unscanned


def test_a_damaged_store_leaves_known_objects_out_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    known = unpack_ids(_inventory(tmp_path).oids, 20)
    repo.forge("nonsense", b"x")
    inventory = _inventory(tmp_path, known)
    assert (len(inventory.passed), len(inventory.unscanned), _dealt(inventory)) == (2, 1, frozenset())


@pytest.mark.parametrize("width", WIDTHS.values())
def test_ids_are_packed_in_order_and_once(width: int) -> None:
    ids = [os.urandom(width) for _ in range(50)]
    packed = pack_ids([*ids, *ids])
    assert packed == b"".join(sorted(ids))


@given(st.frozensets(st.binary(min_size=20, max_size=20)))
def test_what_was_packed_is_unpacked(ids: frozenset[bytes]) -> None:
    assert unpack_ids(pack_ids(ids), 20) == ids


def test_ids_that_were_cut_short_are_refused() -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        unpack_ids(b"x" * 39, 20)
