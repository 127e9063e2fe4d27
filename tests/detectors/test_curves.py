"""The parameters of curves, against the library that has them too."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from detectors import _curves, _keys
from scanner.contract import Check
from tests.support import keys

LIBRARY = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "secp256k1": ec.SECP256K1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}


def point(name: str, number: int) -> bytes:
    return ec.derive_private_key(number, LIBRARY[name]).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize("name", _curves.WEIERSTRASS)
def test_the_generator_is_the_librarys(name: str) -> None:
    curve = _curves.WEIERSTRASS[name]
    assert b"\4" + b"".join(value.to_bytes(curve.octets, "big") for value in (curve.x, curve.y)) == point(name, 1)
    assert curve.n == LIBRARY[name].group_order


@pytest.mark.parametrize("name", _curves.WEIERSTRASS)
@pytest.mark.parametrize("number", [2, 3, 65537])
def test_points_are_on_their_curve_and_others_are_not(name: str, number: int) -> None:
    right = point(name, number)
    assert _curves.on_curve(name, right) is True
    assert _curves.on_curve(name, right[:-1] + bytes((right[-1] ^ 1,))) is False


@pytest.mark.parametrize("octets", [b"", b"\4", b"\2" + bytes(32), b"\4" + bytes(63)])
def test_another_form_of_a_point_is_not_judged(octets: bytes) -> None:
    assert _curves.on_curve("P-256", octets) is None
    assert _curves.on_curve("P-192", octets) is None


@pytest.mark.parametrize("form", ["sec1", "pkcs8"])
@pytest.mark.parametrize("name", ["p256", "p384", "p521", "secp256k1"])
def test_a_key_whose_point_was_changed_does_not_pass(name: str, form: str) -> None:
    data = keys.der(name, form)
    changed = _keys.read_der(data[:-3] + bytes((data[-3] ^ 1,)) + data[-2:], "")
    assert changed is not None
    assert changed.check is Check.FAILED


def test_a_key_that_goes_wrong_behind_its_private_number_does_not_pass() -> None:
    data = keys.der("p256", "pkcs8")
    at = data.index(b"\xa1\x44\x03\x42")
    garbled = _keys.read_der(data[:at] + b"\xa1\x7f" + data[at + 2 :], "")
    assert garbled is not None
    assert garbled.check is Check.FAILED


def test_a_curve_that_was_cut_off_has_no_name() -> None:
    data = keys.der("p256", "sec1")
    key = _keys.read_der(data[: data.index(bytes.fromhex("2a8648ce3d030107")) + 5], "")
    assert key is not None
    assert (key.curve, key.check) == (None, Check.FAILED)
