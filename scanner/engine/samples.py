"""Why nobody means the copy of a value at one place, as what stands around it says: only that place is then no credential.

What a checksum or the form of an issuer proves is never told so: tokens that work get into tests and examples.
"""

from __future__ import annotations

import re

from scanner.contract import Check, Confidence, Reading, Sort

_BEFORE = 768
"""Bytes before a value that are looked at."""
_TOP = 4096
"""Bytes from the beginning of a text on among which it names what it is made with."""
_NAMED = re.compile(
    rb"""(?P<name>[0-9A-Za-z_.$-]{1,64})["'`\])]{0,2}(?:[ \t]{0,4}:[ \t]{0,4}[A-Za-z<>\[\]]{1,32})?[ \t]{0,8}(?:=>|:=|[:=(,])[ \t]{0,8}[bru]?["'`]?\Z"""
)
"""A name that is given the value."""
_MADE_UP = re.compile(
    rb"(?<![A-Za-z])(?:MOCK|FAKE|DUMMY)(?:ED)?(?![A-Za-z])|(?<![A-Za-z])(?:mock|fake|dummy)(?:ed)?(?![a-z])|(?<![A-Z])(?:Mock|Fake|Dummy)(?:ed)?(?![a-z])"
)
"""A word of its own in a name, however names are put together: not in `Mockingbird` and `faker`."""
_OUTPUT = re.compile(rb"(?:#|//|--|;)[ \t]?=>[^\r\n]{0,512}\Z")
"""What documentation writes before what a call returned."""
_STORIES = re.compile(rb"@storybook/|\b(?:Component)?Story(?:Meta|Obj|Fn)\b|\bComponentStory\b")
"""What stories of Storybook are made with."""
_LINE = re.compile(rb"""(?P<indent>[ \t]{0,128})["']?(?P<key>[A-Za-z$]{0,16})""")
_EXAMPLES = frozenset({b"example", b"examples"})
_OF_SCHEMAS = frozenset({b"type", b"description", b"format", b"properties", b"items", b"required", b"schema", b"summary"})


def sample_reason(reading: Reading, text: bytes, start: int) -> str | None:
    """Why the value at `start` of `text` is one that somebody made up to show or to test something; None where nothing says so."""
    if reading.sort is not Sort.VALUE or reading.check is Check.PASSED or reading.confidence is Confidence.HIGH:
        return None
    before = text[max(0, start - _BEFORE) : start]
    line = before[before.rfind(b"\n") + 1 :]
    named = _NAMED.search(line)
    if named is not None and _MADE_UP.search(named["name"]):
        return "its name says that it is made up"
    if _OUTPUT.search(line):
        return "it is what an example shows as its output"
    if reading.vague and _STORIES.search(text, 0, _TOP):
        return "it is shown in a story of Storybook"
    return "it is the example of a schema" if _below_example(before) else None


def _below_example(before: bytes) -> bool:
    """Whether the value is part of the example in a schema, by the indentation of lines: the keys beside the example say what it is one of."""
    *above, last = before.split(b"\n")
    depth, example = _indent(last), None
    for line in reversed(above[1:] if len(before) == _BEFORE else above):
        begun = _LINE.match(line) if line.strip() else None
        if begun is None:
            continue
        indent = len(begun["indent"])
        if example is None and indent < depth:
            depth = indent
            example = indent if begun["key"] in _EXAMPLES else None
        elif example is not None and indent == example and begun["key"] in _OF_SCHEMAS:
            return True
        elif example is not None and indent < example:
            return False
    return False


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))
