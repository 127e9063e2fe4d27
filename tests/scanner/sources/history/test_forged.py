"""Objects that no git would write: they are read, or named, and whatever follows them ends."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest

from scanner.sources.history import Limits
from tests.scanner.sources.history.reading import look
from tests.support.packs import entry_header, varint
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")


def _repo(path: Path) -> Repo:
    """Two commits of one file that holds the needle."""
    repo = Repo(path)
    repo.commit({"a": "needle"})
    repo.commit({"a": "needle 2"})
    return repo


@pytest.mark.parametrize(
    "body",
    [
        "tree {tree}\nauthor\ncommitter\n\nx",
        "tree {tree}\n\n",
        "tree {tree}\nauthor A <a> -99999999999999999999 +9999\ncommitter A <a> 99999999999999999999999999 -9999\n\nx",
        "tree {tree}\nauthor \x1b[2J <\n>\n\n",
        "tree {tree}\ncommitter A <a> 1 +0000\nauthor A <a> 1 +0000\nencoding zlib\nfoo \x01\n\n\0\0",
        "tree {tree}\ngpgsig x\n y\n\nx",
    ],
)
def test_forged_commits_take_part(tmp_path: Path, body: str) -> None:
    repo = _repo(tmp_path)
    forged = repo.forge("commit", body.format(tree=repo.git("rev-parse", "HEAD^{tree}")).encode())
    (repo.gitdir / "refs/heads/forged").write_text(f"{forged}\n")
    seen = look(tmp_path)
    assert seen.complaints == set()
    assert (forged, "a") in {(commit, path) for commit, path, _, _ in seen.changes()}


@pytest.mark.parametrize("kind", ["commit", "tag", "tree"])
def test_forged_garbage_is_read_as_what_it_is(tmp_path: Path, kind: str) -> None:
    repo = _repo(tmp_path)
    forged = repo.forge(kind, b"garbage needle")
    (repo.gitdir / "refs/heads/forged").write_text(f"{forged}\n")
    seen = look(tmp_path)
    assert kind == "tree" or seen.objects[forged].data == b"garbage needle"
    assert {b"needle", b"needle 2"} <= seen.blobs


def test_a_commit_that_is_its_own_ancestor_ends(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    one, two = "11" * 20, "22" * 20
    for oid, parent in ((one, two), (two, one)):
        _write_loose(repo, oid, b"commit", f"tree {tree}\nparent {parent}\n\nx".encode())
    (repo.gitdir / "refs/heads/circle").write_text(f"{one}\n")
    seen = look(tmp_path, limits=Limits(patience=20))
    assert {b"needle", b"needle 2"} <= seen.blobs


def _write_loose(repo: Repo, oid: str, kind: bytes, content: bytes) -> None:
    """A loose object whose name is not the hash of its content."""
    repo.loose(oid).parent.mkdir(exist_ok=True)
    repo.loose(oid).write_bytes(zlib.compress(b"%s %d\0%s" % (kind, len(content), content)))


def test_a_tree_that_holds_itself_ends(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    tree = "33" * 20
    _write_loose(repo, tree, b"tree", b"40000 again\0" + bytes.fromhex(tree))
    forged = repo.forge("commit", f"tree {tree}\n\nx".encode())
    (repo.gitdir / "refs/heads/forged").write_text(f"{forged}\n")
    seen = look(tmp_path, limits=Limits(memory=256 << 20))
    assert f"commit:{forged}" in {entry.path for entry in seen.unplaced}
    assert {"a"} == set(seen.chronicle.head)


def test_trees_that_multiply_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.chronicle._PATHS", 10_000)
    repo = _repo(tmp_path)
    entry = f"100644 blob {repo.blob('needle 3')}"
    for _ in range(9):
        tree = repo.git("mktree", stdin="".join(f"{entry}\t{number}\n" for number in range(10)).encode())
        entry = f"040000 tree {tree}"
    bomb = repo.git("commit-tree", "-m", "bomb", entry.split()[-1])
    repo.git("update-ref", "refs/heads/main", bomb)
    seen = look(repo.path, limits=Limits(memory=128 << 20))
    assert f"commit:{bomb}" in {entry.path for entry in seen.unplaced}
    assert ".git/HEAD" in {entry.path for entry in seen.unplaced}
    assert [path for _, path, _, _ in seen.changes()] == ["a", "a"]


def test_a_blob_that_inflates_beyond_what_it_says_is_named(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    oid = "44" * 20
    repo.loose(oid).parent.mkdir()
    repo.loose(oid).write_bytes(zlib.compress(b"blob 10\0" + b"x" * 5_000_000))
    seen = look(tmp_path)
    assert {path for path, _ in seen.complaints} == {f"blob:{oid}"}
    assert {b"needle", b"needle 2"} <= seen.blobs


def test_a_delta_whose_base_needs_all_memory_is_named(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    small = repo.blob("small")
    repo.git("index-pack", "--stdin", stdin=_pack_of_delta(b"x" * (100 << 20)))
    seen = look(tmp_path, limits=Limits(memory=80 << 20))
    assert small in seen.objects
    assert {reason for _, reason in seen.complaints} == {"too-large", "damaged"}


def _pack_of_delta(base: bytes) -> bytes:
    """A pack with one huge blob and one tiny one that copies four bytes of it (gitformat-pack(5))."""
    oid = hashlib.sha1(b"blob %d\0%s" % (len(base), base), usedforsecurity=False).digest()
    delta = varint(len(base)) + varint(4) + b"\x90\x04"
    body = b"PACK" + (2).to_bytes(4, "big") + (2).to_bytes(4, "big")
    body += entry_header(3, len(base)) + zlib.compress(base, 1)
    body += entry_header(7, len(delta)) + oid + zlib.compress(delta)
    return body + hashlib.sha1(body, usedforsecurity=False).digest()
