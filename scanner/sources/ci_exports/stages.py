"""Which environment the name of a file tells, where nothing in it does."""

from __future__ import annotations

import re

from scanner.sources.ci_exports.flat import ENVIRONMENTS

_PIECE = re.compile(r"[A-Za-z]{2,32}")


def stage_of(name: str) -> str | None:
    """What everybody calls an environment, where it is one of the pieces of a file's `name`: `values-prod.yaml`; None where none is."""
    pieces = (piece.lower().encode() for piece in _PIECE.findall(name[:256]))
    return next((ENVIRONMENTS[piece] for piece in pieces if piece in ENVIRONMENTS), None)
