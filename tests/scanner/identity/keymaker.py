"""Keys that exist only while a test runs, in every container that identity reads."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from scanner.contract import Form

PrivateKey = (
    rsa.RSAPrivateKey
    | dsa.DSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
    | x25519.X25519PrivateKey
)
PASSPHRASE = b"open sesame"
TRADITIONAL = {"rsa": Form.PKCS1, "dsa": Form.DSA, "p256": Form.SEC1, "p384": Form.SEC1, "p521": Form.SEC1, "secp256k1": Form.SEC1}
NAMES = ("rsa", "dsa", "p256", "p384", "p521", "secp256k1", "ed25519", "ed448", "x25519")


def make(name: str) -> PrivateKey:
    """A new key."""
    match name:
        case "rsa":
            return rsa.generate_private_key(65537, 2048)
        case "dsa":
            return dsa.generate_private_key(1024)  # noqa: S505 (the size of every DSA key that OpenSSH made)
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case "ed448":
            return ed448.Ed448PrivateKey.generate()
        case "x25519":
            return x25519.X25519PrivateKey.generate()
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}
    return ec.generate_private_key(curves[name])


def der(key: PrivateKey, form: PrivateFormat, encryption: KeySerializationEncryption | None = None) -> bytes:
    """The key in DER."""
    return key.private_bytes(Encoding.DER, form, encryption or NoEncryption())


def openssh(key: PrivateKey, passphrase: bytes | None = None) -> bytes:
    """The key in OpenSSH's container, without its armor."""
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return unarmored(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption))


def spki(key: PrivateKey) -> bytes:
    """The public half, as the library writes it."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def digest(key: PrivateKey) -> str:
    """SHA-256 of the public half in hex."""
    return hashlib.sha256(spki(key)).hexdigest()


def unarmored(pem: bytes) -> bytes:
    """What is between BEGIN and END."""
    return b64decode(b"".join(line for line in pem.splitlines() if b"-----" not in line))


def ssh_keygen(*arguments: str) -> str:
    """What `ssh-keygen` prints."""
    return subprocess.run(["ssh-keygen", *arguments], capture_output=True, text=True, check=True).stdout


class Gpg:
    """GnuPG with a home of its own."""

    def __init__(self, home: str) -> None:
        self._environment = {**os.environ, "GNUPGHOME": home, "LC_ALL": "C"}

    def run(self, *arguments: str) -> bytes:
        """What `gpg` prints."""
        command = ["gpg", "--batch", "--no-tty", "--pinentry-mode", "loopback", *arguments]
        return subprocess.run(command, capture_output=True, check=True, env=self._environment).stdout

    def make(self, algorithm: str, passphrase: str, *, user: str) -> str:
        """The fingerprint of a new key that certifies and signs."""
        self.run("--passphrase", passphrase, "--quick-generate-key", user, algorithm, "cert,sign,auth", "never")
        return self.fingerprints(user)[0]

    def fingerprints(self, user: str) -> list[str]:
        """The fingerprints of primary key and subkeys."""
        lines = self.run("--with-colons", "--list-keys", user).decode().splitlines()
        return [line.split(":")[9] for line in lines if line.startswith("fpr:")]

    def stop(self) -> None:
        """The agent is gone."""
        subprocess.run(["gpgconf", "--kill", "all"], check=True, env=self._environment)


@contextmanager
def gpg() -> Iterator[Gpg]:
    """GnuPG in a short path: its sockets allow no long one."""
    home = Path(tempfile.mkdtemp(prefix="kt"))
    keeper = Gpg(str(home))
    try:
        yield keeper
    finally:
        keeper.stop()
        shutil.rmtree(home, ignore_errors=True)
