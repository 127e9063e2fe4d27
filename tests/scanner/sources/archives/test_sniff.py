from __future__ import annotations

import gzip
import io
import tarfile
import zlib

import pytest

from scanner.sources.archives.sniff import Kind, sniff
from tests.support import archives

FILES = {"a": b"content\n"}
V7 = archives.tar(FILES, layout=tarfile.USTAR_FORMAT)
V7 = V7[:257] + b"\0" * 8 + V7[265:]
V7 = V7[:148] + b"%06o\0 " % (sum(V7[:148]) + 8 * 32 + sum(V7[156:512])) + V7[156:]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        *((make(b"content"), step) for step, make in archives.COMPRESSIONS.items()),
        *((make(FILES), step) for step, make in archives.ARCHIVES.items()),
        (V7, "tar"),
        (archives.rpm(b""), "rpm"),
        (zlib.compress(b"content", 0), "zlib"),
        (zlib.compress(b"content", 1), "zlib"),
        (archives.zipped({}), "zip"),
        (b"#!/bin/sh\nexit\n" + archives.zipped(FILES), "zip"),
        (b"#!/bin/sh\nexit\n" + archives.zipped(FILES, comment=b"a comment"), "zip"),
        (b"Cr24\3\0\0\0" + archives.zipped(FILES, comment=b"a comment"), "zip"),
        (b"GIF89a" + archives.zipped(FILES), "zip"),
        (b"\x5e\x2a\x4d\x18\4\0\0\0skip" + archives.COMPRESSIONS["zstd"](b"content"), "zstd"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "unknown"),
        (b"Rar!\x1a\x07\1\0", "unknown"),
    ],
)
def test_the_first_bytes_tell_the_kind(data: bytes, kind: str) -> None:
    assert sniff(data) is Kind(kind)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"P",
        b"PK",
        b"x",
        b"text\n",
        b"BZh9 is how bzip2 begins",
        b"070701 is how cpio begins" + b"x" * 200,
        b"\x1f\x8b\x08\xff reserved flags",
        b"\x1f\x8b\x00 not deflate",
        b"x " * 600,
        b"GIF89a" + archives.zipped(FILES, comment=b"a comment"),
        b"#!/bin/sh\n" + b"echo PK\5\6 and no zip\n" * 3,
        b"\0" * 2048,
        b"7zip",
        V7[:511],
        V7[:148] + b"0000000 " + V7[156:],
    ],
)
def test_other_content_is_no_archive(data: bytes) -> None:
    assert sniff(data) is None


def test_names_do_not_matter() -> None:
    out = io.BytesIO()
    with gzip.GzipFile("picture.png", "wb", fileobj=out) as stream:
        stream.write(b"content")
    assert sniff(out.getvalue()) is Kind.GZIP
