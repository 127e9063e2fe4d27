"""Tokens that no issuer ever minted, built when a test runs so that none is at rest.

Every function is deterministic: the same arguments give the same token. Checksums and structure are right unless `spoiled`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from uuid import UUID

from scanner import hosts

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SIGNATURE = 32


def base62(seed: int, n: int) -> str:
    """`n` characters that look random."""
    return _letters("base62", seed, n)


def uuid(seed: int) -> str:
    """A random-looking UUID of version 4 in text form."""
    return str(UUID(bytes=_stream("uuid", seed, 16), version=4))


def crc62(body: str) -> str:
    """The six checksum characters of GitHub's and npm's tokens for `body`."""
    rest, digits = zlib.crc32(body.encode()), ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(6, "0")


def ghp(seed: int = 0, prefix: str = "ghp_") -> str:
    """A token of the classic GitHub family, 40 characters; `prefix` may be that of its four kinds."""
    return _checked(prefix, seed, 30)


def ghr(seed: int = 0) -> str:
    """A GitHub App refresh token, 80 characters."""
    return _checked("ghr_", seed, 70)


def npm(seed: int = 0) -> str:
    """An npm token, 40 characters."""
    return _checked("npm_", seed, 30)


def github_pat(seed: int = 0, user_id: int = 1) -> str:
    """A fine-grained GitHub token, 93 characters, of the user with this numeric id."""
    owner = b32encode(user_id.to_bytes(4, "big")).decode().rstrip("=")
    letters = _letters("github_pat_", seed, 63)
    signed = f"github_pat_11{owner}0{letters[:12]}_{letters[12:55]}"
    tag = b32encode(hashlib.sha256(signed.encode()).digest()).decode()[:8]
    return signed + tag + letters[55:]


def stateless(seed: int = 0, app_id: int = 123456, *, prefix: str = "ghs_", expires: int | None = None) -> str:
    """A stateless GitHub App token: application id and a JWT, which names its end (Unix seconds) when `expires` is given."""
    claims: dict[str, object] = {"iss": "github", "sub": str(app_id), "jti": uuid(seed)}
    if expires is not None:
        claims["exp"] = expires
    parts = [_jwt_part({"alg": "RS256", "typ": "JWT"}), _jwt_part(claims), _unpadded(_stream("jwt", seed, 256))]
    return f"{prefix}{app_id}_{'.'.join(parts)}"


def pypi(
    seed: int = 0,
    *,
    projects: Sequence[str] | None = None,
    user: str | None = None,
    expires: int | None = None,
    location: str | None = None,
) -> str:
    """A PyPI token: a macaroon whose caveats restrict it to `projects`, to a `user` (UUID) and to a time (Unix seconds).

    The seed alone decides the identifier, so that two calls with one seed give attenuated copies of one token.
    """
    caveats: list[object] = []
    if user is not None:
        caveats.append([3, user])
    if projects is not None:
        caveats += [[1, list(projects)], [2, [uuid(_number(name)) for name in projects]]]
    if expires is not None:
        caveats.append([0, expires, expires - 900])
    host = location if location is not None else hosts.spell(hosts.PYPI)
    return macaroon(host, uuid(seed), [json.dumps(caveat, separators=(",", ":")) for caveat in caveats])


def trusted(seed: int = 0, *, expires: int, projects: Sequence[str] = ("a",)) -> str:
    """A PyPI token as trusted publishing mints it."""
    caveats: list[object] = [[4, uuid(seed + 1), None], [2, [uuid(_number(name)) for name in projects]], [0, expires, expires - 900]]
    return macaroon(hosts.spell(hosts.PYPI), uuid(seed), [json.dumps(caveat, separators=(",", ":")) for caveat in caveats])


def macaroon(location: str, identifier: str, caveats: Iterable[str] = (), *, signature: bytes | None = None) -> str:
    """A token around a binary macaroon with these caveats, signed with a key that comes from the identifier unless told."""
    packets = [b"\x02", _field(1, location.encode()), _field(2, identifier.encode()), b"\0"]
    chain = _hmac(_hmac(b"macaroons-key-generator", identifier.encode()), identifier.encode())
    for caveat in caveats:
        packets += [_field(2, caveat.encode()), b"\0"]
        chain = _hmac(chain, caveat.encode())
    packets += [b"\0", _field(6, chain if signature is None else signature)]
    return "pypi-" + _unpadded(b"".join(packets))


def spoiled(token: str) -> str:
    """`token` in the same shape, with a checksum (or a structure) that does not hold."""
    if token.startswith("pypi-"):
        raw = bytearray(urlsafe_b64decode(token[5:] + "=" * (-len(token[5:]) % 4)))
        raw[-_SIGNATURE - 1] -= 1
        return "pypi-" + _unpadded(bytes(raw))
    at = 77 if token.startswith("github_pat_") else len(token) - 1
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]


def _checked(prefix: str, seed: int, length: int) -> str:
    body = _letters(prefix, seed, length)
    return prefix + body + crc62(body)


def _letters(label: str, seed: int, n: int) -> str:
    return "".join(BASE62[byte % 62] for byte in _stream(label, seed, n))


def _stream(label: str, seed: int, n: int) -> bytes:
    return hashlib.shake_256(f"{label}:{seed}".encode()).digest(n)


def _number(name: str) -> int:
    return zlib.crc32(name.encode())


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _field(tag: int, value: bytes) -> bytes:
    return bytes([tag]) + _varint(len(value)) + value


def _varint(number: int) -> bytes:
    low, high = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(high) if high else bytes([low])


def _jwt_part(value: object) -> str:
    return _unpadded(json.dumps(value, separators=(",", ":")).encode())


def _unpadded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
