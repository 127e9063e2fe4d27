"""PyPI tokens: `pypi-` and a macaroon in base64 for URLs, which says where it is valid, for which projects and until when.

There is no checksum, but the structure must end exactly with the last byte, which chance does not do. Whoever holds a token can add
restrictions to it: all those copies are one credential, told by location and identifier. Source: warehouse, `warehouse/macaroons`.

Passwords of indexes are read in their places alone, as are tokens of indexes that make other ones. Which host a token is bound to by a file is
the place's to say; which it was made for is a fact, `location`.

Near misses: the prefix alone, a token that was cut off, the ellipsis of documentation; a token of TestPyPI is one, but a harmless one.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

from detectors import _edges, _macaroon
from detectors._caveats import UUID, Grant, read_caveats
from detectors._index_password import PASSWORDS
from detectors._index_places import PLACES
from detectors._macaroon import Macaroon, MalformedError
from detectors._offline import facts
from scanner import hosts
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, Sort, rx

_KIND = Kind(
    id="pypi-token",
    title="PyPI token",
    provider="pypi",
    actions=frozenset({"publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Register the release workflow as a trusted publisher of the project, so that no token is needed",
        "Delete the token in the PyPI account under Account settings, API tokens: that ends all its restricted copies too",
        "Look through the project's journal for releases that nobody made",
        "Where a token is still needed, make one for a single project, and replace the copies",
    ),
)

_PREFIX = b"pypi-"
_LONG = 80
"""Characters after the prefix from which on something that does not parse was once a token, rather than an example."""
_LONGEST = 4096
_MOST_LINES = 96
_COMMON = 24
_DISTINCT = 8
_ACCOUNT_WIDE, _PROJECTS, _PRIVATE, _TEST = 5, 4, 3, 1

_TOKEN = rx(r"pypi- (?P<body> AgE [A-Za-z0-9_-]{13,4093}+)")
_NEXT_LINE = rx(r"""
    (?: = | \\ )? \r?\n                      # the soft break of quoted-printable mail, the continuation of a shell
    [ \t]{0,64} (?: [>#*|] [ ]{0,4} )? ["']?
    (?P<more> (?! pypi- ) [A-Za-z0-9_-]{1,4096}+)
""")
_HOST = rx(r"(?: [A-Za-z0-9] [A-Za-z0-9-]{0,62} \. ){1,8} [A-Za-z][A-Za-z0-9-]{1,62} (?: : [0-9]{1,5} )? | localhost (?: : [0-9]{1,5} )?")
_NOWHERE = rx(r"(?: .{0,253} \. )? (?: localhost | test | invalid | example (?: \. (?: com | net | org ) )? ) (?: : [0-9]{1,5} )?")
"""Names that no host has (RFC 2606)."""


def _judge(match: re.Match[bytes]) -> Reading | None:
    body = match["body"]
    whole = _whole(body)
    if whole is not None:
        end = match.start() + len(_PREFIX) + _characters(whole.size)
        if not _edges.runs_on(match.string, match.start(), end):
            return _reading(whole, match.start(), end, ())
        return _damaged(body, match)
    joined = _joined(match)
    if joined is not None:
        return _reading(joined[0], match.start(), joined[1], ("joined-lines",))
    return _damaged(body, match)


def _reading(token: Macaroon, start: int, end: int, steps: tuple[str, ...]) -> Reading | None:
    """A token whose structure holds; what is no UUID inside was not made by PyPI's software."""
    if not _HOST.fullmatch(token.location):
        return None
    known = _is_uuid(token.identifier)
    grant = read_caveats(token.caveats)
    host = token.location.decode().lower()
    return Reading(
        start,
        end,
        _KIND.id,
        Secret(token.location + b"\0" + token.identifier),
        sort=Sort.MACAROON,
        written=len(_PREFIX) + _characters(token.size),
        check=Check.PASSED if known else Check.FAILED,
        confidence=Confidence.HIGH if known else Confidence.LOW,
        prefix="pypi-",
        facts=facts(
            grant.lifetime,
            scope=grant.scope,
            location=host,
            projects=grant.projects,
            project_ids=grant.project_ids,
            user_id=grant.user_id,
            expires_at=grant.expires_at,
            not_before=grant.not_before,
            trusted_publishing=grant.publisher or None,
        ),
        privilege=_privilege(host.partition(":")[0], grant),
        steps=steps,
        dummy=_dummy(token),
    )


def _damaged(body: bytes, match: re.Match[bytes]) -> Reading | None:
    """A value that begins as a token of some host does, and is as long as one, but is none."""
    try:
        host = _macaroon.location(_decoded(body))
    except MalformedError:
        return None
    if len(body) < _LONG or not _HOST.fullmatch(host) or not _edges.opens(match.string, match.start()):
        return None
    return Reading(
        match.start(),
        match.end(),
        _KIND.id,
        Secret(match.group()),
        check=Check.FAILED,
        confidence=Confidence.LOW,
        prefix="pypi-",
        facts=facts(_KIND.lifetime, location=host.decode().lower()),
        dummy="one pattern repeated" if _flat(body) else None,
    )


def _flat(body: bytes) -> bool:
    """Whether what follows the first characters, which all tokens of a host have in common, is hardly more than one character."""
    return len(set(body[_COMMON:])) < _DISTINCT


def _joined(match: re.Match[bytes]) -> tuple[Macaroon, int] | None:
    """The token that goes on in the next lines, and where it ends: at the end of one of them."""
    pieces, ends = [match["body"]], [match.end()]
    while len(pieces) < _MOST_LINES and sum(map(len, pieces)) < _LONGEST:
        more = _NEXT_LINE.match(match.string, ends[-1])
        if more is None:
            break
        pieces.append(more["more"])
        ends.append(more.end())
    token = _whole(b"".join(pieces)) if len(pieces) > 1 else None
    length = 0
    for piece, end in zip(pieces, ends, strict=True):
        length += len(piece)
        if token is not None and length == _characters(token.size):
            return token, end
    return None


def _whole(body: bytes) -> Macaroon | None:
    """The macaroon that `body` begins with; None where it is damaged or goes on."""
    try:
        return _macaroon.parse(_decoded(body))
    except MalformedError:
        return None


def _decoded(body: bytes) -> bytes:
    """All bytes that the characters spell completely."""
    rest = len(body) % 4
    body = body[:-1] if rest == 1 else body
    return urlsafe_b64decode(body + b"=" * (-len(body) % 4))


def _characters(size: int) -> int:
    """Characters of base64 without padding for `size` bytes."""
    return -(-size * 4 // 3)


def _is_uuid(identifier: bytes) -> bool:
    return UUID.fullmatch(identifier) is not None


def _privilege(host: str, grant: Grant) -> int | None:
    """What the token proves: TestPyPI's releases reach nobody, and on other hosts nothing public is published."""
    if hosts.under(host, hosts.TEST_PYPI):
        return _TEST
    if not hosts.under(host, hosts.PYPI):
        return _PRIVATE
    return {"account": _ACCOUNT_WIDE, "single": _PROJECTS, "multi": _PROJECTS}.get(grant.scope)


def _dummy(token: Macaroon) -> str | None:
    if len(set(token.signature)) == 1:
        return "its signature is one byte again and again"
    if not token.identifier.strip(b"0-"):
        return "its identifier is the nil UUID"
    if _NOWHERE.fullmatch(token.location.lower()):
        return "it was made for a host that cannot exist"
    return None


DETECTORS = (
    RegexDetector(
        id="pypi-token",
        title="PyPI token",
        kinds=(_KIND,),
        anchors=(Anchor(b"pypi-AgE", then=rb"[A-Za-z0-9_-]{13}", nested=True),),
        pattern=_TOKEN,
        judge=_judge,
        reach=(64, 12_288),
    ),
    PASSWORDS,
    PLACES,
)
