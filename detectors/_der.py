"""As much of DER (ITU-T X.690) as telling private keys apart needs. Lengths are checked against what is left; nothing recurses."""

from __future__ import annotations

from scanner.records import dataclass

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30
PARAMETERS, PUBLIC = 0xA0, 0xA1
"""Tags of the two options of a SEC 1 key."""

LONG = 0x80
MOST_LENGTH_OCTETS = 3
MOST_CHILDREN = 32


@dataclass(frozen=True, slots=True)
class Node:
    """Tag and content of one value."""

    tag: int
    start: int
    end: int
    """Span of the content; the end may lie beyond the data, where the value was cut off."""

    def within(self, data: bytes) -> bool:
        """Whether all of it is there."""
        return self.end <= len(data)

    def content(self, data: bytes) -> bytes:
        """The content, as far as it is there."""
        return data[self.start : self.end]

    def number(self, data: bytes) -> int:
        """The content as an integer."""
        return int.from_bytes(self.content(data), "big", signed=True)


def node(data: bytes, at: int = 0) -> Node | None:
    """The value at `at`; None where there is no header of one in the definite form."""
    if at + 2 > len(data):
        return None
    first, start = data[at + 1], at + 2
    if first < LONG:
        return Node(data[at], start, start + first)
    octets = first - LONG
    if not 1 <= octets <= MOST_LENGTH_OCTETS or start + octets > len(data):
        return None
    length = int.from_bytes(data[start : start + octets], "big")
    return Node(data[at], start + octets, start + octets + length)


def children(data: bytes, parent: Node) -> tuple[Node, ...]:
    """The values that make up the content of `parent`, up to the first that is cut off (which is the last then) or malformed."""
    found: list[Node] = []
    at, limit = parent.start, min(parent.end, len(data))
    while at < limit and len(found) < MOST_CHILDREN:
        child = node(data, at)
        if child is None or child.end > parent.end:
            break
        found.append(child)
        at = child.end
    return tuple(found)


def full(data: bytes, parent: Node) -> bool:
    """Whether the children of `parent` fill it exactly."""
    inside = children(data, parent)
    return bool(inside) and inside[-1].end == parent.end and parent.within(data)


def dotted(encoded: bytes) -> str:
    """An object identifier as people write it."""
    arcs, value = [], 0
    for octet in encoded[:32]:
        value = value << 7 | octet & ~LONG
        if octet < LONG:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    top = min(arcs[0] // 40, 2)
    return ".".join(map(str, (top, arcs[0] - 40 * top, *arcs[1:])))
