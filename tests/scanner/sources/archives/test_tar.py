from __future__ import annotations

import io
import tarfile

import pytest

from tests.scanner.sources.archives.opened import opened
from tests.support.archives import tar

FILES = {"a.txt": b"one\n", "d/b.txt": b"two" * 1000, "d/empty": b"", "last": b"x" * 512}
READ = [("a!/a.txt", b"one\n"), ("a!/d/b.txt", b"two" * 1000), ("a!/last", b"x" * 512)]
LONG = {"n" * 90 + "/" + "m" * 90 + "/" + "l" * 150: b"long\n"}


@pytest.mark.parametrize("layout", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_file_is_a_member(layout: int) -> None:
    told = opened(tar(FILES, layout=layout))
    assert (told.contents, told.problems) == (READ, [])
    assert set(told.steps.values()) == {("tar",)}


@pytest.mark.parametrize("layout", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_whole(layout: int) -> None:
    assert opened(tar(LONG, layout=layout)).contents == [(f"a!/{name}", content) for name, content in LONG.items()]


def test_the_prefix_of_ustar_belongs_to_the_name() -> None:
    name = "p" * 100 + "/" + "n" * 90
    assert opened(tar({name: b"x"}, layout=tarfile.USTAR_FORMAT)).contents == [(f"a!/{name}", b"x")]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "fifo"),
    ],
)
def test_what_is_no_content_is_skipped(kind: bytes, reason: str) -> None:
    told = opened(tar({"f": b"x"}, special={"odd": kind}))
    assert (told.contents, told.skipped, told.problems) == ([("a!/f", b"x")], [("a!/odd", reason)], [])


def test_folders_are_passed_over() -> None:
    told = opened(tar({"f": b"x"}, special={"folder": tarfile.DIRTYPE}))
    assert (told.contents, told.skipped) == ([("a!/f", b"x")], [])


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/./b", "C:\\x", "line\nbreak"])
def test_names_are_only_names(name: str) -> None:
    assert opened(tar({name: b"x"})).contents == [(f"a!/{name}", b"x")]


def test_bytes_of_a_name_that_are_no_text_are_shown() -> None:
    data = tar({"nZme": b"x"}, layout=tarfile.USTAR_FORMAT)
    broken = data.replace(b"nZme", b"n\xffme")
    digits = b"%06o\0 " % (sum(broken[:148]) + 8 * 32 + sum(broken[156:512]))
    assert opened(broken[:148] + digits + broken[156:]).contents == [("a!/n\\xffme", b"x")]


def test_archives_one_behind_the_other_are_one() -> None:
    assert opened(tar({"f": b"x"}) + tar({"g": b"y"})).contents == [("a!/f", b"x"), ("a!/g", b"y")]


def test_one_without_its_end_is_whole() -> None:
    told = opened(tar({"f": b"x"})[:1024])
    assert (told.contents, told.problems) == ([("a!/f", b"x")], [])


def test_after_damage_the_next_header_is_looked_for() -> None:
    first, second = tar({"f": b"x"})[:1024], tar({"g": b"y"})
    told = opened(first + b"nonsense" * 128 + second)
    assert told.contents == [("a!/f", b"x"), ("a!/g", b"y")]
    assert told.problems == [("a", "damaged", "there are bytes in it that are no member")]


def test_a_member_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    told = opened(tar({"f": b"line\n" * 1000})[:2048])
    assert told.contents == [("a!/f", b"line\n" * 307)]
    assert told.problems == [("a!/f", "damaged", "it ends before its time")]


def sparse() -> bytes:
    """A file of GNU's old sparse kind: more stretches than its header has room for, and what they hold."""
    data = bytearray(tar({"hole": b"stored\n" * 100, "next": b"y"}, layout=tarfile.GNU_FORMAT))
    data[156:157], data[482] = b"S", 1
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    return bytes(data[:512] + b"\0" * 504 + b"\1" + b"\0" * 7 + b"\0" * 512 + data[512:])


def test_a_sparse_file_is_read_without_its_holes() -> None:
    told = opened(sparse())
    assert (told.contents, told.problems) == ([("a!/hole", b"stored\n" * 100), ("a!/next", b"y")], [])


def test_sizes_in_the_binary_form_count() -> None:
    data = bytearray(tar({"f": b"0123", "g": b"y"}, layout=tarfile.GNU_FORMAT))
    data[124:136] = b"\x80" + b"\0" * 10 + b"\4"
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    assert opened(bytes(data)).contents == [("a!/f", b"0123"), ("a!/g", b"y")]


@pytest.mark.parametrize("size", [b"\xff" * 12, b"99999999999\0", b"-0000000001\0", b"0_0000000_1\0"])
def test_a_size_that_is_none_makes_no_member(size: bytes) -> None:
    data = bytearray(tar({"f": b"0123"}))
    data[124:136] = size
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    told = opened(bytes(data))
    assert (told.contents, [reason for _, reason, _ in told.problems]) == ([], ["damaged"])


def test_headers_that_are_too_long_are_passed_over() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("short")
        info.size, info.pax_headers = 1, {"path": "p" * 300, "comment": "c" * (2 << 20)}
        archive.addfile(info, io.BytesIO(b"x"))
    assert opened(out.getvalue()).contents == [("a!/short", b"x")]


def test_a_name_of_any_length_is_kept_up_to_a_bound() -> None:
    ((path, _),) = opened(tar({"n" * 100_000: b"x"})).contents
    assert path == "a!/" + "n" * 4096
