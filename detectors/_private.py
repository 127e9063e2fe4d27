"""What is said of a private key once its container was read, in whatever armor it came or without any."""

from __future__ import annotations

from detectors._keys import Key
from detectors._offline import facts
from scanner.contract import Check, Confidence, Fact, Kind, Lifetime, Reading, Secret, Sort

_ROTATE = (
    "Make a new key pair, in a hardware token or a signing service where the users of the old one allow it",
    "Publish the new public half beside the old one, wherever that one is trusted",
    "Revoke the old key and certificates for it, and take its public half away where it was trusted",
    "Look for signatures and logins that nobody made",
    "Replace the copies",
)


def _kind(name: str, title: str) -> Kind:
    return Kind(
        id=name,
        title=title,
        provider="signing",
        actions=frozenset({"sign"}),
        privilege=5,
        assumed=False,
        lifetime=Lifetime.STATIC,
        rotate=_ROTATE,
    )


KINDS = {
    "RSA": _kind("rsa-private-key", "RSA private key"),
    "EC": _kind("ec-private-key", "EC private key"),
    "DSA": _kind("dsa-private-key", "DSA private key"),
    "Ed25519": _kind("ed25519-private-key", "Ed25519 private key"),
    "Ed448": _kind("ed448-private-key", "Ed448 private key"),
}
OTHER = _kind("private-key", "private key")
"""Of an algorithm that the container hides, or that signs nothing here."""

_HARDWARE = 3
"""Privilege of a file that is no use without its device."""


def reading(
    span: tuple[int, int],
    key: Key,
    *,
    confidence: Confidence = Confidence.HIGH,
    steps: tuple[str, ...] = (),
    sample: str | None = None,
    **more: Fact,
) -> Reading:
    """The reading of a key. `more` are facts from around it; a failed check leaves little confidence."""
    kind = KINDS.get(key.algorithm or "", OTHER)
    sealed = "hardware" if key.hardware else "encrypted" if key.encrypted else "plain"
    return Reading(
        *span,
        kind.id,
        Secret(key.container),
        sort=Sort.SPKI if key.shown else Sort.CONTAINER,
        form=key.form,
        check=key.check,
        confidence=Confidence.LOW if key.check is Check.FAILED else confidence,
        facts={
            **facts(
                kind.lifetime,
                at_rest=sealed,
                algorithm=key.algorithm,
                bits=key.bits,
                curve=key.curve,
                comment=key.comment,
                encrypted=key.encrypted,
                hardware=key.hardware or None,
            ),
            **more,
        },
        privilege=_HARDWARE if key.hardware else None,
        steps=steps,
        dummy="its secret is one byte again and again" if key.flat else None,
        sample=sample,
    )
