"""What separates the lines of one encoded run, looked at from both sides."""

from __future__ import annotations

import pytest

from scanner.engine.seams import FOR_DIGITS, FOR_LETTERS, Seams
from tests.scanner.engine.rows_more import SEAMS

A, B = b"A" * 64, b"B" * 64
OWN_SIGN = {"patch", "patch that takes away"}
"""Whose sign may be a character of base64."""


@pytest.mark.parametrize("name", SEAMS)
@pytest.mark.parametrize("seams", [FOR_LETTERS, FOR_DIGITS])
def test_a_seam_is_the_same_from_either_side(name: str, seams: Seams) -> None:
    before, seam, _ = SEAMS[name]
    text = before + A + seam + B
    if name in OWN_SIGN and seams is FOR_LETTERS:
        text = text.replace(seam + B, seam[:-1] + B)
    line, following = text.index(A) + len(A), text.index(B)
    assert seams.after(text, line, len(A)) == following
    assert seams.before(text, following, 0) == (line, seam == b" ")


@pytest.mark.parametrize("between", [b": ", b"=", b'": "', b"\nkey: ", b"; ", b"  ", b"\\n\\n"])
def test_what_separates_two_values_is_no_seam(between: bytes) -> None:
    text = A + between + B
    assert FOR_LETTERS.after(text, len(A), len(A)) != len(A + between)
    before = FOR_LETTERS.before(text, len(A + between), 0)
    assert before is None or before[0] != len(A)


def test_a_blank_separates_only_lines_as_tools_make_them() -> None:
    assert FOR_LETTERS.after(A + b" " + B, len(A), len(A)) == len(A) + 1
    assert FOR_LETTERS.after(A + b" " + B, len(A), 63) is None


def test_a_seam_does_not_reach_back_beyond_the_floor() -> None:
    assert FOR_LETTERS.before(A + b"\n" + B, len(A) + 1, len(A) + 1) is None
