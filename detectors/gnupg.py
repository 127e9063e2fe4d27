"""Private keys in the store of GnuPG's agent: files of `private-keys-v1.d`, which hold OpenPGP, X.509 and SSH keys alike.

Since 2.3, and where older ones are told so, they are lines of names and values with the key as an S-expression for people; before, they
are that expression in its canonical form. Numbers of the public half are in clear in both, also under a passphrase. Keys show their
keygrip, which is the name of the file. Sources: GnuPG, agent/keyformat.txt; libgcrypt manual, 13.

Near misses: `shadowed-private-key`, which only says on which card a key is; source and manuals that show the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha1
from itertools import accumulate

from detectors import _curves, _public, _sexp
from detectors._offline import facts, plain_text
from detectors._sexp import Node, octets
from detectors._signers import signer
from scanner.contract import Anchor, Check, Confidence, Form, Kind, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass, replace

_KIND = signer(
    "gnupg-private-key",
    "private key of GnuPG's agent",
    "Find the key that it belongs to: gpg --with-keygrip --list-secret-keys",
    "Publish a revocation of that key or subkey, or take it out of authorized_keys where it is for SSH",
    "Make a new one, on a hardware token where that is possible",
    "Replace the public key wherever it is trusted",
    "Look for signatures and logins that nobody made",
    "Replace the copies",
)
_LONGEST = 32_768
"""Bytes of a file. An RSA key of 16,384 bits takes 22,000 in hexadecimal."""
_LINES_BEFORE = 1024
_LONGEST_MARK = 96
"""Bytes before `Key:` in its line, such as an indentation, that come again in every line."""
_BEGIN = rx(r"""
    (?P<lines> (?<![A-Za-z0-9-]) Key: [ \t]{0,8} (?: \r?\n [ \t]{1,8} )? \( (?: protected- )? private-key [ ]? \( (?= [oder\s] ) )
  | (?<![A-Za-z0-9-]) \( (?: 11: | 21:protected- ) private-key \(
""")
_LINE = rx(r"(?: \A | [\n\x22'] ) (?P<name> Created | Label | Use-for-ssh ) : [ \t] (?P<value> [^\r\n]{1,256} )")
_EMPTY = rx(r"\n [ \t\r]{0,8} \n")
_LONGEST_NAME = 128
_CURVES = {
    b"NIST P-256": ("P-256", 32),
    b"NIST P-384": ("P-384", 48),
    b"NIST P-521": ("P-521", 66),
    b"secp256k1": ("secp256k1", 32),
    b"brainpoolP256r1": ("brainpoolP256r1", 32),
    b"brainpoolP384r1": ("brainpoolP384r1", 48),
    b"brainpoolP512r1": ("brainpoolP512r1", 64),
}
_RAW = {b"Ed25519": ("Ed25519", 32), b"Curve25519": ("X25519", 32), b"Ed448": ("Ed448", 57), b"X448": ("X448", 56)}
_SMALLEST_RSA, _BIGGEST = 512, 16_384


@dataclass(frozen=True, slots=True)
class AgentKeys:
    """The detector: an expression that says it is a private key."""

    id: str = "gnupg-private-key"
    title: str = _KIND.title
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"private-key (", before=rb"Key:(?:[ \t]|\r?\n){0,8}\((?:protected-)?"),
        Anchor(b"private-key(", before=rb"\((?:11:|21:protected-)", then=rb"[0-9]{1,2}:"),
    )
    reach: tuple[int, int] = (_LINES_BEFORE, _LONGEST)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key that begins in the window."""
        at = window.start
        while (match := _BEGIN.search(window.text, at, window.end)) is not None:
            start = window.text.index(b"(", match.start())
            found = _folded(window.text, match.start(), start) if match["lines"] else _sexp.read(window.text, start, start + _LONGEST)
            reading = _reading(window.text, start, found) if found else None
            at = found.end if reading and found else match.end()
            if reading is not None:
                yield reading


def _folded(text: bytes, line: int, start: int) -> _sexp.Expression | None:
    """The expression that begins at `start` in a line that begins at `line`, and goes on in lines that begin with a blank.

    Such a line break may be in the middle of a word; it and the blank count for nothing.
    """
    first = text.rfind(b"\n", max(0, line - _LONGEST_MARK), line) + 1
    mark = text[first:line] if first or line <= _LONGEST_MARK else b""
    fold = (b"\r\n" if text.find(b"\r\n", start, start + _LINES_BEFORE) >= 0 else b"\n") + mark + b" "
    lines = list(_lines(text, start, fold))
    found = _sexp.read(b"".join(lines), 0, _LONGEST)
    if found is None:
        return None
    ends = accumulate(map(len, lines))
    return replace(found, end=start + found.end + len(fold) * sum(end < found.end for end in ends))


def _lines(text: bytes, at: int, fold: bytes) -> Iterator[bytes]:
    """The line that goes on at `at`, and those after it as long as nothing but `fold` is between."""
    limit, newline = at + _LONGEST, fold[: fold.index(b"\n") + 1]
    while True:
        stop = text.find(newline, at, limit)
        yield text[at:stop] if stop >= 0 else text[at:limit]
        if stop < 0 or not text.startswith(fold, stop):
            return
        at = stop + len(fold)


@dataclass(frozen=True, slots=True)
class _Key:
    public: bytes
    algorithm: str
    sound: bool
    """Whether the numbers of a key in clear agree."""
    bits: int | None = None
    curve: str | None = None
    keygrip: str | None = None


def _reading(text: bytes, start: int, expression: _sexp.Expression) -> Reading | None:
    head, *rest = expression.nodes
    algorithm = next((node for node in rest if isinstance(node, tuple) and node), ())
    read = _READERS.get(algorithm[0]) if algorithm and isinstance(algorithm[0], bytes) else None
    encrypted = head == b"protected-private-key"
    key = read(algorithm[1:], encrypted) if read else None
    mode = octets(algorithm[1:], b"protected")
    if key is None or (encrypted and not mode):
        return None
    container = text[start : expression.end]
    sound = key.sound or encrypted
    return Reading(
        start,
        expression.end,
        _KIND.id,
        Secret(_public.beside(key.public, container, encrypted=encrypted)),
        sort=Sort.SPKI,
        form=Form.BESIDE,
        check=Check.PASSED if sound else Check.FAILED,
        confidence=Confidence.HIGH if sound else Confidence.LOW,
        facts={
            **facts(
                _KIND.lifetime,
                at_rest="encrypted" if encrypted else "plain",
                encrypted=encrypted,
                algorithm=key.algorithm,
                bits=key.bits,
                curve=key.curve,
                keygrip=key.keygrip,
                protection=plain_text(mode, _LONGEST_NAME) or None,
            ),
            **_said(text, start, expression.end),
        },
    )


def _said(text: bytes, start: int, end: int) -> dict[str, str]:
    """What the other lines of the file say: when the key was made, what people call it. An empty line ends them."""
    before = text[max(0, start - _LINES_BEFORE) : start]
    before = before[max((match.end() for match in _EMPTY.finditer(before)), default=0) :]
    after = text[end : end + _LINES_BEFORE]
    empty = _EMPTY.search(after)
    lines = {match["name"]: match["value"] for match in _LINE.finditer(before + b"\n" + after[: empty.start() if empty else None])}
    said = {"label": plain_text(lines.get(b"Label", b""), _LONGEST_NAME), "created": _instant(lines.get(b"Created", b""))}
    return {name: value for name, value in said.items() if value}


def _instant(written: bytes) -> str:
    """A time as GnuPG writes it, `20261128T163335`, as RFC 3339; empty where it is none."""
    try:
        moment = datetime.strptime(written.decode().strip(), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _numbers(nodes: tuple[Node, ...], names: bytes) -> list[int]:
    return [int.from_bytes(octets(nodes, bytes((name,))), "big") for name in names]


def _written(number: int) -> bytes:
    """A number as libgcrypt writes it, with a zero before it where its first bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _rsa(nodes: tuple[Node, ...], encrypted: bool) -> _Key | None:
    n, e, d, p, q = _numbers(nodes, b"nedpq")
    if not _SMALLEST_RSA <= n.bit_length() <= _BIGGEST or not 1 < e < n or (not d and not encrypted):
        return None
    grip = sha1(_written(n), usedforsecurity=False).hexdigest().upper()
    return _Key(_public.rsa(n, e), "RSA", p * q == n, bits=n.bit_length(), keygrip=grip)


def _dsa(nodes: tuple[Node, ...], encrypted: bool) -> _Key | None:
    p, q, g, y, x = _numbers(nodes, b"pqgyx")
    if not _SMALLEST_RSA <= p.bit_length() <= _BIGGEST or not 1 < q < p or not 1 < g < p or not 1 < y < p:
        return None
    if not x and not encrypted:
        return None
    grip = _curves.keygrip({name: _written(value) for name, value in zip("pqgy", (p, q, g, y), strict=True)})
    return _Key(_public.dsa(p, q, g, y), "DSA", 0 < x < q, bits=p.bit_length(), keygrip=grip)


def _elgamal(nodes: tuple[Node, ...], encrypted: bool) -> _Key | None:
    p, g, y, x = _numbers(nodes, b"pgyx")
    if not _SMALLEST_RSA <= p.bit_length() <= _BIGGEST or not 1 < g < p or not 1 < y < p or (not x and not encrypted):
        return None
    grip = _curves.keygrip({name: _written(value) for name, value in zip("pgy", (p, g, y), strict=True)})
    return _Key(_public.elgamal(p, g, y), "Elgamal", 0 < x < p, bits=p.bit_length(), keygrip=grip)


def _ecc(nodes: tuple[Node, ...], encrypted: bool) -> _Key | None:
    curve, point, secret = (octets(nodes, name) for name in (b"curve", b"q", b"d"))
    if not secret and not encrypted:
        return None
    if curve in _RAW:
        name, size = _RAW[curve]
        public = point[-size:]
        whole = len(public) == size and len(point) - size in {0, 1}
        sound = 0 < len(secret.lstrip(b"\0")) <= size
        return _Key(_public.raw(name, public), name, sound, keygrip=_curves.keygrip_on(name, public)) if whole else None
    name, size = _CURVES.get(curve, ("", 0))
    if not size or len(point) != 2 * size + 1:
        return None
    sound = 0 < len(secret.lstrip(b"\0")) <= size and _curves.on_curve(name, point) is not False
    return _Key(_public.point(name, point[1:]), "EC", sound, curve=name, keygrip=_curves.keygrip_on(name, point))


_READERS: dict[bytes, Callable[[tuple[Node, ...], bool], _Key | None]] = {
    b"rsa": _rsa,
    b"openpgp-rsa": _rsa,
    b"dsa": _dsa,
    b"openpgp-dsa": _dsa,
    b"elg": _elgamal,
    b"elg-e": _elgamal,
    b"openpgp-elg": _elgamal,
    b"ecc": _ecc,
    b"ecdsa": _ecc,
    b"ecdh": _ecc,
}

DETECTORS = (AgentKeys(),)
