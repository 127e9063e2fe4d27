"""Keys in DER that are unusual, old or damaged."""

from __future__ import annotations

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Form
from scanner.identity import der, publickey
from scanner.identity.keys import open_container
from scanner.identity.opened import AtRest
from tests.scanner.identity import keymaker

make = cache(keymaker.make)

P256_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
P256_Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5


def rsa_numbers() -> rsa.RSAPublicNumbers:
    key = make("rsa")
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.public_key().public_numbers()


def p256() -> ec.EllipticCurvePrivateKey:
    key = make("p256")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def scalar() -> bytes:
    return p256().private_numbers().private_value.to_bytes(32, "big")


def point(form: PublicFormat) -> bytes:
    return p256().public_key().public_bytes(Encoding.X962, form)


def octets(value: int) -> bytes:
    return der.encode(der.OCTET_STRING, value.to_bytes(32, "big"))


def explicit_parameters(base: bytes) -> bytes:
    """ECParameters that write P-256 out, with this generator."""
    field = der.encode(der.SEQUENCE, der.encode(der.OID, der.oid("1.2.840.10045.1.1")), der.encode_number(P256_PRIME))
    equation = der.encode(der.SEQUENCE, octets(P256_PRIME - 3), octets(P256_B))
    generator = der.encode(der.OCTET_STRING, base)
    return der.encode(der.SEQUENCE, der.encode_number(1), field, equation, generator, der.encode_number(P256_ORDER), der.encode_number(1))


def pkcs8(identifier: bytes, parameters: bytes, private: bytes, *more: bytes) -> bytes:
    algorithm = der.encode(der.SEQUENCE, der.encode(der.OID, identifier), parameters)
    return der.encode(der.SEQUENCE, der.encode_number(0), algorithm, der.encode(der.OCTET_STRING, private), *more)


def sec1(*options: bytes) -> bytes:
    return der.encode(der.SEQUENCE, der.encode_number(1), der.encode(der.OCTET_STRING, scalar()), *options)


X, Y = P256_X.to_bytes(32, "big"), P256_Y.to_bytes(32, "big")
NAMED = der.encode(der.OID, der.oid("1.2.840.10045.3.1.7"))


@pytest.mark.parametrize("base", [b"\x04" + X + Y, b"\x03" + X], ids=["uncompressed", "compressed"])
def test_a_curve_that_is_written_out_gets_its_name(base: bytes) -> None:
    data = pkcs8(publickey.EC, explicit_parameters(base), sec1())
    assert open_container(data, Form.PKCS8).identity == keymaker.digest(p256())


def test_a_curve_with_a_forged_generator_has_no_name() -> None:
    data = pkcs8(
        publickey.EC, explicit_parameters(b"\x04" + Y + X), sec1(der.encode(0xA1, der.encode_bits(point(PublicFormat.UncompressedPoint))))
    )
    assert open_container(data, Form.PKCS8).identity is None


@pytest.mark.parametrize("form", [PublicFormat.UncompressedPoint, PublicFormat.CompressedPoint], ids=str)
def test_a_point_is_the_same_however_it_is_written(form: PublicFormat) -> None:
    data = sec1(der.encode(0xA0, NAMED), der.encode(0xA1, der.encode_bits(point(form))))
    assert open_container(data, Form.SEC1).identity == keymaker.digest(p256())


def test_a_hybrid_point_is_the_same() -> None:
    plain = point(PublicFormat.UncompressedPoint)
    data = sec1(der.encode(0xA0, NAMED), der.encode(0xA1, der.encode_bits(bytes((6 + plain[-1] % 2,)) + plain[1:])))
    assert open_container(data, Form.SEC1).identity == keymaker.digest(p256())


def test_the_point_is_computed_where_it_is_missing() -> None:
    assert open_container(sec1(der.encode(0xA0, NAMED)), Form.SEC1).identity == keymaker.digest(p256())


def test_an_ec_key_without_a_curve_has_no_identity() -> None:
    opened = open_container(sec1(), Form.SEC1)
    assert opened.identity is None
    assert opened.at_rest is AtRest.PLAIN


@pytest.mark.parametrize("identifier", ["1.2.840.113549.1.1.10", "1.2.840.113549.1.1.7", "2.5.8.1.1"])
def test_rsa_is_rsa_under_every_identifier(identifier: str) -> None:
    inner = keymaker.der(make("rsa"), PrivateFormat.TraditionalOpenSSL)
    assert open_container(pkcs8(der.oid(identifier), b"", inner), Form.PKCS8).identity == keymaker.digest(make("rsa"))


def test_a_raw_key_may_carry_its_public_half() -> None:
    public = keymaker.spki(make("ed25519"))[-32:]
    data = pkcs8(der.oid("1.3.101.112"), b"", b"", der.encode(0x81, b"\0" + public))
    assert open_container(data, Form.PKCS8).identity == keymaker.digest(make("ed25519"))


def test_an_algorithm_of_the_future_is_known_by_its_public_half_if_that_is_there() -> None:
    future = der.oid("2.16.840.1.101.3.4.3.18")
    expected = der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, der.encode(der.OID, future)), der.encode_bits(b"public"))
    with_public = open_container(pkcs8(future, b"", b"private", der.encode(0x81, b"\0public")), Form.PKCS8)
    assert with_public.key
    assert with_public.key.spki == expected
    assert open_container(pkcs8(future, b"", b"private"), Form.PKCS8).identity is None


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL], ids=str)
def test_an_rsa_key_is_known_as_soon_as_modulus_and_exponent_are_there(form: PrivateFormat) -> None:
    data = keymaker.der(make("rsa"), form)
    numbers = rsa_numbers()
    enough = data.index(der.encode_number(numbers.n)) + len(der.encode_number(numbers.n) + der.encode_number(numbers.e))
    label = Form.PKCS8 if form is PrivateFormat.PKCS8 else Form.PKCS1
    known = [open_container(data[:end], label).identity for end in range(len(data) + 1)]
    assert known[:enough] == [None] * enough
    assert set(known[enough:]) == {keymaker.digest(make("rsa"))}


def test_numbers_without_their_leading_zero_are_the_same_key() -> None:
    numbers = rsa_numbers()
    modulus = der.encode(der.INTEGER, numbers.n.to_bytes(256, "big"))
    data = der.encode(der.SEQUENCE, der.encode_number(0), modulus, der.encode_number(numbers.e))
    assert open_container(data, Form.PKCS1).identity == keymaker.digest(make("rsa"))


@pytest.mark.parametrize(
    ("name", "written", "label"),
    [
        *((name, PrivateFormat.PKCS8, Form.PKCS8) for name in keymaker.NAMES),
        *((name, PrivateFormat.TraditionalOpenSSL, label) for name, label in keymaker.TRADITIONAL.items()),
    ],
    ids=str,
)
def test_a_cut_off_key_is_the_key_or_nothing(name: str, written: PrivateFormat, label: Form) -> None:
    data = keymaker.der(make(name), written)
    assert {open_container(data[:end], label).identity for end in range(len(data))} <= {None, keymaker.digest(make(name))}


@pytest.mark.parametrize("name", ["rsa", "p256", "ed25519"])
@pytest.mark.parametrize("form", Form)
def test_a_cut_off_openssh_key_is_the_key_or_nothing(name: str, form: Form) -> None:
    data = keymaker.openssh(make(name))
    assert {open_container(data[:end], form).identity for end in range(15, len(data))} <= {None, keymaker.digest(make(name))}


@pytest.mark.parametrize(
    "numbers",
    [
        (2**20000 + 1, 65537),
        (2**255 - 1, 65537),
        (2**2048 + 1, 2**2049 + 1),
        (2**2048 + 1, 1),
        (2**2048 + 1, 4),
        (2**2048, 3),
        (0, 0),
    ],
    ids=["too big", "too small", "exponent above modulus", "exponent 1", "even exponent", "even modulus", "zero"],
)
def test_numbers_that_make_no_rsa_key(numbers: tuple[int, int]) -> None:
    data = der.encode(der.SEQUENCE, der.encode_number(0), *(der.encode_number(value) for value in numbers))
    assert open_container(data, Form.PKCS1).identity is None


def test_a_huge_dsa_modulus_is_not_computed_with() -> None:
    domain = der.encode(der.SEQUENCE, *(der.encode_number(value) for value in (2**16000 + 1, 2**255 + 1, 3)))
    assert open_container(pkcs8(publickey.DSA, domain, der.encode_number(2**254 + 1)), Form.PKCS8).identity is None


@pytest.mark.parametrize("announced", [b"\x84\xff\xff\xff\xff", b"\x88" + b"\xff" * 8, b"\x80", b"\xff", b"\x84\xff"], ids=bytes.hex)
def test_lengths_that_lie_are_no_error(announced: bytes) -> None:
    for start in (b"\x30", b"\x30\x82\xff\xff\x02", b"\x30\x82\xff\xff\x02\x01\x00\x02"):
        assert open_container(start + announced, Form.PKCS1).identity is None


@given(st.binary(max_size=400), st.sampled_from([*Form, None]))
def test_random_bytes_never_raise(data: bytes, form: Form | None) -> None:
    open_container(data, form)


@given(st.data())
def test_a_damaged_key_never_raises(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["rsa", "dsa", "p256", "ed25519"]))
    key = bytearray(keymaker.der(make(name), PrivateFormat.PKCS8))
    for _ in range(data.draw(st.integers(1, 4))):
        key[data.draw(st.integers(0, len(key) - 1))] = data.draw(st.integers(0, 255))
    open_container(bytes(key), Form.PKCS8)
