"""The reader of packs gives what git gives, object by object, and of what it cannot read says what git says."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanner.sources.history import Limits, packs
from tests.scanner.sources.history.reading import Seen, flip, look
from tests.support.packs import BY_ID, BY_OFFSET, Forged, blob_id, copy, delta, forge_pack, index_of, insert, whole
from tests.support.repos import Repo, environment

pytestmark = pytest.mark.skipif(not packs.AVAILABLE, reason="there is no compiler")


def _grown(path: Path, *, object_format: str = "sha1", commits: int = 40) -> Repo:
    """A history in which files grow, change and come back, with tags and a branch."""
    chance = random.Random(7)
    repo = Repo(path, object_format=object_format)
    texts = {name: [f"{name} {chance.random()}" for _ in range(200)] for name in ("a.py", "b/c.txt", "d.bin")}
    for number in range(commits):
        for lines in texts.values():
            lines[chance.randrange(len(lines))] = f"changed {chance.random()} needle"
            lines.insert(chance.randrange(len(lines)), "needle" * chance.randrange(30))
        repo.commit({name: "\n".join(lines) for name, lines in texts.items()} | {f"new-{number}": f"{number}"})
        if number % 10 == 0:
            repo.git("tag", "-a", f"v{number}", "-m", "x" * number)
    return repo


def _by_git(path: Path) -> dict[str, tuple[str, bytes]]:
    """Every commit, blob and tag of a store, by git."""
    done = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"], cwd=path, env=environment(), capture_output=True, check=True
    )
    out, at, found = done.stdout, 0, {}
    while at < len(out):
        end = out.index(b"\n", at)
        oid, kind, size = out[at:end].decode().split()
        if kind != "tree":
            found[oid] = (kind, out[end + 1 : end + 1 + int(size)])
        at = end + int(size) + 2
    return found


def _all(seen: Seen) -> dict[str, tuple[str, bytes]]:
    return {oid: (item.type, item.data) for oid, item in seen.objects.items()}


REPACKS = {
    "deep chains": ("repack", "-adfq", "--depth=250", "--window=50"),
    "no deltas": ("repack", "-adfq", "--window=0"),
    "bases by id": ("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"),
    "small packs": ("repack", "-adfq", "--max-pack-size=1m"),
    "deltas as they were": ("repack", "-adq"),
    "gc": ("gc", "-q", "--aggressive"),
    "old index": ("-c", "pack.indexVersion=1", "repack", "-adfq"),
    "weak compression": ("-c", "pack.compression=0", "repack", "-adfFq"),
}


@pytest.mark.parametrize("name", REPACKS)
def test_it_gives_what_git_gives(tmp_path: Path, name: str) -> None:
    repo = _grown(tmp_path)
    repo.git(*REPACKS[name])
    assert _all(look(tmp_path)) == _by_git(tmp_path)


def test_it_gives_what_git_gives_from_a_repository_named_by_sha256(tmp_path: Path) -> None:
    _grown(tmp_path, object_format="sha256", commits=10).git("repack", "-adfq")
    assert _all(look(tmp_path)) == _by_git(tmp_path)


def test_it_gives_what_git_gives_from_several_packs_with_a_cruft_pack_and_loose_objects(tmp_path: Path) -> None:
    repo = _grown(tmp_path, commits=10)
    repo.git("repack", "-adq")
    repo.commit({"later": "needle"})
    repo.git("repack", "-dq")
    repo.commit({"gone": "needle, gone"})
    repo.git("reset", "--hard", "--quiet", "HEAD~1")
    repo.git("reflog", "expire", "--expire=all", "--all")
    repo.git("repack", "-dq", "--cruft", "-a")
    repo.git("multi-pack-index", "write")
    repo.commit({"loose": "needle, loose"})
    seen = look(tmp_path)
    assert _all(seen) == _by_git(tmp_path)
    assert {b"needle, gone", b"needle, loose"} <= seen.blobs


def test_known_objects_are_only_bases(tmp_path: Path) -> None:
    repo = _grown(tmp_path, commits=10)
    repo.git("repack", "-adfq")
    everything = look(tmp_path)
    known = frozenset(bytes.fromhex(oid) for number, oid in enumerate(sorted(everything.objects)) if number % 2)
    seen = look(tmp_path, known=known)
    assert set(seen.objects) == {oid for oid in everything.objects if bytes.fromhex(oid) not in known}
    assert (frozenset(seen.inventory.passed), seen.inventory.oids) == (known, everything.inventory.oids)


def test_of_a_family_only_what_is_asked_for_and_its_bases_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [BASE + b"%05d" % number for number in range(9)]
    made = [delta(len(BASE), len(text), copy(0, len(BASE)), insert(text[len(BASE) :])) for text in texts]
    repo = Repo(tmp_path)
    entries = [Forged(blob_id(text), BY_OFFSET, how, 0) for text, how in zip(texts, made, strict=True)]
    forge_pack(repo.gitdir / "objects/pack", [whole(BASE), *entries])
    applied: list[bytes] = []
    from scanner.sources.history.packs._delta import apply as real  # noqa: PLC0415 - there may be none

    def apply(base: bytes, how: bytes, reach: int, limit: int) -> tuple[bytes, bytes, bytes, bytes]:
        applied.append(bytes(how))
        return real(base, how, reach, limit)

    monkeypatch.setattr("scanner.sources.history.packs.unpack._delta", SimpleNamespace(apply=apply))
    seen = look(tmp_path, known=frozenset(map(blob_id, [BASE, *texts[1:]])))
    assert (seen.blobs, applied) == ({texts[0]}, [made[0]])


def test_an_offset_that_no_file_can_have_is_left_to_git(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    pack = forge_pack(repo.gitdir / "objects/pack", [whole(BASE)])
    index = index_of([blob_id(BASE)], [(1 << 64) - 1], pack.read_bytes()[-20:])
    pack.with_suffix(".idx").write_bytes(index)
    assert look(tmp_path).complaints


def test_damage_in_a_base_is_told_for_all_that_is_made_from_it_and_nothing_else(tmp_path: Path) -> None:
    repo = _grown(tmp_path, commits=10)
    repo.git("repack", "-adfq")
    (pack,) = (repo.gitdir / "objects/pack").glob("*.pack")
    flip(pack, pack.stat().st_size // 3)
    seen = look(tmp_path)
    broken = {entry.path.partition(":")[2] for entry in seen.damaged}
    assert broken
    assert set(seen.objects) == set(_readable(tmp_path))
    assert broken.isdisjoint(seen.objects)


def _readable(path: Path) -> list[str]:
    """The commits, blobs and tags that git can read, asked one by one."""
    listing = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"],
        cwd=path,
        env=environment(),
        capture_output=True,
        check=False,
    )
    found = []
    for oid in listing.stdout.decode().split():
        kind = subprocess.run(["git", "cat-file", "-t", oid], cwd=path, env=environment(), capture_output=True, check=False)
        content = subprocess.run(
            ["git", "cat-file", kind.stdout.decode().strip() or "blob", oid], cwd=path, env=environment(), capture_output=True, check=False
        )
        if content.returncode == 0 and kind.stdout.strip() != b"tree":
            found.append(oid)
    return found


BASE = b"the base of them all, needle " * 20


def _forged(tmp_path: Path, *entries: Forged) -> Seen:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    forge_pack(repo.gitdir / "objects/pack", entries)
    return look(tmp_path, limits=Limits(patience=60))


def test_a_delta_is_made_from_its_base(tmp_path: Path) -> None:
    child = BASE + b"more"
    made = delta(len(BASE), len(child), copy(0, len(BASE)), insert(b"more"))
    other = delta(len(BASE), 4, copy(4, 4))
    entries = (whole(BASE), Forged(blob_id(child), BY_OFFSET, made, 0), Forged(blob_id(BASE[4:8]), BY_ID, other, blob_id(BASE)))
    seen = _forged(tmp_path, *entries)
    assert seen.blobs == {BASE, child, BASE[4:8], b"needle"}
    assert seen.complaints == set()


def test_bases_may_stand_behind_what_is_made_from_them(tmp_path: Path) -> None:
    texts = [BASE, BASE + b"more", BASE + b"more and more"]
    made = [delta(len(one), len(two), copy(0, len(one)), insert(two[len(one) :])) for one, two in itertools.pairwise(texts)]
    entries = [Forged(blob_id(two), BY_ID, how, blob_id(one)) for (one, two), how in zip(itertools.pairwise(texts), made, strict=True)]
    seen = _forged(tmp_path, *reversed(entries), whole(BASE))
    assert seen.blobs == {*texts, b"needle"}
    assert seen.complaints == set()


def test_an_object_that_a_pack_has_twice_is_read_once(tmp_path: Path) -> None:
    child = BASE + b"more"
    made = Forged(blob_id(child), BY_OFFSET, delta(len(BASE), len(child), copy(0, len(BASE)), insert(b"more")), 0)
    seen = _forged(tmp_path, whole(BASE), made, whole(BASE), whole(child), made)
    assert seen.blobs == {BASE, child, b"needle"}
    assert seen.inventory.counts["blob"] == 3
    assert len(seen.inventory.oids) == 20 * 4


def test_a_base_in_another_pack_or_loose_is_found_by_git(tmp_path: Path) -> None:
    child, other = BASE + b"more", BASE + b"other"
    repo = Repo(tmp_path)
    loose = repo.blob("a loose base\n" * 9).encode()
    small = delta(len("a loose base\n" * 9), 4, copy(0, 4))
    forge_pack(repo.gitdir / "objects/pack", [whole(BASE)], name="pack-one")
    forge_pack(
        repo.gitdir / "objects/pack",
        [
            Forged(blob_id(child), BY_ID, delta(len(BASE), len(child), copy(0, len(BASE)), insert(b"more")), blob_id(BASE)),
            Forged(blob_id(other), BY_ID, delta(len(BASE), len(other), copy(0, len(BASE)), insert(b"other")), blob_id(BASE)),
            Forged(blob_id(b"a lo"), BY_ID, small, bytes.fromhex(loose.decode())),
        ],
        name="pack-two",
    )
    assert look(tmp_path).blobs == {BASE, child, other, b"a loose base\n" * 9, b"a lo"}


@pytest.mark.parametrize(
    "entry",
    [
        Forged(b"\1" * 20, 3, BASE, size=len(BASE) + 1),
        Forged(b"\1" * 20, 3, BASE, size=len(BASE) - 1),
        Forged(b"\1" * 20, 3, BASE, size=1 << 50),
        Forged(b"\1" * 20, 3, BASE, size=0),
        Forged(b"\1" * 20, 3, BASE, packed=b"not packed at all"),
        Forged(b"\1" * 20, 3, BASE, packed=b""),
        Forged(b"\1" * 20, BY_OFFSET, delta(9, 9, copy(0, 9)), 0),
        Forged(b"\1" * 20, BY_OFFSET, delta(len(BASE), 1 << 40, copy(0, 9)), 0),
        Forged(b"\1" * 20, BY_OFFSET, delta(len(BASE), 9, copy(0, 9)), b"\x03"),
        Forged(b"\1" * 20, BY_OFFSET, delta(len(BASE), 9, copy(0, 9)), b"\xff" * 12),
        Forged(b"\1" * 20, BY_ID, delta(len(BASE), 9, copy(0, 9)), b"\2" * 20),
        Forged(b"\1" * 20, BY_ID, delta(len(BASE), 9, copy(0, 9)), b"\1" * 20),
        Forged(b"\1" * 20, 0, BASE),
        Forged(b"\1" * 20, 5, BASE),
    ],
    ids=str,
)
def test_an_entry_that_makes_no_sense_is_named_and_the_others_are_read(tmp_path: Path, entry: Forged) -> None:
    seen = _forged(tmp_path, whole(BASE), entry, whole(b"the last one"))
    assert {BASE, b"the last one", b"needle"} <= seen.blobs
    assert {path.partition(":")[2] for path, _ in seen.complaints} == {(b"\1" * 20).hex()}


def test_bases_in_a_circle_are_named(tmp_path: Path) -> None:
    one, two = b"\1" * 20, b"\2" * 20
    made = delta(9, 9, copy(0, 9))
    seen = _forged(tmp_path, Forged(one, BY_ID, made, two), Forged(two, BY_ID, made, one), whole(BASE))
    assert {path.partition(":")[2] for path, _ in seen.complaints} == {one.hex(), two.hex()}
    assert BASE in seen.blobs


def test_many_circles_and_what_is_made_from_them_hide_nothing(tmp_path: Path) -> None:
    """Git dies of each one, slowly, and is asked again 250 times at most."""
    made, circles, entries = delta(9, 9, copy(0, 9)), range(300), []
    for number in circles:
        one, two, leaf = (bytes((kind,)) + number.to_bytes(19, "big") for kind in (1, 2, 3))
        entries += [Forged(one, BY_ID, made, two), Forged(two, BY_ID, made, one), Forged(leaf, BY_ID, made, one)]
    seen = _forged(tmp_path, *entries, whole(BASE))
    assert {path for path, _ in seen.complaints} == {f"object:{kind:02x}{number:038x}" for kind in (1, 2, 3) for number in circles}
    assert seen.blobs == {BASE, b"needle"}


def test_a_chain_of_ten_thousand_is_read(tmp_path: Path) -> None:
    entries, last = [whole(BASE)], BASE
    for number in range(10_000):
        text = b"%05d" % number
        made = delta(len(last), len(BASE) + 5, copy(0, len(BASE)), insert(text))
        last = BASE + text
        entries.append(Forged(blob_id(last), BY_OFFSET, made, len(entries) - 1))
    seen = _forged(tmp_path, *entries)
    assert len(seen.blobs) == 10_002
    assert seen.complaints == set()


def test_bases_that_would_take_too_much_memory_are_left_to_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.packs.unpack._HELD", 3 * len(BASE))
    entries, last = [whole(BASE)], BASE
    for number in range(9):
        for text in (b"%05d" % number, b"%05d, a leaf" % number):
            made = delta(len(last), len(BASE) + len(text), copy(0, len(BASE)), insert(text))
            entries.append(Forged(blob_id(BASE + text), BY_OFFSET, made, len(entries) - 1 - len(entries) % 2 if number else 0))
        last = BASE + b"%05d" % number
    assert _all(_forged(tmp_path, *entries)) == _by_git(tmp_path)


def test_objects_of_a_pack_that_went_away_are_named(tmp_path: Path) -> None:
    repo = _grown(tmp_path, commits=5)
    repo.git("repack", "-adfq")
    there = _by_git(tmp_path)
    seen = look(tmp_path, before_reading=lambda: repo.git("repack", "-adfFq", "--window=0"))
    assert seen.objects.keys() | {entry.path.partition(":")[2] for entry in seen.damaged} == there.keys()


def test_a_file_that_is_random_bytes_is_as_it_was(tmp_path: Path) -> None:
    content = os.urandom(500_000)
    repo = Repo(tmp_path)
    repo.commit({"a": content})
    repo.commit({"a": content[:250_000] + b"needle" + content[250_000:]})
    repo.git("repack", "-adfq")
    assert look(tmp_path).blobs == {content, content[:250_000] + b"needle" + content[250_000:]}
