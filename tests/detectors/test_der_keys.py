from __future__ import annotations

import json
import random
from base64 import b64encode

import pytest

from detectors import cosign, der_keys, private_keys
from scanner.contract import Check, Window
from scanner.engine import Engine, build
from tests.support import keys, tokens_keys
from tests.support.fixtures import read

DETECTOR = der_keys.DETECTORS[0]
FORMS = [
    ("rsa2048", "pkcs1"),
    ("rsa2048", "pkcs8"),
    ("p256", "sec1"),
    ("p521", "pkcs8"),
    ("ed25519", "pkcs8"),
    ("dsa1024", "traditional"),
    ("rsa2048", "encrypted-pkcs8"),
    ("ed25519", "openssh"),
    ("p256", "encrypted-openssh"),
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build([*der_keys.DETECTORS, *private_keys.DETECTORS, *cosign.DETECTORS], cache=None)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_container_ends_where_it_ends(name: str, form: str) -> None:
    data = tokens_keys.der(name, form)
    (reading,) = read(DETECTOR, b"\x30\x82" + data + bytes(range(256)))
    assert (reading.start, reading.end, reading.check) == (2, 2 + len(data), Check.PASSED)
    assert reading.secret.reveal() == data


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_container_that_is_cut_off_is_none(name: str, form: str) -> None:
    data = tokens_keys.der(name, form)
    for end in {len(data) - 1, len(data) // 2, 40}:
        assert read(DETECTOR, data[:end]) == []


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_base64_and_hexadecimal_that_lost_their_armor(engine: Engine, name: str, form: str) -> None:
    data = tokens_keys.der(name, form)
    for text, step in ((b64encode(data), "base64"), (data.hex().encode(), "hex")):
        (found,) = engine.examine(b"KEY=" + text + b"\n").found
        assert found.encoding == (step,)
        assert found.span == (4, 4 + len(text.rstrip(b"=")))


@pytest.mark.parametrize(("name", "form"), [pair for pair in FORMS if pair[1] != "encrypted-pkcs8"])
def test_a_key_in_armor_is_one_key(engine: Engine, name: str, form: str) -> None:
    armored = keys.pem(name, form)
    folded = json.dumps(armored)[1:-1]
    for text, span in (
        (armored, (0, len(armored))),
        (f"KEY={folded}\n", (4, 4 + len(folded))),
        (json.dumps({"key": armored}), (9, 9 + len(folded))),
        (b64encode(armored.encode()).decode(), None),
        (b64encode(b64encode(armored.encode())).decode(), None),
    ):
        (found,) = engine.examine(text.encode()).found
        assert found.detector == "private-key"
        assert span in {None, found.span}


def test_a_key_for_tests_stays_one_under_its_label(engine: Engine) -> None:
    text = keys.pem("rsa2048", "pkcs1").replace("PRIVATE", "TESTING")
    (found,) = engine.examine(text.encode()).found
    assert found.reading.sample == "its label says that it is for tests"


@pytest.mark.parametrize("name", ["ed25519", "p256"])
def test_a_template_that_a_program_fills_in_is_no_key(name: str) -> None:
    data = bytearray(tokens_keys.der(name, "pkcs8"))
    at = len(data) - 32 if name == "ed25519" else 36
    for filling in (bytes(32), b"\xff" * 32, b"usage: program [options] file...", bytes(range(16)) * 2):
        data[at : at + 32] = filling
        assert read(DETECTOR, bytes(data)) == []


def test_no_accident_is_a_key_and_none_is_an_error() -> None:
    chance = random.Random(7)
    for name, form in FORMS:
        data = bytearray(tokens_keys.der(name, form))
        for _ in range(200):
            data[chance.randrange(min(60, len(data)))] = chance.randrange(256)
        text = bytes(data)
        assert all(one.check is Check.PASSED for one in DETECTOR.read(Window(text, 0, len(text))))
