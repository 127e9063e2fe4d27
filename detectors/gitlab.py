"""GitLab tokens: access, deploy, runner, job, trigger and feed tokens and their relatives, all told by their prefix.

Newer ones are routable: 16 random bytes, then whom they belong to (organisation, group, project, user), then a CRC-32 over everything
before it. Older ones are random characters and have no checksum. A self-managed instance may put its own prefix before that of the kind
(`acme-glpat-`), which is part of the value, and of what the checksum is taken over. Sources: GitLab's documentation ("Token overview",
"Token prefixes"), the design document "Routable tokens", and the `RoutableToken`, `Jwt` and `PrefixHelper` classes of GitLab. Tokens of
before version 14.5 have no prefix: 20 characters behind names and headers that say GitLab.

Near misses: names in kebab case that begin like a token, a token that was cut off, references such as `$CI_JOB_TOKEN`, a longer word.
"""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode

from detectors import _edges, _jwt
from detectors._assigned import AssignedDetector, Form, Place
from detectors._gitlab import FORMS, JOB, LEGACY, MAIL
from detectors._offline import facts, instant
from detectors._userinfo import userinfo
from scanner.contract import Anchor, Check, Confidence, Fact, Kind, Reading, RegexDetector, Secret, rx
from scanner.records import replace

_BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
_CRC = 7
"""Digits of a CRC-32 in base 36."""
_RANDOM = 16
"""Bytes before the pairs of a routable token."""
_LONGEST_INSTANCE = 20
"""Characters that the prefix of an instance may have, the hyphen after it left out."""
_AMBIGUOUS = frozenset(b"lIO0")
"""Letters that Devise replaces, so that only a person writes them into a token: an administrator, or the author of an example."""
_NOBODY = frozenset({"oauth2", "gitlab-ci-token", "private-token"})
"""User names that are no account's: with a token, any name will do."""
_IDS = {"c": "cell_id", "g": "group_id", "o": "organization_id", "p": "project_id", "u": "user_id"}
_RUNNER_TYPES = {1: "instance", 2: "group", 3: "project"}

_PREFIXES = " | ".join(prefix.decode() for prefix in FORMS)
# The look-aheads keep a value that fails from hiding one that begins inside it.
_OPAQUE = rx(rf"(?P<prefix> {_PREFIXES} ) (?= (?P<body> [A-Za-z0-9_-]{{20,84}}+ ) )")
_ROUTABLE = rx(rf"""
    (?P<prefix> {_PREFIXES} )
    (?= (?P<body> [A-Za-z0-9_-]{{27,300}}+ ) \.
        (?: (?P<version> [0-9a-z]{{2}} ) \. )?        # the first routable tokens had none
        (?P<length> [0-9a-z]{{2}} ) (?P<crc> [0-9a-z]{{7}} ) )
""")
_JOB = rx(r"""
    (?P<prefix> glcbt- )
    (?= (?P<opaque> [0-9A-Za-z]{1,5} _ [A-Za-z0-9_-]{20}+ ) (?! [A-Za-z0-9_-] )       # the number of a partition stands first
      | (?P<jwt> (?P<header> e[A-Za-z0-9_-]{8,511}+) \.
                 (?P<claims> e[A-Za-z0-9_-]{8,4095}+) \.
                 [A-Za-z0-9_-]{16,1024}+ ) (?! \.[A-Za-z0-9_-] ) )
""")
_INSTANCE = rx(r"[0-9A-Za-z] [0-9A-Za-z_-]{0,19} - \Z")
_ADDRESS = rx(r"(?P<token> [0-9a-z]{24,25} ) (?: -[a-z][a-z-]{0,30} )? @")
"""An incoming mail token in the address that it is for, behind the path and the number of a project."""
_AT_HOST = r"(?= @ (?P<service> [0-9A-Za-z] [0-9A-Za-z.-]{0,252} ) )"
_PATH_FEED = rx(r"[0-9a-f]{64} - (?P<user> [0-9]{1,18} )")
_NUMBER = rx(r"[0-9a-z]{1,13}")
_PAIR = rx(r"(?P<key> [cgoput] ) : (?P<number> [0-9a-z]{1,13} )")
_DIGIT = rx(r"[0-9]")
_BUILD = rx(r"gid://gitlab/Ci::Build/ (?P<id> [0-9]{1,18} )")
_HOST = rx(r"(?: https?:// )? (?P<host> [0-9A-Za-z] [0-9A-Za-z.-]{0,252} ) (?: [:/] .{0,255} )?")


def _opaque(match: re.Match[bytes]) -> Reading | None:
    """A token of random characters. Letters that its generator never writes make it doubtful, not impossible: one may set a value by hand."""
    form, body, end = FORMS[match["prefix"]], match["body"], match.end("body")
    address = _ADDRESS.match(match.string, match.end()) if form.kind is MAIL else None
    if address:
        return _reading(match, (match.start(), address.end("token")), MAIL, Check.NONE, {})
    if form.body is None or not form.body.fullmatch(body) or not _mixed(body) or not _edges.closes(match.string, end):
        return None
    start = _beginning(match.string, match.start())
    if start is None:
        return None
    feed = _PATH_FEED.fullmatch(body)
    reading = _reading(match, (start, end), form.kind, Check.NONE, {"user_id": int(feed["user"])} if feed else {})
    doubtful = form.friendly and not _AMBIGUOUS.isdisjoint(body)
    return replace(reading, confidence=Confidence.MEDIUM) if doubtful else reading


def _routable(match: re.Match[bytes]) -> Reading | None:
    """A token that says whom it belongs to. Its checksum also tells where it begins."""
    text, end = match.string, match.end("crc")
    if match["prefix"].startswith(b"GR"):
        return None
    kind = FORMS[match["prefix"]].kind
    start = _checked_beginning(match)
    if start is not None and not _edges.runs_on(text, start, end):
        return _reading(match, (start, end), kind, Check.PASSED, _owners(match["body"], match["length"]))
    start = _beginning(text, match.start())
    if start is None or not _edges.closes(text, end):
        return None
    return _reading(match, (start, end), kind, Check.FAILED, {})


def _job(match: re.Match[bytes]) -> Reading | None:
    """The token of one job: random characters, or a JWT that names the job and its own end."""
    end = match.end("opaque" if match["opaque"] else "jwt")
    start = _beginning(match.string, match.start())
    if start is None or not _edges.closes(match.string, end):
        return None
    if match["opaque"]:
        return _reading(match, (start, end), JOB, Check.NONE, {}) if _mixed(match["opaque"]) else None
    claims = _jwt.claims(match["header"], match["claims"])
    return _reading(match, (start, end), JOB, Check.PASSED, _claimed(claims)) if claims is not None else None


def _reading(match: re.Match[bytes], span: tuple[int, int], kind: Kind, check: Check, known: dict[str, Fact]) -> Reading:
    start, end = span
    account, host = userinfo(match.string, start, end)
    issuer = known.get("issuer")
    return Reading(
        start,
        end,
        kind.id,
        Secret(match.string[start:end]),
        check=check,
        confidence=Confidence.LOW if check is Check.FAILED else Confidence.HIGH,
        prefix=match.string[start : match.end()].decode(),
        facts=facts(kind.lifetime) | {name: fact for name, fact in known.items() if fact is not None},
        account=None if account in _NOBODY else account,
        service=host or (issuer if isinstance(issuer, str) else None),
    )


def _beginning(text: bytes, start: int) -> int | None:
    """Where a value begins whose kind's prefix is at `start`: there, or at the prefix of its instance; None inside a longer word.

    The digits and the letter that end a colour of a terminal look like the beginning of an instance's prefix, and are none.
    """
    if _edges.opens(text, start):
        return start
    colour = next((at for at in _instances(text, start) if text[at - 1 : at] == b"m" and _edges.opens(text, at)), None)
    if colour is not None:
        return colour
    return next((at for at in _instances(text, start) if _edges.opens(text, at) and text[at - 1 : at] not in {b"\\", b"%"}), None)


def _checked_beginning(match: re.Match[bytes]) -> int | None:
    """Where the text begins that the checksum is taken over; None where it holds for none."""
    text, start, end = match.string, match.start(), match.start("crc")
    return next((at for at in (start, *_instances(text, start)) if _checksum(text[at:end]) == match["crc"]), None)


def _instances(text: bytes, start: int) -> range:
    """Where the prefix of an instance may begin that ends at `start`."""
    longest = _INSTANCE.search(text, max(0, start - _LONGEST_INSTANCE - 1), start)
    return range(longest.start(), start - 1) if longest else range(0)


def _checksum(signed: bytes) -> bytes:
    """The CRC-32 of zlib over a token up to there, in base 36 with leading zeros."""
    rest, digits = zlib.crc32(signed), bytearray(_CRC)
    for place in reversed(range(_CRC)):
        rest, digit = divmod(rest, len(_BASE36))
        digits[place] = _BASE36[digit]
    return bytes(digits)


def _owners(body: bytes, length: bytes) -> dict[str, Fact]:
    """Whom the payload names, which is the last `length` characters of the body; nothing where it is built otherwise."""
    payload = body[-int(length, 36) :]
    try:
        raw = urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    except ValueError:
        return {}
    pairs = raw[_RANDOM:-1]
    if not pairs or raw[-1] != len(pairs):
        return {}
    found: dict[str, Fact] = {}
    for pair in pairs.split(b"\n"):
        match = _PAIR.fullmatch(pair)
        if match is None:
            return {}
        key, number = match["key"].decode(), int(match["number"], 36)
        name, value = ("runner_type", _RUNNER_TYPES.get(number)) if key == "t" else (_IDS[key], number)
        found[name] = value
    return found


def _claimed(claims: dict[str, object]) -> dict[str, Fact]:
    """What the JWT of a job says in public: the instance, the job, its times, and the same numbers as routable tokens."""
    said = {name: _jwt.text(claims, name) or "" for name in ("iss", "sub", *_IDS)}
    issuer, build = _HOST.fullmatch(said["iss"].encode()), _BUILD.fullmatch(said["sub"].encode())
    return {
        "issuer": issuer["host"].decode().lower() if issuer else None,
        "job_id": int(build["id"]) if build else None,
        "issued_at": instant(claims.get("iat")),
        "expires_at": instant(claims.get("exp")),
        **{name: int(said[key], 36) for key, name in _IDS.items() if _NUMBER.fullmatch(said[key].encode())},
    }


def _mixed(body: bytes) -> bool:
    """Whether digits, small and capital letters are in it, or two of them: names in kebab case and rows of crosses have one sort only."""
    return sum((_DIGIT.search(body) is not None, body.lower() != body, body.upper() != body)) > 1


_NEW = tuple(prefix for prefix in FORMS if not prefix.startswith(b"GR"))

DETECTORS = (
    RegexDetector(
        id="gitlab-token",
        title="GitLab token",
        kinds=tuple({form.kind.id: form.kind for form in FORMS.values() if form.body}.values()),
        anchors=tuple(
            Anchor(prefix, then=rb"[A-Za-z0-9_-]{20}", nested=prefix == b"glpat-") for prefix, form in FORMS.items() if form.body
        ),
        pattern=_OPAQUE,
        judge=_opaque,
        reach=(256, 384),
    ),
    RegexDetector(
        id="gitlab-routable-token",
        title="GitLab token, routable",
        kinds=tuple({FORMS[prefix].kind.id: FORMS[prefix].kind for prefix in _NEW}.values()),
        anchors=tuple(Anchor(prefix, then=rb"[A-Za-z0-9_-]{27}", nested=prefix == b"glpat-") for prefix in _NEW),
        pattern=_ROUTABLE,
        judge=_routable,
        reach=(256, 640),
    ),
    RegexDetector(
        id="gitlab-job-token",
        title="GitLab job token",
        kinds=(JOB,),
        anchors=(Anchor(b"glcbt-", then=rb"(?:[0-9A-Za-z]{1,5}_[A-Za-z0-9_-]{20}|e[A-Za-z0-9_-]{8})"),),
        pattern=_JOB,
        judge=_job,
        reach=(256, 6144),
    ),
    AssignedDetector(
        id="gitlab-legacy-token",
        title="GitLab token, legacy, by its name",
        forms=(
            Form(
                LEGACY,
                r"[0-9A-Za-z_-]{20}",
                names=(
                    "gitlab (ci|com|api|private|personal|project|group|deploy|registry|bot|npm|user|admin|oauth|read|write) (api|private|personal|access|bot) (access|api) token|pat|password",
                    "gl_token",
                    "private-token",
                    "private_token",
                    "ci_job_token",
                ),
                places=(
                    Place(r"gitlab-ci-token :", b"gitlab-ci-token:", tail=_AT_HOST),
                    Place(r"// oauth2 :", b"//oauth2:", tail=_AT_HOST),
                ),
                mixed=True,
            ),
        ),
    ),
)
