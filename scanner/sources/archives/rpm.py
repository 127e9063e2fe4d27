"""Where the payload of an rpm package begins: behind a lead and two headers (the file format of rpm, version 3 and 4)."""

from __future__ import annotations

from scanner.model import Reason
from scanner.sources.archives.limits import Broken
from scanner.sources.archives.streams import Stream

_LEAD = 96
_INTRODUCTION, _ENTRY = 16, 16
_MAGIC = b"\x8e\xad\xe8\x01"


def at_payload(stream: Stream) -> Stream:
    """The stream, standing where the compressed cpio archive begins. Raises Broken."""
    stream.exactly(_LEAD)
    signature = _header(stream)
    stream.skip(-signature % 8)
    _header(stream)
    return stream


def _header(stream: Stream) -> int:
    """Bytes of the header that was passed over."""
    introduction = stream.exactly(_INTRODUCTION)
    if introduction[:4] != _MAGIC:
        raise Broken(Reason.DAMAGED, "its headers are damaged")
    entries, store = int.from_bytes(introduction[8:12], "big"), int.from_bytes(introduction[12:16], "big")
    stream.skip(entries * _ENTRY + store)
    return entries * _ENTRY + store
