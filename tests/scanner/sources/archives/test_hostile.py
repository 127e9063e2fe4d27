"""Archives that are made to cost too much, or to break their reader. What they cost is counted in bytes that came out, never in seconds."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.archives.limits import USUAL, Limits
from scanner.sources.archives.streams import CHUNK
from tests.scanner.sources.archives.opened import opened
from tests.support.archives import ARCHIVES, COMPRESSIONS, DEFLATED, STORED, cpio, rpm, tar, zip_end, zip_entry, zipped

MIB = 1 << 20
FILES = {"a.txt": b"one\n" * 50, "d/b.bin": bytes(range(256)) * 4}


def zeros(packer: Callable[[], object], size: int) -> bytes:
    """`size` zeros, compressed bit by bit by something that has `compress` and `flush`."""
    made = packer()
    chunk = bytes(4 * MIB)
    pieces = [made.compress(chunk) for _ in range(size // len(chunk))]  # type: ignore[attr-defined]
    return b"".join([*pieces, made.flush()])  # type: ignore[attr-defined]


def gzip_zeros(size: int) -> bytes:
    return zeros(lambda: zlib.compressobj(9, zlib.DEFLATED, 31), size)


GIGABYTE = 1 << 30
BOMBS = {
    "gzip": gzip_zeros(2 * GIGABYTE),
    "xz": COMPRESSIONS["xz"](bytes(256 * MIB)),
    "bz2": COMPRESSIONS["bz2"](bytes(256 * MIB)),
    "zstd": COMPRESSIONS["zstd"](bytes(256 * MIB)),
}
SMALL = Limits(member=8 * MIB, held=8 * MIB, total=32 * MIB)
"""The bounds of these tests, so that they are over soon: everything is in proportion."""


@pytest.mark.parametrize("kind", list(BOMBS))
def test_a_bomb_costs_one_member(kind: str) -> None:
    told = opened(BOMBS[kind], limits=SMALL)
    assert told.inflated <= SMALL.member + CHUNK
    assert [problem[:2] for problem in told.problems] == [("a", "too-large")]


@pytest.mark.parametrize("kind", ["gzip", "xz", "bz2", "zstd"])
def test_a_bomb_in_a_tar_costs_what_may_come_out(kind: str) -> None:
    big = 64 * MIB
    data = COMPRESSIONS[kind](tar({"big": bytes(big), "after": b"x"}))
    told = opened(data, limits=SMALL)
    assert told.inflated <= SMALL.total + CHUNK
    assert told.problems[0] == ("a!/big", "too-large", f"{big} bytes")
    assert told.problems[-1][:2] == ("a", "too-large")


def test_a_small_bomb_costs_little() -> None:
    bomb = gzip_zeros(256 * MIB)
    data = gzip.compress(gzip.compress(bomb))
    told = opened(data)
    assert len(data) < 10_000
    assert told.inflated <= USUAL.floor + USUAL.ratio * len(data) + CHUNK
    assert told.problems[-1][:2] == ("a", "too-large")


def test_members_that_share_their_content_count_each_time() -> None:
    """The directory names one large member again and again."""
    packed = zlib.compressobj(9, wbits=-15)
    content = bytes(4 * MIB)
    body = packed.compress(content) + packed.flush()
    member, entry = zip_entry(b"f", content, body, DEFLATED)
    told = opened(member + zip_end([entry] * 2000, len(member)))
    assert told.inflated <= USUAL.floor + USUAL.ratio * (len(member) + 2000 * len(entry)) + CHUNK
    assert told.entries < 100
    assert told.problems == [("a", "too-large", f"more inside than may be read of it ({told.inflated} bytes came out)")]


def test_members_that_share_what_is_stored_count_each_time() -> None:
    content = bytes(4 * MIB)
    member, entry = zip_entry(b"f", content, content, STORED)
    told = opened(member + zip_end([entry] * 2000, len(member)), limits=SMALL)
    assert told.inflated <= SMALL.total + CHUNK
    assert told.problems[-1][:2] == ("a", "too-large")


def test_members_that_lie_in_each_other_cost_what_may_come_out() -> None:
    """Each stored member holds all later ones with their headers."""
    body, entries = b"x" * 1000, []
    sizes = []
    for number in range(500):
        member, entry = zip_entry(b"%03d" % number, body, body, STORED)
        sizes.append(len(member))
        entries.append(entry)
        body = member
    whole = len(body)
    placed = [entry[:42] + (whole - size).to_bytes(4, "little") + entry[46:] for entry, size in zip(entries, sizes, strict=True)]
    told = opened(body + zip_end(placed, whole), limits=Limits(floor=2 * MIB, ratio=10))
    assert told.inflated <= 2 * MIB + 10 * (whole + 500 * 49) + CHUNK
    assert ("a", "too-large") in [problem[:2] for problem in told.problems]


def test_a_million_members_are_not_met() -> None:
    member, entry = zip_entry(b"f", b"", b"", STORED)
    told = opened(member + zip_end([entry], len(member))[:-22] + entry * 1_000_000 + _end(len(member), 1_000_001 * len(entry)))
    assert told.entries == USUAL.members + 1
    assert told.problems == [("a", "too-large", f"more than {USUAL.members} members")]


def _end(at: int, size: int) -> bytes:
    return b"PK\5\6\0\0\0\0\xff\xfe\xff\xfe" + size.to_bytes(4, "little") + at.to_bytes(4, "little") + b"\0\0"


def test_an_archive_of_itself_ends() -> None:
    data = b"x"
    for _ in range(60):
        data = zipped({"r.zip": data})
    told = opened(data)
    assert [reason for _, reason, _ in told.problems] == ["too-deep"]
    assert len(told.archives) == USUAL.depth - 1


@pytest.mark.parametrize("kind", ["gzip", "xz", "bz2", "zstd"])
def test_streams_without_content_count(kind: str) -> None:
    told = opened(COMPRESSIONS[kind](b"") * 3000, limits=Limits(members=1000))
    assert told.problems == [("a", "too-large", "more than 1000 members")]


def test_headers_of_stored_members_of_unknown_size_do_not_cost_their_square() -> None:
    member, _ = zip_entry(b"f", b"", b"", STORED, flags=8)
    told = opened(member * 50_000)
    assert told.entries == 50_000
    assert told.inflated == 0


def test_a_sparse_map_without_end_is_no_loop() -> None:
    data = bytearray(tar({"hole": b"x"})[:512])
    data[156:157], data[482] = b"S", 1
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    told = opened(bytes(data) + (b"\0" * 504 + b"\1" + b"\0" * 7) * 1000)
    assert told.problems == [("a", "damaged", "it ends before its time")]


def test_a_dictionary_of_four_gigabytes_is_not_given() -> None:
    properties = b"\x5d" + (0xFFFFFFFF).to_bytes(4, "little")
    member, entry = zip_entry(b"f", b"content", b"\x09\x14\x05\0" + properties + lzma.compress(b"content", lzma.FORMAT_ALONE)[13:], 14)
    assert opened(member + zip_end([entry], len(member))).problems == [("a!/f", "too-large", "it asks for more memory than it may have")]


def _samples() -> Iterator[tuple[str, bytes]]:
    for kind, make in ARCHIVES.items():
        yield kind, make(FILES)
    for kind, pack in COMPRESSIONS.items():
        yield kind, pack(FILES["a.txt"])
        yield f"{kind} of tar", pack(tar(FILES))
    for method in (0, 8, 12, 14, 93):
        yield f"zip {method}", zipped(FILES, method)
    yield "streamed zip", zipped(FILES, streamed=True)
    yield "rpm", rpm(gzip.compress(cpio(FILES)))
    yield "nest", zipped({"x.tgz": gzip.compress(tar({"y.zip": zipped(FILES), "z.cpio": cpio(FILES)}))})


SAMPLES = dict(_samples())


@pytest.mark.parametrize("name", list(SAMPLES))
def test_whatever_is_cut_off_nothing_breaks(name: str) -> None:
    data = SAMPLES[name]
    step = max(1, len(data) // 150)
    for end in range(0, len(data), step):
        told = opened(data[:end], limits=SMALL)
        assert told.inflated <= SMALL.floor + SMALL.ratio * end


@pytest.mark.parametrize("name", list(SAMPLES))
def test_whatever_is_flipped_nothing_breaks(name: str) -> None:
    data = SAMPLES[name]
    step = max(1, len(data) // 150)
    for at in range(0, len(data), step):
        for bits in (0x01, 0x80, 0xFF):
            told = opened(data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :], limits=SMALL)
            assert told.inflated <= SMALL.floor + SMALL.ratio * len(data)


@given(name=st.sampled_from(sorted(SAMPLES)), at=st.floats(0, 1), junk=st.binary(max_size=64), dropped=st.integers(0, 64))
def test_whatever_is_put_in_nothing_breaks(name: str, at: float, junk: bytes, dropped: int) -> None:
    data = SAMPLES[name]
    place = int(at * len(data))
    told = opened(data[:place] + junk + data[place + dropped :], limits=SMALL)
    assert told.inflated <= SMALL.floor + SMALL.ratio * (len(data) + 64)


@given(magic=st.sampled_from(sorted({data[:6] for data in SAMPLES.values()})), rest=st.binary(max_size=600))
def test_whatever_follows_a_magic_nothing_breaks(magic: bytes, rest: bytes) -> None:
    assert opened(magic + rest, limits=SMALL).inflated <= SMALL.floor + SMALL.ratio * 606
