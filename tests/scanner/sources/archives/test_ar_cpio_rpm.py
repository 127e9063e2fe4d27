from __future__ import annotations

import gzip
import stat

import pytest

from tests.scanner.sources.archives.opened import opened
from tests.support import archives

FILES = {"odd": b"one", "control.tar": b"even", "a-name-of-more-than-fifteen": b"long\n"}


def test_every_member_of_ar() -> None:
    told = opened(archives.ar(FILES))
    assert told.contents == [(f"a!/{name}", content) for name, content in FILES.items()]
    assert (set(told.steps.values()), told.problems) == ({("ar",)}, [])


def test_names_behind_the_header_of_ar() -> None:
    head = b"#1/8".ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"100644".ljust(8) + b"11".ljust(10) + b"`\n"
    assert opened(b"!<arch>\n" + head + b"name\0\0\0\0abc\n").contents == [("a!/name", b"abc")]


@pytest.mark.parametrize("tail", [b"x" * 60, b"x"])
def test_ar_ends_where_it_is_damaged(tail: bytes) -> None:
    told = opened(archives.ar({"f": b"ab"}) + tail)
    assert (told.contents, [reason for _, reason, _ in told.problems]) == ([("a!/f", b"ab")], ["damaged"])


def test_every_member_of_cpio() -> None:
    told = opened(archives.cpio({"etc/one": b"1", "etc/two": b"22222"}, special={"lib": stat.S_IFLNK | 0o777, "null": stat.S_IFCHR}))
    assert told.contents == [("a!/etc/one", b"1"), ("a!/etc/two", b"22222")]
    assert (told.skipped, told.problems) == ([("a!/lib", "link"), ("a!/null", "device")], [])


def test_cpio_archives_one_behind_the_other_are_one() -> None:
    told = opened(archives.cpio({"f": b"1"}) + b"\0" * 200 + archives.cpio({"g": b"2"}))
    assert (told.contents, told.problems) == ([("a!/f", b"1"), ("a!/g", b"2")], [])


def test_a_compressed_one_behind_the_first_is_opened_too() -> None:
    told = opened(archives.cpio({"early": b"1"}) + b"\0" * 512 + gzip.compress(archives.cpio({"init": b"2"})))
    assert told.contents == [("a!/early", b"1"), ("a!/init", b"2")]
    assert told.steps == {"a!/early": ("cpio",), "a!/init": ("cpio", "gzip", "cpio")}


def test_cpio_without_its_end_is_damaged() -> None:
    told = opened(archives.cpio({"f": b"1"})[:-124])
    assert (told.contents, told.problems) == ([("a!/f", b"1")], [("a", "damaged", "it ends before its time")])


@pytest.mark.parametrize("kind", ["gzip", "xz", "zstd", "bz2"])
def test_the_payload_of_rpm(kind: str) -> None:
    told = opened(archives.rpm(archives.COMPRESSIONS[kind](archives.cpio({"./etc/conf": b"1"}))))
    assert (told.contents, told.steps) == ([("a!/./etc/conf", b"1")], {"a!/./etc/conf": (kind, "cpio")})


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (archives.rpm(b"\x5d\0\0\x80\0 lzma"), ("a", "unreadable", "its payload is not read")),
        (archives.rpm(b"")[:100], ("a", "damaged", "it ends before its time")),
        (archives.rpm(b"").replace(b"\x8e\xad\xe8", b"\0\0\0"), ("a", "damaged", "its headers are damaged")),
    ],
)
def test_an_rpm_that_is_not_read_is_named(data: bytes, problem: tuple[str, str, str]) -> None:
    told = opened(data)
    assert (told.contents, told.problems) == ([], [problem])


def test_a_debian_package() -> None:
    control, data = archives.tar({"./control": b"Package: p\n"}), archives.tar({"./etc/p.conf": b"1"})
    package = archives.ar(
        {"debian-binary": b"2.0\n", "control.tar.gz": gzip.compress(control), "data.tar.xz": archives.COMPRESSIONS["xz"](data)}
    )
    told = opened(package, "p.deb")
    assert told.contents == [
        ("p.deb!/debian-binary", b"2.0\n"),
        ("p.deb!/control.tar.gz!/./control", b"Package: p\n"),
        ("p.deb!/data.tar.xz!/./etc/p.conf", b"1"),
    ]
    assert told.steps["p.deb!/data.tar.xz!/./etc/p.conf"] == ("ar", "xz", "tar")
