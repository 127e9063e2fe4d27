"""Key pairs that live as long as the test run: made when first asked for, never at rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, PublicFormat

PASSPHRASE = "correct horse"  # noqa: S105 (it protects keys that live for a test run)

_MAKERS: dict[str, Callable[[], PrivateKeyTypes]] = {
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa4096": lambda: rsa.generate_private_key(65537, 4096),
    "dsa1024": lambda: dsa.generate_private_key(1024),  # noqa: S505 (larger ones take seconds to make, and nobody uses this one)
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "x25519": x25519.X25519PrivateKey.generate,
}
_FORMATS = {
    "pkcs1": PrivateFormat.TraditionalOpenSSL,
    "sec1": PrivateFormat.TraditionalOpenSSL,
    "traditional": PrivateFormat.TraditionalOpenSSL,
    "pkcs8": PrivateFormat.PKCS8,
    "openssh": PrivateFormat.OpenSSH,
}


@cache
def key(name: str, seed: int = 0) -> Any:  # noqa: ANN401 (callers know which key they asked for)
    """A private key of the kind `name`; the same one for the same seed."""
    del seed
    return _MAKERS[name]()


@cache
def pem(name: str, form: str, seed: int = 0) -> str:
    """The key in a container: a name of `_FORMATS`, with `encrypted-` before it for one with a passphrase."""
    encrypted = form.startswith("encrypted-")
    encryption = BestAvailableEncryption(PASSPHRASE.encode()) if encrypted else NoEncryption()
    private: bytes = key(name, seed).private_bytes(Encoding.PEM, _FORMATS[form.removeprefix("encrypted-")], encryption)
    return private.decode().strip()


@cache
def der(name: str, form: str, seed: int = 0) -> bytes:
    """The key in DER, without a passphrase."""
    private: bytes = key(name, seed).private_bytes(Encoding.DER, _FORMATS[form], NoEncryption())
    return private


@cache
def public_pem(name: str, seed: int = 0) -> str:
    """The public half."""
    public: bytes = key(name, seed).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return public.decode().strip()
