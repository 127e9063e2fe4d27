"""`python -m tests.fuzz.seeds`: the seeds of the fuzzers in fixtures/deltas and fixtures/entries, from packs that git writes and from ones that it would not."""

from __future__ import annotations

import itertools
import random
import subprocess
import tempfile
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scanner.sources.history.packs import _entries
from scanner.sources.history.packs.index import Index, parse_index
from tests.support import entries
from tests.support.deltas import CORPUS, Application
from tests.support.entries import NOWHERE, written
from tests.support.packs import BY_ID, back, copy, delta, entry_header, insert
from tests.support.repos import Repo, environment

_WORDS = ("pack", "holds", "every", "object", "history", "once", "most", "difference", "another", "one")
_DELTAS_OF_A_PACK = 4
_SHOWN = 900
"""Bytes of a pack of which the headers are taken."""
_PACKS = (("offset", "sha1"), ("id", "sha1"), ("id256", "sha256"))
_ALLOCATIONS = (1, 3, 4, 6, 8, 10, 11)
"""Of those of a call: the child, runs, windows, and what is returned."""


def main() -> None:
    """Writes all seeds; what the fuzzer found beside them stays."""
    for name, case in itertools.chain(_forged(), *(_deltas(*pack) for pack in _PACKS)):
        CORPUS.joinpath(name).write_bytes(case)
    for name, case in itertools.chain(_columns(), _headers(), *(_listing(*pack) for pack in _PACKS)):
        entries.CORPUS.joinpath(name).write_bytes(case)


@contextmanager
def _packed(name: str, object_format: str) -> Iterator[tuple[Repo, bytes, Index]]:
    """A small pack of git's."""
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
        yield repo, pack, index


def _deltas(name: str, object_format: str) -> Iterator[tuple[str, bytes]]:
    """Some of the deltas of a pack of git's."""
    with _packed(name, object_format) as (repo, pack, index):
        for number, (base, made) in enumerate(itertools.islice(_pairs(repo, pack, index), _DELTAS_OF_A_PACK)):
            yield f"git-delta-by-{name}-{number}", Application(base, made, 8 * number).written()


def _listing(name: str, object_format: str) -> Iterator[tuple[str, bytes]]:
    """The index and the headers of one, and what comes of them."""
    with _packed(name, object_format) as (_, pack, index):
        count = bisect_left(index.offsets, _SHOWN)
        rows = array("I", index.rows)[:count]
        ids = sorted(index.ids[row * index.width : (row + 1) * index.width] for row in rows)
        order = sorted(rows)
        places = array("I", map(list(rows).index, order))
        near = b"".join(index.offsets[place].to_bytes(4, "big") for place in places)
        offsets = index.offsets[:count].tobytes()
        yield f"git-index-by-{name}", written("arrange", near, b"")
        whole = (pack[:_SHOWN], 0, 0, count, _SHOWN, offsets, b"".join(ids), places.tobytes(), index.width)
        yield f"git-headers-by-{name}", written("headers", *whole)
        kinds, _, _, sizes, bases = _entries.headers(*whole)
        yield f"git-types-by-{name}", written("types", kinds, bases)
        asked = array("I", (place for place, kind in enumerate(_entries.types(kinds, bases)) if kind)).tobytes()
        rough = array("Q", (1 << 4 * (size.bit_length() // 4) for size in array("Q", sizes))).tobytes()
        yield f"git-families-by-{name}", written("deal", bases, rough, asked, 3, 255)


def _pairs(repo: Repo, pack: bytes, index: Index) -> Iterator[tuple[bytes, bytes]]:
    """Bases and deltas of a pack."""
    rows = array("I", index.rows)
    asked = b"".join(b"%s\n" % index.ids[row * index.width : (row + 1) * index.width].hex().encode() for row in rows)
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
    offsets = array("Q", [990, *itertools.accumulate(map(len, whole[:-1]), initial=1000), 1500])
    ids = [*(b"%c" % letter * 20 for letter in b"abcdefgh"), b"i" * 20, *(b"%c" % letter * 20 for letter in b"klmno")]
    places = array("I", range(len(offsets))).tobytes()
    listing = (b"".join(whole), 1000, 0, len(offsets), 1600, offsets.tobytes(), b"".join(ids[: len(offsets)]), places, 20)
    yield "headers", written("headers", *listing)
    yield "headers-some", written("headers", *listing[:2], 2, 5, *listing[4:])
    yield "headers-behind", written("headers", *listing[:2], 2, 255, *listing[4:])
    yield "headers-wide", written("headers", *listing[:8], 65)
    yield "headers-no-places", written("headers", *listing[:7], b"", 20)
    yield "headers-no-ids", written("headers", *listing[:6], b"", places, 20)
    yield "headers-outside", written("headers", *listing[:7], array("I", [200] * len(offsets)).tobytes(), 20)
    for failing in range(1, 12):
        yield f"headers-no-memory-{failing}", written("headers", *listing, failing=failing)
    for name, cut in {"offset": entry_header(6, 9) + b"\xff", "id": entry_header(7, 9) + b"i" * 19, "nothing": b""}.items():
        yield f"headers-cut-{name}", written("headers", cut, 1000, 0, 1, 2000, array("Q", [1000]).tobytes(), b"i" * 20, bytes(4), 20)


def _columns() -> Iterator[tuple[str, bytes]]:
    """Offsets, chains of bases and columns, as they should be and otherwise."""
    near = [40, 12, 1 << 31, 12, (1 << 31) + 1]
    far = b"".join(offset.to_bytes(8, "big") for offset in (1 << 40, 77))
    table = b"".join(offset.to_bytes(4, "big") for offset in near)
    yield "arrange", written("arrange", table, far)
    yield "arrange-outside", written("arrange", table, far[:8])
    yield "arrange-too-far", written("arrange", table, b"\xff" * 16)
    kinds = bytes([3, 6, 7, 7, 6, 2, 0, 6])
    bases = {
        "chain": [NOWHERE, 0, 4, NOWHERE, 1, NOWHERE, NOWHERE, 6],
        "circle": [NOWHERE, 2, 4, 3, 1, NOWHERE, NOWHERE, 1],
        "outside": [NOWHERE, 0, 9, 3, 1, NOWHERE, NOWHERE, 2],
    }
    sizes = array("Q", [9, 1, 1, 1, 1, 1 << 60, (1 << 64) - 1, 1]).tobytes()
    for name, chain in bases.items():
        column = array("I", chain).tobytes()
        yield f"types-{name}", written("types", kinds, column)
        for asked, limit in itertools.product(([2, 4, 7], [0, 5, 6, 6, 7], [8], [3]), (0, 2, 255)):
            yield f"deal-{name}-{asked[0]}-{limit}", written("deal", column, sizes, array("I", asked).tobytes(), limit, limit)
    column = array("I", bases["chain"]).tobytes()
    yield "deal-many", written("deal", b"\xff" * 12, array("Q", [1] * 3).tobytes(), array("I", range(3)).tobytes(), 2, 255)
    yield "types-ragged", written("types", kinds[1:], column)
    yield "deal-ragged", written("deal", column, sizes[8:], bytes(4), 9, 9)
    for failing in range(1, 14):
        yield f"deal-no-memory-{failing}", written("deal", column, sizes, array("I", [2, 4, 5]).tobytes(), 9, 9, failing=failing)
        yield f"arrange-no-memory-{failing}", written("arrange", table, far, failing=failing)
    ids, others = b"aabbddee", b"bbccdd"
    yield from _choices(ids)
    for call, one, other in itertools.product(("among", "merge"), (ids, b"", b"bbaa", b"abc"), (others, b"", b"aab")):
        yield f"{call}-{one.decode()}-{other.decode()}", written(call, one, other, 2)
    for failing, call in itertools.product((1, 2, 3), ("among", "merge")):
        yield f"{call}-no-memory-{failing}", written(call, ids, others, 2, failing=failing)


def _choices(ids: bytes) -> Iterator[tuple[str, bytes]]:
    """Calls that choose from a column of four items."""
    for name, width in {"": 2, "-ragged": 3, "-without-width": 0, "-less-than-nothing": -2}.items():
        yield f"pick{name}", written("pick", ids, width, array("I", [3, 0, 3]).tobytes())
        yield f"sieve{name}", written("sieve", ids, width, b"\0\1\2\0")
        yield f"ascending{name}", written("ascending", ids, width)
    yield "pick-outside", written("pick", ids, 2, array("I", [3, 4]).tobytes())
    yield "sieve-too-few", written("sieve", ids, 2, b"\0\1\2")
    yield "ascending-not", written("ascending", b"aacc" + ids, 2)
    yield "ascending-equal", written("ascending", b"aaaa", 2)
    for failing in (1, 2):
        yield f"pick-no-memory-{failing}", written("pick", ids, 2, bytes(4), failing=failing)
        yield f"sieve-no-memory-{failing}", written("sieve", ids, 2, b"\0\1\2\0", failing=failing)
        yield f"types-no-memory-{failing}", written("types", b"\3", b"\xff" * 4, failing=failing)
        yield f"ascending-no-memory-{failing}", written("ascending", ids, 2, failing=failing)


if __name__ == "__main__":
    main()
