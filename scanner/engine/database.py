"""One compiled Hyperscan database for all anchors, kept on disk between runs: compiling takes seconds, loading some milliseconds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import hyperscan as hs

from scanner.contract import Anchor, Detector
from scanner.engine import cache as kept
from scanner.engine.anchors import forms, plain
from scanner.engine.form import Form
from scanner.errors import PluginError

_ABSURD = 1 << 30
_AT_MOST = re.compile(r"matches of length ([0-9]{1,10}) bytes at most")


def load(detectors: Sequence[Detector], *, cache: Path | None, width: int) -> hs.Database | None:
    """The database of these detectors' anchors, ready to scan blocks; None where they have none at all.

    It comes from the folder `cache` where it is there, else it is compiled and put there. No anchor in it matches more than `width` bytes.
    Raises PluginError, which names the detector, for an anchor that is wider, empty or no expression.
    """
    if not any(detector.anchors for detector in detectors):
        return None
    path = kept.place(detectors, cache, width) if cache is not None else None
    if path is None:
        return _made(detectors, width)
    database = kept.read(path)
    if database is not None:
        return database
    with kept.turn(path):
        database = kept.read(path)
        if database is None:
            database = _made(detectors, width)
            kept.write(path, database)
    return database


def _made(detectors: Sequence[Detector], width: int) -> hs.Database:
    for detector in detectors:
        for anchor in detector.anchors:
            _check(detector.id, anchor, width)
    return compiled(tuple(forms(detectors)))


def compiled(everything: Sequence[Form], least: int = 0) -> hs.Database:
    """A database of these forms, of whose matches only those with at least `least` bytes count."""
    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    database.compile(
        expressions=[form.expression for form in everything],
        ids=[form.number(serial) for serial, form in enumerate(everything)],
        flags=[hs.HS_FLAG_CASELESS if form.caseless else 0 for form in everything],
        ext=[(hs.HS_EXT_FLAG_MIN_LENGTH, 0, 0, least, 0, 0)] * len(everything) if least else None,
    )
    return database


def _check(detector: str, anchor: Anchor, width: int) -> None:
    """Raises PluginError unless the anchor is an expression that Hyperscan takes and that matches at most `width` bytes."""
    wrong = None
    if not anchor.literal:
        wrong = "without a literal"
    elif len(anchor.literal) > width or ((anchor.before or anchor.then) and _wider(plain(anchor, 0), width)):
        wrong = f"that may match more than {width} bytes, or is no expression of Hyperscan's"
    if wrong is not None:
        message = f"detector {detector}: an anchor {wrong}"
        raise PluginError(message)


def _wider(form: Form, width: int) -> bool:
    """Whether a match of `form` may have more than `width` bytes; also where it is no expression at all.

    Asked for matches of an absurd length, Hyperscan refuses before it compiles anything and says how long they can be; without a bound it
    has no reason to refuse.
    """
    try:
        compiled((form,), least=_ABSURD)
    except hs.HyperscanError as error:
        longest = _AT_MOST.search(str(error))
        return longest is None or int(longest[1]) > width
    return True
