"""Tokens of registries that have no form of their own, and Bun's file.

What stands behind `_authToken` is sent to the registry as it is, so it is a token whatever it looks like. Bun's `bunfig.toml` has the
plain keys `token` and `password`, which say it only below `[install]`; Deno's `DENO_AUTH_TOKENS` is a list of `TOKEN@HOST` and
`USER:PASSWORD@HOST`.
"""

from __future__ import annotations

import re

from detectors._guess import guessable
from detectors._npm_places import ASSIGNED, THEN_ASSIGNED, UUID, is_assigned, is_reference, line_start, service, unreal
from detectors._offline import facts, plain_text
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

TOKEN = Kind(
    id="npm-registry-token",
    title="token of an npm registry",
    provider="npm",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.UNKNOWN,
    rotate=(
        "Make a new token at the registry that the key names, with an end date and for single packages where it can",
        "Put it where the old one is used",
        "Delete the old token at the registry",
        "Look at the versions of its packages for releases that nobody made",
        "Remove the copies",
    ),
)

_SHORTEST, _LONGEST = 16, 4096
_SECTION_BEFORE = 2048
_LINE = 512
_LONGEST_NAME = 128
_DENO = b"DENO_AUTH_TOKENS"

_PATTERN = rx(rf"""
    (?: (?i: (?: (?<! [0-9a-z] ) | (?<= \\[nr] ) | (?<= npm ) ) _authToken | npmAuthToken | yarn_npm_auth_token | bun_config_token ) {ASSIGNED}
        (?P<value> [0-9A-Za-z+/_.~-]{{{_SHORTEST},{_LONGEST}}}+ ={{0,2}}) (?= [\s"'`}},;] | \\[nr"] | \Z )
      | (?<! [0-9A-Za-z_-] ) (?P<field> token | password ) [ \t]{{0,4}} = [ \t]{{0,4}} (?P<quote> ["'] ) (?P<literal> [^\s"'$<>{{}}]{{8,512}}+ ) (?P=quote)
      | (?: DENO_AUTH_TOKENS ["']? [ \t]{{0,3}} [=:] [ \t]{{0,3}} ["']? | (?P<further> ; ) )
        (?: (?P<user> [^\s:@;"'$<>{{}}]{{1,128}} ) : (?P<login> [^\s@;"'$<>{{}}]{{4,256}}+ ) | (?P<sent> [0-9A-Za-z+/_.=~-]{{{_SHORTEST},{_LONGEST}}}+ ) ) @ (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{{0,252}} )
    )
""")
_OF_ANOTHER = rx(r"npms?_ .* | gh[pousr]_ .* | github_pat_ .*")
"""Tokens that their own detectors judge."""
_UUID = rx(rf"(?: NpmToken\. )? {UUID}")
_EXPRESSION = rx(r"(?! eyJ | ya29\. ) [A-Za-z_] [0-9A-Za-z_]{0,64} (?: \. [A-Za-z_] [0-9A-Za-z_]{0,64} ){1,16}")
"""An attribute in source, not a JWT."""
_LETTER, _DIGIT = rx(r"[A-Za-z]"), rx(r"[0-9]")
_HEADER = rx(r"(?: \A | (?<= \n) ) [ \t]{0,16} \[ (?P<section> [^\[\]\r\n]{1,128} ) \] [ \t]{0,16} (?: \# [^\r\n]{0,256} )? (?= \r?\n )")
_URL = rx(r"url [ \t]{0,4} = [ \t]{0,4} [\"'] https?:// (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{0,252})")
_USERNAME = rx(r"username [ \t]{0,4} = [ \t]{0,4} [\"'] (?P<user> [^\s\"'$]{1,128}) [\"']")


def registry_tokens(basic: Kind, legacy: Kind) -> RegexDetector:
    """The detector, with the kinds that npm's other detectors share with it."""

    def judge(match: re.Match[bytes]) -> Reading | None:
        if match["host"]:
            return _deno(match, basic)
        if match["field"] is None:
            return _opaque(match)
        return _bun(match, basic if match["field"] == b"password" else legacy if _UUID.fullmatch(match["literal"]) else TOKEN)

    return RegexDetector(
        id="npm-registry-token",
        title="npm registry token without a form of its own",
        kinds=(TOKEN, basic, legacy),
        anchors=(
            *(
                Anchor(key, then=THEN_ASSIGNED + rb"[0-9A-Za-z+/_.~-]{16}", caseless=True, encoded=encoded, nested=key == b"_authToken")
                for key, encoded in (
                    (b"_authToken", True),
                    (b"npmAuthToken", True),
                    (b"npm_auth_token", False),
                    (b"bun_config_token", False),
                )
            ),
            Anchor(_DENO, then=rb"""["']?[ \t]{0,3}[:=]""", encoded=False),
            Anchor(b"[install", then=rb"(?:\.(?:scopes|registry)[^\]\r\n]{0,80})?\][ \t]{0,16}(?:#[^\n]{0,80})?\r?\n", encoded=False),
        ),
        pattern=_PATTERN,
        judge=judge,
        reach=(512, 4352),
        words=(b"token", b"password"),
    )


def _opaque(match: re.Match[bytes]) -> Reading | None:
    """A value behind the key of a bearer token that no other detector knows."""
    value = match["value"]
    if not is_assigned(match) or _is_none(value) or _UUID.fullmatch(value):
        return None
    host = service(match.string, match.start("value"))
    return Reading(
        match.start("value"),
        match.end("value"),
        TOKEN.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(TOKEN.lifetime),
        guessable=guessable(value),
        service=host,
        sample=unreal(host),
    )


def _deno(match: re.Match[bytes], basic: Kind) -> Reading | None:
    """An entry of Deno's variable: a token or a user and a password for a host, one after the other."""
    text, start = match.string, match.start()
    if match["further"] and text.rfind(_DENO, line_start(text, start), start) < 0:
        return None
    group, kind = ("login", basic) if match["login"] else ("sent", TOKEN)
    value = match[group]
    if is_reference(value) or (kind is TOKEN and _is_none(value)):
        return None
    host = match["host"].decode().lower()
    return Reading(
        match.start(group),
        match.end(group),
        kind.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(kind.lifetime),
        guessable=guessable(value),
        account=plain_text(match["user"], _LONGEST_NAME) if match["user"] else None,
        service=host,
        sample=unreal(host),
    )


def _bun(match: re.Match[bytes], kind: Kind) -> Reading | None:
    """A token or password below `[install]` in Bun's file."""
    value = match["literal"]
    text, start = match.string, match.start()
    header = max(_HEADER.finditer(text, max(0, start - _SECTION_BEFORE), start), key=re.Match.start, default=None)
    section = header["section"].strip() if header else b""
    if section != b"install" and not section.startswith((b"install.scopes", b"install.registry")):
        return None
    if _OF_ANOTHER.fullmatch(value) or is_reference(value):
        return None
    line, end = _entry(match, header, whole=section not in {b"install", b"install.scopes"})
    url, user = _URL.search(text, line, end), _USERNAME.search(text, line, end)
    host = url["host"].decode().lower() if url else None
    return Reading(
        match.start("literal"),
        match.end("literal"),
        kind.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(kind.lifetime),
        guessable=guessable(value),
        account=plain_text(user["user"], _LONGEST_NAME) if user and match["field"] == b"password" else None,
        service=host,
        sample=unreal(host) if match["field"] == b"token" else None,
    )


def _entry(match: re.Match[bytes], header: re.Match[bytes] | None, *, whole: bool) -> tuple[int, int]:
    """Where the other keys of a value's registry are: on its line, or in the `whole` section that is about one registry."""
    text, start = match.string, match.start()
    if whole and header is not None:
        following = text.find(b"\n[", match.end(), start + _SECTION_BEFORE)
        return header.end(), following if following >= 0 else start + _SECTION_BEFORE
    return line_start(text, start), min(max(text.find(b"\n", start, start + _LINE), match.end()), start + _LINE)


def _is_none(value: bytes) -> bool:
    """Whether a value is a word, a reference, source, or another detector's."""
    if _OF_ANOTHER.fullmatch(value) or _EXPRESSION.fullmatch(value) or is_reference(value):
        return True
    return _LETTER.search(value) is None or _DIGIT.search(value) is None
