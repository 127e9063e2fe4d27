"""What comes through standard input is one blob."""

from __future__ import annotations

from typing import BinaryIO

from scanner.model import Blob, Reason, Unscanned

CONTAINER = "stdin"
PATH = "-"

_CHUNK = 1_048_576


def read_stdin(stream: BinaryIO, max_size: int) -> Blob | Unscanned:
    """Everything up to the end of `stream`, if that is at most `max_size` bytes; reads little more than that in any case."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := stream.read(min(_CHUNK, max_size + 1 - size)):
            pieces.append(piece)
            size += len(piece)
            if size > max_size:
                return Unscanned(CONTAINER, PATH, Reason.TOO_LARGE, f"more than {max_size} bytes")
    except OSError as error:
        return Unscanned(CONTAINER, PATH, Reason.UNREADABLE, error.strerror or "")
    return Blob(CONTAINER, PATH, b"".join(pieces))
