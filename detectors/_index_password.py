"""Passwords and formless tokens of Python package indexes: in the files and variables of the tools that upload to and install from them.

A password is whatever stands in its place, so the place must be certain: a section of `.pypirc`, the files of Poetry, PDM, Hatch and
uv, and the variables that these tools, twine, Flit and maturin read. Sources: the documentation of each; packaging.python.org for
`.pypirc`.
"""

from __future__ import annotations

import re

from detectors._assigned import given, led
from detectors._guess import guessable
from detectors._index_values import IDENTIFIER, KIND, LONGEST_NAME, SHORTEST, is_reference, privilege
from detectors._offline import facts, plain_text
from scanner import hosts
from scanner.contract import Anchor, Confidence, Reading, RegexDetector, Secret, rx
from scanner.records import dataclass

_MOST_BLANKS = 3
"""Blanks in a passphrase; more words are a sentence about the password."""
_NEAR = 512
_SECTION = 1024
_FILE = 4096

_NAMES = (
    "(?P<tool>twine_|uv_publish_|uv_index_[0-9a-z_]{1,64}_|poetry_http_basic_[0-9a-z_]{1,64}_|flit_|pdm_publish_|maturin_|(?:test_?)?pypi_)password",
    "hatch_index_auth",
    "uv_publish_token",
    "maturin_pypi_token",
    "poetry_pypi_token_[0-9a-z_]{1,64}",
)
_PATTERN = rx(rf"""
    {led(*_NAMES)} (?! value \\{{0,3}} ["'] )
    (?: (?<= " ) (?P<double> [^"\r\n\\]{{1,256}}+ ) \\{{0,3}} " | (?<= ' ) (?P<single> [^'\r\n\\]{{1,256}}+ ) \\{{0,3}} '
      | (?<! ["'`] ) (?P<bare> [^\s"'`;&|(){{}}\[\]<>$,\#\\] (?: (?! \\ ) [^\s"'`;&|(){{}}\[\]<>$,] | \\ (?! [nrt"'\\] ) ){{0,255}}+ ) (?= [\s"'`;&|}}\\] | \Z )
            (?P<last> [ \t]{{0,16}} (?: \# [^\r\n]{{0,256}} )? (?: [\r\n] | \\{{1,2}}[nr] | \Z ) )? )
  | (?: \A | (?<= \n) ) [ \t]{{0,16}} ["']? (?P<key> (?i: password ) | token | auth ) ["']? [ \t]{{0,8}} [=:] [ \t]{{0,8}}
        (?: " (?P<doubled> [^"\r\n]{{1,256}}+ ) " | ' (?P<singled> [^'\r\n]{{1,256}}+ ) ' | (?P<line> [^\s"'\#;] (?: (?! ["']{{3}} | </ ) [^\r\n] ){{0,255}}+ ) )
        (?= ["']{{3}} | </ | [ \t]{{0,16}} (?: \# | \r?\n | \Z ) )
  | (?: http-basic \. [0-9A-Za-z_-]{{1,64}} [ \t]{{1,4}} (?P<user> [0-9A-Za-z_.@+-]{{1,128}}) | pypi-token \. [0-9A-Za-z_-]{{1,64}}
      | pdm [ ] config [ ] (?: -- (?: local | global ) [ ] )? (?: repository \. [0-9A-Za-z_-]{{1,64}} | pypi (?: \. [0-9A-Za-z_-]{{1,64}} )? ) \. password
      | hatch [ ] config [ ] set [ ] publish \. index (?: \. repos \. [0-9A-Za-z_-]{{1,64}} )? \. auth ) [ \t]{{1,4}} ["']?
        (?P<argument> (?! - ) [^\s"'`$<>{{}}()|;&]{{8,256}}+ ) (?! [<>{{}}(] )
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

_USER = rx(r"(?i: username | user ) [\"']? [ \t]{0,8} [=:] [ \t]{0,8} [\"']? (?P<value> [^\s\"'$%<>{}]{1,128})")
_URL = rx(
    r"(?i: repository | url | service | repo ) [\"']? [ \t]{0,8} [=:] [ \t]{0,8} [\"']? https?:// (?: [^\s/@]{1,128} @ )? (?P<value> [0-9A-Za-z][0-9A-Za-z.-]{0,252})"
)
_GIVEN = rx(r"(?: NAME | _URL | URL | O )? [\"']? [ \t]{0,3} [=:] [ \t]{0,3} [\"']? (?: https?:// )? (?P<value> [^\s\"'$%<>{}/:]{1,252})")


@dataclass(frozen=True, slots=True)
class _Place:
    """Who and what a password is for, as far as its surroundings say."""

    account: bytes | None = None
    service: str | None = None


def _judge(match: re.Match[bytes]) -> Reading | None:
    """Whatever stands in the place of a password, unless it only says where that is."""
    group = next(name for name in _GROUPS if match[name] is not None)
    value = match[group].rstrip()
    if len(value) < SHORTEST or value.startswith(b"pypi-") or value.count(b" ") > _MOST_BLANKS or is_reference(value):
        return None
    place = _in_variable(match) if match["name"] else _in_section(match) if match["key"] else _in_command(match)
    if place is None:
        return None
    return Reading(
        match.start(group),
        match.start(group) + len(value),
        KIND.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(KIND.lifetime),
        privilege=privilege(place.service),
        guessable=guessable(value),
        account=plain_text(place.account, LONGEST_NAME) if place.account else None,
        service=place.service,
    )


def _in_variable(match: re.Match[bytes]) -> _Place | None:
    """A variable of a tool; a value without quotes must not read like source or prose."""
    if not given(match) or not match["name"].isupper() or (match["bare"] is not None and not _is_value(match)):
        return None
    tool = match["tool"] or match["name"].removesuffix(b"AUTH").removesuffix(b"TOKEN")
    account = _beside(match, tool + b"USER")
    service = next((host for name in (b"REPOSITORY_URL", b"INDEX_URL", b"URL", b"REPO") if (host := _beside(match, tool + name))), None)
    return _Place(account, service.decode(errors="replace").lower() if service and b"." in service else None)


def _is_value(match: re.Match[bytes]) -> bool:
    """Whether what stands without quotes is neither source nor prose: next to an equals sign, as it would in a shell, else by its look."""
    joint = match.string[match.end("name") : match.start("bare")]
    if joint == b"=":
        return True
    mapped = b":" in joint and not any(sign in joint.lower() for sign in (b":-", b":=", b"value"))
    return not IDENTIFIER.fullmatch(match["bare"]) and not (mapped and match["last"] is None)


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
    known = {b"pypi": hosts.PYPI_UPLOAD, b"testpypi": hosts.TEST_PYPI}.get(name)
    service = url["value"].decode().lower() if url else hosts.spell(known) if known else None
    return _Place(user["value"] if user else None, service)


def _is_index(match: re.Match[bytes], header: re.Match[bytes]) -> bool:
    name, key = header["name"], match["key"].lower()
    if key == b"auth":
        return name.startswith(b"publish.index")
    if key == b"token":
        return name == _UV or (name in _INDEXES and not guessable(match["doubled"] or match["singled"] or match["line"]))
    if name in _INDEXES or name == _UV or name.startswith(_OF_TOOLS):
        return True
    return match.string.rfind(_LISTED, max(0, header.start() - _FILE), header.start()) >= 0


def _in_command(match: re.Match[bytes]) -> _Place | None:
    """Arguments of `poetry config` and its like; words are documentation."""
    if not any(bytes((byte,)).isdigit() for byte in match["argument"]):
        return None
    return _Place(match["user"])


_VARIABLE_THEN = rb"""[0-9A-Z_]{0,72}["'\\\]}]{0,3}(?:[ \t]{0,8}[:=?|,>]|\s{1,24}[^\s])"""

PASSWORDS = RegexDetector(
    id="pypi-password",
    title="password of a Python package index",
    kinds=(KIND,),
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
        Anchor(b"pdm config ", then=rb"(?:--[a-z]{5,6} )?(?:repository|pypi)[0-9A-Za-z_.-]{1,72}password ", encoded=False),
        Anchor(b"hatch config set ", then=rb"publish\.index[0-9A-Za-z_.-]{0,72}auth ", encoded=False),
    ),
    pattern=_PATTERN,
    judge=_judge,
    reach=(512, _FILE),
    sight=None,
)
