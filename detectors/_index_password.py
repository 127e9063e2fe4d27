"""Passwords and formless tokens of Python package indexes: in the files and variables of the tools that upload to and install from them.

A password is whatever stands in its place, so the place must be certain: a section of `.pypirc`, the files of Poetry, PDM, Hatch and
uv, and the variables that these tools, twine, Flit and maturin read. Sources: the documentation of each; packaging.python.org for
`.pypirc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from detectors._guess import guessable
from detectors._offline import facts, plain_text
from scanner import hosts
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_KIND = Kind(
    id="pypi-password",
    title="password of a Python package index",
    provider="pypi",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the password at the index that it is for, and wherever else the same password is used",
        "Register the release workflow as a trusted publisher, or make a token for a single project in its place",
        "Look through the journal of the projects for releases that nobody made",
        "Remove the copies",
    ),
)

_SHORTEST = 6
_MOST_BLANKS = 3
"""Blanks in a passphrase; more words are a sentence about the password."""
_NEAR = 512
_SECTION = 1024
_FILE = 4096
_LONGEST_NAME = 128
_TEST = 1
"""Privilege where releases reach nobody."""

_PATTERN = rx(r"""
    (?<! [0-9A-Za-z])
    (?P<variable> (?P<tool> TWINE_ | UV_PUBLISH_ | UV_INDEX_[0-9A-Z_]{1,64}_ | POETRY_HTTP_BASIC_[0-9A-Z_]{1,64}_ | FLIT_ | PDM_PUBLISH_ | MATURIN_
            | (?: TEST_? )? PYPI_ ) PASSWORD | HATCH_INDEX_AUTH | UV_PUBLISH_TOKEN | MATURIN_PYPI_TOKEN | POETRY_PYPI_TOKEN_[0-9A-Z_]{1,64}+ )
        ["']? (?P<sign> [ \t]{0,3} [=:] [ \t]{0,3} )
        (?: " (?P<double> [^"\r\n\\]{1,256}+ ) " | ' (?P<single> [^'\r\n\\]{1,256}+ ) '
          | (?P<bare> [^\s"'`;&|(){}\[\]<>$,\#] [^\s"'`;&|(){}\[\]<>$,]{0,255}+ ) (?= [\s"'`;&|] | \Z ) (?P<last> [ \t]{0,16} (?: \# [^\r\n]{0,256} )? (?: [\r\n] | \Z ) )? )
  | (?: \A | (?<= \n) ) [ \t]{0,16} ["']? (?P<key> password | token | auth ) ["']? [ \t]{0,8} [=:] [ \t]{0,8}
        (?: " (?P<doubled> [^"\r\n]{1,256}+ ) " | ' (?P<singled> [^'\r\n]{1,256}+ ) ' | (?P<line> [^\s"'\#;] (?: (?! ["']{3} | </ ) [^\r\n] ){0,255}+ ) )
        (?= ["']{3} | </ | [ \t]{0,16} (?: \# | \r?\n | \Z ) )
  | (?: http-basic \. [0-9A-Za-z_-]{1,64} [ \t]{1,4} (?P<user> [0-9A-Za-z_.@+-]{1,128}) | pypi-token \. [0-9A-Za-z_-]{1,64} ) [ \t]{1,4} ["']?
        (?P<argument> (?! - ) [^\s"'`$<>{}()|;&]{8,256}+ ) (?! [<>{}(] )
""")
_GROUPS = ("double", "single", "bare", "doubled", "singled", "line", "argument")
_HEADER = rx(
    r"(?: \A | (?<= [\n\"'>]) ) [ \t]{0,16} \[{1,2} (?P<name> [0-9A-Za-z_.\"'-]{1,128} ) \]{1,2} [ \t]{0,16} (?: [\#;] [^\r\n]{0,256} )? (?= \r?\n )"
)
_LINES = rx(r"""
    [^\r\n]{0,320} \r?\n
    (?: [ \t]{0,32} (?: [\#;] [^\r\n]{0,256} | ["']? [0-9A-Za-z_.-]{1,64} ["']? [ \t]{0,8} [=:] (?: (?! ["']{3} ) [^\r\n] ){0,512} (?<! [(,] ) )? \r?\n ){0,24}
""")
"""What may stand between a header and a key of its section: other keys, comments and empty lines, no source."""
_INDEXES = frozenset({b"pypi", b"testpypi", b"test_pypi", b"pypitest", b"server-login"})
_OF_TOOLS = (b"http-basic.", b"repository.", b"publish.index")
_UV = b"credential"
_LISTED = b"index-servers"
"""What names the sections of `.pypirc`, each of which is then an index."""

_USER = rx(r"(?: username | user ) [\"']? [ \t]{0,8} [=:] [ \t]{0,8} [\"']? (?P<value> [^\s\"'$%<>{}]{1,128})")
_URL = rx(
    r"(?: repository | url | service | repo ) [\"']? [ \t]{0,8} [=:] [ \t]{0,8} [\"']? https?:// (?: [^\s/@]{1,128} @ )? (?P<value> [0-9A-Za-z][0-9A-Za-z.-]{0,252})"
)
_GIVEN = rx(r"(?: NAME | _URL | URL | O )? [\"']? [ \t]{0,3} [=:] [ \t]{0,3} [\"']? (?: https?:// )? (?P<value> [^\s\"'$%<>{}/:]{1,252})")
_REFERENCE = rx(r"""
    .{0,64} (?: \$[\{(A-Za-z_] | %[({A-Za-z_] | \{\{ | <[A-Za-z_] ) .{0,256}   # variables, interpolation, templates
  | [\[{<(*!&@.] .{0,256} | [*x.…-]{1,256} | (?i: none | null | true | false | changeme )
  | (?: secrets | os | env | self | vars | settings | config | process ) [.\[] .{0,256} | [A-Za-z_.]{1,64} \( .{0,256} | (?: op | vault | ref ) [:+] .{0,256}
""")
_IDENTIFIER = rx(r"[A-Za-z_]{1,256} (?: \. [A-Za-z_]{1,64} ){0,8}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Who and what a password is for, as far as its surroundings say."""

    account: bytes | None = None
    service: str | None = None


def _judge(match: re.Match[bytes]) -> Reading | None:
    """Whatever stands in the place of a password, unless it only says where that is."""
    group = next(name for name in _GROUPS if match[name] is not None)
    value = match[group].rstrip()
    if len(value) < _SHORTEST or value.startswith(b"pypi-") or value.count(b" ") > _MOST_BLANKS or _REFERENCE.fullmatch(value):
        return None
    place = _in_variable(match) if match["variable"] else _in_section(match) if match["key"] else _in_command(match)
    if place is None:
        return None
    test = place.service is not None and hosts.under(place.service, hosts.TEST_PYPI)
    return Reading(
        match.start(group),
        match.start(group) + len(value),
        _KIND.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(_KIND.lifetime),
        privilege=_TEST if test else None,
        guessable=guessable(value),
        account=plain_text(place.account, _LONGEST_NAME) if place.account else None,
        service=place.service,
    )


def _in_variable(match: re.Match[bytes]) -> _Place | None:
    """A variable of a tool; a value without quotes must not read like source or prose."""
    bare, loose = match["bare"], match["sign"] != b"="
    if bare is not None and loose and (_IDENTIFIER.fullmatch(bare) or (b":" in match["sign"] and match["last"] is None)):
        return None
    tool = match["tool"] or match["variable"].removesuffix(b"AUTH").removesuffix(b"TOKEN")
    account = _beside(match, tool + b"USER")
    service = next((host for name in (b"REPOSITORY_URL", b"INDEX_URL", b"URL", b"REPO") if (host := _beside(match, tool + name))), None)
    return _Place(account, service.decode(errors="replace").lower() if service and b"." in service else None)


def _beside(match: re.Match[bytes], name: bytes) -> bytes | None:
    """The value of the variable with this name, or one that begins so, close to the password."""
    at = match.string.find(name, max(0, match.start() - _NEAR), match.end() + _NEAR)
    given = _GIVEN.match(match.string, at + len(name)) if at >= 0 else None
    return given["value"] if given else None


def _in_section(match: re.Match[bytes]) -> _Place | None:
    """A key in a section that is about an index."""
    text, start = match.string, match.start("key")
    header = max(_HEADER.finditer(text, max(0, start - _SECTION), start), key=re.Match.start, default=None)
    if header is None or not _is_index(match, header) or not _LINES.fullmatch(text, header.end(), match.start()):
        return None
    following = text.find(b"\n[", header.end(), start + _SECTION)
    end = following if following >= 0 else start + _SECTION
    user, url = _USER.search(text, header.end(), end), _URL.search(text, header.end(), end)
    name = header["name"]
    known = {b"pypi": hosts.PYPI, b"testpypi": hosts.TEST_PYPI}.get(name)
    service = url["value"].decode().lower() if url else hosts.spell(known) if known else None
    return _Place(user["value"] if user else None, service)


def _is_index(match: re.Match[bytes], header: re.Match[bytes]) -> bool:
    name, key = header["name"], match["key"]
    if key == b"auth":
        return name.startswith(b"publish.index")
    if key == b"token":
        return name == _UV
    if name in _INDEXES or name == _UV or name.startswith(_OF_TOOLS):
        return True
    return match.string.rfind(_LISTED, max(0, header.start() - _FILE), header.start()) >= 0


def _in_command(match: re.Match[bytes]) -> _Place | None:
    """Arguments of `poetry config`; words are documentation."""
    if not any(bytes((byte,)).isdigit() for byte in match["argument"]):
        return None
    return _Place(match["user"])


_VARIABLE_THEN = rb"""[0-9A-Z_]{0,72}["']?[ \t]{0,3}[=:][ \t]{0,3}[^ \t\r\n$<]{2}"""

PASSWORDS = RegexDetector(
    id="pypi-password",
    title="password of a Python package index",
    kinds=(_KIND,),
    anchors=(
        *(Anchor(name, then=_VARIABLE_THEN) for name in (b"TWINE_PASSWORD", b"UV_PUBLISH_", b"PYPI_PASSWORD")),
        *(
            Anchor(name, then=_VARIABLE_THEN, encoded=False)
            for name in (
                b"UV_INDEX_",
                b"POETRY_HTTP_BASIC_",
                b"POETRY_PYPI_TOKEN_",
                b"FLIT_PASSWORD",
                b"HATCH_INDEX_AUTH",
                b"PDM_PUBLISH_PASSWORD",
                b"MATURIN_P",
            )
        ),
        Anchor(_LISTED, then=rb"[ \t]{0,8}[=:]"),
        *(
            Anchor(name, encoded=False)
            for name in (
                b"[pypi]",
                b"[testpypi]",
                b"[server-login]",
                b"[http-basic.",
                b"[repository.",
                b"[publish.index",
                b"[[credential]]",
            )
        ),
        *(Anchor(name, then=rb"[0-9A-Za-z_-]{1,64}[ \t]{1,4}[^ \t]", encoded=False) for name in (b"http-basic.", b"pypi-token.")),
    ),
    pattern=_PATTERN,
    judge=_judge,
    reach=(512, _FILE),
)
