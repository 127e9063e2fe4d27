"""Every kind of value in everything that people write it in: found, at its exact place, with the steps that lead to it."""

from __future__ import annotations

import base64
import json
import quopri
import random
import subprocess
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scanner.engine import rows, writers
from tests.scanner.engine.planted import PLANTS, TOKENS, engine, plant, seen
from tests.scanner.engine.rows_more import ROWS

CASES = [(row, name) for row, made in ROWS.items() for name in made.plants]
BEFORE = (b"", b". ", b".. ")
"""Of all lengths that base64 tells apart."""


@pytest.mark.parametrize(("row", "name"), CASES, ids=[f"{row}, {name}" for row, name in CASES])
def test_a_value_is_found_at_its_place_in_whatever_it_is_written_in(row: str, name: str) -> None:
    planted = plant(name)
    for before in BEFORE if "base64" in row else BEFORE[:1]:
        blob, span, words = ROWS[row].written(planted, before)
        assert seen(engine().examine(blob, hint=ROWS[row].hint)) == [(planted.kind, span, words)]


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("column", range(0, 60, 7))
@pytest.mark.parametrize("row", ["xxd", "hexdump -C", "od -t x1", "C array in lines"])
def test_a_dump_may_cut_an_anchor_anywhere(row: str, column: int, name: str) -> None:
    planted = plant(name)
    blob, span, words = rows.HEX_ROWS[row].written(planted, b"-" * column + b" ")
    assert seen(engine().examine(blob)) == [(planted.kind, span, words)]


TOOLS: dict[str, tuple[writers.Writer, Callable[[bytes], bytes]]] = {
    "JSON": (writers.JSON, lambda text: json.dumps(text.decode())[1:-1].encode()),
    "percent": (writers.PERCENT, lambda text: quote(text, safe="").encode()),
    "base64": (writers.base64(), base64.b64encode),
    "MIME": (writers.then(writers.base64(), writers.lines(76, b"\n"), writers.inside(b"", b"\n")), base64.encodebytes),
    "quoted-printable": (writers.then(writers.QUOTED, writers.lines(75, b"=\n")), quopri.encodestring),
    "UTF-16": (writers.UTF_16, lambda text: text.decode().encode("utf-16")),
    "od": (
        writers.then(writers.OD, writers.inside(b"", b"0000122\n")),
        lambda text: subprocess.run(["od", "-t", "x1"], input=text, capture_output=True, check=True).stdout.replace(b"\n ", b"\n"),
    ),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_our_writers_write_what_others_do(tool: str) -> None:
    written, known = TOOLS[tool]
    text = b'a = "b\\c"\n' * 4 if tool == "JSON" else b"k=" + b"abcdefg-ABC" * 7 + b"abc"
    assert written(text).text == known(text)


WORDS = st.text(alphabet="abcxyz ,.\n", max_size=20).map(lambda text: text.encode() + b" ")
STEPS: dict[str, tuple[str, writers.Writer]] = {
    "base64": ("base64", writers.base64()),
    "base64 without padding": ("base64", writers.base64(padded=False)),
    "base64 in lines": ("base64", writers.then(writers.base64(), writers.lines(76, b"\n"))),
    "hex": ("hex", writers.HEX),
    "capital hex": ("hex", writers.HEX_CAPITAL),
    "hex with blanks": ("hex", writers.each(lambda byte: b"%02x" % byte, b" ")),
    "xxd": ("hex", writers.XXD),
    "UTF-16": ("utf-16le", writers.UTF_16),
    "UTF-32": ("utf-32", writers.wide("utf-32-le")),
    "gzip": ("gzip", writers.packed()),
}
LETTERS = ("base64", "base64 without padding", "hex", "capital hex", "UTF-16")
"""What may be around anything that is a text."""
INNER = ("base64", "base64 in lines", "hex", "xxd", "UTF-16")
PROMISED = [
    *((name,) for name in STEPS if name != "gzip"),
    *((inner, outer) for inner in INNER for outer in LETTERS if not (inner == outer == "UTF-16")),
    *(("gzip", outer) for outer in ("base64", "base64 in lines", "hex", "capital hex", "xxd")),
    *((inner, "gzip", "base64") for inner in STEPS),
    *(("gzip", "base64", outer) for outer in ("base64", "base64 in lines", "UTF-16", "hex")),
    *(("base64", "base64", outer) for outer in LETTERS),
    *((inner, "base64", "UTF-16") for inner in ("hex", "UTF-16", "base64 in lines")),
    ("base64", "UTF-16", "base64"),
    ("base64", "hex", "base64"),
    ("hex", "hex", "UTF-16"),
    ("UTF-16", "base64", "xxd"),
    ("base64", "UTF-16", "xxd"),
]
"""Chains that occur, innermost first."""


@settings(max_examples=300)
@given(st.sampled_from(TOKENS), st.sampled_from(PROMISED), WORDS, WORDS)
def test_a_value_is_found_under_any_chain(name: str, chain: tuple[str, ...], before: bytes, after: bytes) -> None:
    planted = plant(name)
    text, span = before + planted.text + b" " + after, (len(before) + planted.start, len(before) + len(planted.text))
    blob, span = writers.through(text, span, [STEPS[step][1] for step in chain])
    assert (planted.kind, span, tuple(STEPS[step][0] for step in reversed(chain))) in seen(engine().examine(blob))


@settings(max_examples=200)
@given(st.sampled_from(PLANTS), st.sampled_from(sorted(ROWS)), st.integers(0, 9))
def test_a_value_is_found_whatever_its_seed(name: str, row: str, seed: int) -> None:
    if name not in ROWS[row].plants:
        name = ROWS[row].plants[seed % len(ROWS[row].plants)]
    planted = plant(name, seed)
    blob, span, words = ROWS[row].written(planted)
    assert (planted.kind, span, words) in seen(engine().examine(blob, hint=ROWS[row].hint))


@settings(max_examples=150)
@given(st.sampled_from(TOKENS), st.binary(max_size=200), st.binary(max_size=60))
def test_a_value_is_found_at_its_place_in_any_text(name: str, before: bytes, after: bytes) -> None:
    planted = plant(name)
    blob = b"text: " + before + b"\n" + planted.text + b"\n" + after
    start = len(before) + 7
    assert (planted.kind, (start + planted.start, start + len(planted.text)), ()) in seen(engine().examine(blob))


NOT_JOINED = {
    "prefixes in a list": b'PREFIXES = ("%b", "%b", "%b")\n',
    "a prefix and a word": b"The prefix is %b\nabcdefghijklmnopqrst uvw.\n",
    "a prefix and a name": b'"%b" + "abcdefghijklmnopqrst_uvwxyz"\n',
    "a prefix and a variable": b'"%b" + token + "abcdefghijklmnopqrst"\n',
}


@pytest.mark.parametrize("case", NOT_JOINED)
@pytest.mark.parametrize("prefix", [b"npm_", b"ghp_", b"glpat-", b"hf_", b"dckr_pat_"])
def test_nothing_is_invented_by_joining(case: str, prefix: bytes) -> None:
    blob = NOT_JOINED[case].replace(b"%b", prefix)
    assert seen(engine().examine(blob)) == []


def test_two_elements_of_a_list_are_joined_only_where_a_checksum_says_so() -> None:
    body = plant("glpat").text
    assert seen(engine().examine(b'["' + body[:12] + b'", "' + body[12:] + b'"]')) == []


def test_a_line_that_a_whole_value_ends_is_none_of_it() -> None:
    for name in TOKENS:
        planted = plant(name)
        assert seen(engine().examine(planted.text + b"\nmore\n")) == [(planted.kind, planted.span, ())]


@pytest.mark.parametrize("row", ["packed: gzip in base64", "packed: Helm release"])
def test_a_stream_that_is_cut_off_is_read_as_far_as_it_goes(row: str) -> None:
    filler = random.Random(2).randbytes(4000).hex().encode()
    blob, _, words = ROWS[row].written(plant("npm"), b"", b" " + filler)
    found = seen(engine().examine(blob[: len(blob) * 3 // 4]))
    assert [(kind, chain) for kind, _, chain in found] == [("npm-token", words)]


def test_a_dump_goes_on_after_lines_that_are_left_out() -> None:
    planted = plant("npm")
    lines = writers.HEXDUMP(b"-" * 32 + planted.text).text.split(b"\n")
    blob = b"\n".join([*lines[:2], b"*", *lines[2:]])
    assert [(kind, words) for kind, _, words in seen(engine().examine(blob))] == [("npm-token", ("hex",))]


def test_a_file_that_is_a_stream_is_left_to_its_source() -> None:
    assert seen(engine().examine(writers.packed()(plant("npm").text).text)) == []
