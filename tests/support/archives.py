"""Archives and compressed files of every kind that is read, made in memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Files = Mapping[str, bytes]
"""Name to content."""

STORED, DEFLATED, BZIP2, LZMA = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA
ZSTD = 93
_NONE: Mapping[str, bytes] = {}
_NO_MODES: Mapping[str, int] = {}


def tar(files: Files, *, layout: int = tarfile.PAX_FORMAT, special: Mapping[str, bytes] = _NONE) -> bytes:
    """A tar archive; `special` has the types of members without content."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=layout) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in special.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "elsewhere"
            archive.addfile(info)
    return out.getvalue()


def zipped(files: Files, method: int = DEFLATED, *, comment: bytes = b"", streamed: bool = False) -> bytes:
    """A zip archive; a streamed one has sizes and checksums behind its members."""
    if method == ZSTD:
        return _with_method(files, ZSTD, zstd.compress)
    out = _Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(_undated(name), content, method)
        archive.comment = comment
    return out.getvalue()


def _undated(name: str) -> zipfile.ZipInfo:
    """A member from the first second that zip knows: later ones may have a byte that is the end of a line."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o600 << 16
    return info


class _Pipe(io.BytesIO):
    """Somewhere to write to that cannot be gone back in."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation


def zip_entry(
    name: bytes, content: bytes, packed: bytes, method: int, *, flags: int = 0, mode: int = 0, at: int = 0
) -> tuple[bytes, bytes]:
    """A member of a zip, and its entry in the directory, which says that it is at `at`."""
    version, crc = 20, zlib.crc32(content)
    facts = b"".join(
        number.to_bytes(size, "little")
        for number, size in (
            (version, 2),
            (flags, 2),
            (method, 2),
            (0, 4),
            (crc, 4),
            (len(packed), 4),
            (len(content), 4),
            (len(name), 2),
            (0, 2),
        )
    )
    made = (3 << 8 | version).to_bytes(2, "little")
    rest = b"\0" * 6 + (mode << 16).to_bytes(4, "little") + at.to_bytes(4, "little")
    return b"PK\x03\x04" + facts + name + packed, b"PK\x01\x02" + made + facts + rest + name


def zip_end(entries: list[bytes], at: int) -> bytes:
    """The directory of a zip that begins at `at`, and its end."""
    count, size = len(entries).to_bytes(2, "little"), sum(map(len, entries))
    numbers = count + count + size.to_bytes(4, "little") + at.to_bytes(4, "little") + b"\0\0"
    return b"".join(entries) + b"PK\x05\x06\0\0\0\0" + numbers


def _with_method(files: Files, method: int, pack: Callable[[bytes], bytes]) -> bytes:
    body, entries = b"", []
    for name, content in files.items():
        member, entry = zip_entry(name.encode(), content, pack(content), method, at=len(body))
        body += member
        entries.append(entry)
    return body + zip_end(entries, len(body))


def ar(files: Files) -> bytes:
    """An ar archive as GNU's ar makes it, long names in their table."""
    table = b"".join(name.encode() + b"/\n" for name in files if len(name.encode()) > 15)
    out = b"!<arch>\n" + (_ar_member(b"//", table) if table else b"")
    for name, content in files.items():
        raw = name.encode()
        out += _ar_member(raw + b"/" if len(raw) <= 15 else b"/%d" % table.index(raw + b"/\n"), content)
    return out


def _ar_member(name: bytes, content: bytes) -> bytes:
    head = name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"100644".ljust(8) + str(len(content)).encode().ljust(10) + b"`\n"
    return head + content + b"\n" * (len(content) % 2)


def cpio(files: Files, *, special: Mapping[str, int] = _NO_MODES) -> bytes:
    """A cpio archive in the new ASCII format; `special` has the modes of members without content."""
    members = [(name.encode(), content, stat.S_IFREG | 0o644) for name, content in files.items()]
    members += [(name.encode(), b"elsewhere", mode) for name, mode in special.items()]
    members.append((b"TRAILER!!!", b"", 0))
    return b"".join(_cpio_member(*member) for member in members)


def _cpio_member(name: bytes, content: bytes, mode: int) -> bytes:
    numbers = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08x" % number for number in numbers) + name + b"\0"
    return head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4)


def rpm(payload: bytes) -> bytes:
    """An rpm package with empty headers around a payload."""
    lead = b"\xed\xab\xee\xdb".ljust(96, b"\0")
    signature = b"\x8e\xad\xe8\x01" + b"\0" * 4 + (1).to_bytes(4, "big") + (5).to_bytes(4, "big") + b"e" * 16 + b"s" * 5
    header = b"\x8e\xad\xe8\x01" + b"\0" * 4 + (2).to_bytes(4, "big") + (3).to_bytes(4, "big") + b"e" * 32 + b"s" * 3
    return lead + signature + b"\0" * 3 + header + payload


COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "zlib": zlib.compress,
}
"""By their step in `encoding`."""
ENDINGS = {"gzip": ".gz", "bz2": ".bz2", "xz": ".xz", "zstd": ".zst", "zlib": ".zz"}
ARCHIVES: Mapping[str, Callable[[Files], bytes]] = {"tar": tar, "zip": zipped, "ar": ar, "cpio": cpio}
"""Likewise."""
