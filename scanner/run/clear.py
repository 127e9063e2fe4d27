"""What of a blob or a file without any credential is kept, so that it need not be read again: what lies beside credentials, and what was skipped.

That holds wherever the blob is. What it holds of public keys are marks (`scanner.identity.marks`); of masked values nothing is kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from enum import Enum, auto

from scanner.model import Unscanned
from scanner.run.inside import Text
from scanner.run.notice import Noted, Noticed
from scanner.sources.files import Skipped


class Clear(Enum):
    """How blobs are named that hold no credential."""

    NOT_ASKED = auto()
    AS_INDEXED = auto()
    """By the ids that the pack's index gives them."""
    CHECKED = auto()
    """By ids that are really those of their content."""


def pack(found: Collection[Text | Unscanned | Skipped], path: str) -> bytes | None:
    """What was found in what was read as `path`; empty where that is nothing, None where it may not be kept.

    That is where it holds a credential, or what only this repository knows to be none, or could not all be read.
    """
    if not found:
        return b""
    marks: list[tuple[str, str]] = []
    skipped: Counter[str] = Counter()
    for one in found:
        if isinstance(one, Unscanned):
            return None
        if isinstance(one, Skipped):
            skipped[one.reason] += 1
            continue
        examination = one.examination
        if examination.sightings or examination.here or examination.noticed.glimpses:
            return None
        skipped.update(examination.skipped)
        if examination.noticed.marks:
            marks.append((one.path.removeprefix(path), examination.noticed.marks.hex()))
    return json.dumps([marks, skipped], separators=(",", ":")).encode() if marks or skipped else b""


def unpack(packed: bytes, container: str, path: str, oid: str | None) -> tuple[list[Noted], Counter[str]]:
    """What `pack` was given, now of `path` in `container`: what lies beside credentials, and how often it was skipped for what reason."""
    marks, skipped = json.loads(packed)
    paths = ((path + inner, bytes.fromhex(mark)) for inner, mark in marks)
    noted = [Noted(container, path, oid, Noticed(mark)) for path, mark in paths]
    return noted, Counter({reason: int(count) for reason, count in skipped.items()})


def readable(known: Mapping[bytes, tuple[int, bytes]]) -> dict[bytes, tuple[int, bytes]]:
    """What is known of blobs, but for those of which something is kept that `pack` has not given: such a blob is better read again."""

    def whole(packed: bytes) -> bool:
        try:
            unpack(packed, "", "", None)
        except (AttributeError, TypeError, ValueError):
            return False
        return True

    return {oid: kept for oid, kept in known.items() if not kept[1] or whole(kept[1])}
