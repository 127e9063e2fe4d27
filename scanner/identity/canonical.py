"""Which bytes a credential is, so that all its copies are the same ones.

value       the exact bytes
macaroon    location and identifier, as the detector hands them over
spki        SHA-256 in hex of the public half, else the OpenPGP fingerprint; where neither can be read, the container
container   SHA-256 in hex of the decoded container
"""

from __future__ import annotations

from hashlib import sha256

from scanner.contract import Reading, Secret, Sort
from scanner.identity.opened import Opened
from scanner.identity.strength import is_guessable
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Canonical:
    """What is hashed, and what was learnt on the way."""

    sort: Sort
    secret: Secret
    guessable: bool = False
    """Whether the bytes are stretched before they are hashed."""
    opened: Opened | None = None
    """The public side of a key."""


def canonical(reading: Reading) -> Canonical:
    """The canonical bytes of what a detector found. The same credential gives the same bytes, whoever found it and wherever."""
    data = reading.secret.reveal()
    if reading.sort is Sort.SPKI:
        from scanner.identity.keys import open_container  # noqa: PLC0415 - most runs meet no key, and start sooner without the readers

        return _of_key(data, open_container(data, reading.form))
    if reading.sort is Sort.CONTAINER:
        return Canonical(Sort.CONTAINER, _digest(data))
    return Canonical(reading.sort, reading.secret, guessable=reading.sort is Sort.VALUE and is_guessable(data))


def _of_key(data: bytes, opened: Opened) -> Canonical:
    identity = opened.identity
    if identity is None:
        return Canonical(Sort.CONTAINER, _digest(data), opened=opened)
    return Canonical(Sort.SPKI, Secret(identity.encode()), opened=opened)


def _digest(data: bytes) -> Secret:
    return Secret(sha256(data).hexdigest().encode())
