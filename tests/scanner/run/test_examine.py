"""One text through engine and identity: places, and the markers beside them."""

from __future__ import annotations

import base64
import gzip
import pickle
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity import OrgKey, StretchBudget
from scanner.model import Sighting, Suppression
from scanner.run.examine import Examiner, Setup
from scanner.run.inline import LONGEST, NEAR, UNSAID
from tests.support import keys, tokens
from tests.support.command import DETECTORS

TOKEN, OTHER = tokens.npm(1).encode(), tokens.ghp(2).encode()
MARKER = b"keytrail:allow"
SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)


@cache
def examiner(setup: Setup = SETUP) -> Examiner:
    return Examiner(setup)


def sightings(text: bytes, path: str = "file") -> tuple[Sighting, ...]:
    return examiner().examine(path, text).sightings


def reasons(text: bytes, path: str = "file") -> list[str | None]:
    """For each credential in `text` why it is allowed."""
    said = [sighting.suppression for sighting in sightings(text, path)]
    assert all(one is None or one.by == "inline" for one in said)
    return [one.reason if one else None for one in said]


def test_a_marker_on_the_line_allows_a_value() -> None:
    (sighting,) = sightings(b"a: " + TOKEN + b"  # keytrail:allow sample of the docs\n")
    assert sighting.suppression == Suppression("inline", "sample of the docs")
    assert sighting.identified.suppression is None


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        (b"# keytrail:allow", UNSAID),
        (b"# keytrail:allow  -- sample, see #12", "sample, see #12"),
        (b"# keytrail:allow (sample)", "sample)"),
        (b"/* keytrail:allow sample */ more", "sample"),
        (b"<!-- keytrail:allow sample --> more", "sample"),
        (b"{# keytrail:allow sample #} more", "sample"),
        (b"<%# keytrail:allow sample %> more", "sample"),
        (b"{{!-- keytrail:allow sample --}} more", "sample"),
        (b"# keytrail:allow a\tb\x07\x1b[2Jc", "a b[2Jc"),
        (b"# keytrail:allow \xe2\x80\xaegninnur\xe2\x80\xac", "gninnur"),
        (b"# keytrail:allow f\xc3\xbcr \xff", "für �"),
        (b"# keytrail:allow " + b"long " * 100, ("long " * 24).strip()),
        (b"# keytrail:allow sample\r", "sample"),
        (b"# keytrail:allow one keytrail:allow two", "one keytrail:allow two"),
    ],
)
def test_the_reason_is_the_rest_of_the_comment(comment: bytes, reason: str) -> None:
    assert reasons(b"a: " + TOKEN + b" " + comment + b"\nnext line") == [reason]


@pytest.mark.parametrize(
    "word",
    [
        b"keytrail:allowed",
        b"keytrail:allow:",
        b"keytrail:allow-not",
        b"xkeytrail:allow",
        b"-keytrail:allow",
        b"Keytrail:allow",
        b"keytrail: allow",
    ],
)
def test_what_is_no_marker(word: bytes) -> None:
    assert reasons(b"# " + word + b" " + TOKEN + b" # " + word + b" sample") == [None]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_another_line_does_not_count(end: bytes) -> None:
    text = b"# keytrail:allow" + end + b"a: " + TOKEN + end + b"# keytrail:allow" + end
    assert reasons(text) == [None]


def test_before_the_value_a_marker_counts_and_its_reason_does_not() -> None:
    assert reasons(b"/* keytrail:allow sample */ a = " + TOKEN) == [UNSAID]


def test_one_marker_allows_all_on_its_line() -> None:
    assert reasons(TOKEN + b" " + OTHER + b" # keytrail:allow samples\n" + OTHER) == ["samples", "samples", None]


def test_the_first_marker_after_the_value_speaks_for_it() -> None:
    text = TOKEN + b" /* keytrail:allow one */ " + OTHER + b" /* keytrail:allow two */"
    assert reasons(text) == ["one", "two"]


@pytest.mark.parametrize(("distance", "expected"), [(NEAR, UNSAID), (NEAR + 1, None)])
@pytest.mark.parametrize("before", [True, False])
def test_a_marker_is_near(distance: int, expected: str | None, before: bool) -> None:
    far = b" " * distance
    assert reasons(MARKER + far + TOKEN if before else TOKEN + far + MARKER) == [expected]


@pytest.mark.parametrize("word", [b"ed", b":", b"-"])
@pytest.mark.parametrize("distance", [NEAR - 1, NEAR])
def test_a_word_that_goes_on_beyond_what_is_looked_at_is_no_marker(word: bytes, distance: int) -> None:
    assert reasons(TOKEN + b" " * distance + MARKER + word) == [None]


def test_a_marker_may_follow_at_once() -> None:
    assert reasons(b"'" + TOKEN + b"'keytrail:allow") == [UNSAID]


@pytest.fixture(scope="module")
def pem() -> bytes:
    return keys.pem("rsa2048", "pkcs8").encode()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"# keytrail:allow x\n", b"", None),
        (b"key = /* keytrail:allow x */ ", b"", UNSAID),
        (b"", b" # keytrail:allow a test key", "a test key"),
        (b"", b"\n# keytrail:allow x\n", None),
    ],
    ids=["line before", "first line", "last line", "line after"],
)
def test_a_value_over_several_lines_has_the_marker_at_either_end(pem: bytes, before: bytes, after: bytes, expected: str | None) -> None:
    assert reasons(before + pem.rstrip(b"\n") + after) == [expected]
    assert reasons(before + pem.rstrip(b"\n").replace(b"\n", b"\r\n") + after) == [expected]


@pytest.mark.parametrize(("line", "expected"), [(0, UNSAID), (1, None), (-2, None), (-1, "x")])
def test_a_value_put_together_from_lines_has_the_marker_on_the_first_or_the_last(pem: bytes, line: int, expected: str | None) -> None:
    strings = [b'"%b\\n" +' % part for part in pem.split(b"\n")]
    strings[line] += b" // keytrail:allow x"
    assert reasons(b"\n".join(strings), "a.js") == [expected]


@pytest.mark.parametrize(
    "encoded",
    [base64.b64encode(b"token=" + TOKEN), TOKEN.hex().encode(), b'"' + TOKEN.replace(b"_", b"\\u005f") + b'"'],
    ids=["base64", "hex", "json"],
)
def test_the_line_is_that_of_the_file(encoded: bytes) -> None:
    assert reasons(b"a: " + encoded + b" # keytrail:allow sample\n", "a.yaml") == ["sample"]
    assert reasons(b"a: " + encoded + b"\n# keytrail:allow sample\n", "a.yaml") == [None]


def test_markers_inside_an_encoding_do_not_count() -> None:
    assert reasons(base64.b64encode(b"token: " + TOKEN + b" # keytrail:allow sample\n")) == [None]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-16-le"])
def test_the_text_of_a_wide_file_is_its_text(codec: str) -> None:
    text = f"a: {TOKEN.decode()} # keytrail:allow sample\n{OTHER.decode()}\n"
    assert reasons(text.encode(codec)) == ["sample", None]


QUOTED = {
    "the value": TOKEN,
    "another token": OTHER,
    "another token, far right": b"x " * 60 + OTHER,
    "half a token": OTHER[4:20],
    "in base64": base64.b64encode(b"token=" + TOKEN),
    "in capitals": TOKEN[4:20].upper(),
    "parted by what is dropped": TOKEN[:3] + b"\x01" + TOKEN[3:],
}


@pytest.mark.parametrize("said", QUOTED.values(), ids=QUOTED)
def test_a_reason_with_something_of_a_value_is_dropped(said: bytes) -> None:
    text = b"b: " + OTHER + b"\na: " + TOKEN + b" # keytrail:allow like " + said + b"\n"
    assert {reason for sighting, reason in zip(sightings(text), reasons(text), strict=True) if sighting.spot.line == 2} == {UNSAID}


def test_a_reason_with_a_password_of_another_line_is_dropped() -> None:
    text = b"_auth=" + base64.b64encode(b"bob:tiger9") + b"\na: " + TOKEN + b" # keytrail:allow like tiger9\n"
    assert reasons(text, ".npmrc") == [None, UNSAID]
    assert reasons(text.replace(b"like tiger9", b"like tiger8"), ".npmrc") == [None, "like tiger8"]


@given(st.binary(max_size=60), st.binary(max_size=200), st.sampled_from([TOKEN, OTHER, tokens.pypi(3).encode()]))
def test_no_reason_holds_a_piece_of_the_value(before: bytes, after: bytes, value: bytes) -> None:
    line = before + b" " + value + b" " + MARKER + b" " + after + value[:30] + after + value
    for reason in filter(None, reasons(line)):
        octets = reason.encode()
        assert not [at for at in range(4, len(value) - 7) if value[at : at + 8] in octets]
        assert (len(reason) <= LONGEST, reason.isprintable()) == (True, True)


def test_many_reasons_are_told_apart() -> None:
    text = b"\n".join(tokens.npm(n).encode() + b" # keytrail:allow r%d" % n for n in range(300))
    assert reasons(text) == [f"r{n}" if n < 256 else UNSAID for n in range(300)]


def test_one_reason_on_many_lines_is_kept() -> None:
    text = b"\n".join(tokens.npm(n).encode() + b" # keytrail:allow sample" for n in range(300))
    assert set(reasons(text)) == {"sample"}


def test_in_a_minified_file_a_marker_speaks_for_what_is_near() -> None:
    line = b" ".join(tokens.npm(n).encode() for n in range(2000)) + b" /* keytrail:allow samples */"
    allowed = NEAR // (len(TOKEN) + 1) + 1
    assert reasons(line, "a.js") == [None] * (2000 - allowed) + ["samples"] * allowed


def test_half_a_marker_again_and_again_is_no_marker() -> None:
    assert reasons(b"keytrail:allowed " * 10_000 + TOKEN + b" keytrail:allowed" * 10_000) == [None]


def test_in_compressed_content_there_are_no_lines_to_mark() -> None:
    assert set(reasons(gzip.compress(TOKEN + b" # keytrail:allow sample"))) <= {None}


def test_markers_can_be_turned_off() -> None:
    strict = examiner(replace(SETUP, inline=False))
    (sighting,) = strict.examine("file", TOKEN + b" # keytrail:allow sample").sightings
    assert sighting.suppression is None


def test_in_the_value_of_a_variable_markers_do_not_count() -> None:
    value = b"TOKEN=" + TOKEN + b" # keytrail:allow sample"
    (sighting,) = examiner().examine_variable("FILE", value, line=None, encoding=()).sightings
    assert (sighting.suppression, sighting.spot.field) == (None, "FILE")


def test_names_for_baselines_are_given_under_the_salt_of_the_setup() -> None:
    (plain,) = sightings(TOKEN)
    (salted,) = examiner(replace(SETUP, salt=b"salt")).examine("file", TOKEN).sightings
    assert plain.identified.baseline_id is None
    assert str(salted.identified.baseline_id).startswith("kb1:")
    assert replace(salted.identified, baseline_id=None) == plain.identified


def test_sightings_hold_no_value() -> None:
    found = sightings(TOKEN + b" # keytrail:allow " + TOKEN)
    assert TOKEN[4:] not in pickle.dumps(found)


def of_variable(name: str, value: bytes) -> list[tuple[str, str | None, int | None, tuple[str, ...]]]:
    found = examiner().examine_variable(name, value, line=3, encoding=("base64",)).sightings
    return [(one.identified.kind.id, one.spot.field, one.spot.line, one.spot.encoding) for one in found]


def test_a_variable_says_by_its_name_what_its_value_is() -> None:
    secret = tokens.base62(4, 40).encode()
    assert of_variable("AWS_SECRET_ACCESS_KEY", secret) == [("aws-access-key", "AWS_SECRET_ACCESS_KEY", 3, ("base64",))]
    assert of_variable("DB_PASSWORD", secret[:24]) == [("generic-secret", "DB_PASSWORD", 3, ("base64",))]
    assert of_variable("BUILD_LABEL", secret) == []


@pytest.mark.parametrize(
    "value", [b"", b"true", b"${OTHER}", b"two words and more", b"line\nline", b"\0" * 20, b'"quoted": "json"', b"x" * 9000]
)
def test_what_no_name_makes_a_secret_is_none(value: bytes) -> None:
    assert of_variable("DB_PASSWORD", value) == []


def test_what_the_value_and_the_name_tell_is_told_once() -> None:
    assert of_variable("NPM_TOKEN", TOKEN) == [("npm-token", "NPM_TOKEN", 3, ("base64",))]
    assert of_variable("DB_PASSWORD", b"see " + TOKEN) == [("npm-token", "DB_PASSWORD", 3, ("base64",))]


@pytest.mark.parametrize("name", ["", "=", "a b", "PASSWORD=x", "PASSWORD\n", "pass\u00e9word", "9" * 300])
def test_a_name_that_is_none_says_nothing(name: str) -> None:
    assert of_variable(name, tokens.base62(4, 24).encode()) == []
