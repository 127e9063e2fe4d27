"""Texts that are larger than a window: examined in pieces they hold what they hold as a whole, at the same places."""

from __future__ import annotations

import random
import shutil
import subprocess
from base64 import b64encode, encodebytes
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from scanner import registry
from scanner.engine import Limits, build
from scanner.identity import OrgKey, StretchBudget
from scanner.identity.anchors import LOOKED_AT
from scanner.identity.marks import unpack
from scanner.model import Sighting, Suppression
from scanner.run import pieces as module
from scanner.run.examine import CLEAN, Examination, Examiner, Setup
from scanner.run.inline import UNSAID
from scanner.run.pieces import USUAL, Sizes, pieces
from tests.support import keys, tokens
from tests.support.command import DETECTORS

SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)
SMALL = Sizes(window=4096, behind=2048, ahead=8192)
TOKENS = (
    *(tokens.npm(number).encode() for number in range(6)),
    *(tokens.ghp(number).encode() for number in range(6)),
    *(tokens.pypi(number).encode() for number in range(3)),
)
PLANTED: tuple[Callable[[bytes], bytes], ...] = (
    lambda token: token,
    lambda token: b"token = '" + token + b"'",
    lambda token: b64encode(b"//registry.acme.dev/:_authToken=" + token),
    lambda token: b64encode(b64encode(token)),
    lambda token: token.hex().encode(),
    lambda token: token.decode().encode("utf-16-le"),
    lambda token: b"https://user:" + token + b"@github.com/x/y",
    lambda token: b"'" + token[:12] + b"' +\n   '" + token[12:] + b"'",
    lambda token: token + b"  # keytrail:allow sample",
    lambda token: b'"a\\nb' + token + b'\\n"',
    lambda token: token.replace(b"_", b"%5F"),
)
FILLINGS = (
    b"lorem ipsum",
    b"dolor = sit\n",
    b"amet\r\n",
    b"\n",
    b"\0\x01\xff\xfe",
    "größe ".encode(),
    b"{'a': 1}",
    b"AAAABBBBCCCC",
    b"   ",
)


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return Examiner(SETUP)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "USUAL", SMALL)


def _places(examination: Examination) -> list[Sighting]:
    """What was found, but for what only the whole of a text tells: reasons of markers."""
    return [
        one if one.suppression is None or one.suppression.by != "inline" else replace(one, suppression=Suppression("inline", ""))
        for one in examination.sightings
    ]


def _in_pieces(examiner: Examiner, data: bytes, sizes: Sizes, monkeypatch: pytest.MonkeyPatch) -> list[Sighting]:
    with monkeypatch.context() as patch:
        patch.setattr(module, "USUAL", sizes)
        return _places(examiner.examine_pieces("notes.txt", BytesIO(data).read))


def _filled(chance: random.Random, size: int) -> bytes:
    return b"".join(chance.choice(FILLINGS) for _ in range(size))


def _text(seed: int, planted: list[tuple[int, int]]) -> bytes:
    chance = random.Random(seed)
    parts = [_filled(chance, chance.randrange(200))]
    for token, way in planted:
        parts += [b"\n" * chance.randrange(2), b" ", PLANTED[way](TOKENS[token]), b" \n", _filled(chance, chance.choice((5, 100, 1500)))]
    return b"".join(parts)


plants = st.lists(st.tuples(st.integers(0, len(TOKENS) - 1), st.integers(0, len(PLANTED) - 1)), min_size=1, max_size=12)
windows = st.integers(100, 5000).map(lambda units: 4 * units)


@given(seed=st.integers(0, 2**32), planted=plants, window=windows)
def test_pieces_hold_what_the_whole_holds(examiner: Examiner, seed: int, planted: list[tuple[int, int]], window: int) -> None:
    text = _text(seed, planted)
    with pytest.MonkeyPatch.context() as patch:
        assert _in_pieces(examiner, text, Sizes(window, 2048, 8192), patch) == _places(examiner.examine("notes.txt", text))


@given(
    seed=st.integers(0, 2**32),
    planted=st.lists(st.integers(0, len(TOKENS) - 1), min_size=1, max_size=8),
    window=st.integers(1000, 5000).map(lambda units: 4 * units),
    codec=st.sampled_from(("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
    marked=st.booleans(),
)
def test_wide_characters_are_told_by_the_beginning_of_the_whole(
    examiner: Examiner, *, seed: int, planted: list[int], window: int, codec: str, marked: bool
) -> None:
    chance = random.Random(seed)
    words = ["a text in Latin letters that is long enough to be told by them"] * 10
    for token in planted:
        words += [TOKENS[token].decode(), *(chance.choice(("wörter\n", "ਊ", "😀", "b c", "\n")) for _ in range(chance.choice((3, 800))))]
    text = ("\ufeff" * marked + " ".join(words)).encode(codec)
    with pytest.MonkeyPatch.context() as patch:
        found = _in_pieces(examiner, text, Sizes(window, 4096, 16_384), patch)
    assert found == _places(examiner.examine("notes.txt", text))
    assert len(found) == len(planted)


@pytest.mark.parametrize("at", range(SMALL.window - 60, SMALL.window + 60))
@pytest.mark.usefixtures("small")
def test_a_value_at_the_edge_of_a_piece_is_found_once(examiner: Examiner, at: int) -> None:
    text = (b"words\n" * SMALL.window)[:at] + b" " + TOKENS[0] + b"\n" + b"words\n" * SMALL.window
    (sighting,) = examiner.examine("a.txt", text).sightings
    assert (sighting.spot.line, sighting.spot.column) == (at // 6 + 1, at % 6 + 2)


@pytest.mark.usefixtures("small")
def test_a_key_over_the_edge_of_a_piece_is_found_once(examiner: Examiner) -> None:
    key = keys.pem("rsa2048", "pkcs8").encode() + b"\n"
    text = b"# words\n" * (SMALL.window // 8 - 3) + key + b"# words\n" * SMALL.window
    assert [one.spot.line for one in examiner.examine("a.txt", text).sightings] == [SMALL.window // 8 - 2]


@pytest.mark.parametrize("encode", [b64encode, encodebytes, bytes.hex, lambda data: ", ".join(f"0x{byte:02x}" for byte in data)])
def test_a_value_in_a_run_that_is_longer_than_a_piece_is_found(
    examiner: Examiner, encode: Callable[[bytes], bytes | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = (_filled(random.Random(number), 4000) + b"\n//registry.acme.dev/:_authToken=" + TOKENS[number] + b"\n" for number in range(4))
    encoded = encode(b"".join(plain))
    text = b"run: " + (encoded if isinstance(encoded, bytes) else encoded.encode()) + b"\n"
    found = _in_pieces(examiner, text, Sizes(16_384, 140_000, 16_384), monkeypatch)
    assert [(one.identified.id, one.spot.line, one.spot.column, one.spot.encoding) for one in found] == [
        (one.identified.id, one.spot.line, one.spot.column, one.spot.encoding) for one in examiner.examine("notes.txt", text).sightings
    ]
    assert len(found) == len({one.identified.id for one in found}) == 4


@pytest.mark.parametrize("program", [("xxd",), ("hexdump", "-C"), ("od", "-A", "x", "-t", "x1"), ("hexdump",)], ids=" ".join)
def test_a_dump_that_is_longer_than_a_piece_goes_on(examiner: Examiner, program: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"there is no {program[0]}")
    plain = b"".join(random.Random(number).randbytes(4000) + b"\n" + TOKENS[number] + b"\n" for number in range(4))
    text = subprocess.run(program, input=plain, capture_output=True, check=True).stdout
    found = _in_pieces(examiner, text, SMALL, monkeypatch)
    assert found == _places(examiner.examine("notes.txt", text))
    assert len(found) == 4


@pytest.mark.usefixtures("small")
def test_what_no_anchor_is_in_is_clean(examiner: Examiner) -> None:
    assert examiner.examine("a.txt", b"words\n" * 10_000) is CLEAN


@pytest.mark.usefixtures("small")
def test_a_marker_allows_and_its_reason_is_not_shown(examiner: Examiner) -> None:
    text = b"words\n" * SMALL.window + TOKENS[0] + b"  # keytrail:allow a sample\n" + b"words\n" * SMALL.window
    (sighting,) = examiner.examine("a.txt", text).sightings
    assert sighting.suppression == Suppression("inline", UNSAID)


@pytest.mark.usefixtures("small")
def test_a_dummy_is_one_in_a_piece_as_well(examiner: Examiner) -> None:
    dummy = b"ghp_" + b"x" * 36
    text = b"words\n" * SMALL.window + b"token: " + dummy + b"\n"
    found = [one.identified.suppression for one in examiner.examine("a.txt", b"token: " + dummy).sightings]
    assert [one.identified.suppression for one in examiner.examine("a.txt", text).sightings] == found


@pytest.mark.usefixtures("small")
def test_the_language_is_that_of_the_beginning(examiner: Examiner) -> None:
    value = b'"' + TOKENS[0].replace(b"_", b"\\u005f") + b'"'
    text = b'{"a": [' + b'"words",\n' * SMALL.window + value + b"]}"
    assert [one.spot.encoding for one in examiner.examine("a", text).sightings] == [("json",)]


def test_mail_that_began_in_an_earlier_piece_goes_on(examiner: Examiner, monkeypatch: pytest.MonkeyPatch) -> None:
    value = b"deploy: https://robot:" + b"kW=33r9vQ=32xTz" + b"@git.acme.dev/a.git\n"
    head = b"Content-Transfer-Encoding: quoted-printable\n\n"
    text = head + b"words\n" * 4 * SMALL.window + value
    (sighting,) = _in_pieces(examiner, text, SMALL, monkeypatch)
    (whole,) = examiner.examine("notes.txt", text).sightings
    assert sighting.spot.encoding == ("quoted-printable",)
    assert (sighting.identified, replace(sighting.spot, field_path=())) == (whole.identified, whole.spot)


@pytest.mark.usefixtures("small")
def test_a_public_key_is_noticed_once_with_its_line(examiner: Examiner) -> None:
    line = keys.key("ed25519").public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + b"\n"
    text = b"words\n" * SMALL.window + line + b"words\n" * SMALL.window + line
    marked = list(unpack(examiner.examine("a.txt", text).noticed.marks))
    assert [one.line for one in marked] == [SMALL.window + 1]


@pytest.mark.usefixtures("small")
def test_values_are_counted_over_all_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.run.examine.build", partial(build, limits=Limits(found=3)))
    few = Examiner(SETUP)
    text = b"".join(TOKENS[number] + b"\n" + b"words\n" * SMALL.window for number in range(6))
    examination = few.examine("a.txt", text)
    assert (len(examination.sightings), examination.skipped) == (3, {"too-many": 1})


@pytest.mark.parametrize("head", [b"\x7fELF\x02\x01\x01", b"\x89PNG\r\n\x1a\n", b"SQLite format 3\0"])
@pytest.mark.parametrize("size", [100, 4 * SMALL.window])
@pytest.mark.usefixtures("small")
def test_binary_blobs_are_scanned_for_strings_that_anchors_hit(examiner: Examiner, head: bytes, size: int) -> None:
    filling = bytes(random.Random(1).randbytes(size)).replace(b"\n", b"\0")
    text = head + b"\n" + filling + b"\n\0" + TOKENS[0] + b"\0" + filling
    (sighting,) = examiner.examine("a.bin", text).sightings
    assert (sighting.spot.line, sighting.spot.column) == (3 + head.count(b"\n"), 2)
    (wide,) = examiner.examine("a.bin", head + b"\n" + filling + TOKENS[0].decode().encode("utf-16-le") + filling).sightings
    assert wide.spot.encoding == ("utf-16le",)


def test_what_is_handed_over_is_more_than_any_detector_looks_at() -> None:
    before, after = (max(detector.reach[side] for detector in registry.installed()) for side in (0, 1))
    in_base64_and_wide = 2 * 4 / 3
    assert USUAL.behind / 2 > before * in_base64_and_wide
    assert USUAL.ahead > after * in_base64_and_wide
    assert USUAL.window + USUAL.behind + USUAL.ahead < LOOKED_AT


@given(
    data=st.binary(max_size=3000), window=st.integers(1, 60), behind=st.integers(1, 30), ahead=st.integers(0, 30), gulp=st.integers(1, 50)
)
def test_every_byte_is_the_own_of_one_piece(data: bytes, window: int, behind: int, ahead: int, gulp: int) -> None:
    stream = BytesIO(data)
    own = b""
    for piece in pieces(lambda size: stream.read(min(size, gulp)), Sizes(4 * window, 4 * behind, 4 * ahead)):
        before = data[: len(own) - piece.start]
        assert (before + piece.data).startswith(own)
        assert piece.lines == before.count(b"\n")
        own += piece.data[piece.start : piece.end]
        assert len(piece.data) <= 4 * (window + behind + ahead) + 1
    assert own == data
