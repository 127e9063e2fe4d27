"""Archives inside archives: what things are called, and what is bounded."""

from __future__ import annotations

import gzip

import pytest

from scanner.sources.archives.limits import Limits
from tests.scanner.sources.archives.opened import opened
from tests.support.archives import ARCHIVES, COMPRESSIONS, STORED, ar, tar, zipped

LINES = b"line\n" * 100


def test_a_tar_and_its_compression_are_one_archive() -> None:
    told = opened(gzip.compress(tar({"f": LINES})), "x.tar.gz")
    assert told.steps == {"x.tar.gz!/f": ("gzip", "tar")}


def test_a_zip_and_its_compression_are_two() -> None:
    told = opened(gzip.compress(zipped({"f": LINES})), "x.zip.gz")
    assert (told.steps, told.archives) == ({"x.zip.gz!/x.zip!/f": ("gzip", "zip")}, ["x.zip.gz!/x.zip"])


def test_each_archive_on_the_way_is_named() -> None:
    inner = zipped({"dist/p.tgz": gzip.compress(tar({"package/.npmrc": LINES}))})
    told = opened(ar({"data.tar.xz": COMPRESSIONS["xz"](tar({"./inner.zip": inner}))}), "pool/p.deb")
    path = "pool/p.deb!/data.tar.xz!/./inner.zip!/dist/p.tgz!/package/.npmrc"
    assert told.steps == {path: ("ar", "xz", "tar", "zip", "gzip", "tar")}
    assert told.archives == ["pool/p.deb!/data.tar.xz!/./inner.zip"]


def test_what_comes_after_an_inner_archive_is_read_too() -> None:
    inner = tar({"in": LINES, "left": LINES})
    told = opened(tar({"first": b"1\n", "inner.tar": inner, "last": b"2\n"}))
    assert [path for path, _ in told.contents] == ["a!/first", "a!/inner.tar!/in", "a!/inner.tar!/left", "a!/last"]


@pytest.mark.parametrize("kind", list(ARCHIVES))
def test_an_inner_archive_that_is_damaged_does_not_take_others_with_it(kind: str) -> None:
    broken = gzip.compress(tar({"in": LINES}))[:-20]
    told = opened(ARCHIVES[kind]({"b.tgz": broken, "last": b"2\n"}))
    assert told.contents[-1] == ("a!/last", b"2\n")
    assert told.problems == [("a!/b.tgz", "damaged", "it ends before its time")]


def test_damage_to_the_outermost_is_said_once() -> None:
    data = gzip.compress(tar({"in.tgz": gzip.compress(tar({"f": bytes(range(256)) * 1000}))}))
    assert opened(data[: len(data) // 2]).problems == [("a", "damaged", "it ends before its time")]


def test_beyond_the_depth_an_archive_is_read_as_it_is() -> None:
    inner = zipped({"f": LINES})
    told = opened(tar({"x.tar": tar({"y.zip": inner})}), limits=Limits(depth=2))
    assert told.contents == [("a!/x.tar!/y.zip", inner)]
    assert told.problems == [("a!/x.tar!/y.zip", "too-deep", "more than 2 archives inside each other")]


@pytest.mark.parametrize("kind", ["gzip", "zlib", "tar", "cpio", "ar"])
def test_no_kind_goes_beyond_the_depth(kind: str) -> None:
    data = LINES
    for _ in range(20):
        data = COMPRESSIONS[kind](data) if kind in COMPRESSIONS else ARCHIVES[kind]({"f": data})
    told = opened(data)
    assert {len(steps) for steps in told.steps.values()} == {8}
    assert [reason for _, reason, _ in told.problems] == ([] if kind == "zlib" else ["too-deep"])


def test_a_member_that_is_too_large_is_not_read_and_others_are() -> None:
    told = opened(tar({"large": LINES * 10, "small": LINES}), limits=Limits(member=1000))
    assert told.contents == [("a!/small", LINES)]
    assert told.problems == [("a!/large", "too-large", "5000 bytes")]


def test_where_only_the_end_tells_the_size_the_beginning_is_read() -> None:
    told = opened(zipped({"large": LINES * 10, "small": LINES}), limits=Limits(member=1001))
    assert told.contents == [("a!/large", LINES * 2), ("a!/small", LINES)]
    assert told.problems == [("a!/large", "too-large", "more than 1001 bytes")]


def test_an_archive_inside_may_be_larger_than_a_member() -> None:
    inner = tar({"one": LINES, "two": LINES})
    told = opened(tar({"layer.tar": inner}), limits=Limits(member=1000))
    assert len(inner) > 1000
    assert [path for path, _ in told.contents] == ["a!/layer.tar!/one", "a!/layer.tar!/two"]
    assert told.problems == []


def test_only_so_much_is_held_for_archives_that_are_read_from_their_end() -> None:
    inner = zipped({"f": LINES * 10}, STORED)
    outer = zipped({"x.zip": zipped({"y.zip": inner}, STORED)})
    assert opened(outer).contents == [("a!/x.zip!/y.zip!/f", LINES * 10)]
    told = opened(outer, limits=Limits(held=len(inner) + 200))
    assert told.contents == [("a!/x.zip!/y.zip", inner)]
    assert [problem[:2] for problem in told.problems] == [("a!/x.zip!/y.zip", "too-large")]


def test_what_was_held_is_given_back() -> None:
    inner = zipped({"f": LINES}, STORED)
    told = opened(tar({f"{number}.zip": inner for number in range(5)}), limits=Limits(held=len(inner)))
    assert (len(told.contents), told.problems) == (5, [])


def test_many_problems_are_counted() -> None:
    broken = zipped({"f": b"content\n"}, STORED).replace(b"content\n", b"cOntent\n", 1)
    told = opened(tar({f"{number:02}.zip": broken for number in range(40)}), limits=Limits(problems=3))
    assert [path for path, _, _ in told.problems] == [f"a!/{number:02}.zip!/f" for number in range(3)] + ["a"]
    assert told.problems[-1] == ("a", "damaged", "37 more inside")


def test_bytes_that_come_out_are_bounded() -> None:
    limits = Limits(floor=50_000, ratio=0)
    told = opened(gzip.compress(tar({f"{number}": LINES for number in range(100)})), limits=limits)
    assert 10 < len(told.contents) < 50
    assert told.problems == [("a", "too-large", f"more inside than may be read of it ({told.inflated} bytes came out)")]
    assert told.inflated < 50_000 + (256 << 10)


def test_members_are_bounded() -> None:
    told = opened(zipped({f"{number}": b"x" for number in range(20)}), limits=Limits(members=10))
    assert (len(told.contents), told.problems) == (10, [("a", "too-large", "more than 10 members")])


def test_content_that_is_no_archive_has_nothing_inside() -> None:
    told = opened(b"text\n" * 1000)
    assert (told.contents, told.problems, told.entries) == ([], [], 0)
