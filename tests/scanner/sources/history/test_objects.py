from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import shutil
import subprocess
from pathlib import Path

import pytest

from scanner.model import Reason
from scanner.sources.history import Limits, RawObject, Repository, discover
from tests.scanner.sources.history.reading import flip, look
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")


def _everything(repo: Repo) -> dict[str, str]:
    """Ids and types of all objects but trees, as git lists them."""
    lines = repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").splitlines()
    return {oid: kind for oid, kind in (line.split() for line in lines) if kind != "tree"}


def _history(repo: Repo) -> None:
    for number in range(5):
        repo.commit({"a": f"line\n{number}\n" * 50, f"dir/{number}": f"{number}"}, message=f"change {number}")
    repo.git("tag", "--annotate", "--message=release", "v1")
    repo.blob("dangling")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_object_is_read_once(tmp_path: Path, object_format: str, *, packed: bool) -> None:
    repo = Repo(tmp_path, object_format=object_format)
    _history(repo)
    if packed:
        repo.pack()
        repo.commit({"b": "loose again"})
    seen = look(tmp_path)
    assert {oid: item.type for oid, item in seen.objects.items()} == _everything(repo)
    assert sum(batch.objects for batch in seen.inventory.batches) == len(seen.objects)
    assert seen.complaints == set()


def test_an_object_in_several_packs_and_loose_is_read_once(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    oid = repo.commit({"a": "a"})
    for _ in range(2):
        repo.git("repack", "-a", "--quiet")
        repo.git("unpack-objects", "-q", stdin=next((repo.gitdir / "objects/pack").glob("*.pack")).read_bytes())
        repo.commit({"a": "b"})
    seen = look(tmp_path)
    assert sum(batch.oids.count(oid) for batch in seen.inventory.batches) == 1


def test_content_arrives_as_it_was(tmp_path: Path) -> None:
    content = bytes(range(256)) * 300 + b"\n"
    repo = Repo(tmp_path)
    repo.commit({"a": content, "empty": b""}, message="subject\n\nbody")
    seen = look(tmp_path)
    assert seen.blobs == {content, b""}
    (commit,) = (item for item in seen.objects.values() if item.type == "commit")
    assert commit.data.endswith(b"\n\nsubject\n\nbody\n")


def test_the_raw_content_is_in_no_representation() -> None:
    assert "secret" not in repr(RawObject("0", "blob", b"secret"))


def test_an_empty_repository_is_read(tmp_path: Path) -> None:
    Repo(tmp_path)
    seen = look(tmp_path)
    assert (seen.objects, seen.head, seen.at, seen.complaints) == ({}, None, "refs/heads/main", set())


@pytest.mark.parametrize("kind", ["blob", "commit", "tag"])
def test_an_object_that_is_too_large_is_named_and_not_read(tmp_path: Path, kind: str) -> None:
    repo = Repo(tmp_path)
    commit = repo.commit({"a": "small"})
    if kind == "blob":
        oid = repo.blob("x" * 5000)
    elif kind == "commit":
        oid = repo.commit(message="x" * 5000)
    else:
        repo.git("tag", "--annotate", f"--message={'x' * 5000}", "big", commit)
        oid = repo.git("rev-parse", "big")
    seen = look(tmp_path, max_blob_size=4000)
    assert (f"{kind}:{oid}", "too-large") in seen.complaints
    assert oid not in seen.objects
    assert commit in seen.objects


@pytest.mark.parametrize("own_packs", [False], indirect=True)
def test_batches_are_bounded_and_keep_the_order_of_the_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path)
    repo.commit({str(number): f"content {number}" for number in range(30)})
    repo.pack()
    monkeypatch.setattr("scanner.sources.history.objects._BATCH_OBJECTS", 10)
    seen = look(tmp_path)
    assert [batch.objects for batch in seen.inventory.batches] == [10, 10, 10, 1]
    monkeypatch.setattr("scanner.sources.history.objects._BATCH_BYTES", 25)
    assert [batch.objects for batch in look(tmp_path).inventory.batches][1:4] == [2, 2, 2]
    assert [oid for batch in seen.inventory.batches for oid in batch.oids] == list(seen.objects)


def _read_elsewhere(batch: bytes, answers: multiprocessing.SimpleQueue[set[str]]) -> None:
    answers.put({item.oid for item in pickle.loads(batch).read() if isinstance(item, RawObject)})  # noqa: S301  # our own bytes


def test_another_process_can_read_a_batch(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    _history(repo)
    layout, _ = discover(tmp_path)
    assert layout is not None
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.SimpleQueue[set[str]] = context.SimpleQueue()
    with Repository("box", layout) as repository:
        (batch,) = repository.inventory().batches
        worker = context.Process(target=_read_elsewhere, args=(pickle.dumps(batch), answers))
        worker.start()
        found = answers.get()
        worker.join()
    assert found == set(_everything(repo))


def test_batches_of_chosen_objects_hold_just_these(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    _history(repo)
    wanted = [repo.blob("one"), repo.blob("two")]
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        (batch,) = repository.batches([*wanted, "1" * 40, wanted[0]])
        assert [item.data for item in batch.read() if isinstance(item, RawObject)] == [b"one", b"two"]
        assert batch.container == "box"
        assert repository.batches([]) == ()


def _running() -> list[subprocess.Popen[bytes]]:
    return [thing for thing in gc.get_objects() if isinstance(thing, subprocess.Popen) and thing.poll() is None]


def test_an_abandoned_batch_leaves_no_child(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({str(number): os.urandom(100_000) for number in range(30)})
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        items = repository.inventory().batches[0].read()
        next(items)
        assert len(_running()) == 1
        del items
        assert _running() == []


def _garble(repo: Repo, oid: str) -> None:
    flip(repo.loose(oid), -3)


def _empty(repo: Repo, oid: str) -> None:
    repo.loose(oid).chmod(0o644)
    repo.loose(oid).write_bytes(b"")


def _garble_header(repo: Repo, oid: str) -> None:
    flip(repo.loose(oid), 2)


@pytest.mark.parametrize("break_it", [_garble, _garble_header, _empty])
def test_a_damaged_loose_object_is_named_and_the_others_are_read(tmp_path: Path, break_it: object) -> None:
    assert callable(break_it)
    repo = Repo(tmp_path)
    repo.commit({"a": os.urandom(3000)})
    oid = repo.git("rev-parse", "HEAD:a")
    others = [repo.blob(f"other {number}") for number in range(20)]
    break_it(repo, oid)
    seen = look(tmp_path)
    assert {path.partition(":")[2] for path, reason in seen.complaints if reason == "damaged"} == {oid}
    assert set(others) < set(seen.objects)


def test_damage_in_a_pack_costs_only_what_it_hit(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({str(number): os.urandom(2000) for number in range(20)})
    pack = repo.pack()
    flip(pack, pack.stat().st_size // 2)
    seen = look(tmp_path)
    assert len(seen.damaged) == 1
    assert seen.damaged[0].reason is Reason.DAMAGED
    assert len(seen.blobs) == 19


def test_a_sound_copy_of_a_damaged_object_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    content = os.urandom(3000)
    repo.commit({"a": content})
    loose = repo.loose(repo.git("rev-parse", "HEAD:a"))
    flip(loose, -3)
    kept = loose.read_bytes()
    flip(loose, -3)
    repo.pack()
    loose.parent.mkdir(exist_ok=True)
    loose.write_bytes(kept)
    seen = look(tmp_path)
    assert content in seen.blobs
    assert seen.damaged == ()


def test_reading_is_given_up_when_too_much_is_broken(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    for number in range(12):
        flip(repo.loose(repo.blob(f"{number}" * 3000)), -3)
    seen = look(tmp_path, limits=Limits(restarts=3))
    assert len(seen.damaged) == 12
    assert {entry.reason for entry in seen.damaged} == {Reason.DAMAGED}
    assert seen.blobs == set()


def test_a_truncated_pack_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": os.urandom(3000)})
    pack = repo.pack()
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:-500])
    blob = repo.blob("loose")
    seen = look(tmp_path)
    assert (f".git/objects/pack/{pack.name}", "damaged") in seen.complaints
    assert ("refs/heads/main", "missing") in seen.complaints
    assert blob in seen.objects


@pytest.mark.parametrize("content", [b"", b"PACK", b"PACK\0\0\0\2\0\0\0\0", b"x" * 100])
def test_what_is_no_pack_is_named(tmp_path: Path, content: bytes) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    pack = repo.pack()
    pack.chmod(0o644)
    pack.write_bytes(content)
    assert (f".git/objects/pack/{pack.name}", "damaged") in look(tmp_path).complaints


@pytest.mark.parametrize("offset", [0, 5, 500, 1100, -60, -1])
def test_a_corrupted_index_is_named(tmp_path: Path, offset: int) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a", "b": "b"})
    index = repo.pack().with_suffix(".idx")
    flip(index, offset)
    assert (f".git/objects/pack/{index.name}", "damaged") in look(tmp_path).complaints


@pytest.mark.parametrize("content", [b"", b"\xfftOc", b"\0" * 2000])
def test_what_is_no_index_is_named(tmp_path: Path, content: bytes) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a", "b": "b"})
    index = repo.pack().with_suffix(".idx")
    index.chmod(0o644)
    index.write_bytes(content)
    assert {reason for path, reason in look(tmp_path).complaints if "pack" in path} == {"damaged"}


def test_an_old_index_is_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    pack = repo.pack()
    pack.with_suffix(".idx").unlink()
    repo.git("index-pack", "--index-version=1", str(pack))
    seen = look(tmp_path)
    assert (seen.blobs, seen.complaints) == ({b"a"}, set())


def test_a_pack_without_its_index_and_an_index_without_its_pack_are_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "a"})
    pack = repo.pack()
    pack.rename(pack.with_name("pack-other.pack"))
    found = look(tmp_path).complaints
    assert {(".git/objects/pack/pack-other.pack", "damaged"), (f".git/objects/pack/{pack.stem}.idx", "missing")} <= found


def test_objects_of_alternates_are_read_once(tmp_path: Path) -> None:
    lender = Repo(tmp_path / "lender")
    lender.commit({"a": "lent"})
    lender.git("repack", "-a", "-d", "--quiet")
    lender.git("clone", "--quiet", "--shared", str(lender.path), str(tmp_path / "middle"))
    lender.git("clone", "--quiet", "--shared", str(tmp_path / "middle"), str(tmp_path / "borrower"))
    seen = look(tmp_path / "borrower")
    assert (seen.blobs, seen.complaints) == ({b"lent"}, set())


@pytest.mark.parametrize(
    "text", ["../../../lender/.git/objects", '"../../../lender/.git/ob\\152ects"', "# comment\n\n../../../lender/.git/objects\n"]
)
def test_alternates_are_read_as_git_reads_them(tmp_path: Path, text: str) -> None:
    lender, borrower = Repo(tmp_path / "lender"), Repo(tmp_path / "borrower")
    lender.commit({"a": "lent"})
    (borrower.gitdir / "objects/info/alternates").write_text(text)
    assert look(borrower.path).blobs == {b"lent"}


def test_missing_alternates_are_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "x")
    repo.commit({"a": "own"})
    (repo.gitdir / "objects/info/alternates").write_text(f"{tmp_path}/nowhere\n")
    seen = look(repo.path)
    assert seen.complaints == {(".git/objects/info/alternates", "missing")}
    assert seen.blobs == {b"own"}


def test_circular_alternates_are_named_and_both_stores_read(tmp_path: Path) -> None:
    one, two = Repo(tmp_path / "one"), Repo(tmp_path / "two")
    one.commit({"a": "1"})
    two.commit({"a": "2"})
    (one.gitdir / "objects/info/alternates").write_text(f"{two.gitdir}/objects\n")
    (two.gitdir / "objects/info/alternates").write_text(f"{one.gitdir}/objects\n")
    seen = look(one.path)
    assert seen.complaints == {(f"{two.gitdir}/objects/info/alternates", "malformed")}
    assert seen.blobs == {b"1", b"2"}


def test_one_store_behind_two_alternates_is_no_circle(tmp_path: Path) -> None:
    repos = [Repo(tmp_path / name) for name in "abcd"]
    for repo, others in zip(repos, [[1, 2], [3], [3], []], strict=True):
        repo.commit({"a": repo.path.name})
        (repo.gitdir / "objects/info/alternates").write_text("".join(f"{repos[number].gitdir}/objects\n" for number in others))
    seen = look(repos[0].path)
    assert (seen.blobs, seen.complaints) == ({b"a", b"b", b"c", b"d"}, set())


def test_alternates_are_followed_only_so_far(tmp_path: Path) -> None:
    repos = [Repo(tmp_path / f"{number}") for number in range(9)]
    for number, repo in enumerate(repos[:-1]):
        (repo.gitdir / "objects/info/alternates").write_text(f"{repos[number + 1].gitdir}/objects\n")
    assert "too-deep" in {reason for _, reason in look(repos[0].path).complaints}


def test_an_object_of_a_kind_that_git_does_not_have_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    oid = repo.forge("potion", b"data")
    assert (f"object:{oid}", "damaged") in look(tmp_path).complaints


def test_an_object_under_another_objects_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    real, other = repo.blob("real"), "12" * 20
    repo.loose(other).parent.mkdir(exist_ok=True)
    shutil.copy(repo.loose(real), repo.loose(other))
    assert look(tmp_path).objects[other].data == b"real"


@pytest.mark.parametrize("name", ["tmp_obj_abc", "note.txt", "ff" * 30])
def test_files_that_are_no_objects_are_passed_over(tmp_path: Path, name: str) -> None:
    repo = Repo(tmp_path)
    path = repo.loose(repo.blob("x"))
    path.with_name(name).write_text("hello")
    seen = look(tmp_path)
    assert (seen.blobs, seen.complaints) == ({b"x"}, set())


def test_an_unreadable_folder_of_the_store_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    folder = repo.loose(repo.blob("x")).parent
    shutil.rmtree(folder)
    folder.write_text("a file")
    assert (f".git/objects/{folder.name}", "malformed") in look(tmp_path).complaints
