"""OpenPGP keys, against GnuPG and the examples of RFC 9580."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, load_ssh_public_key
from hypothesis import given
from hypothesis import strategies as st

from scanner.contract import Form
from scanner.identity import der
from scanner.identity.keys import open_container
from scanner.identity.opened import AtRest
from scanner.identity.openpgp import all_keys, open_openpgp, packets, read_key
from tests.scanner.identity import keymaker
from tests.scanner.identity.keymaker import Gpg

needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="no gpg here")

V6_BODY = bytes.fromhex("0663877fe31b00000020f94da7bb48d60a61e567706a6587d0331999bb9d891a08242ead84543df895a3")
V6_FINGERPRINT = "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9"
"""The public key of RFC 9580, A.3."""


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keymaker.gpg() as keeper:
        yield keeper


def packet(tag: int, body: bytes) -> bytes:
    return bytes((0xC0 | tag, 0xFF)) + len(body).to_bytes(4, "big") + body


def integer(value: int) -> bytes:
    return value.bit_length().to_bytes(2, "big") + value.to_bytes((value.bit_length() + 7) // 8, "big")


@needs_gpg
@pytest.mark.parametrize("passphrase", ["", "open sesame"], ids=["plain", "encrypted"])
@pytest.mark.parametrize("algorithm", ["rsa2048", "ed25519", "nistp256"])
def test_a_key_of_gnupg_is_the_raw_key(gpg: Gpg, algorithm: str, passphrase: str) -> None:
    user = f"{algorithm}-{bool(passphrase)}@example.invalid"
    fingerprint = gpg.make(algorithm, passphrase, user=user)
    opened = open_container(gpg.run("--passphrase", passphrase, "--export-secret-keys", fingerprint), Form.OPENPGP)
    raw = load_ssh_public_key(gpg.run("--export-ssh-key", fingerprint + "!"))
    assert opened.key
    assert opened.pgp
    assert opened.key.spki == raw.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert opened.pgp.fingerprint == fingerprint
    assert opened.pgp.short == fingerprint[-16:]
    assert opened.at_rest is (AtRest.ENCRYPTED if passphrase else AtRest.PLAIN)


@needs_gpg
@pytest.mark.parametrize("algorithms", [("dsa1024", "elg1024"), ("ed25519", "cv25519"), ("rsa1024", "nistp384")], ids="-".join)
def test_subkeys_are_facts(gpg: Gpg, algorithms: tuple[str, str]) -> None:
    user = f"{algorithms[0]}-sub@example.invalid"
    gpg.run("--passphrase", "", "--quick-generate-key", user, algorithms[0], "cert,sign", "never")
    gpg.run("--passphrase", "", "--quick-add-key", gpg.fingerprints(user)[0], algorithms[1], "encr", "never")
    primary, subkey = gpg.fingerprints(user)
    facts = open_openpgp(gpg.run("--export-secret-keys", user)).facts()
    assert facts["openpgp_fingerprint"] == primary
    assert facts["subkeys"] == [subkey]
    hashes = facts["subkeys_spki_sha256"]
    assert isinstance(hashes, list)
    assert len(hashes) == (algorithms[1] != "elg1024")  # SubjectPublicKeyInfo knows no ElGamal


@needs_gpg
def test_a_primary_key_that_was_left_out_does_not_count_as_plain(gpg: Gpg) -> None:
    user = "offline@example.invalid"
    gpg.run("--passphrase", "", "--quick-generate-key", user, "ed25519", "cert", "never")
    primary = gpg.fingerprints(user)[0]
    gpg.run("--passphrase", "", "--quick-add-key", primary, "ed25519", "sign", "never")
    whole = open_openpgp(gpg.run("--export-secret-keys", user))
    subkeys_only = open_openpgp(gpg.run("--export-secret-subkeys", user))
    assert subkeys_only.identity == whole.identity
    assert subkeys_only.pgp
    assert subkeys_only.pgp.at_rest is AtRest.ABSENT
    assert subkeys_only.at_rest is AtRest.PLAIN


@needs_gpg
def test_an_export_cut_anywhere_is_the_key_or_nothing(gpg: Gpg) -> None:
    user = "cut@example.invalid"
    gpg.make("ed25519", "", user=user)
    data = gpg.run("--export-secret-keys", user)
    whole = open_openpgp(data).identity
    assert {open_openpgp(data[:end]).identity for end in range(len(data))} == {None, whole}


def test_a_key_of_version_6() -> None:
    key = read_key(V6_BODY, secret=False)
    assert key
    assert key.key
    assert key.fingerprint == V6_FINGERPRINT
    assert key.short == V6_FINGERPRINT[:16]
    assert key.key.spki.endswith(V6_BODY[-32:])
    assert key.at_rest is None


def test_a_key_of_version_3_is_named_by_its_numbers() -> None:
    modulus, exponent = 2**1023 + 1, 65537
    body = b"\x03" + bytes(6) + b"\x01" + integer(modulus) + integer(exponent)
    key = read_key(body, secret=False)
    expected = hashlib.md5(modulus.to_bytes(128, "big") + exponent.to_bytes(3, "big"), usedforsecurity=False).hexdigest().upper()
    assert key
    assert key.fingerprint == expected


def test_an_rsa_key_in_pem_and_in_openpgp_is_one() -> None:
    rsa = keymaker.make("rsa")
    pkcs1 = keymaker.der(rsa, PrivateFormat.TraditionalOpenSSL)
    modulus, exponent = der.numbers(der.members(pkcs1))[1:3]
    body = b"\x04" + bytes(4) + b"\x01" + integer(modulus) + integer(exponent) + b"\0" + integer(3)
    assert open_openpgp(packet(5, body)).identity == open_container(pkcs1, Form.PKCS1).identity == keymaker.digest(rsa)


def test_a_key_without_spki_is_known_by_its_fingerprint() -> None:
    body = b"\x04" + bytes(4) + b"\x10" + integer(2**1023 + 1) + integer(5) + integer(2**1000)
    opened = open_openpgp(packet(5, body + b"\0"))
    named = hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body, usedforsecurity=False).hexdigest().upper()
    assert opened.key is None
    assert opened.identity == f"openpgp:{named}"


@pytest.mark.parametrize(
    ("protection", "state"),
    [
        (b"\x00", AtRest.PLAIN),
        (b"\xfe\x07\x03\x02", AtRest.ENCRYPTED),
        (b"\xff\x07\x03\x02", AtRest.ENCRYPTED),
        (b"\xfd\x09\x02\x03", AtRest.ENCRYPTED),
        (b"\x07", AtRest.ENCRYPTED),
        (b"\xff\x00\x65\x00GNU\x01", AtRest.ABSENT),
        (b"\xfe\x00\x65\x00GNU\x02", AtRest.HARDWARE),
        (b"\xfe\x00\x65\x00GNU", AtRest.UNKNOWN),
        (b"", AtRest.UNKNOWN),
    ],
)
def test_whether_a_passphrase_is_needed(protection: bytes, state: AtRest) -> None:
    body = b"\x04" + bytes(4) + b"\x1b" + bytes(32) + protection
    assert open_openpgp(packet(5, body)).at_rest is state


@pytest.mark.parametrize(("protection", "state"), [(b"\x00", AtRest.PLAIN), (b"\xfd\x26\x09\x02\x14\x04", AtRest.ENCRYPTED)])
def test_whether_a_passphrase_is_needed_in_version_6(protection: bytes, state: AtRest) -> None:
    assert open_openpgp(packet(5, V6_BODY + protection)).at_rest is state


@pytest.mark.parametrize(
    "header",
    [
        bytes((0x94, 5)),
        bytes((0x95, 0, 5)),
        bytes((0x96, 0, 0, 0, 5)),
        bytes((0xC5, 5)),
        bytes((0xC5, 255, 0, 0, 0, 5)),
    ],
    ids=bytes.hex,
)
def test_packet_headers(header: bytes) -> None:
    assert [(found.tag, found.body) for found in packets(header + b"12345" + bytes((0xB4, 1)) + b"u")] == [(5, b"12345"), (13, b"u")]


def test_a_two_octet_length() -> None:
    body = bytes(192 + (1 << 8) + 7)
    assert [found.body for found in packets(bytes((0xC5, 193, 7)) + body)] == [body]


def test_an_old_header_without_length_reaches_to_the_end() -> None:
    assert [(found.tag, found.body) for found in packets(bytes((0x97,)) + b"12345")] == [(5, b"12345")]


def test_a_second_primary_key_is_another_key() -> None:
    first, second = (b"\x04" + bytes(4) + b"\x1b" + octet * 32 + b"\0" for octet in (b"a", b"b"))
    both = packet(5, first) + packet(7, first) + packet(5, second)
    assert open_openpgp(both).identity == open_openpgp(packet(5, first)).identity
    assert len(open_openpgp(both).subkeys) == 1
    assert len(list(all_keys(both))) == 3


def test_a_million_subkeys_are_no_million_facts() -> None:
    small = b"\x04" + bytes(4) + b"\x1b" + bytes(32) + b"\0"
    opened = open_openpgp(packet(5, small) + packet(7, small) * 20_000)
    assert len(opened.subkeys) == 64


@given(st.binary(max_size=300))
def test_random_packets_never_raise(data: bytes) -> None:
    open_openpgp(data)


@given(st.integers(2, 6), st.integers(0, 40), st.binary(max_size=120))
def test_random_key_bodies_never_raise(version: int, algorithm: int, rest: bytes) -> None:
    head = bytes((version,)) + bytes(6 if version < 4 else 4) + bytes((algorithm,))
    open_openpgp(packet(5, head + rest))
