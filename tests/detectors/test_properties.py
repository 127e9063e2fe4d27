"""What holds for every detector whatever the text is."""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import registry
from scanner.contract import Check, Detector, Window
from tests.support import keys, tokens
from tests.support.fixtures import BUILTIN, cases, read, unmarked

DETECTORS = {detector.id: detector for detector in registry.load([BUILTIN])}
INSIDE = tokens.BASE62 + "_-="
OUTSIDE = bytes(byte for byte in range(256) if chr(byte) not in INSIDE)

TOKENS: dict[str, tuple[str, Callable[[int], str]]] = {
    "ghp": ("github-token", tokens.ghp),
    "ghr": ("github-token", tokens.ghr),
    "stateless": ("github-stateless-token", tokens.stateless),
    "github_pat": ("github-fine-grained-token", tokens.github_pat),
    "npm": ("npm-token", tokens.npm),
    "pypi": ("pypi-token", lambda seed: tokens.pypi(seed, projects=["acme"])),
}

surrounding = st.lists(st.sampled_from(OUTSIDE), max_size=40).map(bytes)


@pytest.mark.parametrize("name", TOKENS)
@given(before=surrounding, after=surrounding, seed=st.integers(0, 10_000))
def test_a_planted_token_is_found_with_its_exact_span(name: str, before: bytes, after: bytes, seed: int) -> None:
    detector, make = TOKENS[name]
    value = make(seed).encode()
    found = read(DETECTORS[detector], before + value + after)
    assert [(one.start, one.end, one.check) for one in found] == [(len(before), len(before) + len(value), Check.PASSED)]


@pytest.mark.parametrize("name", ["ghp", "ghr", "github_pat", "npm"])
@given(seed=st.integers(0, 10_000), at=st.integers(11, 92), letter=st.sampled_from(tokens.BASE62))
def test_one_wrong_character_is_never_certain(name: str, seed: int, at: int, letter: str) -> None:
    detector, make = TOKENS[name]
    value = make(seed)
    last = 85 if name == "github_pat" else len(value)  # what follows the tag of a fine-grained token is in no checksum
    at = 11 + at % (last - 11)
    spoiled = value[:at] + letter + value[at + 1 :]
    checks = {reading.check for reading in read(DETECTORS[detector], spoiled.encode())}
    assert (Check.PASSED in checks) == (spoiled == value)


anchors = st.sampled_from([anchor.literal for detector in DETECTORS.values() for anchor in detector.anchors])
pieces = st.one_of(
    anchors,
    anchors.map(lambda literal: b"-----BEGIN " + literal),
    st.binary(max_size=30),
    st.sampled_from(
        [b"=", b": ", b"\n", b"\\n", b'"', b"AgEIcHlwaS5vcmcCJ", b"-----END ", b"-----", b"A" * 40, b"MIIEpAIBAAKCAQEA" * 4, b"lFgEZQ" * 20]
    ),
)


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
@given(text=st.lists(pieces, max_size=12).map(b"".join), start=st.integers(0, 100))
def test_reading_never_raises_and_stays_inside_the_text(detector: Detector, text: bytes, start: int) -> None:
    for reading in detector.read(Window(text, min(start, len(text)), len(text))):
        assert 0 <= reading.start < reading.end <= len(text)


@pytest.mark.parametrize("name", ["rsa2048", "p256", "ed25519"])
@pytest.mark.parametrize("form", ["pkcs8", "openssh"])
@given(at=st.integers(40, 4000), noise=st.binary(min_size=1, max_size=8))
def test_a_damaged_key_never_raises(name: str, form: str, at: int, noise: bytes) -> None:
    value = keys.pem(name, form).encode()
    at %= len(value)
    damaged = value[:at] + noise + value[at + len(noise) :]
    list(DETECTORS["private-key"].read(Window(damaged, 0, len(damaged))))


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
def test_what_a_detector_reads_it_reads_again(detector: Detector) -> None:
    for case in cases():
        if case.detector == detector.id and case.kind:
            text, _ = unmarked(case.expanded()[0])
            assert [(one.start, one.end) for one in read(detector, text)] == [
                (one.start, one.end) for one in detector.read(Window(text, 0, len(text)))
            ]


def steps(detector: Detector, text: bytes) -> int:
    """Lines of Python that reading takes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ANN401 (the signature of a trace function)
        del frame, argument
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        list(detector.read(Window(text, 0, len(text))))
    finally:
        sys.settrace(before)
    return count


WORST = {
    "github-token": b"ghp_" + b"ghp_" * 10,
    "github-stateless-token": b"ghs_1_eyJhbGciOi",
    "github-fine-grained-token": b"github_pat_" + b"A" * 22 + b"_",
    "npm-token": b"npm_" + b"aA1" * 16,
    "npm-legacy-token": b"//a//_authToken=00000000-0000-0000-0000-",
    "npm-basic-auth": b"//a//:_auth=" + b64encode(b"user:p"),
    "pypi-token": b"pypi-AgEIcHlwaS5vcmcCJ" + b"A" * 40 + b"\n",
    "private-key": b"1 2 -----BEGIN PRIVATE KEY-----\n" + b"MIIEpAIBAAKCAQEA\n" * 4,
    "openpgp-private-key": b"# -----BEGIN PGP PRIVATE KEY BLOCK-----\n\n" + b"# lFgEZQlFgEZQlFgE\n" * 4,
}


@pytest.mark.parametrize("detector", DETECTORS.values(), ids=DETECTORS)
def test_twice_the_worst_text_takes_twice_the_steps(detector: Detector) -> None:
    once, twice = (steps(detector, WORST[detector.id] * count) for count in (200, 400))
    assert twice <= 2.1 * once + 100


@pytest.mark.parametrize(
    "unit", [b"-----BEGIN PRIVATE KEY-----", b"A\n", b"A" * 64 + b"\n", b'"A" + ', b"1 ", b"\\n", b"Proc-Type: 4,ENCRYPTED\n"]
)
def test_twice_the_worst_body_takes_twice_the_steps(unit: bytes) -> None:
    begin = b"1 1 1 -----BEGIN PRIVATE KEY-----\n"
    once, twice = (steps(DETECTORS["private-key"], (begin + unit * count) * 2) for count in (500, 1000))
    assert twice <= 2.1 * once + 100
