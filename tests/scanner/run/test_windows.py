"""What is stored as differences is examined by its differences, and what comes of it is what whole blobs give."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.contract import SIGHT
from scanner.identity import OrgKey, StretchBudget
from scanner.run.examine import CLEAN, Examiner, Setup
from scanner.run.work import Objects, Worker
from scanner.sources.history import Repository, discover, packs
from tests.support import tokens
from tests.support.command import DETECTORS
from tests.support.packs import BY_OFFSET, Forged, blob_id, copy, delta, forge_pack, insert, whole
from tests.support.repos import Repo

pytestmark = pytest.mark.skipif(not packs.AVAILABLE, reason="there is no compiler")

SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)
TOKEN = tokens.npm(1).encode()
HIDDEN: dict[str, bytes] = {
    "plain": TOKEN,
    "in base64": b64encode(b"a: " + TOKEN),
    "in UTF-16": TOKEN.decode().encode("utf-16-le"),
    "in two strings": b'"' + TOKEN[:20] + b'" +\n            "' + TOKEN[20:] + b'"',
    "with room before the seam": tokens.ghp(2).encode()[:20] + b"-" * 140 + b'"' + b" " * 8 + b"+" + b" " * 8 + b"\n" + b" " * 60 + b'"x',
}
NEARLY: dict[str, tuple[bytes, bytes, bytes]] = {
    "a token": (TOKEN[:-1], b" is cut off\n", TOKEN[-1:]),
    "a line of npm's": (b"_authToken=", b"${NPM_TOKEN}\n", tokens.uuid(3).encode() + b"\n"),
    "a URL": (b"postgres://app:", b"@db.internal/app\n", tokens.base62(5, 24).encode()),
    "a header": (b"-----BEGIN PRIVATE KEY-----\n", b"\n", b"MIG"),
}
"""Two parts that together are no credential, and what makes them one between them; the last only nearly."""
Change = tuple[bytes, ...]
"""Instructions for a delta."""


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(SETUP)


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return Examiner(SETUP)


def _filling(size: int, seed: int) -> bytes:
    """Words without any anchor in them."""
    chance = random.Random(seed)
    return b" ".join(chance.choice((b"lorem", b"ipsum", b"dolor", b"amet,\n")) for _ in range(size // 6))


def _made(base: bytes, change: Change) -> bytes:
    """What the instructions make of `base`."""
    out = b""
    for step in change:
        if step[0] & 0x80:
            offset, length = _numbers(step)
            out += base[offset : offset + length]
        else:
            at = 0
            while at < len(step):
                out += step[at + 1 : at + 1 + step[at]]
                at += 1 + step[at]
    return out


def _numbers(step: bytes) -> tuple[int, int]:
    rest, numbers = iter(step[1:]), [0] * 7
    for place in range(7):
        if step[0] >> place & 1:
            numbers[place] = next(rest)
    return int.from_bytes(bytes(numbers[:4]), "little"), int.from_bytes(bytes(numbers[4:]), "little") or 0x10000


def _held(worker: Worker, tmp_path: Path, root: bytes, changes: list[tuple[int, Change]]) -> tuple[dict[str, int], dict[str, bytes]]:
    """How many credentials a worker finds in each blob of a pack, and all blobs. Each change names its base, the root being 0."""
    texts, entries = [root], [whole(root)]
    for base, change in changes:
        text = _made(texts[base], change)
        entries.append(Forged(blob_id(text), BY_OFFSET, delta(len(texts[base]), len(text), *change), base))
        texts.append(text)
    repo = Repo(tmp_path)
    kept = {entry.oid: entry for entry in reversed(entries)}
    assert len(kept) == len(entries), "every blob is another one"
    forge_pack(repo.gitdir / "objects/pack", entries)
    layout, _ = discover(tmp_path)
    assert layout is not None
    with Repository("box", layout) as repository:
        answers = [worker(Objects(0, batch)) for batch in repository.inventory().batches]
    assert sum(answer.blobs for answer in answers) == len(texts)
    assert sum(answer.bytes for answer in answers) == sum(map(len, texts))
    found = {hit.oid or "": len(hit.sightings) for answer in answers for hit in answer.hits}
    return found, {blob_id(text).hex(): text for text in texts}


def _expected(examiner: Examiner, texts: dict[str, bytes]) -> dict[str, int]:
    counts = {oid: len(examiner.examine(f"blob:{oid}", text).sightings) for oid, text in texts.items()}
    return {oid: count for oid, count in counts.items() if count}


def _inserted(text: bytes, where: int, base: bytes) -> Change:
    return (copy(0, where), insert(text), copy(where, len(base) - where))


@pytest.mark.parametrize("how", HIDDEN)
def test_what_comes_and_goes_in_a_line_of_versions_is_found_where_it_is(
    worker: Worker, examiner: Examiner, tmp_path: Path, how: str
) -> None:
    text, root = HIDDEN[how], _filling(3000, 1)
    with_it = _made(root, _inserted(text, 1500, root))
    changes = [
        (0, _inserted(b"more words ", 700, root)),
        (0, _inserted(text, 1500, root)),
        (2, _inserted(b"even more words ", 200, with_it)),
        (2, (copy(0, 1500), copy(1500 + len(text), 500))),
        (2, (copy(1500, len(text)),)),
    ]
    found, texts = _held(worker, tmp_path, root, changes)
    assert found == _expected(examiner, texts)


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("at", [1, 5, 9, 30])
def test_what_is_complete_only_where_two_copies_meet_is_found(
    worker: Worker, examiner: Examiner, tmp_path: Path, how: str, at: int
) -> None:
    text = HIDDEN[how]
    root = _filling(900, 1) + text[at:] + _filling(900, 2) + text[:at]
    start = len(_filling(900, 1))
    end = start + len(text) - at
    found, texts = _held(worker, tmp_path, root, [(0, (copy(len(root) - at, at), copy(start, end - start))), (0, (copy(end, 100),))])
    assert found == _expected(examiner, texts)


WORLDS: list[Callable[[random.Random], bytes]] = [
    lambda chance: _filling(2000, chance.randrange(99)),
    lambda chance: _filling(600, 3) + chance.choice([*HIDDEN.values()]) + _filling(600, 4),
    lambda chance: b"".join(part[: chance.randrange(len(part))] + b"\n" for part in HIDDEN.values()) * 2,
]


@pytest.mark.parametrize("seed", range(24))
def test_any_differences_give_what_whole_blobs_give(worker: Worker, examiner: Examiner, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    root = WORLDS[seed % len(WORLDS)](chance)
    texts, changes = [root], []
    pieces = [piece[cut:] for piece in HIDDEN.values() for cut in (0, len(piece) // 2)] + [b"x", b" words "]
    while len(texts) < 30:
        number = chance.randrange(max(0, len(texts) - 4), len(texts))
        base = texts[number]
        steps = []
        for _ in range(chance.randrange(1, 5)):
            start = chance.randrange(len(base))
            steps.append(copy(start, chance.randrange(1, len(base) - start + 1)))
            steps += [insert(chance.choice(pieces))] if chance.random() < 0.4 else []
        text = _made(base, tuple(steps))
        if text not in texts and len(text) < 100_000:
            texts.append(text)
            changes.append((number, tuple(steps)))
    found, blobs = _held(worker, tmp_path, root, changes)
    assert found == _expected(examiner, blobs)


@pytest.mark.parametrize("seed", range(24))
def test_any_differences_of_what_is_nearly_a_credential_give_what_whole_blobs_give(
    worker: Worker, examiner: Examiner, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    parts = [part for before, after, _ in NEARLY.values() for part in (before, after, _filling(chance.choice((200, 3000, 9000)), 5))]
    root = b"".join(parts)
    edges = [len(b"".join(parts[:number])) for number in range(len(parts))]
    texts, changes = [root], []
    while len(texts) < 20:
        number = chance.randrange(max(0, len(texts) - 4), len(texts))
        base = texts[number]
        start = min(chance.choice((chance.choice(edges) + chance.randrange(-3, 4), chance.randrange(len(base)))), len(base) - 2)
        left_out = min(chance.choice((0, 0, 1, 900, 4000)), len(base) - max(1, start) - 1)
        between = [insert(chance.choice([more for _, _, more in NEARLY.values()]))] if not left_out or chance.random() < 0.7 else []
        steps = (copy(0, max(1, start)), *between, copy(max(1, start) + left_out, len(base) - max(1, start) - left_out))
        text = _made(base, steps)
        if text not in texts and len(text) < 100_000:
            texts.append(text)
            changes.append((number, steps))
    found, blobs = _held(worker, tmp_path, root, changes)
    assert found == _expected(examiner, blobs)


@pytest.mark.parametrize("how", [how for how in NEARLY if how != "a header"])
def test_what_is_made_a_credential_is_found(worker: Worker, examiner: Examiner, tmp_path: Path, how: str) -> None:
    before, after, more = NEARLY[how]
    words = _filling(9000, 1) + b"\n"
    root = words + before + after + _filling(9000, 2)
    changes = [(0, _inserted(b"far away ", 99, root)), (0, _inserted(more, len(words + before), root))]
    found, texts = _held(worker, tmp_path, root, changes)
    assert found == _expected(examiner, texts)
    assert len(found) == 1


@pytest.mark.parametrize(("distance", "again"), [(99, True), (SIGHT + 600, False)])
def test_a_verdict_is_taken_over_where_all_that_was_looked_at_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, distance: int, *, again: bool
) -> None:
    examined = _watched(monkeypatch)
    words = _filling(6000, 1) + b"\n" + b"".join(NEARLY["a line of npm's"][:2])
    root = words + _filling(6000, 2)
    change = _inserted(b"new ", len(words) + distance, root)
    further = _made(root, change)
    found, _ = _held(Worker(SETUP), tmp_path, root, [(0, change), (1, _inserted(b"newer ", 3, further))])
    assert found == {}
    assert examined == [len(root), *([len(further)] if again else [])]


def test_where_was_looked_moves_with_what_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examined = _watched(monkeypatch)
    words = _filling(6000, 1) + b"\n" + b"".join(NEARLY["a line of npm's"][:2])
    root = words + _filling(6000, 2)
    moved = (insert(_filling(9000, 3)), copy(0, len(root)))
    further = _made(root, moved)
    near = len(further) - len(root) + len(words) + 700
    found, _ = _held(Worker(SETUP), tmp_path, root, [(0, moved), (1, _inserted(b"new ", near, further))])
    assert found == {}
    assert examined == [len(root), len(further) + len(b"new ")]


def _watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of all texts that are examined from now on."""
    examined: list[int] = []
    real = Examiner.examine

    def counted(self: Examiner, path: str, data: bytes) -> object:
        examined.append(len(data))
        return real(self, path, data)

    monkeypatch.setattr(Examiner, "examine", counted)
    return examined


def test_only_differences_are_looked_at_where_nothing_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examined = _watched(monkeypatch)
    root = _filling(3000, 1)
    changes = [(0, _inserted(b"word %d " % number, 100 * number, root)) for number in range(1, 20)]
    found, _ = _held(Worker(SETUP), tmp_path, root, changes)
    assert found == {}
    assert examined == [len(root)]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"PK\x03\x04", b"\x1f\x8b\x08\x08"])
def test_a_first_byte_that_changes_what_a_blob_is_has_all_of_it_looked_at(examiner: Examiner, tmp_path: Path, mark: bytes) -> None:
    wide = TOKEN.decode().encode("utf-16-be")
    root = _filling(2000, 1) + b"\n" + wide
    assert examiner.examine("blob:0", _filling(2000, 1)) is CLEAN
    found, texts = _held(Worker(SETUP), tmp_path, root, [(0, (insert(mark), copy(0, len(root)))), (0, (insert(mark), copy(4, 1500)))])
    assert found == _expected(examiner, texts)
