"""Single files that are compressed, and streams one behind the other."""

from __future__ import annotations

import gzip
import lzma
import zlib

import pytest

from scanner.sources.archives.limits import Limits
from tests.scanner.sources.archives.opened import opened
from tests.support import archives

TEXT = b"first line\nsecond line\n" * 3000
KINDS = list(archives.COMPRESSIONS)
MANY = [kind for kind in KINDS if kind != "zlib"]


@pytest.mark.parametrize("kind", KINDS)
def test_content_comes_out_under_the_name_without_the_ending(kind: str) -> None:
    told = opened(archives.COMPRESSIONS[kind](TEXT), f"dir/foo.txt{archives.ENDINGS[kind]}")
    path = f"dir/foo.txt{archives.ENDINGS[kind]}!/foo.txt"
    assert (told.contents, told.steps, told.problems) == ([(path, TEXT)], {path: (kind,)}, [])


@pytest.mark.parametrize(
    ("path", "inner"),
    [("a", "a"), ("a.GZ", "a"), (".gz", ".gz"), ("logo.svgz", "logo.svg"), ("x.tgz", "x.tar"), ("d.gz/a.dat", "a.dat"), ("-", "-")],
)
def test_only_endings_that_say_so_are_left_out(path: str, inner: str) -> None:
    assert opened(gzip.compress(TEXT), path).contents == [(f"{path}!/{inner}", TEXT)]


@pytest.mark.parametrize("kind", MANY)
def test_streams_one_behind_the_other_are_one_content(kind: str) -> None:
    pack = archives.COMPRESSIONS[kind]
    told = opened(pack(b"one\n") + pack(b"") + pack(b"two\n"))
    assert (told.contents, told.problems) == ([("a!/a", b"one\ntwo\n")], [])


@pytest.mark.parametrize("kind", MANY)
def test_zeros_at_the_end_are_padding(kind: str) -> None:
    told = opened(archives.COMPRESSIONS[kind](TEXT) + b"\0" * 70_000)
    assert (told.contents, told.problems) == ([("a!/a", TEXT)], [])


@pytest.mark.parametrize("kind", MANY)
def test_anything_else_at_the_end_is_damage(kind: str) -> None:
    told = opened(archives.COMPRESSIONS[kind](TEXT) + b"more")
    assert told.contents == [("a!/a", TEXT)]
    assert told.problems == [("a", "damaged", "there is something behind its end")]


@pytest.mark.parametrize("kind", MANY)
def test_what_came_before_the_damage_is_read_up_to_its_last_line(kind: str) -> None:
    lines = b"".join(b"%d\n" % number**7 for number in range(60_000))
    packed = archives.COMPRESSIONS[kind](lines)
    told = opened(packed[: len(packed) * 3 // 4])
    ((path, data),) = told.contents
    assert path == "a!/a"
    assert lines.startswith(data)
    assert data.endswith(b"\n")
    assert len(data) > len(lines) // 4
    assert told.problems == [("a", "damaged", "it ends before its time")]


def test_a_wrong_checksum_is_damage() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-8] ^= 1
    told = opened(bytes(packed))
    assert told.contents == [("a!/a", TEXT)]
    assert told.problems == [("a", "damaged", "its compression is damaged")]


@pytest.mark.parametrize(
    "data",
    [b"x^2 + y^2 = z^2", zlib.compress(TEXT)[:-1], zlib.compress(TEXT) + b"!", zlib.compress(TEXT)[:20] + b"\xff" * 40],
)
def test_what_is_not_zlib_to_its_end_is_no_archive(data: bytes) -> None:
    told = opened(data)
    assert (told.contents, told.problems) == ([], [])


def test_a_compressed_file_that_is_empty_has_nothing_inside() -> None:
    assert opened(gzip.compress(b"")).contents == []


def test_a_window_beyond_the_limit_is_not_given() -> None:
    packed = lzma.compress(TEXT, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 48 << 20}])
    assert opened(packed).contents == [("a!/a", TEXT)]
    told = opened(packed, limits=Limits(window=16 << 20))
    assert (told.contents, told.problems) == ([], [("a", "too-large", "it asks for more memory than it may have")])


def test_only_one_window_on_the_way_may_be_large() -> None:
    wide = [{"id": lzma.FILTER_LZMA2, "dict_size": 48 << 20}]
    packed = lzma.compress(lzma.compress(TEXT, filters=wide), filters=wide)
    assert opened(packed, "a.xz.xz").problems == [("a.xz.xz!/a.xz", "too-large", "it asks for more memory than it may have")]


@pytest.mark.parametrize(("magic", "name"), [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x01\x00", "RAR"), (b"MSCF\0\0\0\0", "CAB")])
def test_kinds_that_are_not_read_are_named(magic: bytes, name: str) -> None:
    assert opened(magic + b"\0" * 100).problems == [("a", "unreadable", f"{name} archives are not read")]
    told = opened(archives.zipped({"in": magic + b"\0" * 100}))
    assert told.problems == [("a!/in", "unreadable", f"{name} archives are not read")]
    assert told.contents == [("a!/in", magic + b"\0" * 100)]
