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
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity.anchors import anchors_in
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
    return [(anchor.spki, anchor.kind) for anchor in anchors_in(text)]


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
    anchors_in(f"-----BEGIN {label}-----\n".encode() + base64.b64encode(body) + f"\n-----END {label}-----\n".encode())
    anchors_in(b"ssh-rsa AAAA" + base64.b64encode(body))
    anchors_in(body)
