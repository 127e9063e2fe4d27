"""What comes through standard input is one blob."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from scanner.errors import UnreadableError
from scanner.model import Blob, Reason, Unscanned
from scanner.sources import large
from scanner.sources.large import Flow

CONTAINER = "stdin"
PATH = "-"

_CHUNK = 1_048_576


class LargeInput:
    """More than is held. It can be opened once: what was read is gone."""

    def __init__(self, begun: list[bytes], stream: BinaryIO, most: int) -> None:
        """`begun` is what was read of it already; `most` is how many bytes are read at most."""
        self.size = 0
        """Bytes that were read of it."""
        self._begun = begun
        self._stream = stream
        self._most = most

    @contextmanager
    def opened(self) -> Iterator[Flow]:
        """The only reading. Raises UnreadableError for another one, which is for what only an archive needs."""
        if self.size:
            raise UnreadableError(Reason.TOO_LARGE, f"an archive of {self.size} bytes is only opened from a file")
        pieces = self._begun[::-1]
        self._begun = []

        def pull(size: int) -> bytes:
            piece = pieces.pop() if pieces else self._stream.read(size)
            if len(piece) > size:
                pieces.append(piece[size:])
            return piece[:size]

        flow = Flow(pull, self._most)
        yield flow
        self.size = flow.size


def read_stdin(stream: BinaryIO, max_size: int) -> Blob | LargeInput | Unscanned:
    """Everything up to the end of `stream`, if that is at most `max_size` bytes; what is not held of it is read when it is opened."""
    held = min(max_size, large.HELD)
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read(min(_CHUNK, held + 1 - size)):
            pieces.append(piece)
            size += len(piece)
            if size > held:
                return LargeInput(pieces, stream, max_size) if size <= max_size else _too_large(max_size)
    except OSError as error:
        return Unscanned(CONTAINER, PATH, Reason.UNREADABLE, error.strerror or "")
    return Blob(CONTAINER, PATH, b"".join(pieces))


def _too_large(most: int) -> Unscanned:
    return Unscanned(CONTAINER, PATH, Reason.TOO_LARGE, f"more than {most} bytes")
