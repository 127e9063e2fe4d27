"""Where a token may begin and end.

A checksum that holds is proof enough wherever the token stands. One that fails is worth reporting only where nothing else explains
the characters: not inside a longer word, an identifier or a run of base64.
"""

from __future__ import annotations

from scanner.contract import rx

WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
INSIDE = WORD | frozenset(b"_-")
"""What continues an identifier or base64 for URLs."""

LONGEST_ESCAPE = 20
ESCAPE = rx(r"""
    (?: \\{1,4} (?: [nrtbfve0] | x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | [0-3][0-7]{2} )   # \n and its kin, also doubled in JSON inside JSON
      | [%=][0-9A-Fa-f]{2}                                                             # URLs, quoted-printable mail
      | :-                                                                             # the default of a variable: ${NAME:-VALUE}
      | (?: \x1b | \\{1,2}(?:u001b|x1b|033|e) ) \[ [0-9;]{0,8} m                       # colours of a terminal
    ) \Z
""")

MARSHAL = frozenset(b"zZ\xfa\xda\x8c")
"""Codes for a short string in Python's marshal format, which compiled modules are, and in its pickles."""


def opens(text: bytes, start: int) -> bool:
    """Whether what is before `start` is not part of the same word; the letter that ends an escape sequence is none."""
    if start == 0 or text[start - 1] not in INSIDE:
        return True
    return ESCAPE.search(text, max(0, start - LONGEST_ESCAPE), start) is not None


def closes(text: bytes, end: int) -> bool:
    """Whether what follows `end` is not part of the same word, nor the padding of base64."""
    return end >= len(text) or (text[end] not in INSIDE and text[end] != ord("="))


def runs_on(text: bytes, start: int, end: int) -> bool:
    """Whether letters or digits follow that belong to the value, so that the value is longer than `start` to `end`."""
    return end < len(text) and text[end] in WORD and not counted(text, start, end)


def counted(text: bytes, start: int, end: int) -> bool:
    """Whether a length stands before the value and ends it at `end`, as strings are stored in compiled Python, pickles and Java classes.

    In those, the code of the next value may well be a letter.
    """
    length = end - start
    if start > 1 and text[start - 1] == length and text[start - 2] in MARSHAL:
        return True
    wide, narrow = length.to_bytes(4, "little"), length.to_bytes(2, "big")
    return text[max(0, start - 4) : start] == wide or text[max(0, start - 2) : start] == narrow
