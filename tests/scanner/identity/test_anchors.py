"""Public keys in text."""

from __future__ import annotations

import base64
import json
import shutil
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity.anchors import Reader
from tests.scanner.identity import keymaker

make = cache(keymaker.make)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "release - signing")])


def pem(name: str) -> bytes:
    return make(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def ssh(name: str) -> bytes:
    return make(name).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)


def rsa_key() -> rsa.RSAPrivateKey:
    key = make("rsa")
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def certificate() -> bytes:
    builder = x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).serial_number(7).public_key(rsa_key().public_key())
    return builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(1)).sign(rsa_key(), hashes.SHA256()).public_bytes(Encoding.PEM)


def request() -> bytes:
    return x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(rsa_key(), hashes.SHA256()).public_bytes(Encoding.PEM)


def found(text: bytes) -> list[tuple[str, str]]:
    return [(half.key, half.kind) for half in Reader().read(text)]


@pytest.mark.parametrize("name", ["rsa", "p256", "p384", "p521", "ed25519"])
@pytest.mark.parametrize(
    "line",
    [
        "{key}",
        "{key} packager@laptop\n",
        'from="10.0.0.0/8",no-pty {key} deploy\n',
        'packager@example.invalid namespaces="git" {key}\n',
        "forge.example.invalid,10.1.2.3 {key}\n",
        '{{"publicKey": "{key}"}}',
        "[user]\n\tsigningkey = key::{key}\n",
    ],
    ids=["pub", "comment", "authorized_keys", "allowed_signers", "known_hosts", "json", "git"],
)
def test_lines_of_openssh(name: str, line: str) -> None:
    assert found(line.format(key=ssh(name).decode()).encode()) == [(keymaker.digest(make(name)), "ssh")]


@pytest.mark.parametrize("name", keymaker.NAMES)
def test_public_keys_in_pem(name: str) -> None:
    assert found(b"cosign.pub:\n" + pem(name)) == [(keymaker.digest(make(name)), "public-key")]


def test_public_keys_of_pkcs1() -> None:
    text = rsa_key().public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1)
    assert b"BEGIN RSA PUBLIC KEY" in text
    assert found(text) == [(keymaker.digest(make("rsa")), "public-key")]


def test_certificates() -> None:
    assert found(certificate()) == [(keymaker.digest(make("rsa")), "certificate")]


def test_certificate_requests() -> None:
    assert found(request()) == [(keymaker.digest(make("rsa")), "certificate-request")]


@pytest.mark.parametrize("name", ["rsa", "ed25519"])
def test_line_ends_may_be_escaped(name: str) -> None:
    assert found(json.dumps({"key": pem(name).decode()}).encode()) == [(keymaker.digest(make(name)), "public-key")]
    assert found(pem(name).replace(b"\n", b"\r\n")) == [(keymaker.digest(make(name)), "public-key")]


def test_keys_come_in_the_order_of_the_text_and_once() -> None:
    text = pem("p256") + ssh("ed25519") + b"\n" + pem("rsa") + ssh("ed25519") + b"\n" + pem("p256")
    assert found(text) == [
        (keymaker.digest(make("p256")), "public-key"),
        (keymaker.digest(make("ed25519")), "ssh"),
        (keymaker.digest(make("rsa")), "public-key"),
    ]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_ssh_certificates_name_the_key_that_they_certify(tmp_path: Path, kind: str) -> None:
    for name in ("ca", "key"):
        keymaker.ssh_keygen("-q", "-t", kind, "-N", "", "-f", str(tmp_path / name))
    keymaker.ssh_keygen("-q", "-s", str(tmp_path / "ca"), "-I", "release", "-n", "git", str(tmp_path / "key.pub"))
    key, signed = (tmp_path / "key.pub").read_bytes(), (tmp_path / "key-cert.pub").read_bytes()
    assert b"-cert-v01@openssh.com" in signed
    assert found(signed) == found(key) != []


@pytest.mark.skipif(shutil.which("gpg") is None, reason="no gpg here")
@pytest.mark.parametrize("header", [b"", b"Version: GnuPG v1\nComment: two - dashes\n"], ids=["bare", "with headers"])
def test_openpgp_blocks_name_primary_key_and_subkeys(header: bytes) -> None:
    with keymaker.gpg() as gpg:
        gpg.make("ed25519", "", user="block@example.invalid")
        gpg.run("--passphrase", "", "--quick-add-key", gpg.fingerprints("block@example.invalid")[0], "rsa1024", "sign", "never")
        text = gpg.run("--armor", "--export", "block@example.invalid")
    found_kinds = [kind for _, kind in found(text.replace(b"-----\n\n", b"-----\n" + header + b"\n", 1))]
    assert found_kinds == ["openpgp", "openpgp"]


@pytest.mark.skipif(shutil.which("gpg") is None, reason="no gpg here")
def test_keyrings_and_keyboxes_are_read_whole() -> None:
    with keymaker.gpg() as gpg:
        gpg.make("rsa2048", "", user="ring@example.invalid")
        gpg.make("ed25519", "", user="other@example.invalid")
        ring = gpg.run("--export", "ring@example.invalid")
        home = gpg.run("--version").decode().split("Home: ")[1].split("\n")[0]
        box = Path(home, "pubring.kbx").read_bytes()
    assert [kind for _, kind in found(ring)] == ["openpgp"]
    assert {key for key, _ in found(ring)} < {key for key, _ in found(box)}
    assert len(found(box)) == 2


def test_certificates_and_cms_in_der() -> None:
    data = x509.load_pem_x509_certificate(certificate())
    cms = serialize_certificates([data], Encoding.DER)
    assert found(data.public_bytes(Encoding.DER)) == found(cms) == [(keymaker.digest(make("rsa")), "certificate")]


@pytest.mark.parametrize("name", ["p256", "ed25519", "rsa"])
def test_the_quick_way_to_a_certificates_key_agrees_with_the_careful_one(name: str) -> None:
    builder = x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).serial_number(7).public_key(make(name).public_key())
    text = builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(1)).sign(rsa_key(), hashes.SHA256()).public_bytes(Encoding.PEM)
    assert found(text) == [(keymaker.digest(make(name)), "certificate")]


def number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode().rstrip("=")


def test_json_web_keys_without_a_private_half() -> None:
    numbers = rsa_key().public_key().public_numbers()
    point = make("p256").public_key().public_numbers()  # type: ignore[union-attr]
    octets = make("ed25519").public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    okp = {"crv": "Ed25519", "kty": "OKP", "x": base64.urlsafe_b64encode(octets).decode().rstrip("=")}
    jwks = [
        {"kty": "RSA", "n": number(numbers.n), "e": "AQAB", "kid": "a"},
        {"kid": "b", "kty": "EC", "crv": "P-256", "x": number(point.x), "y": number(point.y)},  # type: ignore[union-attr]
        okp,
        {**okp, "d": "AAAA"},
    ]
    expected = [(keymaker.digest(make(name)), "jwk") for name in ("rsa", "p256", "ed25519")]
    assert found(json.dumps({"keys": jwks}).encode()) == found(json.dumps({"keys": jwks}, indent=4).encode()) == expected


def signer(name: str = "ed25519") -> str:
    """A public key of minisign and signify: algorithm, number, key."""
    octets = make(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(b"Ed" + bytes(range(8)) + octets).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"untrusted comment: minisign public key\n{signer()}\n",
        f"minisign -Vm file -P {signer()}",
        json.dumps({"pubkey": base64.b64encode(f"untrusted comment: x\n{signer()}\n".encode()).decode()}),
    ],
    ids=["file", "argument", "tauri"],
)
def test_keys_of_minisign_go_by_their_number_too(text: str) -> None:
    assert found(text.encode()) == [(keymaker.digest(make("ed25519")), "minisign"), ("signify:0001020304050607", "minisign")]


def test_keys_of_tuf_sparkle_and_xml() -> None:
    octets = make("ed25519").public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    digest = keymaker.digest(make("ed25519"))
    body = base64.b64encode(x509.load_pem_x509_certificate(certificate()).public_bytes(Encoding.DER)).decode()
    assert found(json.dumps({"keytype": "ed25519", "keyval": {"public": octets.hex()}}).encode()) == [(digest, "tuf")]
    assert found(json.dumps({"keyval": {"public": octets.hex(), "private": "aa"}}).encode()) == []
    plist = f"<key>SUPublicEDKey</key>\n  <string>{base64.b64encode(octets).decode()}</string>"
    assert found(plist.encode()) == [(digest, "sparkle")]
    assert found(f"<ds:X509Certificate>\n{body}\n</ds:X509Certificate>".encode()) == [(keymaker.digest(make("rsa")), "certificate")]


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_public_keys_of_rfc_4716(tmp_path: Path) -> None:
    keymaker.ssh_keygen("-q", "-t", "rsa", "-N", "", "-C", "a comment", "-f", str(tmp_path / "key"))
    exported = keymaker.ssh_keygen("-e", "-m", "RFC4716", "-f", str(tmp_path / "key.pub"))
    assert "BEGIN SSH2 PUBLIC KEY" in exported
    assert found(exported.encode()) == found((tmp_path / "key.pub").read_bytes()) != []


def test_private_keys_are_no_anchors() -> None:
    text = keymaker.make("ed25519").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [b"", b"-----BEGIN PUBLIC KEY-----", b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", b"ssh-rsa AAAA" + b"B" * 500],
    ids=["empty", "no end", "cut off", "nonsense"],
)
def test_what_is_no_key_is_nothing(text: bytes) -> None:
    assert found(text) == []


def test_the_number_of_keys_is_bounded() -> None:
    line = ssh("ed25519")
    lines = (line[:-8] + bytes(f"{number:08d}", "ascii") + b"\n" for number in range(6000))
    assert len(found(b"".join(lines))) == 4096


@given(
    st.binary(max_size=300), st.sampled_from(["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE", "CERTIFICATE REQUEST", "PGP PUBLIC KEY BLOCK"])
)
def test_random_armor_never_raises(body: bytes, label: str) -> None:
    Reader().read(f"-----BEGIN {label}-----\n".encode() + base64.b64encode(body) + f"\n-----END {label}-----\n".encode())
    Reader().read(b"ssh-rsa AAAA" + base64.b64encode(body))
    Reader().read(body)
