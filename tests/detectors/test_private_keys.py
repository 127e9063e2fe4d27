from __future__ import annotations

import pytest

from detectors import private_keys
from scanner.contract import Check, Confidence, Reading
from tests.support import keys
from tests.support.fixtures import read

DETECTOR = private_keys.DETECTORS[0]


def only(text: str) -> Reading:
    (reading,) = read(DETECTOR, text.encode())
    return reading


@pytest.mark.parametrize(
    ("name", "form"), [("rsa2048", "pkcs1"), ("rsa2048", "pkcs8"), ("p256", "sec1"), ("ed25519", "pkcs8"), ("dsa1024", "pkcs8")]
)
def test_what_is_kept_is_the_container(name: str, form: str) -> None:
    assert only(keys.pem(name, form)).secret.reveal() == keys.der(name, form)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "prefix", ["// ", "//", "+", "-", "# ", " * ", "\t", "> ", "2026-03-02T10:00:00.0001Z ", "web_1  | ", "   7\t", "key.pem:12:"]
)
def test_whatever_comes_before_every_line_is_left_out(prefix: str, seed: int) -> None:
    text = "\n".join(prefix + line for line in keys.pem("rsa2048", "pkcs1", seed).splitlines())
    assert only(text).secret.reveal() == keys.der("rsa2048", "pkcs1", seed)


@pytest.mark.parametrize("count", range(1, 25))
def test_a_key_that_is_cut_off_after_any_line_is_never_certain(count: int) -> None:
    text = "\n".join(keys.pem("rsa2048", "pkcs1").splitlines()[: count + 1])
    for reading in read(DETECTOR, text.encode()):
        assert (reading.check, reading.confidence, reading.end) == (Check.FAILED, Confidence.LOW, len(text))


def test_a_key_is_kept_apart_from_the_prose_after_it() -> None:
    cut = "\n".join(keys.pem("rsa2048", "pkcs1").splitlines()[:-1])
    reading = only(f"{cut}\n\nThat was the key, and this is not\n")
    assert (reading.end, reading.check) == (len(cut), Check.PASSED)


def test_a_cut_off_key_ends_where_the_next_begins() -> None:
    cut = "\n".join(keys.pem("rsa2048", "pkcs1").splitlines()[:9])
    whole = keys.pem("p256", "sec1")
    found = read(DETECTOR, f"{cut}\n{whole}\n".encode())
    assert [(one.start, one.end, one.check) for one in found] == [
        (0, len(cut), Check.FAILED),
        (len(cut) + 1, len(cut) + 1 + len(whole), Check.PASSED),
    ]


def test_an_encrypted_key_that_is_cut_off_fails() -> None:
    assert only("\n".join(keys.pem("rsa2048", "encrypted-pkcs1").splitlines()[:-4])).check is Check.FAILED


def test_a_body_beyond_all_bounds_is_no_key() -> None:
    assert read(DETECTOR, b"-----BEGIN PRIVATE KEY-----\n" + b"A" * 200_000 + b"\n-----END PRIVATE KEY-----") == []
