"""A home of Jenkins, made on the spot: its keys, and what it would encrypt with them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

MAGIC = b"::::MAGIC::::"
PLUGINS = "com.cloudbees.plugins.credentials"


def stream(word: str, size: int) -> bytes:
    """Bytes that look random."""
    return b"".join(sha256(f"{word} {number}".encode()).digest() for number in range(size // 32 + 1))[:size]


def encrypted(key: bytes, plain: bytes, vector: bytes | None = None) -> bytes:
    """AES with padding, in ECB where there is no vector."""
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.ECB() if vector is None else modes.CBC(vector)).encryptor()  # noqa: S305 - what Jenkins chose
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


class Home:
    """Its keys and what they do; none of them are at rest anywhere but in `folder`."""

    def __init__(self, folder: Path, seed: str = "home") -> None:
        self.folder = folder
        self._master = stream(f"{seed} master", 128).hex()
        self._secret, self._files = stream(f"{seed} secret", 256), stream(f"{seed} files", 256)

    def write_keys(self, secrets: str = "secrets") -> None:
        """Lays the keys into the folder `secrets`."""
        at = self.folder / secrets
        at.mkdir(parents=True, exist_ok=True)
        key = sha256(self._master.encode()).digest()[:16]
        (at / "master.key").write_text(self._master + "\n")
        (at / "hudson.util.Secret").write_bytes(encrypted(key, self._secret + MAGIC))
        (at / "com.cloudbees.plugins.credentials.SecretBytes.KEY").write_bytes(encrypted(key, self._files + MAGIC))

    def secret(self, plain: bytes) -> str:
        """A `Secret` as it is written today."""
        vector = stream("vector", 16)
        data = encrypted(self._secret[:16], plain, vector)
        return "{" + b64encode(b"\x01" + (16).to_bytes(4, "big") + len(data).to_bytes(4, "big") + vector + data).decode() + "}"

    def old_secret(self, plain: bytes, key: bytes | None = None) -> str:
        """A `Secret` as it was written before there were vectors."""
        return b64encode(encrypted(key or self._secret[:16], plain + MAGIC)).decode()

    def content(self, plain: bytes) -> str:
        """`SecretBytes`."""
        salt = stream("salt", 8)
        made = sha256(self._files[:16] + salt).digest()
        data = encrypted(made[:16], plain, made[16:])
        added = 16 - (len(data) + 9) % 16
        return "{" + b64encode(salt + bytes([added]) + data + stream("added", added)).decode() + "}"


def element(tag: str, inner: str | Mapping[str, str]) -> str:
    """An element around XML, or around elements with these texts."""
    body = inner if isinstance(inner, str) else "".join(f"<{name}>{escape(text)}</{name}>" for name, text in inner.items())
    return f"<{tag}>{body}</{tag}>"


def store(*credentials: str, domain: str = "<specifications/>", root: str = f"{PLUGINS}.SystemCredentialsProvider") -> bytes:
    """`credentials.xml` with one domain."""
    found = element("java.util.concurrent.CopyOnWriteArrayList", "".join(credentials))
    entry = element("entry", element(f"{PLUGINS}.domains.Domain", domain) + found)
    inner = f'<domainCredentialsMap class="hudson.util.CopyOnWriteMap$Hash">{entry}</domainCredentialsMap>'
    return ("<?xml version='1.1' encoding='UTF-8'?>\n" + element(root, inner)).encode()


def credential(kind: str, identity: str, inner: str | Mapping[str, str], scope: str = "GLOBAL") -> str:
    """A credential of the class `kind`."""
    body = inner if isinstance(inner, str) else "".join(f"<{name}>{escape(text)}</{name}>" for name, text in inner.items())
    return element(kind, f"<scope>{scope}</scope><id>{identity}</id><description/>{body}")
