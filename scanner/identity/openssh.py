"""SSH keys: the wire form of public keys and the containers of private ones.

Sources: RFC 4253, 6.6; RFC 5656; RFC 8709; OpenSSH, PROTOCOL.key; PuTTY manual, appendix C. The public half stands in clear in both
containers, so a passphrase hides nothing that identity needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from scanner.identity import curves, publickey
from scanner.identity.opened import AtRest, Opened
from scanner.identity.publickey import PublicKey
from scanner.records import replace

MAGIC = b"openssh-key-v1\0"
CERTIFICATE = b"-cert-v01@openssh.com"
LONGEST_NUMBER = publickey.BIGGEST // 8 + 1


def open_openssh(data: bytes) -> Opened:
    """The public side of a container that begins with `MAGIC`; of several keys in one container, which nothing writes, the first."""
    head = tuple(islice(strings(data[len(MAGIC) :]), 3))  # cipher, key derivation and its options
    after = len(MAGIC) + sum(4 + len(part) for part in head) + 4  # what follows is the count of keys
    blob = next(strings(data[after:]), b"")
    if not head or not blob:
        return Opened(AtRest.UNKNOWN)
    at_rest = AtRest.PLAIN if head[0] == b"none" else AtRest.ENCRYPTED
    if next(strings(blob), b"").startswith(b"sk-"):
        at_rest = AtRest.HARDWARE
    return Opened(at_rest, public_of(blob))


def open_putty(data: bytes) -> Opened:
    """The public side of a key of PuTTY: what it is encrypted with, its public half, its private half."""
    encryption, blob = (*islice(strings(data), 2), b"", b"")[:2]
    if not blob:
        return Opened(AtRest.UNKNOWN)
    return Opened(AtRest.PLAIN if encryption == b"none" else AtRest.ENCRYPTED, public_of(blob))


def public_of(blob: bytes) -> PublicKey | None:
    """The public key in its wire form; of a certificate, the key that it certifies."""
    fields = strings(blob)
    name = next(fields, b"")
    certificate = name.endswith(CERTIFICATE)
    if certificate:
        next(fields, None)  # a nonce
    plain = name.removesuffix(CERTIFICATE).removesuffix(b"@openssh.com").removeprefix(b"sk-")
    key = _key(plain, fields)
    if key is None or not name.startswith(b"sk-"):
        return key
    return replace(key, ssh=None if certificate else blob)  # ssh-keygen prints the hash of the whole blob, application and all


def strings(data: bytes) -> Iterator[bytes]:
    """The `string`s of RFC 4251 that `data` is a row of, up to the first that is cut off."""
    at = 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length > len(data) - at - 4:
            return
        yield data[at + 4 : at + 4 + length]
        at += 4 + length


def _key(name: bytes, fields: Iterator[bytes]) -> PublicKey | None:
    if name == b"ssh-rsa":
        return publickey.rsa_of(_numbers(fields, 2)[::-1])
    if name == b"ssh-dss":
        return publickey.dsa_of(_numbers(fields, 4))
    if name == b"ssh-ed25519":
        return publickey.raw(curves.ED25519, next(fields, b""))
    if name == b"ssh-ed448":
        return publickey.raw(curves.ED448, next(fields, b""))
    if name.startswith(b"ecdsa-sha2-"):
        curve = curves.from_ssh(next(fields, b"").decode("latin-1"))
        return publickey.ec(curve, next(fields, b"")) if curve else None
    return None


def _numbers(fields: Iterator[bytes], count: int) -> tuple[int, ...]:
    return tuple(int.from_bytes(part, "big") for part in islice(fields, count) if len(part) <= LONGEST_NUMBER)
