"""Key blobs of Windows: those of CNG, with the greatest byte first, and CryptoAPI's for DSA, with the smallest.

Layouts: `bcrypt.h`, `wincrypt.h`. Where a tool writes them (OpenSSL, for DSA) a test asks it instead.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from itertools import count

from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from tests.support import keys

_MARK = 0xC2
_CURVES = {"p256": (b"2", 32), "p384": (b"4", 48), "p521": (b"6", 66)}


def cng_rsa(key: rsa.RSAPrivateKey, *, full: bool = False, wrong: bool = False) -> bytes:
    """`BCRYPT_RSAPRIVATE_BLOB`, with `full` `BCRYPT_RSAFULLPRIVATE_BLOB`; with `wrong` of another modulus."""
    own = key.private_numbers()
    n, size, half = own.public_numbers.n, key.key_size // 8, key.key_size // 16
    numbers = [(own.public_numbers.e, 3), (n - 2 * wrong, size), (own.p, half), (own.q, half)]
    numbers += [(own.dmp1, half), (own.dmq1, half), (own.iqmp, half), (own.d, size)] if full else []
    head = struct.pack("<4s5I", b"RSA3" if full else b"RSA2", key.key_size, 3, size, half, half)
    return head + b"".join(value.to_bytes(width, "big") for value, width in numbers)


def cng_rsa_public(key: rsa.RSAPrivateKey) -> bytes:
    """`BCRYPT_RSAPUBLIC_BLOB`."""
    own, size = key.public_key().public_numbers(), key.key_size // 8
    return struct.pack("<4s5I", b"RSA1", key.key_size, 3, size, 0, 0) + own.e.to_bytes(3, "big") + own.n.to_bytes(size, "big")


def cng_ecc(key: ec.EllipticCurvePrivateKey, name: str, *, use: bytes = b"S", public: bool = False, wrong: bool = False) -> bytes:
    """`BCRYPT_ECCPRIVATE_BLOB` for signing or, with the use `K`, for agreeing; with `wrong` of a point beside the curve."""
    letter, size = _CURVES[name]
    own = key.private_numbers()
    numbers = [own.public_numbers.x, own.public_numbers.y ^ wrong, *([] if public else [own.private_value])]
    magic = b"EC" + use + (bytes((letter[0] - 1,)) if public else letter)
    return struct.pack("<4sI", magic, size) + b"".join(value.to_bytes(size, "big") for value in numbers)


def cng_dsa(key: dsa.DSAPrivateKey) -> bytes:
    """`BCRYPT_DSA_KEY_BLOB` with a private number."""
    own = key.private_numbers()
    shown, domain, size = own.public_numbers, own.public_numbers.parameter_numbers, key.key_size // 8
    numbers = [(domain.q, 20), (domain.p, size), (domain.g, size), (shown.y, size), (own.x, 20)]
    return struct.pack("<4sI", b"DSPV", size) + b"\xff" * 24 + b"".join(value.to_bytes(width, "big") for value, width in numbers)


def dss(key: dsa.DSAPrivateKey) -> bytes:
    """The third version of CryptoAPI's blob."""
    own = key.private_numbers()
    shown, domain, size = own.public_numbers, own.public_numbers.parameter_numbers, key.key_size // 8
    order = (domain.q.bit_length() + 7) // 8
    cofactor = (domain.p - 1) // domain.q
    width = (cofactor.bit_length() + 7) // 8
    head = bytes.fromhex("0703000000220000") + struct.pack("<4s4I", b"DSS4", 8 * size, 8 * order, 8 * width, 8 * order)
    numbers = [(domain.p, size), (domain.q, order), (domain.g, size), (cofactor, width), (shown.y, size), (own.x, order)]
    return head + b"\xff" * 24 + b"".join(value.to_bytes(octets, "little") for value, octets in numbers)


def _made(flags: list[str], number: int) -> bytes:
    name, *rest = flags
    wrong, public = "wrong" in rest, "public" in rest
    if name.startswith("rsa"):
        key = keys.key(name, number)
        return cng_rsa_public(key) if public else cng_rsa(key, full="full" in rest, wrong=wrong)
    return cng_ecc(keys.key(name, number), name, use=b"K" if "agree" in rest else b"S", public=public, wrong=wrong)


@cache
def _cng(flags: tuple[str, ...]) -> bytes:
    data = next(data for data in (_made(list(flags), number) for number in count()) if _MARK not in data)
    return data[: len(data) - 9] if "short" in flags else data


def _spelled(flags: list[str], _: dict[str, str]) -> str:
    data = _cng(tuple(flag for flag in flags if flag not in {"base64", "hexadecimal"}))
    if "base64" in flags:
        return b64encode(data).decode()
    return data.hex() if "hexadecimal" in flags else "".join(f"\\x{octet:02x}" for octet in data)


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {"cng": _spelled}
"""`<cng:rsa2048>`, `<cng:rsa2048:full:base64>`, `<cng:p256:agree>`, `<cng:p384:public>`, `<cng:p521:short>`, `<cng:p256:wrong>`."""
