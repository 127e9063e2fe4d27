"""The key of a runner of GitHub Actions: the numbers of an RSA key in JSON, as .NET writes its `RSAParameters`.

A runner that is set up keeps them in `.credentials_rsaparams`; the configuration of a just-in-time runner is base64 of JSON that holds
that file, in base64 again. They are handed over as OpenSSL would write them, so that the key is the same credential as its PEM. Whether
the primes make the modulus is checked. Sources: `actions/runner`, `RSAFileKeyManager` and `RSAParametersSerializable`; .NET, `RSAParameters`.

Near misses: public halves, shortened examples, names of members in source, files that Windows encrypted.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from detectors import _containers
from detectors._keys import SMALLEST_RSA
from detectors._offline import facts
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Lifetime, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_KIND = Kind(
    id="github-runner-key",
    title="key of a GitHub Actions runner",
    provider="github",
    actions=frozenset({"read", "deploy", "trigger"}),
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Remove the runner in the settings of the repository or organization that it belongs to: that ends its key",
        "Look through the jobs that ran on it, and for runners that nobody added",
        "Register the machine again, and let runners live for one job where they can",
        "Remove the copies, from images and snapshots of the machine too",
    ),
)
_FURTHEST = 24_576
"""Bytes from one end of the object to its last member at most; the numbers of a key of 16,384 bits take 12,300 digits."""
_LAST = rx(r"""(?<! [0-9A-Za-z_] ) [iI]nverseQ \\{0,3} ["'] \s{0,8} :""")
_MEMBER = rx(r"""
    (?<! [0-9A-Za-z_.-] ) (?P<name> [mM]odulus | [eE]xponent | [iI]nverseQ | [dD][pPqQ]? | [pP] | [qQ] ) \\{0,3} ["'] \s{0,8} : \s{0,8}
    \\{0,3} ["'] (?P<digits> (?: [A-Za-z0-9+/=_-] | \\{1,4} (?: / | u002[bBfF] ) ){1,8192}+ ) \\{0,3} ["']
""")
_ESCAPE = rx(r"\\{1,4} (?: u00)? (?P<sign> / | 2[bBfF] )")
_BRACKET = rx(r"[{}]")
_HEX = rx(r"(?: [0-9A-Fa-f]{2} ){1,4096}")
_PUBLIC, _PRIMES = ("modulus", "exponent"), ("p", "q", "dp", "dq", "inverseq")


@dataclass(frozen=True, slots=True)
class RunnerKeys:
    """The detector: an object with these numbers."""

    id: str = "github-runner-key"
    title: str = _KIND.title
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"inverseQ", then=rb"""\\{0,3}["']\s{0,8}:""", nested=True),
        Anchor(b"InverseQ", then=rb"""\\{0,3}["']\s{0,8}:"""),
    )
    reach: tuple[int, int] = (_FURTHEST, _FURTHEST)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every object with a private key whose coefficient is in the window."""
        text, at = window.text, window.start
        while (match := _LAST.search(text, at, window.end)) is not None:
            start = text.rfind(b"{", max(at, match.start() - _FURTHEST), match.start())
            bracket = _BRACKET.search(text, match.end(), match.end() + _FURTHEST)
            end = at = min(len(text), match.end() + _FURTHEST) if bracket is None else bracket.end() - (bracket[0] == b"{")
            reading = _object(text, start, end) if start >= 0 else None
            if reading is not None:
                yield reading


def _object(text: bytes, start: int, end: int) -> Reading | None:
    """The key in the object; what is public, or a fragment without any private number, is none."""
    digits = {match["name"].decode().lower(): _ESCAPE.sub(_sign, match["digits"]) for match in _MEMBER.finditer(text, start, end)}
    in_hex = _HEX.fullmatch(digits.get("modulus", b"")) is not None
    n, e, d, *more = (_number(digits.get(name, b""), in_hex=in_hex) for name in (*_PUBLIC, "d", *_PRIMES))
    p, q = more[:2]
    if min(n, e) == 0 or n.bit_length() < SMALLEST_RSA or not (d or p):
        return None
    check = Check.FAILED if not d else Check.NONE if not p and not q else Check.PASSED if p * q == n else Check.FAILED
    return Reading(
        start,
        end,
        _KIND.id,
        Secret(_containers.rsa((n, e, d, *more))),
        sort=Sort.SPKI,
        form=Form.PKCS1,
        check=check,
        confidence=Confidence.LOW if check is Check.FAILED else Confidence.HIGH,
        facts=facts(_KIND.lifetime, algorithm="RSA", bits=n.bit_length(), encrypted=False, format="RSAParameters"),
    )


def _sign(match: re.Match[bytes]) -> bytes:
    """The character of base64 that JSON escapes."""
    return b"+" if match["sign"].lower() == b"2b" else b"/"


def _number(digits: bytes, *, in_hex: bool) -> int:
    """The number in hexadecimal digits or base64, the greatest byte first; 0 where that is none."""
    try:
        if in_hex:
            return int.from_bytes(bytes.fromhex(digits.decode()), "big")
        bare = digits.rstrip(b"=").translate(bytes.maketrans(b"+/", b"-_"))
        return int.from_bytes(urlsafe_b64decode(bare + b"=" * (-len(bare) % 4)), "big")
    except ValueError:
        return 0


DETECTORS = (RunnerKeys(),)
