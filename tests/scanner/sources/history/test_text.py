from __future__ import annotations

import pytest

from scanner.sources.history.text import complaint, printable


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"", ""),
        (b"\n\n", ""),
        (b"fatal: bad object\nerror: more\n", "fatal: bad object"),
        (b"fatal: loose object " + b"ab" * 20 + b" is corrupt", "fatal: loose object " + "ab" * 20 + " is corrupt"),
        (b"error: file ./x/pack-1.pack is far too short", "error: file … is far too short"),
        (b"fatal: line 'abcdefghijklmnopqrstuvwxyz'", "fatal: line …"),
        (b"fatal: \x1b[31mred", "fatal: \\x1b[31mred"),
        (b"fatal: caf\xe9", "fatal: …"),
        (b"x " * 500, ("x " * 500)[:200]),
    ],
)
def test_what_git_says_can_be_shown(said: bytes, shown: str) -> None:
    assert complaint(said) == shown


@pytest.mark.parametrize(("text", "shown"), [("Zo\u00eb 1", "Zo\u00eb 1"), ("a\nb\x7f", "a\\nb\\x7f"), ("\u202e", "\\u202e")])
def test_what_a_terminal_would_obey_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown
