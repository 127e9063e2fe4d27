"""S-expressions as libgcrypt writes them: canonical, with a length before each atom, and advanced, for people (libgcrypt manual, 13).

A list is a tuple. The reader works with a stack of its own, and gives up where a text is deeper, longer or richer than any key.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.records import dataclass

Atom = bytes
Node = Atom | tuple["Node", ...]

DEEPEST = 8
MOST_ATOMS = 96
LONGEST_ATOM = 16_384

_NEXT = rx(r"""
    [ \t\r\n\0\f\v]{0,4096}+
    (?: (?P<open> \( ) | (?P<close> \) ) | (?P<length> [0-9]{1,5} ) :
      | \# (?P<digits> [0-9A-Fa-f\s]{0,65536}+ ) \# | " (?P<quoted> (?: [^"\\] | \\ [\0-\xff] ){0,1024}+ ) " | (?P<token> [A-Za-z0-9./_:*+=-]{1,128} ) )
""")
_ESCAPE = rx(r"\\ (?: (?P<octal> [0-3][0-7]{2} ) | x (?P<byte> [0-9A-Fa-f]{2} ) | (?P<fold> \r?\n | \n?\r ) | (?P<sign> [\0-\xff] ) )")
_SIGNS = {b"b": b"\b", b"t": b"\t", b"v": b"\v", b"n": b"\n", b"f": b"\f", b"r": b"\r"}
_SPACE = b" \t\r\n\0\f\v"


@dataclass(frozen=True, slots=True)
class Expression:
    """A list, and where it ends."""

    nodes: tuple[Node, ...]
    end: int


def read(text: bytes, start: int, limit: int) -> Expression | None:
    """The list whose parenthesis is at `start`; None where it does not end before `limit` or is no list."""
    stack: list[list[Node]] = []
    at, atoms, limit = start, 0, min(limit, len(text))
    while atoms < MOST_ATOMS and (match := _NEXT.match(text, at, limit)) is not None:
        at = match.end()
        if match.lastgroup == "open":
            stack.append([])
        elif not stack:
            return None
        elif match.lastgroup == "close":
            done = tuple(stack.pop())
            if not stack:
                return Expression(done, at)
            stack[-1].append(done)
        else:
            atom = _atom(match, limit)
            if atom is None:
                return None
            stack[-1].append(atom)
            at, atoms = at + len(atom) * bool(match["length"]), atoms + 1
        if len(stack) > DEEPEST:
            return None
    return None


def named(nodes: tuple[Node, ...], name: bytes) -> tuple[Node, ...]:
    """What follows the name in the first list among `nodes` that begins with `name`; empty where there is none."""
    return next((node[1:] for node in nodes if isinstance(node, tuple) and node[:1] == (name,)), ())


def octets(nodes: tuple[Node, ...], name: bytes) -> bytes:
    """The one atom in the list that begins with `name`; empty where there is none."""
    found = named(nodes, name)
    return found[0] if found and isinstance(found[0], bytes) else b""


def _atom(match: re.Match[bytes], limit: int) -> bytes | None:
    """The atom that a match is, or is the length of; None where that is not there, or half a byte is."""
    if match["length"]:
        end = match.end() + int(match["length"])
        return match.string[match.end() : end] if end <= limit and end - match.end() <= LONGEST_ATOM else None
    if match["digits"] is not None:
        digits = match["digits"].translate(None, _SPACE)
        return bytes.fromhex(digits.decode()) if len(digits) % 2 == 0 else None
    return match["token"] or _ESCAPE.sub(_meant, match["quoted"])


def _meant(escape: re.Match[bytes]) -> bytes:
    if escape["octal"]:
        return bytes((int(escape["octal"], 8),))
    if escape["byte"]:
        return bytes((int(escape["byte"], 16),))
    return b"" if escape["fold"] else _SIGNS.get(escape["sign"], escape["sign"])
