"""Keys that quantum computers do not break: with armor and without, each the same credential as its public half."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import mldsa, mlkem
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from detectors import _containers, _der, der_keys, private_keys
from scanner.contract import Check, Reading
from scanner.engine.engine import build
from scanner.identity import publickey
from scanner.identity.canonical import canonical
from scanner.identity.der import oid
from tests.support.fixtures import read
from tests.support.tokens_signing import noise

MAKERS: dict[str, Any] = {
    "ML-DSA-44": mldsa.MLDSA44PrivateKey,
    "ML-DSA-65": mldsa.MLDSA65PrivateKey,
    "ML-DSA-87": mldsa.MLDSA87PrivateKey,
    "ML-KEM-768": mlkem.MLKEM768PrivateKey,
    "ML-KEM-1024": mlkem.MLKEM1024PrivateKey,
}
ARC = "2.16.840.1.101.3.4."
HASHED = [f"SLH-DSA-{family}-{size}{speed}" for family in ("SHA2", "SHAKE") for size in (128, 192, 256) for speed in ("s", "f")]
SEED = 0x80


def container(identifier: str, content: bytes) -> bytes:
    """PKCS#8 around a key of an algorithm without parameters."""
    algorithm = _containers.element(_der.SEQUENCE, _containers.element(_der.OID, oid(identifier)))
    return _containers.element(_der.SEQUENCE, _containers.number(0), algorithm, _containers.element(_der.OCTET_STRING, content))


def armored(data: bytes) -> bytes:
    label = b"PRIVATE KEY"
    return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (label, b64encode(data), label)


def only(data: bytes, *, armor: bool = False) -> Reading:
    (reading,) = read((private_keys if armor else der_keys).DETECTORS[0], armored(data) if armor else data)
    return reading


def digest(reading: Reading) -> str | None:
    opened = canonical(reading).opened
    return opened.key.digest if opened is not None and opened.key is not None else None


@pytest.mark.parametrize("armor", [False, True])
@pytest.mark.parametrize("name", MAKERS)
def test_a_key_of_the_library_is_the_one_of_its_public_half(name: str, *, armor: bool) -> None:
    key = MAKERS[name].generate()
    reading = only(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), armor=armor)
    assert (reading.kind, reading.facts["algorithm"], reading.check) == ("private-key", name, Check.PASSED)
    assert digest(reading) == sha256(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


@pytest.mark.parametrize("number", range(12))
def test_a_key_of_hashes_ends_in_its_public_half(number: int) -> None:
    size = (64, 64, 96, 96, 128, 128)[number % 6]
    private = noise(f"slh {number}", 0, size)
    reading = only(container(f"{ARC}3.{20 + number}", private))
    assert (reading.facts["algorithm"], reading.check) == (HASHED[number], Check.PASSED)
    assert digest(reading) == publickey.plain(oid(f"{ARC}3.{20 + number}"), private[size // 2 :]).digest


@pytest.mark.parametrize(("number", "seed", "size"), [(1, 64, 1632), (2, 64, 2400), (3, 64, 3168)])
def test_an_expanded_key_of_ml_kem_has_its_public_half_inside(number: int, seed: int, size: int) -> None:
    private = noise("kem", number, size)
    public = private[(size - 96) // 2 : size - 64]
    expanded = _containers.element(_der.OCTET_STRING, private)
    both = _containers.element(_der.SEQUENCE, _containers.element(_der.OCTET_STRING, noise("seed", number, seed)), expanded)
    assert digest(only(container(f"{ARC}4.{number}", expanded))) == publickey.plain(oid(f"{ARC}4.{number}"), public).digest
    assert only(container(f"{ARC}4.{number}", both)).check is Check.PASSED


@pytest.mark.parametrize(("number", "size"), [(17, 2560), (18, 4032), (19, 4896), (32, 2560)])
def test_an_expanded_key_of_ml_dsa_is_told_by_its_container(number: int, size: int) -> None:
    reading = only(container(f"{ARC}3.{number}", _containers.element(_der.OCTET_STRING, noise("dsa", number, size))))
    assert (reading.check, digest(reading)) == (Check.PASSED, None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        _containers.element(SEED, noise("short", 0, 31)),
        _containers.element(_der.OCTET_STRING, noise("short", 0, 2559)),
        _containers.element(SEED, noise("whole", 0, 32)) + b"\0",
        _containers.element(_der.SEQUENCE, _containers.element(_der.OCTET_STRING, noise("alone", 0, 32))),
    ],
)
def test_a_key_of_another_length_is_none_without_armor_and_not_sound_in_it(content: bytes) -> None:
    data = container(f"{ARC}3.17", content)
    assert read(der_keys.DETECTORS[0], data) == []
    assert all(reading.check is Check.FAILED for reading in read(private_keys.DETECTORS[0], armored(data + bytes(32))))


def test_a_key_in_bare_base64_is_found() -> None:
    data = MAKERS["ML-DSA-65"].generate().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    (found,) = build((der_keys.DETECTORS[0],), cache=None).examine(b"KEY=" + b64encode(data) + b"\n").found
    assert (found.encoding, found.reading.facts["algorithm"]) == (("base64",), "ML-DSA-65")
