"""Dumps as the programs write them."""

from __future__ import annotations

import subprocess

import pytest

from scanner.engine.dumps import dumped
from tests.scanner.engine.planted import TOKENS, engine, plant, seen

TEXT = b"some words\tbefore \\ it\n"
FORMATS = {
    ("-t", "x1"): "hex",
    ("-t", "x1z"): "hex",
    ("-x",): "hex",
    ("-t", "x4"): "hex",
    ("-A", "x", "-t", "x2"): "hex",
    (): "octal",
    ("-b",): "octal",
    ("-c",): "octal",
    ("-t", "u1"): "decimal",
}
"""Arguments of od, and what its dumps are called."""


def od(text: bytes, *arguments: str) -> bytes:
    """What od makes of a text."""
    return subprocess.run(("od", *arguments), input=text, capture_output=True, check=True).stdout


@pytest.mark.parametrize("arguments", FORMATS)
def test_a_dump_says_what_was_put_in(arguments: tuple[str, ...]) -> None:
    text = bytes(range(32, 127)) + TEXT * 3 + b"ab"
    dump = od(text, "-v", *arguments)
    found = dumped(dump, dump.index(b"\n") + 1, 0)
    assert found is not None
    assert (found.step, found.said[: len(text)]) == (FORMATS[arguments], text)
    assert b"".join(said for line in found.lines for _, _, said in found.read(dump, line)) == found.said


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("arguments", FORMATS)
def test_a_value_is_found_in_a_dump(arguments: tuple[str, ...], name: str) -> None:
    planted = plant(name)
    found = seen(engine().examine(od(TEXT + planted.text + b"\nmore", *arguments)))
    assert (planted.kind, (FORMATS[arguments],)) in [(kind, words) for kind, _, words in found]


def test_what_stands_for_a_value_leads_to_its_words() -> None:
    dump = od(b"0123456789abcdefghijklmnopqrstuv", "-x")
    found = dumped(dump, dump.index(b"\n") + 1, 0)
    assert found is not None
    first = next(found.pieces())
    assert (dump[first[0] : first[1]], first[2]) == (b"3130", 2)


def test_xxd_in_little_order_is_told_by_its_characters() -> None:
    text = b"00000000: 64636261 68676665 6c6b6a69 706f6e6d  abcdefghijklmnop\n"
    found = dumped(text, 10, 0)
    assert found is not None
    assert found.said == b"abcdefghijklmnop"
    plain = dumped(text.replace(b"64636261", b"61626364"), 10, 0)
    assert plain is not None
    assert plain.said[:4] == b"abcd"


@pytest.mark.parametrize(
    "text", [b"", b"0000020", b"0000020 zz", b"0000020 1", b"00000010: \n", b"0000020   \n", b"0000020 999999 888888\n"]
)
def test_what_is_no_dump_does_no_harm(text: bytes) -> None:
    found = dumped(text, 0, 0)
    assert found is None or isinstance(found.said, bytes)
