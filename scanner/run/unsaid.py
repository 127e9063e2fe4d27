"""What a name may say: all of it but what is a credential in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

Find = Callable[[bytes], Iterable[tuple[int, int]]]
"""Spans of a text that are credentials."""
LEFT_OUT = "…"

_SHORTEST = 16
"""Only a longer part of a name can hold one."""
_TELLING = re.compile(rf"[^/\s]{{{_SHORTEST}}}")
_PART = re.compile(rb"[^/\s]{%d,4096}" % _SHORTEST)
_JOINT = re.compile(rb"[_-]")
_JOINTS = 16
"""Joints of a part after which one may begin, as after the number of a step or the letter of a version; detectors want to see where a word begins."""
_WORD = re.compile(r"\S{16,4096}")
_PARTS = 64
"""Parts of a name that are looked at for joints."""


def tells(name: str) -> bool:
    """Whether the name may hold a credential at all. Quick."""
    return _TELLING.search(name) is not None


def without_credentials(name: str, find: Find) -> str:
    """The name, with what `find` takes for a credential in it left out."""
    *before, rest = _pieces(name, find)
    return "".join(f"{_text(visible)}{LEFT_OUT}" for visible, _ in before) + _text(rest[0])


def said(text: str, find: Find) -> str:
    """A sentence, with the names in it as `without_credentials` has them."""
    return _WORD.sub(lambda word: without_credentials(word[0], find), text)


def apart(names: Iterable[str], find: Find) -> Mapping[str, str]:
    """What each of the names is shown as: without credentials, and so that no two look the same.

    Where names differ in what is left out, all but the first in order have a number there, the same for all names that begin alike.
    """
    pieces = {name: _pieces(name, find) for name in sorted(set(names))}
    shown = {name: name for name, parts in pieces.items() if len(parts) == 1}
    taken = set(shown)
    numbers: dict[str, dict[bytes, int]] = {}
    for name, (*before, rest) in pieces.items():
        if not before:
            continue
        told, raw = "", b""
        for visible, hidden in before:
            told += _text(visible) + LEFT_OUT
            raw += visible + hidden
            number = numbers.setdefault(told, {}).setdefault(raw, len(numbers[told]) + 1)
            told += f"({number})" if number > 1 else ""
        told = _free(told + _text(rest[0]), taken)
        taken.add(told)
        shown[name] = told
    return shown


def _free(told: str, taken: set[str]) -> str:
    """The name itself where nothing else is called so, else with a number behind it."""
    number, free = 1, told
    while free in taken:
        number += 1
        free = f"{told} ({number})"
    return free


def _pieces(name: str, find: Find) -> list[tuple[bytes, bytes]]:
    """What may be seen of the name, each with what is left out behind it; nothing is behind the last."""
    raw = name.encode(errors="surrogateescape")
    pieces, at = [], 0
    for start, end in _apart(_found(raw, find)) if tells(name) else ():
        pieces.append((raw[at:start], raw[start:end]))
        at = end
    return [*pieces, (raw[at:], b"")]


def _text(raw: bytes) -> str:
    return raw.decode(errors="surrogateescape")


def _found(raw: bytes, find: Find) -> Iterator[tuple[int, int]]:
    """The spans, with those of what begins after one of the first joints of a part."""
    yield from find(raw)
    for part in islice(_PART.finditer(raw), _PARTS):
        for joint in islice(_JOINT.finditer(part[0][:-_SHORTEST]), _JOINTS):
            begin = part.start() + joint.end()
            for start, end in find(raw[begin : part.end()]):
                yield begin + start, begin + end


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, with those that meet made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
