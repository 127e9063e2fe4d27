"""The one text format that its own shell encodes: zsh's history file.

Before zsh writes a line it replaces every byte of its token range by 0x83 and the byte with bit 5 flipped ("metafied", Src/utils.c of
zsh), so that letters outside ASCII are broken in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_META = re.compile(rb"\x83(.)", re.DOTALL)
_MARK = b"\x83"
_FLIP = 0x20


def unmetafy(data: bytes) -> bytes:
    """`data` as it was typed; text without the mark is returned as it is."""
    if b"\x83" not in data:
        return data
    return _META.sub(lambda pair: bytes((pair[1][0] ^ _FLIP,)), data)


def unmetafied(pull: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """The same for a content that is read piece by piece: a pair that is cut in two is put together."""

    def read(size: int) -> bytes:
        piece = pull(max(1, size - 1))
        if (len(piece) - len(piece.rstrip(_MARK))) % 2:
            piece += pull(1)
        return unmetafy(piece)

    return read
