"""What keys of signing tools have in common: their kinds, where they may begin and end, and how a bare seed is handed over."""

from __future__ import annotations

import re

from detectors import _containers
from detectors._edges import closes, opens
from detectors._offline import facts
from scanner.contract import Check, Confidence, Fact, Form, Kind, Lifetime, Reading, Secret, Sort

BASE64_SIGNS = b"+/"
"""What continues base64 and no word."""


def signer(name: str, title: str, *rotate: str) -> Kind:
    """A kind of key that others trust to sign, until they are told otherwise."""
    return Kind(
        id=name,
        title=title,
        provider="signing",
        actions=frozenset({"sign"}),
        privilege=5,
        assumed=False,
        lifetime=Lifetime.STATIC,
        rotate=rotate,
    )


def alone(match: re.Match[bytes]) -> bool:
    """Whether the match is no part of a longer word or run of base64."""
    text, start, end = match.string, match.start(), match.end()
    joined = start > 0 and text[start - 1] in BASE64_SIGNS
    return opens(text, start) and closes(text, end) and not joined


def bare(
    span: tuple[int, int],
    kind: Kind,
    curve: str,
    seed: bytes,
    *,
    check: Check,
    confidence: Confidence = Confidence.HIGH,
    **more: Fact,
) -> Reading:
    """The reading of a raw private key on `curve`. `more` are its facts; a failed check leaves little confidence."""
    return Reading(
        *span,
        kind.id,
        Secret(_containers.raw(curve, seed)),
        sort=Sort.SPKI,
        form=Form.PKCS8,
        check=check,
        confidence=Confidence.LOW if check is Check.FAILED else confidence,
        facts={**facts(kind.lifetime, algorithm=curve), **more},
        dummy="its secret is one byte again and again" if len(set(seed)) == 1 else None,
    )


def sealed(span: tuple[int, int], kind: Kind, container: bytes, *, check: Check, steps: tuple[str, ...] = (), **more: Fact) -> Reading:
    """The reading of a container that hides all of its key behind a password. `more` are its facts, `steps` what was undone to read it."""
    return Reading(
        *span,
        kind.id,
        Secret(container),
        sort=Sort.CONTAINER,
        check=check,
        confidence=Confidence.LOW if check is Check.FAILED else Confidence.HIGH,
        facts={**facts(kind.lifetime, at_rest="encrypted", encrypted=True), **more},
        steps=steps,
    )
