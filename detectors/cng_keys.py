"""Key blobs of Windows' newer and older interfaces: CNG's for RSA, ECDSA, ECDH and DSA, and CryptoAPI's for DSA.

They lie in files, in the registry's exports and, in base64, in configuration. A blob is a magic number, the lengths of its numbers, and the
numbers; CNG writes them with the greatest byte first, CryptoAPI with the smallest. They are handed over as OpenSSL would write them, so
that a key is the same credential as its PEM. Whether the primes make the modulus and whether the point is on its curve is checked. Blobs
of CryptoAPI for RSA are under `windows-private-key`. Sources: Microsoft, `bcrypt.h` (`BCRYPT_RSAKEY_BLOB`, `BCRYPT_ECCKEY_BLOB`,
`BCRYPT_DSA_KEY_BLOB`), "DSS Private Key BLOBs" and `DSSPUBKEY_VER3`.

Near misses: public blobs (`RSA1`, `ECS1`, `ECK1`, `DSS1`), blobs that end before their numbers, the magic numbers in source code.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from detectors import _containers, _curves
from detectors._keys import DSA_ORDER, SMALLEST_RSA
from detectors._offline import facts
from detectors._private import KINDS
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_WIDEST = 16_384 // 8
"""Bytes of a number."""
_CURVES = {b"2": ("P-256", 32), b"4": ("P-384", 48), b"6": ("P-521", 66)}
"""By the last letter of the magic number."""
_RSA_BITS = (1024, 2048, 3072, 4096)
"""Sizes of RSA keys that are looked for: four letters alone are frequent."""
_SIZES = ((b"2", b"\x20"), (b"4", b"\x30"), (b"6", b"\x42"))
_NOUGHTS = rb"\x00\x00"
"""Not in the literals: base64 of any data is full of them."""
_BEGIN = rx(r"""
    RSA(?P<rsa> [23] ) (?P<lengths> [\x00-\xff]{2}\x00\x00 [\x01-\x08]\x00{3} [\x00-\xff]{2}\x00\x00 [\x00-\xff]{2}\x00\x00 [\x00-\xff]{2}\x00\x00 )
  | EC(?P<use> [SK] )(?P<curve> [246] ) [\x20\x30\x42]\x00{3}
  | DSPV (?P<length> [\x00-\xff]{2}\x00\x00 ) [\x00-\xff]{24}
  | \x07(?P<version> [\x02\x03] )\x00\x00\x00\x22\x00\x00 DSS(?P<dss> [24] ) (?P<bits> [\x00-\xff]{2}\x00\x00 )
""")
_SEEDED = 24
"""Bytes of a counter and a seed."""
_OLD_ORDER = 20
"""Bytes of q where its length is not said."""


@dataclass(frozen=True, slots=True)
class KeyBlobs:
    """The detector: a magic number, and what its lengths ask for."""

    id: str = "cng-private-key"
    title: str = "private key of Windows (CNG, DSS)"
    kinds: tuple[Kind, ...] = (KINDS["RSA"], KINDS["EC"], KINDS["DSA"])
    anchors: tuple[Anchor, ...] = (
        *(Anchor(b"RSA" + digit + bits.to_bytes(2, "little"), then=_NOUGHTS) for digit in (b"2", b"3") for bits in _RSA_BITS),
        *(Anchor(b"EC" + use + digit + size, then=_NOUGHTS) for use in (b"S", b"K") for digit, size in _SIZES),
        Anchor(b"DSPV\x80", then=_NOUGHTS),
        Anchor(b"\x22\x00\x00DSS", before=rb"\x07[\x02\x03]\x00\x00\x00", then=rb"[24]"),
    )
    reach: tuple[int, int] = (16, 64)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose magic number is in the window."""
        at = window.start
        while (match := _BEGIN.search(window.text, at, window.end)) is not None:
            read = _rsa if match["rsa"] else _ecc if match["use"] else _dsa if match["length"] else _dss
            reading = read(match)
            at = reading.end if reading is not None else match.start() + 1
            if reading is not None:
                yield reading


def _row(match: re.Match[bytes], sizes: tuple[int, ...]) -> tuple[bytes, ...]:
    """The numbers of these sizes behind the match; empty where one is too wide or not all of them are there."""
    end = match.end() + sum(sizes)
    if max(sizes) > _WIDEST or min(sizes) < 1 or end > len(match.string):
        return ()
    ends = [match.end() + sum(sizes[: number + 1]) for number in range(len(sizes))]
    return tuple(match.string[end - size : end] for end, size in zip(ends, sizes, strict=True))


def _rsa(match: re.Match[bytes]) -> Reading | None:
    """Public exponent, modulus and primes, from which all else follows that the full form goes on with."""
    bits, *sizes = struct.unpack("<5I", match["lengths"])
    exponent, modulus, first, second = sizes
    full = (first, second, first, modulus) if match["rsa"] == b"3" else ()
    row = _row(match, (exponent, modulus, first, second, *full))
    e, n, p, q = (int.from_bytes(value, "big") for value in row[:4]) if row else (0, 0, 0, 0)
    if min(e, n, p, q) < 1 or n.bit_length() != bits or bits < SMALLEST_RSA or p * q != n:
        return None
    end = match.end() + sum(map(len, row))
    form = "RSAFULLPRIVATEBLOB" if full else "RSAPRIVATEBLOB"
    return _reading((match.start(), end), "RSA", _containers.rsa((n, e)), Form.PKCS1, form, bits=bits)


def _ecc(match: re.Match[bytes]) -> Reading | None:
    """The two coordinates of the point, and the private number."""
    curve, size = _CURVES[match["curve"]]
    row = _row(match, (size, size, size)) if match.string[match.end() - 4] == size else ()
    if not row or not _curves.on_curve(curve, b"\4" + row[0] + row[1]) or not any(row[2]):
        return None
    form = "ECCPRIVATEBLOB"
    container = _containers.ec(curve, row[2], (row[0], row[1]))
    return _reading((match.start(), match.end() + 3 * size), "EC", container, Form.SEC1, form, curve=curve)


def _dsa(match: re.Match[bytes]) -> Reading | None:
    """After the counter and the seed q, which has 20 bytes, p, g, y and x."""
    size = int.from_bytes(match["length"], "little")
    row = _row(match, (_OLD_ORDER, size, size, size, _OLD_ORDER))
    q, p, g, y, x = (int.from_bytes(value, "big") for value in row) if row else (0, 0, 0, 0, 0)
    end = match.end() + sum(map(len, row))
    return _numbers((match.start(), end), (p, q, g, x), y, "DSAPRIVATEBLOB")


def _dss(match: re.Match[bytes]) -> Reading | None:
    """p, q, g and x, the smallest byte first; in the third version their lengths and the seed stand before them, and j and y between."""
    size = (int.from_bytes(match["bits"], "little") + 7) // 8
    if match["dss"] == b"2" and match["version"] == b"\2":
        row = _row(match, (size, _OLD_ORDER, size, _OLD_ORDER, _SEEDED))
        p, q, g, x = (int.from_bytes(value, "little") for value in row[:4]) if row else (0, 0, 0, 0)
        return _numbers((match.start(), match.end() + sum(map(len, row))), (p, q, g, x), None, "DSS")
    head = match.string[match.end() : match.end() + 12]
    if match["dss"] != b"4" or len(head) < len(b"q, j") * 3:
        return None
    order, cofactor, private = ((bits + 7) // 8 for bits in struct.unpack("<3I", head))
    sizes = (12, _SEEDED, size, order, size, *((cofactor,) if cofactor else ()), size, private)
    row = _row(match, sizes)
    p, q, g, *_, y, x = (int.from_bytes(value, "little") for value in row[2:]) if row else (0, 0, 0, 0, 0)
    return _numbers((match.start(), match.end() + sum(map(len, row))), (p, q, g, x), y, "DSS")


def _numbers(span: tuple[int, int], numbers: tuple[int, int, int, int], y: int | None, form: str) -> Reading | None:
    """The DSA key with these p, q, g and x; `y` is there for most of them."""
    p, q, g, x = numbers
    if q.bit_length() not in DSA_ORDER or not 0 < x < q or not 1 < g < p or (p - 1) % q or (y is not None and not 1 < y < p):
        return None
    container = _containers.dsa(p, q, g, x)
    return _reading(span, "DSA", container, Form.PKCS8, form, bits=p.bit_length())


def _reading(
    span: tuple[int, int], algorithm: str, container: bytes, form: Form, name: str, *, bits: int | None = None, curve: str | None = None
) -> Reading:
    kind = KINDS[algorithm]
    return Reading(
        *span,
        kind.id,
        Secret(container),
        sort=Sort.SPKI,
        form=form,
        check=Check.PASSED,
        confidence=Confidence.HIGH,
        facts=facts(kind.lifetime, algorithm=algorithm, bits=bits, curve=curve, encrypted=False, format=name),
    )


DETECTORS = (KeyBlobs(),)
