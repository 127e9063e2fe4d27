from __future__ import annotations

import pytest

from detectors import _der, _keys
from scanner.contract import Check, Form
from tests.support import keys

CONTAINERS = [
    ("rsa2048", "pkcs1"),
    ("rsa2048", "pkcs8"),
    ("p256", "sec1"),
    ("p384", "pkcs8"),
    ("ed25519", "pkcs8"),
    ("ed448", "pkcs8"),
    ("dsa1024", "traditional"),
    ("dsa1024", "pkcs8"),
]


def encoded(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes(2, "big")
    return bytes([tag, 0x82]) + length + content


def integer(value: int) -> bytes:
    return encoded(_der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def check(data: bytes, hint: str = "") -> Check | None:
    key = _keys.read_der(data, hint)
    return None if key is None else key.check


@pytest.mark.parametrize(("name", "form"), CONTAINERS)
def test_a_whole_container_holds(name: str, form: str) -> None:
    assert check(keys.der(name, form)) is Check.PASSED


@pytest.mark.parametrize(("name", "form"), CONTAINERS)
def test_a_beginning_is_never_certain(name: str, form: str) -> None:
    data = keys.der(name, form)
    assert {check(data[:end]) for end in range(len(data))} <= {None, Check.FAILED}


@pytest.mark.parametrize(("name", "form"), CONTAINERS)
def test_what_follows_is_not_part_of_a_key(name: str, form: str) -> None:
    key = _keys.read_der(keys.der(name, form) + b"more", "")
    assert key is not None
    assert key.container == keys.der(name, form)


def test_primes_must_make_the_modulus() -> None:
    numbers = keys.key("rsa2048").private_numbers()
    public = numbers.public_numbers
    rest = [numbers.dmp1, numbers.dmq1, numbers.iqmp]
    good = encoded(_der.SEQUENCE, *map(integer, [0, public.n, public.e, numbers.d, numbers.p, numbers.q, *rest]))
    bad = encoded(_der.SEQUENCE, *map(integer, [0, public.n, public.e, numbers.d, numbers.p, numbers.q + 2, *rest]))
    assert (check(good), check(bad)) == (Check.PASSED, Check.FAILED)


def test_a_tiny_modulus_is_no_key_in_use() -> None:
    assert check(encoded(_der.SEQUENCE, *map(integer, [0, 3233, 17, 2753, 61, 53, 53, 49, 38]), bytes(0)) + bytes(32)) in {
        None,
        Check.FAILED,
    }


def test_a_cut_off_row_of_numbers_is_what_its_label_says() -> None:
    data = keys.der("dsa1024", "traditional")[:200]
    dsa, rsa = _keys.read_der(data, "DSA"), _keys.read_der(data, "RSA")
    assert dsa is not None
    assert rsa is not None
    assert (dsa.form, rsa.form) == (Form.DSA, Form.PKCS1)


def test_a_cut_off_rsa_key_shows_its_public_half_from_the_exponent_on() -> None:
    data = keys.der("rsa2048", "pkcs1")
    early, late = _keys.read_der(data[:200], ""), _keys.read_der(data[:300], "")
    assert early is not None
    assert late is not None
    assert (early.shown, late.shown) == (False, True)


def test_an_algorithm_of_the_future_is_named_by_its_identifier() -> None:
    algorithm = encoded(_der.SEQUENCE, encoded(_der.OID, bytes.fromhex("60864801650304037f")))
    key = _keys.read_der(encoded(_der.SEQUENCE, integer(0), algorithm, encoded(_der.OCTET_STRING, bytes(range(64)))), "")
    assert key is not None
    assert (key.algorithm, key.check, key.shown) == ("2.16.840.1.101.3.4.3.127", Check.PASSED, False)


@pytest.mark.parametrize("octet", [0, 0x41])
def test_a_secret_of_one_byte_again_and_again_is_flat(octet: int) -> None:
    algorithm = encoded(_der.SEQUENCE, encoded(_der.OID, bytes.fromhex("2b6570")))
    inner = encoded(_der.OCTET_STRING, encoded(_der.OCTET_STRING, bytes([octet]) * 32))
    key = _keys.read_der(encoded(_der.SEQUENCE, integer(0), algorithm, inner), "")
    assert key is not None
    assert key.flat


def test_keys_inside_keys_are_not_followed() -> None:
    algorithm = encoded(_der.SEQUENCE, encoded(_der.OID, bytes.fromhex("2a864886f70d010101")))
    data = keys.der("rsa2048", "pkcs8")
    for _ in range(200):
        data = encoded(_der.SEQUENCE, integer(0), algorithm, encoded(_der.OCTET_STRING, data))
    assert check(data) is Check.FAILED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"0",
        b"0\x80" + bytes(64),
        b"0\x84\xff\xff\xff\xff" + bytes(64),
        b"1\x40" + bytes(64),
        b"0\x03\x02\x01\x00" + bytes(64),
        b"0\x82\xff\xff" + bytes(64),
    ],
)
def test_what_is_no_container_is_none(data: bytes) -> None:
    assert check(data) is None


def test_identifiers_are_written_with_dots() -> None:
    assert _der.dotted(bytes.fromhex("2a864886f70d010101")) == "1.2.840.113549.1.1.1"
    assert _der.dotted(bytes.fromhex("883703")) == "2.999.3"
    assert _der.dotted(b"") == ""
    assert _der.dotted(b"\xff" * 400) == ""
