"""Previews: what may be shown of a credential.

npm_…(40) #k7f3q2                                    a public prefix, the length, the beginning of the id
…(40) #k7f3q2                                        random bytes without a prefix
[hidden] #wk7f3q2                                    guessable: no length, no characters
RSA 2048, SHA256:1M4RzhMy…, not encrypted #k7f3q2    a private key: only its public half
"""

from __future__ import annotations

from scanner.contract import Reading, Sort
from scanner.identity.canonical import Canonical
from scanner.identity.opened import AtRest, Opened

HIDDEN = 16
"""Characters that stay hidden at least, or the prefix is not shown: a prefix is what all values of a kind begin with."""
FINGERPRINT = 8
"""Characters of a fingerprint in a preview; the facts have all of it."""
AT_REST: dict[str, str] = {
    AtRest.PLAIN: "not encrypted",
    AtRest.ENCRYPTED: "encrypted",
    AtRest.HARDWARE: "on hardware",
    AtRest.ABSENT: "public half only",
}


def preview(reading: Reading, canonical: Canonical, at_rest: str, short: str) -> str:
    """One line that shows nothing secret. `short` is the beginning of the id, `at_rest` the fact of that name."""
    if reading.guessable or canonical.guessable:
        return f"[hidden] #w{short}"
    if canonical.sort in {Sort.SPKI, Sort.CONTAINER}:
        return f"{_of_container(reading, canonical.opened, at_rest)} #{short}"
    return f"{_of_value(reading)} #{short}"


def _of_value(reading: Reading) -> str:
    """Prefix and length of the credential as people see it; a macaroon is known by other bytes than it is written in."""
    length = len(reading.secret) if reading.sort is Sort.VALUE else reading.written or reading.end - reading.start
    prefix = reading.prefix if length - len(reading.prefix) >= HIDDEN else ""
    return f"{prefix}…({length})"


def _of_container(reading: Reading, opened: Opened | None, at_rest: str) -> str:
    unread = "private key" if opened or reading.form else "container"
    words = [opened.key.title if opened and opened.key else unread]
    if opened and (fingerprint := _fingerprint(opened)):
        words.append(fingerprint)
    if state := AT_REST.get(at_rest):
        words.append(state)
    return ", ".join(words)


def _fingerprint(opened: Opened) -> str | None:
    """The name by which people know the key: its id in OpenPGP, else OpenSSH's fingerprint, else the hash of its public half."""
    if opened.pgp and opened.pgp.short:
        return f"OpenPGP {opened.pgp.short}"
    if opened.key and opened.key.ssh_fingerprint:
        name, digest = opened.key.ssh_fingerprint.split(":")
        return f"{name}:{digest[:FINGERPRINT]}…"
    return f"SPKI {opened.key.digest[:FINGERPRINT]}…" if opened.key else None
