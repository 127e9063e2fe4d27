"""What is said on standard output and standard error."""

from __future__ import annotations

import codecs
from typing import TextIO


def say(text: str, stream: TextIO | None) -> None:
    """Writes `text` at once, as UTF-8 where the stream is for ASCII alone; nothing where there is no stream."""
    if stream is None:
        return
    if codecs.lookup(stream.encoding).name == "ascii":
        stream.flush()
        stream.buffer.write(text.encode(errors="replace"))
    else:
        stream.write(text)
    stream.flush()
