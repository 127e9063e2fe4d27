"""AWS credentials: access keys, and the API keys of Bedrock.

An access key is an id and a secret. The secret is the credential, the id its public name, which tells the account: base32 with the number
of the account in it since 2019. A secret is forty characters that nothing marks, so that it counts beside an id or behind a key that names
it. An id alone opens nothing. A session token counts behind a name and where it begins like those of the Security Token Service: base64 of a
version and of what says where it is from (`aws`, `er/aws`, `origin_ec`), as in values seen in public and in botocore's examples. Its size "is
not fixed", typically below 4096 bytes. Sources: AWS's documentation of IAM identifiers, of `GetSessionToken` and of Bedrock's API keys; the
number of the account was found and published by Aidan Steele and Tal Be'ery.

Near misses: commit ids and hashes of forty hexadecimal digits, paths, a longer run of base64, references to a secrets manager.
"""

from __future__ import annotations

import re
from base64 import b32decode, b64decode
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import sha256

from detectors import _edges
from detectors._assigned import OF_A_PLACE, AssignedDetector, Form
from detectors._guess import guessable
from detectors._letters import mixed
from detectors._offline import facts, plain_text
from scanner.contract import SIGHT, Anchor, Check, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, Window, rx
from scanner.records import dataclass

_ROTATE = (
    "Where a workflow uses the key, let it assume a role by OpenID Connect instead, so that no key is needed",
    "Else make a second access key for the user, and replace the copies",
    "Make the leaked key inactive in IAM, see that everything still works, then delete it",
    "Look through CloudTrail for what was done with the key, and for users, roles and keys that nobody made",
)
_POWERS = frozenset({"read", "deploy", "admin"})

_KEY = Kind(
    id="aws-access-key",
    title="AWS access key",
    provider="aws",
    actions=_POWERS,
    lifetime=Lifetime.STATIC,
    rotate=_ROTATE,
)
_SESSION = Kind(
    id="aws-session-key",
    title="AWS session key",
    provider="aws",
    actions=_POWERS,
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Find out how the key left its session: it ends within hours, the leak does not",
        "If it may still live, revoke the active sessions of the role in IAM",
        "Look through CloudTrail for what was done with the key",
        "Remove the copies, from logs and artifacts too",
    ),
)
_ID = Kind(
    id="aws-access-key-id",
    title="AWS access key id",
    provider="aws",
    privilege=1,
    assumed=False,
    rotate=(
        "Look for its secret near by and in the same places: the id alone opens nothing",
        "Delete the access key in IAM where nothing uses it any more",
    ),
)
_BEDROCK = Kind(
    id="aws-bedrock-api-key",
    title="AWS Bedrock API key",
    provider="aws",
    actions=frozenset({"read"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Give the workload short-term keys or a role in its place; else make a new key with an end date, and replace the copies",
        "Delete the key in IAM: it is a service-specific credential of its user",
        "Look through CloudTrail and the bill for models that nobody called",
    ),
)

_TOKEN = Kind(
    id="aws-session-token",
    title="AWS session token",
    provider="aws",
    actions=_POWERS,
    privilege=2,
    lifetime=Lifetime.EPHEMERAL,
    rotate=_SESSION.rotate,
)
_STS = "(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz|FQoDYXdz|AQoD|Ago[GJ]b3JpZ2lu)"
"""What tokens of the Security Token Service begin with."""

_ESCAPED = rx(r"%(2[BbFf]|3[Dd])")
_NEAR = 512
"""Bytes between an id and a secret that belong together at most."""
_NAME = 64
"""Bytes before a value in which a name that says what it is may stand."""
_PUBLISHED_PARTS = frozenset(
    bytes.fromhex(digest)
    for digest in (
        "736f83cd19b5aa831f1cc2bc95f73f9af5df640a05d7ffe8cdabfa76a43f484f",
        "b098e83555e98d886ef12a3c5c3a90d97fda4743f773f90c3fa4f2dfbdba6c9b",
        "ea2aee235b3f6a81b2d2db4a92cf5b4a60c88ef22ad2c4d5c58811545f81afeb",
        "45880701756f800eeee5080c5b7e040d3da208fbda9f044dd8442745c2b46a8a",
        "f998fefe56ceaf8fe0629b8c55f9df1bceecd8e2341fcba8124917200b250d76",
    )
)
"""SHA-256 of stretches of the secrets and the id that AWS prints in its documentation: writers change the rest, so that it fits their text."""
_PARTS_OF_SECRET = (slice(0, 12), slice(14, 26))
_PART_OF_ID = slice(4, 13)
_EXAMPLE = "a published example"
_MOST_ACCOUNT = 999_999_999_999
"""An account has twelve digits."""

_ID_PATTERN = rx(r"(?P<prefix> AKIA | ASIA | ABIA | ACCA) [A-Z2-7]{16} (?! [0-9A-Za-z+/=_-])")
_SECRET_PATTERN = rx(r"(?<! [A-Za-z0-9+/]) (?: [A-Za-z0-9+/]{40} | [A-Za-z0-9+/]{54}== ) (?! [A-Za-z0-9+/=_-])")
"""A secret, as it is or once more in base64 as Kubernetes has it."""
_LENGTH = 40
_PLAIN = rx(r"[A-Za-z0-9+/]{40}")
# The name of a secret and its value, as variables, files, YAML, JSON and lists of names and values have them.
_NAMED = rx(rf"""
    (?i: secret [_.-]? access [_.-]? key | aws [_.-]? secret (?: [_.-]? key)? )
    (?i: {OF_A_PLACE} )
    (?: [^A-Za-z0-9+/]{{1,32}} (?: (?i: value | default | string | str | body | b ) [^A-Za-z0-9+/]{{1,16}} )?
      | </ [A-Za-z]{{1,16}} > \s{{0,16}} < [A-Za-z]{{1,16}} > \s{{0,8}} ) \Z
""")
_THEN_SECRET = rb"(?:[^A-Za-z0-9+/]{1,32}(?:(?:value|default|str|string|body|b)[^A-Za-z0-9+/]{1,16})?[A-Za-z0-9+/]{12}|</[a-z]|_[0-9a-z])"


@dataclass(frozen=True, slots=True)
class _Id:
    """An access key id and where it is."""

    start: int
    end: int
    value: bytes


@dataclass(frozen=True, slots=True)
class _Run:
    """What may be a secret, and where it is."""

    start: int
    end: int
    value: Secret
    coded: bool
    """Whether it stands there in base64."""


@dataclass(frozen=True, slots=True)
class AccessKeys:
    """Joins secrets with the ids near them; what is left of the ids stands alone."""

    id: str
    title: str
    kinds: tuple[Kind, ...]
    anchors: tuple[Anchor, ...]
    reach: tuple[int, int]
    sight: int | None = SIGHT

    def read(self, window: Window) -> Iterator[Reading]:
        """Every secret that begins in the window and is named or has an id near, and every id that is no secret's."""
        text = window.text
        ids = _ids(text, window.start - 2 * _NEAR, window.end + 2 * _NEAR)
        starts = [one.start for one in ids]
        taken: set[int] = set()
        for run in _runs(text, window.start - _NEAR, window.end + _NEAR):
            partner = _partner(text, run, ids, starts)
            reading = _secret(text, run, partner)
            if reading is None:
                continue
            if partner is not None:
                taken.add(partner.start)
            if window.start <= run.start < window.end:
                yield reading
        yield from (_lone(one) for one in ids if window.start <= one.start < window.end and one.start not in taken)


def _ids(text: bytes, start: int, end: int) -> list[_Id]:
    found = _ID_PATTERN.finditer(text, max(0, start), max(0, end) + _NAME)
    return [_Id(one.start(), one.end(), one.group()) for one in found if one.start() < end and _edges.opens(text, one.start())]


def _runs(text: bytes, start: int, end: int) -> Iterator[_Run]:
    """Runs of forty characters, with both cases and digits among them as random ones have."""
    for match in _SECRET_PATTERN.finditer(text, max(0, start), max(0, end) + _NAME):
        coded = len(match.group()) > _LENGTH
        value = b64decode(match.group()) if coded else match.group()
        if match.start() < end and mixed(value) and _PLAIN.fullmatch(value) and _edges.opens(text, match.start()):
            yield _Run(*match.span(), Secret(value), coded)


def _partner(text: bytes, run: _Run, ids: list[_Id], starts: list[int]) -> _Id | None:
    """The id that belongs to a secret: of the nearest ones on both sides that with fewer lines between, else the one before."""
    start, end = run.start, run.end
    at = bisect_left(starts, start)
    before = ids[at - 1] if at and start - ids[at - 1].end <= _NEAR else None
    after = ids[at] if at < len(ids) and ids[at].start - end <= _NEAR else None
    if before is None or after is None:
        return before or after
    return after if text.count(b"\n", end, after.start) < text.count(b"\n", before.end, start) else before


def _secret(text: bytes, run: _Run, partner: _Id | None) -> Reading | None:
    """A secret that is named, or has a partner and looks random; None for what is neither.

    An id that AWS prints in its documentation is nobody's: what stands beside it may be real all the same, but it is less likely.
    """
    named = _NAMED.search(text, max(0, run.start - _NAME), run.start) is not None
    if not named and (partner is None or run.coded or guessable(run.value.reveal())):
        return None
    kind = _SESSION if partner is not None and partner.value.startswith(b"ASIA") else _KEY
    own = partner is None or not _published(partner.value, _PART_OF_ID)
    key_id = partner.value if partner is not None and own else None
    sure = Confidence.HIGH if named and partner else Confidence.MEDIUM
    return Reading(
        run.start,
        run.end,
        kind.id,
        run.value,
        confidence=sure if own else Confidence.LOW,
        facts=facts(
            kind.lifetime,
            access_key_id=key_id.decode() if key_id else None,
            account=_account(key_id) if key_id else None,
        ),
        steps=("base64",) if run.coded else (),
        account=key_id.decode() if key_id else None,
        dummy=_EXAMPLE if _published(run.value.reveal(), *_PARTS_OF_SECRET) else None,
    )


def _published(value: bytes, *parts: slice) -> bool:
    return any(sha256(value[part]).digest() in _PUBLISHED_PARTS for part in parts)


def _lone(one: _Id) -> Reading:
    return Reading(
        one.start,
        one.end,
        _ID.id,
        Secret(one.value),
        confidence=Confidence.LOW,
        prefix=one.value[:4].decode(),
        facts=facts(Lifetime.EPHEMERAL if one.value.startswith(b"ASIA") else Lifetime.STATIC, account=_account(one.value)),
        dummy=_EXAMPLE if _published(one.value, _PART_OF_ID) else None,
    )


def _account(value: bytes) -> str | None:
    """The twelve digits of the account that an id belongs to; None for ids from before 2019, which lack the first bit and do not tell."""
    number = int.from_bytes(b32decode(value[4:])[:6], "big")
    account = number >> 7 & (1 << 40) - 1
    return f"{account:012}" if number >> 47 and account <= _MOST_ACCOUNT else None


_BEDROCK_PATTERN = rx(r"(?P<prefix> ABSK) (?P<body> [A-Za-z0-9+/]{106,269} ={0,2}) (?! [A-Za-z0-9+/=_-])")
_BEDROCK_NAME = rx(r"BedrockAPIKey- [0-9A-Za-z]{1,32} -at- (?P<account> [0-9]{12})")


def _bedrock(match: re.Match[bytes]) -> Reading | None:
    """A name and a secret in base64; what spells no such pair is said to be damaged."""
    start = match.start()
    if not _edges.opens(match.string, start) or match.string[max(0, start - 1) : start] in {b"+", b"/"}:
        return None
    name = _name(match["body"])
    owner = _BEDROCK_NAME.match(name) if name else None
    return Reading(
        start,
        match.end(),
        _BEDROCK.id,
        Secret(match.group()),
        check=Check.PASSED if name else Check.FAILED,
        confidence=Confidence.HIGH if name else Confidence.LOW,
        prefix="ABSK",
        facts=facts(_BEDROCK.lifetime, account=owner["account"].decode() if owner else None),
        account=plain_text(name, _NAME) if name else None,
    )


def _name(body: bytes) -> bytes | None:
    digits = body.rstrip(b"=")
    try:
        raw = b64decode(digits + b"=" * (-len(digits) % 4), validate=True)
    except ValueError:
        return None
    name, colon, secret = raw.partition(b":")
    return name if name and colon and secret and raw.isascii() and raw.decode().isprintable() else None


def _unescaped(value: bytes) -> bytes:
    """A session token as it is outside of an address."""
    return _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), value)


DETECTORS = (
    AccessKeys(
        id="aws-access-key",
        title="AWS access key",
        kinds=(_KEY, _SESSION, _ID),
        anchors=(
            *(Anchor(prefix, then=rb"[A-Z2-7]{16}", nested=prefix == b"AKIA") for prefix in (b"AKIA", b"ASIA", b"ABIA", b"ACCA")),
            *(
                Anchor(name, then=_THEN_SECRET, caseless=True)
                for name in (b"secret_access_key", b"secret-access-key", b"SecretAccessKey", b"aws_secret", b"aws_secret_key")
            ),
        ),
        reach=(_NEAR + 64, _NEAR + 128),
    ),
    AssignedDetector(
        id="aws-session-token",
        title="AWS session token, by its name",
        forms=(
            Form(
                _TOKEN,
                rf"{_STS}[0-9A-Za-z+/%]{{180,8192}}={{0,2}}",
                names=("aws_ session|security token", "session_token", "sessiontoken", "security-token"),
                begins=_STS,
                mixed=True,
                meant=_unescaped,
            ),
        ),
        reach=(256, 8448),
    ),
    RegexDetector(
        id="aws-bedrock-api-key",
        title="AWS Bedrock API key",
        kinds=(_BEDROCK,),
        anchors=(Anchor(b"ABSK", then=rb"[A-Za-z0-9+/]{16}"),),
        pattern=_BEDROCK_PATTERN,
        judge=_bedrock,
        reach=(64, 384),
    ),
)
