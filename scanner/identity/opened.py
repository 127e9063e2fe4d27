"""What the container of a private key says to somebody without its passphrase."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from scanner.contract import Fact
from scanner.records import dataclass

if TYPE_CHECKING:  # most runs meet no key, and start sooner without what reads them
    from scanner.identity.publickey import PublicKey

LAST_SHA1_VERSION = 4
"""Newer keys of OpenPGP have their id at the front of the fingerprint, older ones at its end (RFC 9580, 5.5.4)."""


class AtRest(StrEnum):
    """How the private half lies in its container; declared worst first, and the worst of several keys is that of their container."""

    PLAIN = "plain"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"
    HARDWARE = "hardware"
    """It is in a token or card; the container only points there."""
    ABSENT = "absent"
    """It was left out, as GnuPG does for a primary key that is kept offline."""


@dataclass(frozen=True, slots=True)
class PgpKey:
    """One key packet of OpenPGP."""

    key: PublicKey | None
    """None where the numbers have no SubjectPublicKeyInfo."""
    fingerprint: str | None
    """Upper-case hex; None where the end of the public part cannot be told."""
    version: int
    at_rest: AtRest | None
    """None for a public key."""

    @property
    def short(self) -> str | None:
        """The 16 digits of the key id."""
        if self.fingerprint is None:
            return None
        return self.fingerprint[:16] if self.version > LAST_SHA1_VERSION else self.fingerprint[-16:]


@dataclass(frozen=True, slots=True)
class Opened:
    """The public side of one container."""

    at_rest: AtRest
    key: PublicKey | None = None
    pgp: PgpKey | None = None
    """The primary key of an OpenPGP block; its public key is `key`."""
    subkeys: tuple[PgpKey, ...] = ()

    @property
    def identity(self) -> str | None:
        """What all containers of this key have in common: the hash of its SubjectPublicKeyInfo, else its OpenPGP fingerprint, else None."""
        if self.key is not None:
            return self.key.digest
        if self.pgp is not None and self.pgp.fingerprint is not None:
            return f"openpgp:{self.pgp.fingerprint}"
        return None

    def facts(self) -> Mapping[str, Fact]:
        """What the report prints of it; only what is known."""
        facts: dict[str, Fact] = {}
        if self.key is not None:
            facts |= _key_facts(self.key)
        if self.pgp is not None and self.pgp.fingerprint is not None:
            facts["openpgp_fingerprint"] = self.pgp.fingerprint
        if self.subkeys:
            facts["subkeys"] = [subkey.fingerprint for subkey in self.subkeys if subkey.fingerprint]
            facts["subkeys_spki_sha256"] = [subkey.key.digest for subkey in self.subkeys if subkey.key]
        if self.at_rest is not AtRest.UNKNOWN:
            facts["at_rest"] = self.at_rest.value
        return facts


def _key_facts(key: PublicKey) -> dict[str, Fact]:
    from scanner.identity.publickey import UNNAMED  # noqa: PLC0415 - see above

    facts: dict[str, Fact] = {"spki_sha256": key.digest}
    if key.algorithm != UNNAMED:
        facts["algorithm"] = key.algorithm
    if key.bits is not None:
        facts["bits"] = key.bits
    if key.curve is not None:
        facts["curve"] = key.curve
    if key.ssh_fingerprint is not None:
        facts["ssh_fingerprint"] = key.ssh_fingerprint
    return facts
