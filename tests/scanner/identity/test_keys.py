"""One key is one credential, whatever it is kept in."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, PublicFormat, load_ssh_public_key

from scanner.contract import Form
from scanner.identity.keys import open_container
from scanner.identity.opened import AtRest
from tests.scanner.identity import keymaker

SSH_NAMES = ("rsa", "p256", "p384", "p521", "ed25519")
needs_ssh_keygen = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")

make = cache(keymaker.make)
"""Making a key takes time; the tests share them."""


def encrypted_pkcs8(name: str) -> bytes:
    return keymaker.der(make(name), PrivateFormat.PKCS8, BestAvailableEncryption(keymaker.PASSPHRASE))


@pytest.mark.parametrize("name", keymaker.NAMES)
def test_pkcs8_gives_the_public_half(name: str) -> None:
    opened = open_container(keymaker.der(make(name), PrivateFormat.PKCS8), Form.PKCS8)
    assert opened.key
    assert opened.key.spki == keymaker.spki(make(name))
    assert opened.at_rest is AtRest.PLAIN


@pytest.mark.parametrize("name", keymaker.TRADITIONAL)
def test_traditional_form_gives_the_public_half(name: str) -> None:
    opened = open_container(keymaker.der(make(name), PrivateFormat.TraditionalOpenSSL), keymaker.TRADITIONAL[name])
    assert opened.identity == keymaker.digest(make(name))
    assert opened.at_rest is AtRest.PLAIN


@pytest.mark.parametrize("passphrase", [None, keymaker.PASSPHRASE], ids=["plain", "encrypted"])
@pytest.mark.parametrize("name", SSH_NAMES)
def test_openssh_gives_the_public_half_with_and_without_a_passphrase(name: str, passphrase: bytes | None) -> None:
    opened = open_container(keymaker.openssh(make(name), passphrase), Form.OPENSSH)
    assert opened.identity == keymaker.digest(make(name))
    assert opened.at_rest is (AtRest.ENCRYPTED if passphrase else AtRest.PLAIN)


@needs_ssh_keygen
@pytest.mark.parametrize("passphrase", ["", "open sesame"], ids=["plain", "encrypted"])
@pytest.mark.parametrize("kind", [("rsa", "1024"), ("ecdsa", "384"), ("ed25519", "256")], ids=lambda kind: kind[0])
def test_keys_of_ssh_keygen_have_its_fingerprint(tmp_path: Path, kind: tuple[str, str], passphrase: str) -> None:
    file = str(tmp_path / "key")
    keymaker.ssh_keygen("-q", "-t", kind[0], "-b", kind[1], "-a", "1", "-N", passphrase, "-C", "", "-f", file)
    opened = open_container(keymaker.unarmored((tmp_path / "key").read_bytes()), Form.OPENSSH)
    public = load_ssh_public_key((tmp_path / "key.pub").read_bytes())
    assert opened.key
    assert opened.key.spki == public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert opened.key.ssh_fingerprint == keymaker.ssh_keygen("-lf", file).split()[1]


@needs_ssh_keygen
@pytest.mark.filterwarnings("ignore:SSH DSA keys are deprecated")
@pytest.mark.parametrize("passphrase", ["", "open sesame"], ids=["plain", "encrypted"])
def test_a_dsa_key_is_the_same_in_all_forms_of_ssh_keygen(tmp_path: Path, passphrase: str) -> None:
    key, file = tmp_path / "key", str(tmp_path / "key")
    try:
        keymaker.ssh_keygen("-q", "-t", "dsa", "-a", "1", "-N", passphrase, "-f", file)
    except subprocess.CalledProcessError:
        pytest.skip("newer ssh-keygen makes no DSA keys")
    public = load_ssh_public_key(Path(f"{key}.pub").read_bytes()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    opened = open_container(keymaker.unarmored(key.read_bytes()), Form.OPENSSH)
    assert opened.key
    assert opened.key.spki == public
    assert opened.key.ssh_fingerprint == keymaker.ssh_keygen("-lf", file).split()[1]
    for written, form in (("PEM", Form.DSA), ("PKCS8", Form.PKCS8)):
        keymaker.ssh_keygen("-p", "-q", "-m", written, "-P", passphrase, "-N", "", "-f", file)
        passphrase = ""
        converted = open_container(keymaker.unarmored(key.read_bytes()), form)
        assert converted.identity == hashlib.sha256(public).hexdigest()


@pytest.mark.parametrize("name", SSH_NAMES)
def test_the_ssh_fingerprint_does_not_depend_on_the_container(name: str) -> None:
    pkcs8 = open_container(keymaker.der(make(name), PrivateFormat.PKCS8), Form.PKCS8)
    ssh = open_container(keymaker.openssh(make(name)), Form.OPENSSH)
    assert pkcs8.key
    assert ssh.key
    assert pkcs8.key.ssh_fingerprint == ssh.key.ssh_fingerprint


@pytest.mark.parametrize("form", Form)
def test_the_bytes_count_more_than_the_label(form: Form) -> None:
    assert open_container(keymaker.openssh(make("ed25519")), form).identity == keymaker.digest(make("ed25519"))


@pytest.mark.parametrize("form", [Form.PKCS1, Form.SEC1, Form.DSA, Form.PKCS8])
@pytest.mark.parametrize("name", ["rsa", "dsa", "p256"])
def test_a_whole_key_under_a_wrong_label_is_still_that_key(name: str, form: Form) -> None:
    for written in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        assert open_container(keymaker.der(make(name), written), form).identity == keymaker.digest(make(name))


@pytest.mark.parametrize("name", ["rsa", "p256", "ed25519"])
def test_encrypted_pkcs8_says_that_it_is_encrypted_and_nothing_else(name: str) -> None:
    opened = open_container(encrypted_pkcs8(name), Form.PKCS8)
    assert opened.at_rest is AtRest.ENCRYPTED
    assert opened.identity is None
    assert opened.facts() == {"at_rest": "encrypted"}


def test_facts_of_an_rsa_key() -> None:
    opened = open_container(keymaker.der(make("rsa"), PrivateFormat.PKCS8), Form.PKCS8)
    assert opened.key
    assert opened.facts() == {
        "algorithm": "RSA",
        "bits": 2048,
        "spki_sha256": keymaker.digest(make("rsa")),
        "ssh_fingerprint": opened.key.ssh_fingerprint,
        "at_rest": "plain",
    }


def test_facts_of_a_key_on_a_curve() -> None:
    opened = open_container(keymaker.der(make("secp256k1"), PrivateFormat.PKCS8), Form.PKCS8)
    expected = {"algorithm": "EC", "curve": "secp256k1", "spki_sha256": keymaker.digest(make("secp256k1")), "at_rest": "plain"}
    assert opened.facts() == expected
