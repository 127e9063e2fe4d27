"""Detectors of tokens that their prefix makes certain: what stands first, and which characters follow.

An issuer puts its own mark before a token so that everybody can tell it. Where also the characters behind it are known, and how many they
are, no more is needed; what an issuer checks at its own end cannot be asked here.
"""

from __future__ import annotations

import re

from detectors._issued import token
from detectors._letters import mixed
from scanner.contract import Anchor, Confidence, Kind, Reading, RegexDetector, rx
from scanner.records import dataclass

_SELECTIVE = 5
"""Bytes of a prefix from which on it is searched in base64 too."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a token."""

    kind: Kind
    prefix: str
    """What stands first, to the letter."""
    body: str
    """What follows: an expression without blanks that Python and Hyperscan both know, with an upper bound on every repeat."""
    then: str = ""
    """What the anchor demands instead of the whole body, where that is longer than anchors may be."""
    mixed: bool = False
    """Whether a body in one case, or without a digit, is part of a name."""
    confidence: Confidence = Confidence.HIGH
    encoded: bool = False
    """Whether the prefix is searched inside all encodings too, at a cost of some thirty forms: worth it for what travels in other files, as
    tokens do that deploy. A longer prefix is searched in base64 in any case."""
    reason: str = ""
    """Why an anchor of fewer than four bytes is cheap enough."""


def detector(name: str, title: str, *forms: Form, reach: tuple[int, int] = (64, 320)) -> RegexDetector:
    """The detector `name` of these forms, whose kinds it has in their order."""
    return RegexDetector(
        id=name,
        title=title,
        kinds=tuple({form.kind.id: form.kind for form in forms}.values()),
        anchors=tuple(map(anchor, forms)),
        pattern=rx(
            f"(?P<prefix> {' | '.join(_quoted(form.prefix) for form in forms)} ) (?= (?P<body> {' | '.join(map(_branch, forms))} ) )"
        ),
        judge=_Judge({form.prefix.encode(): form for form in forms}),
        reach=reach,
    )


def anchor(form: Form) -> Anchor:
    """What is searched for a form."""
    prefix, then = form.prefix.encode(), (form.then or form.body).encode()
    return Anchor(prefix, then=then, encoded=form.encoded, base64=len(prefix) >= _SELECTIVE, reason=form.reason)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Tells the form by its prefix."""

    forms: dict[bytes, Form]

    def __call__(self, match: re.Match[bytes]) -> Reading | None:
        form = self.forms[match["prefix"]]
        reading = token(match, form.kind, confidence=form.confidence)
        return None if form.mixed and reading and not mixed(match["body"]) else reading


def _branch(form: Form) -> str:
    return f"(?<= {_quoted(form.prefix)} ) (?: {form.body} )"


def _quoted(prefix: str) -> str:
    return re.escape(prefix)
