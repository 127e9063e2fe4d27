"""`python -m tests.fuzz.seeds`: the seeds of the fuzzer in fixtures/deltas, from packs that git writes and from ones that it would not."""

from __future__ import annotations

import itertools
import random
import subprocess
import tempfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

from scanner.sources.history.packs.index import Index, parse_index
from tests.support.deltas import CORPUS, Application, Listing
from tests.support.packs import BY_ID, back, copy, delta, entry_header, insert
from tests.support.repos import Repo, environment

_WORDS = ("pack", "holds", "every", "object", "history", "once", "most", "difference", "another", "one")
_DELTAS_OF_A_PACK = 4
_ALLOCATIONS = (1, 3, 4, 6, 8, 10, 11)
"""Of those of a call: the child, runs, windows, and what is returned."""


def main() -> None:
    """Writes all seeds; what the fuzzer found beside them stays."""
    for name, case in itertools.chain(_forged(), _real("offset", "sha1"), _real("id", "sha1"), _real("id256", "sha256")):
        CORPUS.joinpath(name).write_bytes(case)


def _real(name: str, object_format: str) -> Iterator[tuple[str, bytes]]:
    """The headers of a small pack of git's, and some of its deltas."""
    chance = random.Random(name)
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(Path(folder), object_format=object_format)
        lines = [" ".join(chance.choices(_WORDS, k=4)) for _ in range(12)]
        for _ in range(5):
            lines[chance.randrange(len(lines))] = " ".join(chance.choices(_WORDS, k=3))
            lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
            repo.commit({"text": "\n".join(lines)})
        repo.git("-c", f"repack.useDeltaBaseOffset={str(name == 'offset').lower()}", "repack", "-adfq", "--depth=50")
        (path,) = (repo.gitdir / "objects/pack").glob("*.pack")
        width = 20 if object_format == "sha1" else 32
        index = parse_index(path.with_suffix(".idx").read_bytes(), width)
        pack = path.read_bytes()
        yield f"git-headers-by-{name}", Listing(pack[:900], 0, index.offsets.tobytes(), width).written()
        for number, (base, made) in enumerate(itertools.islice(_pairs(repo, pack, index), _DELTAS_OF_A_PACK)):
            yield f"git-delta-by-{name}-{number}", Application(base, made, 8 * number).written()


def _pairs(repo: Repo, pack: bytes, index: Index) -> Iterator[tuple[bytes, bytes]]:
    """Bases and deltas of a pack."""
    asked = b"".join(b"%s\n" % oid.hex().encode() for oid in index.oids())
    told = repo.git("cat-file", "--batch-check=%(objecttype) %(deltabase)", stdin=asked).splitlines()
    for at, row in zip(index.offsets, told, strict=True):
        kind, base = row.split()
        if int(base, 16) == 0:
            continue
        content = subprocess.run(["git", "cat-file", kind, base], cwd=repo.path, env=environment(), capture_output=True, check=True)
        by_id = pack[at] >> 4 & 7 == BY_ID
        behind = _behind(pack, at)
        behind = behind + index.width if by_id else _behind(pack, behind)
        yield content.stdout, zlib.decompressobj().decompress(pack[behind:])


def _behind(pack: bytes, at: int) -> int:
    """The place behind a number of seven bits a byte."""
    while pack[at] & 0x80:
        at += 1
    return at + 1


def _forged() -> Iterator[tuple[str, bytes]]:
    """One of everything that a delta or a header can be or do wrong."""
    base = b"the base of them all"
    have = len(base)
    fine = [copy(at * 7 % have, 1) for at in range(40)]
    deltas = {
        "all": delta(have, have, copy(0, have)),
        "nothing": delta(have, 0),
        "text": delta(have, 5, insert(b"fresh")),
        "moved": delta(have, have, copy(4, have - 4), copy(0, 4)),
        "joined": delta(have, have, copy(0, 4), copy(4, have - 4)),
        "between": delta(have, have + 2, copy(0, 4), insert(b"!!"), copy(4, have - 4)),
        "ends": delta(have, have, insert(b"T"), copy(1, have - 2), insert(b"L")),
        "pieces": delta(have, 30, *fine[:30]),
        "too-fine": delta(have, 40, *fine),
        "other-size": delta(have + 1, 1, copy(0, 1)),
        "outside": delta(have, 1, copy(have, 1)),
        "too-long": delta(have, have + 1, copy(0, have + 1)),
        "too-much": delta(have, 1, copy(0, 2)),
        "too-much-text": delta(have, 1, insert(b"ab")),
        "too-little": delta(have, 3, copy(0, 2)),
        "no-instruction": delta(have, 1, b"\0"),
        "cut-text": delta(have, 3, b"\x03ab"),
        "cut-copy": delta(have, 3, b"\x91"),
        "cut-size": bytes([have]),
        "endless-size": b"\xff" * 12,
        "beyond-limit": delta(have, 1 << 40, copy(0, 4)),
    }
    for name, made in deltas.items():
        yield f"delta-{name}", Application(base, made, 3).written()
    large = base[:16] * 256 * 20
    yield "delta-64-kib", Application(large, delta(len(large), 0x10000 + 1, insert(b"x"), copy(9, 0x10000)), 64).written(times=256)
    for failing in _ALLOCATIONS:
        yield f"delta-no-memory-{failing}", Application(base, deltas["between"], 3).written(failing=failing)
    yield from _headers()


def _headers() -> Iterator[tuple[str, bytes]]:
    """Headers one after the other, and ones that are cut short by the end of what was read."""
    whole = [
        entry_header(3, 5),
        entry_header(1, 1 << 40),
        entry_header(6, 9) + back(1),
        entry_header(6, 9) + back(1000),
        entry_header(6, 9) + back(1 << 40),
        entry_header(6, 9) + b"\0",
        entry_header(7, 300) + b"i" * 20,
        entry_header(5, 1),
        b"\xb0" + b"\xff" * 30,
        b"\xe0\0" + b"\xff" * 30,
        b"\xb0" + b"\x80" * 8 + b"\x0f",
        b"\xf0",
    ]
    places = array("Q", itertools.accumulate(map(len, whole[:-1]), initial=1000))
    listing = Listing(b"".join(whole), 1000, array("Q", [990, *places, 1500]).tobytes(), 20)
    yield "headers", listing.written()
    yield "headers-no-memory", listing.written(failing=1)
    for name, cut in {"offset": entry_header(6, 9) + b"\xff", "id": entry_header(7, 9) + b"i" * 19, "nothing": b""}.items():
        yield f"headers-cut-{name}", Listing(cut, 1000, array("Q", [1000]).tobytes(), 20).written()


if __name__ == "__main__":
    main()
