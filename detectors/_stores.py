"""What key stores have in common: one reading for each key in them, and what that says without a password.

No password is tried and no key is derived, not even where a password is known to everybody.
"""

from __future__ import annotations

from collections.abc import Iterable

from detectors import _der, _x509
from detectors._keys import Key
from detectors._offline import facts
from detectors._private import KINDS, OTHER
from detectors._x509 import Certificate
from scanner.contract import Check, Confidence, Fact, Form, Kind, Lifetime, Reading, Secret, Sort
from scanner.records import dataclass, field

LARGEST = 4 << 20
"""Bytes of a store that are read."""
MOST_KEYS = 1024
"""Keys of one store that are reported."""
LONGEST_KEY = 65_536
"""Bytes of a key or certificate, above which it is none. An RSA key of 16,384 bits takes 9,300."""
SHORTEST_KEY = 32

_DEBUG_ALIAS = "androiddebugkey"
_DEBUG_NAME = ("CN", "Android Debug")
"""Tools agree on this part of the subject; React Native's template has other ones beside it than Android's own tools."""
_DEBUG = "Android's debug key, which every installation makes for itself with a password that is public"

_PBES2 = "1.2.840.113549.1.5.13"
_SCHEMES = {
    "1.2.840.113549.1.12.1.1": "PBEWithSHA1And128BitRC4",
    "1.2.840.113549.1.12.1.2": "PBEWithSHA1And40BitRC4",
    "1.2.840.113549.1.12.1.3": "PBEWithSHA1And3KeyTripleDES",
    "1.2.840.113549.1.12.1.4": "PBEWithSHA1And2KeyTripleDES",
    "1.2.840.113549.1.12.1.5": "PBEWithSHA1And128BitRC2",
    "1.2.840.113549.1.12.1.6": "PBEWithSHA1And40BitRC2",
    "1.3.6.1.4.1.42.2.17.1.1": "JKS",
    "1.3.6.1.4.1.42.2.19.1": "PBEWithMD5AndTripleDES",
}
"""Schemes of PKCS#12 (RFC 7292, appendix C) and of Java's own stores (`sun.security.provider.KeyProtector` and its kin)."""
_PARTS = {
    "1.2.840.113549.1.5.12": "PBKDF2",
    "1.3.6.1.4.1.11591.4.11": "scrypt",
    "1.2.840.113549.3.7": "3DES",
    "2.16.840.1.101.3.4.1.2": "AES-128",
    "2.16.840.1.101.3.4.1.22": "AES-192",
    "2.16.840.1.101.3.4.1.42": "AES-256",
    "2.16.840.1.101.3.4.1.7": "AES-128-CCM",
    "2.16.840.1.101.3.4.1.47": "AES-256-CCM",
    "2.16.840.1.101.3.4.1.48": "AES-256-KWP",
}
"""What PBES2 is put together from (RFC 8018, RFC 7914)."""


def store_kind(name: str, title: str) -> Kind:
    """The kind of what a store holds where it hides of which sort that is."""
    return Kind(
        id=name,
        title=title,
        provider="signing",
        actions=frozenset({"sign"}),
        privilege=4,
        lifetime=Lifetime.STATIC,
        rotate=(
            "List what the store holds with its password, on a machine that is trusted",
            "Make new keys in its place, in a hardware token or a signing service where the users of the old ones allow it",
            "Revoke the certificates of the old keys, and take their public halves away where they were trusted",
            "Look for signatures and logins that nobody made",
            "Replace the copies, and choose a password that is kept elsewhere",
        ),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a store."""

    container: bytes = field(repr=False)
    """The key as the store holds it."""
    form: Form | None = None
    """How `container` is built, where that is a form of private keys."""
    key: Key | None = None
    """What the container says, where nothing is hidden."""
    encrypted: bool = True
    leaf: bytes | None = field(default=None, repr=False)
    """The certificate of the key in DER, where that is in clear."""
    alias: str | None = None
    created: str | None = None
    encryption: str | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """What the keys of a store have in common."""

    start: int
    end: int
    kind: Kind
    """For what the store hides."""
    format: str
    keys: int | None
    """None where that cannot be told."""
    sound: bool
    """Whether the store adds up."""


def readings(frame: Frame, entries: Iterable[Entry]) -> Iterable[Reading]:
    """Every key of the store; all of them span the whole store."""
    for entry in entries:
        yield _plain(frame, entry, entry.key) if entry.key is not None else _hidden(frame, entry)


def _plain(frame: Frame, entry: Entry, key: Key) -> Reading:
    """A key that nothing hides."""
    kind = KINDS.get(key.algorithm or "", OTHER)
    certificate = _x509.read(entry.leaf) if entry.leaf else None
    sound = frame.sound and entry.whole and key.check is Check.PASSED
    return Reading(
        frame.start,
        frame.end,
        kind.id,
        Secret(key.container),
        sort=Sort.SPKI if key.shown else Sort.CONTAINER,
        form=key.form,
        check=Check.PASSED if sound else Check.FAILED,
        confidence=Confidence.HIGH if sound else Confidence.LOW,
        facts=_facts(frame, entry, kind, certificate, algorithm=key.algorithm, bits=key.bits, curve=key.curve),
        dummy="its secret is one byte again and again" if key.flat else _dummy(entry.alias, certificate),
    )


def _hidden(frame: Frame, entry: Entry) -> Reading:
    """A key that a password hides, or that has no form; its certificate shows it where that is in clear."""
    certificate = _x509.read(entry.leaf) if entry.leaf else None
    shown = entry.leaf if certificate is not None else None
    kind = KINDS.get(certificate.algorithm, OTHER) if certificate is not None else frame.kind
    sound = frame.sound and entry.whole and (shown is not None or entry.leaf is None)
    return Reading(
        frame.start,
        frame.end,
        kind.id,
        Secret(entry.container if shown is None else strings(b"encrypted" if entry.encrypted else b"plain", shown, entry.container)),
        sort=Sort.CONTAINER if shown is None else Sort.SPKI,
        form=entry.form if shown is None else Form.BESIDE,
        check=Check.PASSED if sound else Check.FAILED,
        confidence=Confidence.HIGH if sound else Confidence.LOW,
        facts=_facts(frame, entry, kind, certificate),
        dummy=_dummy(entry.alias, certificate),
    )


def _facts(frame: Frame, entry: Entry, kind: Kind, certificate: Certificate | None, **more: Fact) -> dict[str, Fact]:
    shown: dict[str, Fact] = {}
    if certificate is not None:
        shown = {"algorithm": certificate.algorithm, "curve": certificate.curve, "subject": certificate.subject}
    common = facts(
        kind.lifetime,
        at_rest="encrypted" if entry.encrypted else "plain",
        format=frame.format,
        keys=frame.keys,
        encrypted=entry.encrypted,
        alias=entry.alias,
        created=entry.created,
        encryption=entry.encryption,
    )
    return common | {name: fact for name, fact in (*shown.items(), *more.items()) if fact is not None}


def _dummy(alias: str | None, certificate: Certificate | None) -> str | None:
    """Where the certificate is hidden, the alias alone says it."""
    debug = alias == _DEBUG_ALIAS and (certificate is None or _DEBUG_NAME in certificate.names)
    return _DEBUG if debug else None


def strings(*parts: bytes) -> bytes:
    """The parts as strings of RFC 4251, section 5."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def sealed(data: bytes) -> bool:
    """Whether `data` is an EncryptedPrivateKeyInfo (RFC 5958, section 3) and nothing else."""
    outer = _der.node(data)
    if outer is None or outer.tag != _der.SEQUENCE or outer.end != len(data) or not _der.full(data, outer):
        return False
    return [part.tag for part in _der.children(data, outer)] == [_der.SEQUENCE, _der.OCTET_STRING]


def scheme(data: bytes) -> str | None:
    """How an EncryptedPrivateKeyInfo is encrypted; None where that has no name."""
    outer = _der.node(data)
    algorithm = _der.node(data, outer.start) if outer is not None else None
    return scheme_of(data[outer.start : algorithm.end]) if outer is not None and algorithm is not None else None


def scheme_of(algorithm: bytes) -> str | None:
    """What an AlgorithmIdentifier names; None where that has no name here."""
    outer = _der.node(algorithm)
    named = _der.children(algorithm, outer) if outer is not None else ()
    if not named or named[0].tag != _der.OID:
        return None
    identifier = _der.dotted(named[0].content(algorithm))
    if identifier != _PBES2 or len(named) < len(("algorithm", "parameters")):
        return _SCHEMES.get(identifier)
    parts = [_der.children(algorithm, part) for part in _der.children(algorithm, named[1])]
    inner = [_der.dotted(part[0].content(algorithm)) for part in parts if part]
    return ", ".join(["PBES2", *(_PARTS[name] for name in inner if name in _PARTS)])
