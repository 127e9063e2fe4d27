"""Decompression in bounded steps: of gzip, zlib, raw deflate, bzip2, xz, LZMA and zstd.

The standard library does the work. What it is given is never more than it asks for, and what it gives out never more than was asked
for, so that a bomb costs what is read of it. Several streams one behind the other are one (gzip(1), xz(1), RFC 8878).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

import deflate

from scanner.model import Reason
from scanner.sources.archives.limits import Broken, Budget, Exhausted
from scanner.sources.archives.sniff import Kind, sniff_head
from scanner.sources.archives.streams import CHUNK, CUT_SHORT, Stream, of_bytes

_FIRST = 4 << 10
_MOST = 64 << 10
"""Bytes that a decompressor is fed at once, at first and later: many tiny streams must not cost what large ones do."""
_AT_ONCE = 4 << 20
"""Bytes up to which a member's content is decompressed in one step, which takes a third of the time."""
_TRAILER = 64
"""Bytes at the end that are fed one by one; they hold the checksum."""
_MAGIC = 16
_RAW, _WHOLE, _GZIP = -15, 15, 31
_DEFLATED = 8
_LZMA_HEADER = 9
"""Bytes before a member that was compressed with LZMA: version, size of the properties, five bytes of properties (APPNOTE 5.8.8)."""
_UNKNOWN_SIZE = b"\xff" * 8
_WINDOW_LOGS = range(10, 28)


class _Decoder(Protocol):
    """How the standard library's decompressors are used."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zlib:
    """zlib's decompressor in the manner of the others."""

    def __init__(self, wbits: int) -> None:
        self._object = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._object.eof

    @property
    def needs_input(self) -> bool:
        return not self._object.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._object.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._object.decompress(self._object.unconsumed_tail + data, max_length)


def inflated(kind: Kind, source: Stream, budget: Budget, window: int, path: str) -> Stream:
    """What is compressed in `source`, which is of this kind and lies at `path`; a decompressor may take `window` bytes of memory."""
    return Stream(_Inflating(source, _maker(kind, window), budget, kind, path).pull)


def inflated_member(method: int, source: Stream, budget: Budget, window: int, size: int | None) -> Stream | None:
    """The content of a zip's member that was compressed with this method (APPNOTE 4.4.5); None where the method is not known.

    `source` ends with the member. `size` is that of the content where the archive says so; LZMA needs it.
    """
    if method == _DEFLATED and size is not None and size <= _AT_ONCE:
        return Stream(_Small(source, size, budget).pull)
    if method == 0:
        return Stream(_Counting(source, budget).pull)
    if method == 14:  # noqa: PLR2004 - LZMA
        header = source.peek(_LZMA_HEADER)
        source.skip(len(header))
        source.unread(_alone(header, size))
    make = _METHODS.get(method)
    return None if make is None else Stream(_Inflating(source, lambda: make(window), budget).pull)


def whole_zlib(data: bytes, budget: Budget, most: int) -> bytes | None:
    """What `data` holds when all of it is one zlib stream; None where it is none. Raises Broken where that is more than `most` bytes."""
    inflating = _Inflating(of_bytes(data), lambda: _Zlib(_WHOLE), budget)
    stream = Stream(inflating.pull)
    pieces: list[bytes] = []
    size = 0
    try:
        while size <= most and (piece := stream.read(CHUNK)):
            pieces.append(piece)
            size += len(piece)
    except Exhausted:
        raise
    except Broken:
        return None
    if size > most:
        raise Broken(Reason.TOO_LARGE, f"more than {most} bytes")
    return b"".join(pieces) if inflating.nothing_behind else None


class _Counting:
    """What is stored as it is. It counts all the same: many entries can share it."""

    def __init__(self, source: Stream, budget: Budget) -> None:
        self._source = source
        self._budget = budget

    def pull(self, size: int) -> bytes:
        piece = self._source.read(size)
        self._budget.spend(len(piece))
        return piece


class _Small:
    """Deflate that says how little it holds: undone in one step, or like any other where it says wrong."""

    def __init__(self, source: Stream, size: int, budget: Budget) -> None:
        self._source = source
        self._size = size
        self._budget = budget
        self._content: Stream | None = None

    def pull(self, size: int) -> bytes:
        """See `streams.Pull`."""
        if self._content is None:
            self._content = self._begun()
        return self._content.read(size)

    def _begun(self) -> Stream:
        packed = self._source.read(_AT_ONCE)
        try:
            content = deflate.deflate_decompress(packed, self._size + 1)
        except deflate.DeflateError:
            content = None
        if content is not None and len(content) == self._size:
            return Stream(_Counting(of_bytes(bytes(content)), self._budget).pull)
        self._source.unread(packed)
        return Stream(_Inflating(self._source, lambda: _Zlib(_RAW), self._budget).pull)


class _Inflating:
    """A decompression under way."""

    def __init__(
        self, source: Stream, make: Callable[[], _Decoder], budget: Budget, again: Kind | None = None, path: str | None = None
    ) -> None:
        """`again` is the kind of stream that may follow; None for what ends with its first."""
        self._source = source
        self._make = make
        self._budget = budget
        self._again = again
        self._path = path
        self._decoder: _Decoder | None = None
        self._feed = _FIRST

    def pull(self, size: int) -> bytes:
        """See `streams.Pull`."""
        try:
            while True:
                decoder = self._decoder or self._begin()
                if decoder.eof:
                    if not self._next(decoder):
                        return b""
                    continue
                piece = self._step(decoder, size)
                if piece:
                    self._budget.spend(len(piece))
                    return piece
        except Exception as error:  # noqa: BLE001 - five libraries, each with its own idea of what it raises
            broken = error if isinstance(error, Broken) else _failure(error)
            broken.where = broken.where or self._path
            raise broken from None

    @property
    def nothing_behind(self) -> bool:
        """Whether the source ended where the compression did."""
        return self._decoder is not None and not self._decoder.unused_data and not self._source.peek(1)

    def _step(self, decoder: _Decoder, size: int) -> bytes:
        hungry = decoder.needs_input
        feed = self._more() if hungry else b""
        piece = decoder.decompress(feed, size)
        if hungry and not feed and not piece and not decoder.eof:
            raise Broken(Reason.DAMAGED, CUT_SHORT)
        return piece

    def _more(self) -> bytes:
        """What the decompressor is fed next. A complaint about the checksum at the end must not take with it what came out before."""
        feed = self._source.read(self._feed)
        if self._again is None or (len(feed) == self._feed and self._source.peek(1)):
            self._feed = min(self._feed * 2, _MOST)
            return feed
        last = max(1, len(feed) - _TRAILER)
        self._source.unread(feed[last:])
        return feed[:last]

    def _begin(self) -> _Decoder:
        self._decoder = self._make()
        self._feed = _FIRST
        return self._decoder

    def _next(self, decoder: _Decoder) -> bool:
        """Whether one more stream follows, which is begun. What follows else must be padding."""
        if self._again is None:
            return False
        self._source.unread(decoder.unused_data)
        self._source.skip_zeros()
        ahead = self._source.peek(_MAGIC)
        if not ahead:
            self._source.read(1)  # what broke it, if anything did
            return False
        if sniff_head(ahead) is not self._again:
            raise Broken(Reason.DAMAGED, "there is something behind its end")
        self._budget.enter()
        self._begin()
        return True


def _failure(error: Exception) -> Broken:
    """What a library's complaint means. What it quotes is not repeated."""
    if isinstance(error, MemoryError) or (type(error).__name__ in {"LZMAError", "ZstdError"} and "memory" in str(error).lower()):
        return Broken(Reason.TOO_LARGE, "it asks for more memory than it may have")
    return Broken(Reason.DAMAGED, "its compression is damaged")


def _maker(kind: Kind, window: int) -> Callable[[], _Decoder]:
    if kind is Kind.GZIP:
        return lambda: _Zlib(_GZIP)
    return {Kind.BZ2: lambda: _bz2(window), Kind.XZ: lambda: _xz(window), Kind.ZSTD: lambda: _zstd(window)}[kind]


def _bz2(_: int) -> _Decoder:
    import bz2  # noqa: PLC0415 - loaded when something is compressed with it, like the two below

    return bz2.BZ2Decompressor()


def _xz(window: int) -> _Decoder:
    import lzma  # noqa: PLC0415 - as above

    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=window)


def _lzma(window: int) -> _Decoder:
    import lzma  # noqa: PLC0415 - as above

    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=window)


def _zstd(window: int) -> _Decoder:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415 - as above
    else:
        from backports import zstd  # noqa: PLC0415 - as above
    log = min(max(window.bit_length() - 1, _WINDOW_LOGS[0]), _WINDOW_LOGS[-1])
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: log})


_METHODS: dict[int, Callable[[int], _Decoder]] = {
    _DEFLATED: lambda _: _Zlib(_RAW),
    12: _bz2,
    14: _lzma,
    20: _zstd,
    93: _zstd,
    95: _xz,
}
"""Methods of zip: deflate, bzip2, LZMA, zstd under its old and its new number, xz."""


def _alone(header: bytes, size: int | None) -> bytes:
    """The header of a `.lzma` file for what a zip has instead; LZMA then says what is wrong with it, if anything is."""
    return header[4:] + (_UNKNOWN_SIZE if size is None else size.to_bytes(8, "little"))
