"""What a name may say: all of it but what is a credential in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

Find = Callable[[bytes], Iterable[tuple[int, int]]]
"""Spans of a text that are credentials."""
LEFT_OUT = "…"

_TELLING = re.compile(r"[^/\s]{16}")
"""Only a longer name can hold one."""
_JOINT = re.compile(rb"[_-]")
_JOINTS = 4
"""Joints after which one may begin, as after the number of a step or the letter of a version; detectors want to see where a word begins."""


def without_credentials(name: str, find: Find) -> str:
    """The name, with what `find` takes for a credential in it left out."""
    if not _TELLING.search(name):
        return name
    raw = name.encode(errors="surrogateescape")
    for start, end in reversed(_apart(_found(raw, find))):
        raw = raw[:start] + LEFT_OUT.encode() + raw[end:]
    return raw.decode(errors="surrogateescape")


def _found(raw: bytes, find: Find) -> Iterator[tuple[int, int]]:
    """The spans, with those of what begins after one of the first joints."""
    yield from find(raw)
    for joint in islice(_JOINT.finditer(raw), _JOINTS):
        for start, end in find(raw[joint.end() :]):
            yield joint.end() + start, joint.end() + end


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, with those that meet made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
