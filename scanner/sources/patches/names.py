r"""What the files of a patch are called: the name that the repository has, without what the program that wrote the patch puts in front of it.

git quotes names as C does (git-config(1), `core.quotePath`), GNU diff and Subversion put a tab and a time or a revision behind them
(POSIX diff(1), "Diff -u Output Format"). What is in front of a name differs: `a/` and `b/`, `i/` and `w/` (`diff.mnemonicPrefix`), a version's
folder (`diff -ruN old new`), what `--src-prefix` says, or nothing. So a name is what both sides have in common at their ends.
"""

from __future__ import annotations

import re

NOWHERE = b"/dev/null"
_ESCAPED = re.compile(rb"\\([abtnvfr\"\\]|[0-3][0-7]{2})")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r", b'"': b'"', b"\\": b"\\"}
_LONGEST = 8192
"""Bytes of a line with two names that are looked at for where one ends; names are at most 4096 bytes long."""
_MOST_BLANKS = 32
"""Blanks of such a line at which the one name is looked for to end, those nearest to the middle."""


def unquoted(name: bytes) -> bytes:
    """A name as it is, of which git wrote `name`."""
    quoted = _QUOTED.match(name)
    return name if quoted is None else _ESCAPED.sub(_letter, quoted[0][1:-1])


def _letter(match: re.Match[bytes]) -> bytes:
    return _LETTERS.get(match[1]) or bytes((int(match[1], 8),))


def side(rest: bytes) -> bytes:
    """The name behind `--- ` or `+++ `, still with what stands in front of it."""
    return unquoted(rest) if rest.startswith(b'"') else rest.partition(b"\t")[0].rstrip(b"\r")


def pair(rest: bytes) -> tuple[bytes, bytes]:
    """Both names behind `diff --git `, still with what stands in front of them.

    Names with blanks are not quoted, so that nothing but their being the same tells where the first one ends.
    """
    rest = rest.rstrip(b"\r")
    first = _QUOTED.match(rest)
    if first is not None:
        return unquoted(first[0]), unquoted(rest[first.end() + 1 :])
    if rest.endswith(b'"') and (at := rest.find(b' "')) >= 0:
        return rest[:at], unquoted(rest[at + 1 :])
    blanks = [] if len(rest) > _LONGEST else [match.start() for match in re.finditer(b" ", rest)]
    middle = (len(rest) - 1) // 2
    splits = [(rest[:at], rest[at + 1 :]) for at in sorted(blanks, key=lambda at: abs(at - middle))[:_MOST_BLANKS]]
    return max(splits, key=lambda both: len(_shared(*both)), default=(rest, rest))


def path_of(old: bytes | None, new: bytes | None) -> bytes:
    """The name in the repository of a file that is called `old` before and `new` after the change; None is where it does not exist."""
    if old is None or new is None:
        return _without(new, b"b") if new is not None else _without(old or b"", b"a")
    if _are_letters(old, new):
        return new.partition(b"/")[2]
    return _shared(old, new) or new


def _without(name: bytes, prefix: bytes) -> bytes:
    first, slash, rest = name.partition(b"/")
    return rest if slash and first == prefix and rest else name


def _are_letters(old: bytes, new: bytes) -> bool:
    """Whether both begin with one of git's letters, each with its own."""
    (first, slash, rest), (other, _, behind) = old.partition(b"/"), new.partition(b"/")
    return bool(slash and rest and behind) and len(first) == len(other) == 1 and first != other


def _shared(old: bytes, new: bytes) -> bytes:
    """The folders and the name that both end with."""
    mine, theirs = old.split(b"/"), new.split(b"/")
    count = 0
    while count < min(len(mine), len(theirs)) and mine[-1 - count] == theirs[-1 - count]:
        count += 1
    return b"/".join(theirs[len(theirs) - count :])
