from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import pytest

from tests.scanner.sources.archives.opened import opened
from tests.support.archives import BZIP2, DEFLATED, LZMA, STORED, ZSTD, zip_end, zip_entry, zipped

FILES = {"a.txt": b"one\n", "d/b.txt": b"two" * 1000, "last": b"x" * 512}
READ = [(f"a!/{name}", content) for name, content in FILES.items()]
METHODS = [STORED, DEFLATED, BZIP2, LZMA, ZSTD]


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def one(name: bytes, content: bytes, packed: bytes | None = None, method: int = 0, *, flags: int = 0, mode: int = 0) -> bytes:
    """A zip with one member."""
    member, entry = zip_entry(name, content, content if packed is None else packed, method, flags=flags, mode=mode)
    return member + zip_end([entry], len(member))


@pytest.mark.parametrize("method", METHODS)
def test_every_file_is_a_member(method: int) -> None:
    told = opened(zipped(FILES, method))
    assert (told.contents, told.problems) == (READ, [])
    assert set(told.steps.values()) == {("zip",)}


@pytest.mark.parametrize("method", [STORED, DEFLATED, BZIP2, LZMA])
def test_sizes_may_stand_behind_the_members(method: int) -> None:
    told = opened(zipped(FILES, method, streamed=True))
    assert (told.contents, told.problems) == (READ, [])


@pytest.mark.parametrize("junk", [b"#!/usr/bin/env python3\n", b"MZ" + b"stub" * 1000, b"anything"])
def test_something_may_stand_before_it(junk: bytes) -> None:
    told = opened(junk + zipped(FILES))
    assert (told.contents, told.problems) == (READ, [])


def test_a_comment_may_hold_what_looks_like_an_end() -> None:
    told = opened(zipped(FILES, comment=b"PK\5\6 and " + b"PK\5\6" + b"\0" * 30))
    assert (told.contents, told.problems) == (READ, [])


def test_large_archives_have_wider_numbers() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("f", "w", force_zip64=True) as member:
        member.write(b"content\n")
    data = out.getvalue()
    at = data.rindex(b"PK\5\6")
    count, size, offset = struct.unpack_from("<HLL", data, at + 10)
    wide = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    told = opened(data[:at] + wide + locator + end)
    assert (told.contents, told.problems) == ([("a!/f", b"content\n")], [])


def test_links_and_folders_are_no_content() -> None:
    told = opened(one(b"link", b"target", mode=stat.S_IFLNK | 0o777))
    assert (told.contents, told.skipped) == ([], [("a!/link", "link")])
    assert opened(one(b"folder/", b"")).contents == []
    assert opened(one(b"folder/", b"hidden")).contents == [("a!/folder/", b"hidden")]


@pytest.mark.parametrize(("flags", "method"), [(1, 8), (0x2000, 8), (0, 99)])
def test_encrypted_members_are_named(flags: int, method: int) -> None:
    told = opened(one(b"secret.txt", b"content", method=method, flags=flags))
    assert (told.contents, told.problems) == ([], [("a!/secret.txt", "encrypted", "")])


def test_methods_that_are_not_read_are_named() -> None:
    told = opened(one(b"f", b"content", method=9))
    assert (told.contents, told.problems) == ([], [("a!/f", "unreadable", "compression method 9 is not read")])


def test_a_wrong_checksum_is_damage_and_the_content_is_read() -> None:
    data = zipped({"f": b"content\n"}, STORED).replace(b"content\n", b"cOntent\n", 1)
    told = opened(data)
    assert told.contents == [("a!/f", b"cOntent\n")]
    assert told.problems == [("a!/f", "damaged", "its checksum is not that of its content")]


@pytest.mark.parametrize("said", [0, 1, 79, 81, 1 << 20, 1 << 31])
def test_a_size_that_is_wrong_is_not_believed(said: int) -> None:
    content = b"content\n" * 10
    member, entry = zip_entry(b"f", content, deflated(content), DEFLATED)
    size = said.to_bytes(4, "little")
    told = opened(member[:22] + size + member[26:] + zip_end([entry[:24] + size + entry[28:]], len(member)))
    assert (told.contents, told.problems, told.inflated) == ([("a!/f", content)], [], len(content))


@pytest.mark.parametrize("cut", [1, 5])
def test_of_a_member_that_is_cut_short_what_is_there_is_read(cut: int) -> None:
    content = bytes(range(256)) * 10
    told = opened(one(b"f", content, deflated(content)[:-cut], DEFLATED))
    assert [content.startswith(found) for _, found in told.contents] == [True]
    assert [(path, reason) for path, reason, _ in told.problems] == [("a!/f", "damaged")]


def test_headers_that_disagree_on_a_name_are_said_and_the_content_is_read() -> None:
    data = zipped({"inside": b"content\n"})
    told = opened(data.replace(b"inside", b"INSIDE", 1))
    assert (told.contents, told.problems) == ([("a!/inside", b"content\n")], [("a!/inside", "damaged", "its two headers disagree")])


def test_headers_that_disagree_on_the_method_are_both_tried() -> None:
    content = b"content\n" * 10
    member, _ = zip_entry(b"f", content, deflated(content), DEFLATED)
    _, entry = zip_entry(b"f", content, deflated(content), STORED)
    told = opened(member + zip_end([entry], len(member)))
    assert ("a!/f", content) in told.contents
    assert ("a!/f", "damaged", "its two headers disagree") in told.problems


def test_a_member_that_is_not_where_the_directory_says_is_found_where_it_is() -> None:
    member, _ = zip_entry(b"f", b"content\n", b"content\n", STORED)
    _, entry = zip_entry(b"f", b"content\n", b"content\n", STORED, at=7)
    told = opened(member + zip_end([entry], len(member)))
    assert told.contents == [("a!/f", b"content\n")]
    assert told.problems == [("a!/f", "damaged", "it is not where the directory says")]


def test_members_that_the_directory_does_not_have_are_read() -> None:
    hidden, _ = zip_entry(b"hidden.txt", b"hidden\n", deflated(b"hidden\n"), DEFLATED)
    shown, entry = zip_entry(b"f", b"content\n", b"content\n", STORED, at=len(hidden))
    data = hidden + shown + zip_end([entry], len(hidden + shown))
    assert opened(data).contents == [("a!/f", b"content\n"), ("a!/hidden.txt", b"hidden\n")]


def test_what_only_looks_like_a_member_is_not_mentioned() -> None:
    junk, _ = zip_entry(b"no member", b"other", b"content", STORED)
    told = opened(junk + b"\0" * 40 + zipped(FILES))
    assert (told.contents, told.problems) == (READ, [])


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_without_a_directory_members_are_read_one_after_the_other(method: int, streamed: bool) -> None:
    data = zipped(FILES, method, streamed=streamed)
    told = opened(data[: data.index(b"PK\1\2")])
    assert (told.contents, told.problems) == (READ, [("a", "damaged", "it has no directory")])


def test_a_directory_that_is_damaged_is_said() -> None:
    data = zipped(FILES)
    at = data.rindex(b"PK\1\2")
    told = opened(data[:at] + b"PX" + data[at + 2 :])
    assert sorted(told.contents) == sorted(READ)
    assert told.problems == [("a", "damaged", "its directory is damaged")]


def test_counts_in_the_end_record_are_not_believed() -> None:
    data = zipped(FILES)
    at = data.rindex(b"PK\5\6")
    told = opened(data[: at + 8] + b"\1\0\1\0" + data[at + 12 :])
    assert (told.contents, told.problems) == (READ, [])


def test_names_that_are_no_text_are_shown() -> None:
    assert opened(one(b"n\xffme", b"x")).contents == [("a!/n\\xffme", b"x")]


def test_two_members_may_have_one_name() -> None:
    first, entry = zip_entry(b"f", b"1", b"1", STORED)
    second, other = zip_entry(b"f", b"2", b"2", STORED, at=len(first))
    assert opened(first + second + zip_end([entry, other], len(first + second))).contents == [("a!/f", b"1"), ("a!/f", b"2")]
