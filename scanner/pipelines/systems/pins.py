"""How firm a version is, by its spelling."""

from __future__ import annotations

import re

from scanner.pipelines.definition import Pin

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERSION = re.compile(r"v?\d{1,6}+(?:\.\d{1,6}+){0,3}+(?:[-+.][0-9A-Za-z.+-]{1,64})?")


def pin_of(ref: str | None) -> Pin:
    """How firm a ref is, as far as its spelling tells: what looks like a version is taken for a tag."""
    if ref is None:
        return Pin.NONE
    if _COMMIT.fullmatch(ref):
        return Pin.COMMIT
    return Pin.TAG if _VERSION.fullmatch(ref) else Pin.BRANCH
