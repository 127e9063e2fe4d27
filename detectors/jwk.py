"""Private keys in JSON Web Key form (RFC 7517, 7518 section 6, 8037): RSA, EC and OKP keys that have a `d`.

They are read out of JSON, out of literals of JavaScript, Python, PHP and Ruby, and out of blocks of YAML and tables of TOML; sets of keys are keys one after the other. The numbers are handed
over in the containers of OpenSSL, so that the key is the same credential as its PEM. Where the primes are there, their product is checked;
where not, lengths are all that can be.

Near misses: public keys, symmetric keys (`oct`), shortened examples.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator

from detectors import _containers
from detectors._offline import facts, plain_text
from detectors._signers import signer
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_KIND = signer(
    "jwk-private-key",
    "JSON Web Key, private",
    "Make a new key under a new kid and publish its public half in the key set beside the old one",
    "Sign with the new key, and wait until the tokens of the old one are past their end",
    "Take the old public half out of the key set, and away wherever it was copied to",
    "Look for tokens that nobody issued",
    "Replace the copies",
)
_FURTHEST = 16_384
"""Bytes from `kty` to either end of its object. RSA keys of 16,384 bits with all their numbers take 13,000."""
_MOST_MEMBERS = 32
_TYPE = rx(r"""(?<![A-Za-z0-9_]) ["':]? kty ["']? \s{0,8} (?: => | [:=] ) \s{0,8} ["']? (?: RSA | EC | OKP ) (?![A-Za-z0-9_])""")
_MEMBER = rx(r"""
    \s{0,256} ["':]? (?P<name> [A-Za-z0-9_\#.-]{1,64} ) ["']? \s{0,16} (?: => | [:=] ) \s{0,16}
    (?: " (?P<double> [^"\\\n]{0,8192}+ ) " | ' (?P<single> [^'\\\n]{0,8192}+ ) ' | \[ [^\[\]{}]{0,16384}+ \] | (?P<bare> [A-Za-z0-9_.+-]{1,4096} ) )
    \s{0,256} (?P<more> ,)?
""")
_CLOSING = rx(r"\s{0,256} [}\]]")
_ROW = rx(r"""
    (?P<indent> [ \t]{0,64} (?: - [ ])? ) ["']? (?P<name> [A-Za-z0-9_\#.-]{1,64} ) ["']? [ \t]{0,16} [:=] [ \t]{1,16}
    (?: " (?P<double> [^"\\\n]{0,8192}+ ) " | ' (?P<single> [^'\\\n]{0,8192}+ ) ' | (?P<bare> [^\s"'\[{][^\n]{0,8191} )? ) [ \t\r]{0,16} (?: \n | \Z )
""")
"""A member of a block of YAML or of a table of TOML."""
_DIGITS = rx(r"[A-Za-z0-9_-]{1,2736} ={0,2}")
_PRIMES = ("p", "q", "dp", "dq", "qi")
_SMALLEST_RSA = 512
_COORDINATES = {"P-256": 32, "P-384": 48, "P-521": 66, "secp256k1": 32}
_RAW = {"Ed25519": 32, "Ed448": 57, "X25519": 32, "X448": 56}
_LONGEST_NAME = 128
_THEN_TYPE = rb"[\"']?(?:RSA|EC|OKP)\b"


@dataclass(frozen=True, slots=True)
class JsonWebKeys:
    """The detector: an object around a type of key."""

    id: str = "jwk-private-key"
    title: str = "JSON Web Key, private"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b'"kty"'),
        Anchor(b"'kty'"),
        Anchor(b"kty: ", then=_THEN_TYPE, encoded=False),
        Anchor(b"kty = ", then=_THEN_TYPE, encoded=False),
        Anchor(b":kty => ", then=_THEN_TYPE, encoded=False),
        Anchor(b"kty:", then=rb"[\"'](?:RSA|EC|OKP)[\"']", encoded=False),
    )
    reach: tuple[int, int] = (_FURTHEST, _FURTHEST)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key whose type is in the window."""
        at = window.start
        while (match := _TYPE.search(window.text, at, window.end)) is not None:
            found = _in_brackets(match, at) or _in_rows(match, at)
            at = match.end()
            if found is not None:
                start, end, members = found
                at = max(at, end)
                reading = _reading((start, end), members)
                if reading is not None:
                    yield reading


def _in_brackets(kind: re.Match[bytes], first: int) -> tuple[int, int, dict[str, bytes]] | None:
    """Where the object around a type of key begins and ends, and its members."""
    text, earliest = kind.string, max(first, kind.start() - _FURTHEST)
    start = max(text.rfind(b"{", earliest, kind.start()), text.rfind(b"[", earliest, kind.start()))
    if start < 0:
        return None
    members, end = _object(text, start)
    return (start, end, members) if "kty" in members else None


def _in_rows(kind: re.Match[bytes], first: int) -> tuple[int, int, dict[str, bytes]] | None:
    """The same of the lines around a type of key that are indented alike, with one member in each."""
    text = kind.string
    line = text.rfind(b"\n", max(0, kind.start() - _LONGEST_NAME), kind.start()) + 1
    own = _ROW.match(text, line)
    if own is None or line < first:
        return None
    start, end, head, last, members = line, own.end(), own, own, {"kty": _text(own)}
    depth = len(own["indent"])
    while len(members) < _MOST_MEMBERS and (row := _ROW.match(text, end)) is not None and _goes_on(row, depth):
        members[row["name"].decode()] = _text(row)
        end, last = row.end(), row
    opened = own["indent"].endswith(b"- ")
    while not opened and len(members) < _MOST_MEMBERS and start > first:
        above = text.rfind(b"\n", max(first, start - _FURTHEST), start - 1) + 1
        row = _ROW.match(text, above)
        if row is None or row.end() != start or len(row["indent"]) != depth:
            break
        members.setdefault(row["name"].decode(), _text(row))
        start, head, opened = above, row, row["indent"].endswith(b"- ")
    return head.end("indent"), last.start() + len(last.group().rstrip()), members


def _goes_on(row: re.Match[bytes], depth: int) -> bool:
    """Whether a line is a further member of what is indented by `depth`, and no next item of a list."""
    return len(row["indent"]) == depth and not row["indent"].endswith(b"- ")


def _text(match: re.Match[bytes]) -> bytes:
    """The text of a member, without what it is written in."""
    return bytes(match["double"] or match["single"] or match["bare"] or b"").rstrip()


def _object(text: bytes, start: int) -> tuple[dict[str, bytes], int]:
    """The texts in the object whose bracket is at `start`, and where it ends; as far as it is flat and goes on."""
    members: dict[str, bytes] = {}
    at = start + 1
    for _ in range(_MOST_MEMBERS):
        match = _MEMBER.match(text, at, start + 2 * _FURTHEST)
        if match is None:
            break
        members[match["name"].decode()] = _text(match)
        at = match.end()
        if not match["more"]:
            break
    closing = _CLOSING.match(text, at)
    return members, closing.end() if closing else at


def _reading(span: tuple[int, int], members: dict[str, bytes]) -> Reading | None:
    read = {b"RSA": _rsa, b"EC": _ec, b"OKP": _okp}.get(members.get("kty", b""))
    key = read(members) if read and "d" in members else None
    if key is None:
        return None
    return Reading(
        *span,
        _KIND.id,
        Secret(key.container),
        sort=Sort.SPKI,
        form=key.form,
        check=key.check,
        confidence=Confidence.LOW if key.check is Check.FAILED else Confidence.HIGH,
        facts=facts(
            _KIND.lifetime,
            algorithm=key.algorithm,
            curve=key.curve,
            kid=_named(members, "kid"),
            alg=_named(members, "alg"),
            use=_named(members, "use"),
        ),
        dummy="its secret is one byte again and again" if key.flat else None,
    )


def _named(members: dict[str, bytes], name: str) -> str | None:
    return plain_text(members[name], _LONGEST_NAME) if members.get(name) else None


@dataclass(frozen=True, slots=True)
class _Key:
    container: bytes
    form: Form
    algorithm: str
    check: Check
    curve: str | None = None
    flat: bool = False


def _octets(members: dict[str, bytes], name: str) -> bytes:
    """A member in base64 for URLs; empty where it is not there or is anything else."""
    digits = members.get(name, b"")
    if not _DIGITS.fullmatch(digits) or len(digits.rstrip(b"=")) % 4 == 1:
        return b""
    return urlsafe_b64decode(digits.rstrip(b"=") + b"=" * (-len(digits.rstrip(b"=")) % 4))


def _rsa(members: dict[str, bytes]) -> _Key | None:
    n, e, d, *more = (int.from_bytes(_octets(members, name), "big") for name in ("n", "e", "d", *_PRIMES))
    if min(n, e, d) == 0 or n.bit_length() < _SMALLEST_RSA:
        return None
    p, q = more[:2]
    check = Check.NONE if not p and not q else Check.PASSED if p * q == n else Check.FAILED
    return _Key(_containers.rsa((n, e, d, *more)), Form.PKCS1, "RSA", check)


def _ec(members: dict[str, bytes]) -> _Key | None:
    curve = members.get("crv", b"").decode(errors="replace")
    x, y, d = (_octets(members, name) for name in ("x", "y", "d"))
    if curve not in _COORDINATES or not d:
        return None
    whole = {len(x), len(y), len(d)} == {_COORDINATES[curve]}
    return _Key(_containers.ec(curve, d, (x, y)), Form.SEC1, "EC", Check.PASSED if whole else Check.FAILED, curve, len(set(d)) == 1)


def _okp(members: dict[str, bytes]) -> _Key | None:
    curve = members.get("crv", b"").decode(errors="replace")
    x, d = _octets(members, "x"), _octets(members, "d")
    if curve not in _RAW or not d:
        return None
    whole = {len(x), len(d)} == {_RAW[curve]}
    return _Key(_containers.raw(curve, d), Form.PKCS8, curve, Check.PASSED if whole else Check.FAILED, flat=len(set(d)) == 1)


DETECTORS = (JsonWebKeys(),)
