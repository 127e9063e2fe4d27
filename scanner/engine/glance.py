"""A glance at base64 before all of it is undone.

A form of four or five characters stands in any large run of base64 by chance, or because a certificate names an authority. Whether the anchor
is really there is told by the few hundred characters around it, while the run may have millions.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Iterable, Iterator

from scanner.engine.matcher import Matcher
from scanner.engine.strands import BASE64

_LINE_ENDS = b"\r\n"
_PATCH_SIGNS = (b"+", b"-")
_GROUP = BASE64.group
_SHARE = 4096
"""Bytes of a text for each glance into it, so that a text of nothing but forms costs no more with glances than without."""


def promising(text: bytes, places: Iterable[tuple[int, int]], matcher: Matcher) -> Iterator[tuple[int, int]]:
    """Those of the places whose run is worth undoing; each is where a form begins, with that character's number in its group of four."""
    left = len(text) // _SHARE
    for at, offset in places:
        if not left or _promising(text, at, offset, matcher):
            yield at, offset
        else:
            left -= 1


def _promising(text: bytes, at: int, offset: int, matcher: Matcher) -> bool:
    """Whether an anchor is at `at`, or may be.

    It is where anything but letters and line ends is near, since only the whole run tells how that is to be read. Otherwise an anchor must
    be in what the letters say: over the line ends, or in the one line, or behind the sign in it that a word may end with.
    """
    reach = _GROUP * (matcher.width // 2 + 1)
    first, last = max(0, at - reach), min(len(text), at + 2 * reach)
    before, after = text[first:at], text[at:last]
    if (before + after).translate(None, BASE64.letters + _LINE_ENDS) or _patched(before + after):
        return True
    line = before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :]
    rest = after.splitlines()[0] if after else b""
    cut = line[max(line.rfind(sign) for sign in (b"/", b"-", b"_", b"+")) + 1 :]
    said = b"\n".join(_said(*part, offset) for part in ((before, after), (line, rest), (cut, rest)))
    return said.count(0) * _GROUP > len(said) or matcher.touches(said)


def _said(before: bytes, after: bytes, offset: int) -> bytes:
    """What the letters say whose groups are where `offset` puts them."""
    before = before.translate(None, _LINE_ENDS)
    letters = (before + after.translate(None, _LINE_ENDS))[(len(before) - offset) % _GROUP :]
    letters = letters[: len(letters) - (len(letters) % _GROUP == 1)]
    return a2b_base64(letters.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(letters) % _GROUP))


def _patched(text: bytes) -> bool:
    """Whether all lines begin with the sign of a patch, which is a letter of base64 too."""
    ends = text.count(b"\n")
    return ends > 0 and any(text.count(b"\n" + sign) == ends for sign in _PATCH_SIGNS)
