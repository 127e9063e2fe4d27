"""The syntax tree of a program of Python, which is read and never run."""

from __future__ import annotations

import ast
import warnings

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.scripts.text import LARGEST

_MOST_BRACES = 20_000
"""Python's parser takes the square of the fields of a formatted string."""


def tree_of(data: bytes) -> ast.Module:
    """The tree. Raises `UnreadableError`; what Python itself warns of in a program is nobody's concern here."""
    if len(data) > LARGEST:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {LARGEST} bytes")
    if data.count(b"{") > _MOST_BRACES:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {_MOST_BRACES} braces")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise UnreadableError(Reason.MALFORMED, "no Python") from None
