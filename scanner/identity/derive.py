"""The only arithmetic on curves: public points from private numbers, and points written in short. The `cryptography` package does it.

Every function gives None where the numbers make no key, or where the installed library does not know the curve. Nothing here needs a
passphrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.identity.curves import Curve, RawCurve

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey


def point_of(curve: Curve, private: bytes) -> bytes | None:
    """The uncompressed public point of a private number."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (40 ms that most runs never need)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (as above)

    value = int.from_bytes(private, "big")
    if not 0 < value.bit_length() <= curve.bits:
        return None
    try:
        public = ec.derive_private_key(value, getattr(ec, curve.library)()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return _uncompressed(public)


def spelled_out(curve: Curve, point: bytes) -> bytes | None:
    """The uncompressed form of a compressed point (SEC 1, 2.3.3)."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (as above)

    try:
        return _uncompressed(ec.EllipticCurvePublicKey.from_encoded_point(getattr(ec, curve.library)(), point))
    except (ValueError, UnsupportedAlgorithm):
        return None


def raw_public_of(curve: RawCurve, private: bytes) -> bytes | None:
    """The public octets of a raw private key (RFC 8032, RFC 7748)."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, x448, x25519  # noqa: PLC0415 (as above)

    modules = {"Ed25519": ed25519, "Ed448": ed448, "X25519": x25519, "X448": x448}
    maker = getattr(modules[curve.name], f"{curve.name}PrivateKey")
    try:
        public: bytes = maker.from_private_bytes(private).public_key().public_bytes_raw()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return public


def _uncompressed(key: EllipticCurvePublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 (as above)

    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
