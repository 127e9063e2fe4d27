"""Passwords of Python package indexes where no file or variable of a tool holds them.

Those are arguments of the commands that upload, the input of a step that publishes, an entry of netrc for the index itself.
Sources: the manuals of twine, uv, Poetry, PDM, Hatch and maturin; the documentation of `pypa/gh-action-pypi-publish` and of Travis CI's
`pypi` provider; netrc(5).
"""

from __future__ import annotations

import re

from detectors._guess import guessable
from detectors._index_values import IDENTIFIER, KIND, LONGEST_NAME, SHORTEST, is_reference, privilege
from detectors._offline import facts, plain_text
from scanner import hosts
from scanner.contract import Anchor, Confidence, Reading, RegexDetector, Secret, rx

_INDEXES = tuple(map(hosts.spell, (hosts.PYPI_UPLOAD, hosts.TEST_PYPI, hosts.PYPI)))
_MACHINES = "|".join(map(re.escape, _INDEXES))

_MORE = r"(?: [^\r\n;&|\\] | \\ (?: \r?\n )? ){0,240}?"
"""Arguments, over several lines where they go on."""
_COMMANDS = rf"""
      twine [ ]{{1,4}} upload {_MORE} [ \t] (?: -p | --password )
    | (?: uv | poetry | maturin ) [ ]{{1,4}} (?: publish | upload ) {_MORE} [ \t] (?: -p | --password )
    | uv [ ]{{1,4}} publish {_MORE} [ \t] (?: -t | --token )
    | uv [ ]{{1,4}} auth [ ]{{1,4}} login [ ]{{1,4}} (?: https?:// )? (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{{0,252}}+ ) {_MORE} [ \t] (?: -t | --token | --password )
    | pdm [ ]{{1,4}} publish {_MORE} [ \t] (?: -P | --password )
    | hatch [ ]{{1,4}} publish {_MORE} [ \t] (?: -a | --auth )
"""
_STEP = r"""
    (?: gh-action-pypi-publish @ [^\r\n]{1,80} | provider: [ \t]{1,4} ["']? pypi ["']? [ \t]{0,4} ) \r?\n
    (?: (?! [ \t]{0,64} - [ ] ) [ \t]{1,64}+ [^\r\n]{0,256}+ \r?\n ){0,16}? [ \t]{1,64} password:
"""
_PATTERN = rx(rf"""
    (?: (?<! [0-9A-Za-z_.-] ) (?P<command> {_COMMANDS} ) (?: = | [ \t]{{1,4}} )
      | (?P<step> {_STEP} ) [ \t]{{1,4}}
      | machine \s{{1,8}} (?P<machine> {_MACHINES} ) \s{{1,8}}+ (?: (?: login \s{{1,8}}+ (?P<login> \S{{1,128}}+ ) | account \s{{1,8}}+ \S{{1,128}}+ ) \s{{1,8}}+ ){{0,2}} password \s{{1,8}}
    )
    (?: " (?P<double> [^"\r\n\\]{{1,256}}+ ) " | ' (?P<single> [^'\r\n\\]{{1,256}}+ ) '
      | (?P<bare> (?(command) [^\s"'`;&|(){{}}\[\]<>$,\#\\-] (?: [^\s"'`;&|(){{}}\[\]<>$,\\] | \\ (?! [nrt"'\\] ) ){{0,255}}+
                        | [^\s"'\\] (?: [^\s\\] | \\ (?! [nrt"'\\] ) ){{0,255}}+ ) ) (?= [\s"'`;&|\\] | \Z ) )
""")
_GROUPS = ("double", "single", "bare")
_USER = rx(r"""[ \t] (?: -u | --user(?:name)? ) (?: = | [ \t]{1,4} ) ["']? (?P<value> [^\s"'$%<>{}-][^\s"'$%<>{}]{0,127})""")
_INPUT = rx(r"""\n [ \t]{1,64} user(?:name)?: [ \t]{1,4} ["']? (?P<value> [^\s"'$%<>{}]{1,128})""")
_URL = rx(
    r"""[ \t] (?: --repository-url | --publish-url | --repository | -r ) (?: = | [ \t]{1,4} ) ["']? https?:// (?: [^\s/@]{1,128} @ )? (?P<value> [0-9A-Za-z][0-9A-Za-z.-]{0,252})"""
)
_INPUT_URL = rx(
    r"""\n [ \t]{1,64} (?: repository[_-]url | server ): [ \t]{1,4} ["']? https?:// (?P<value> [0-9A-Za-z][0-9A-Za-z.-]{0,252})"""
)
_LINE = 320


def _judge(match: re.Match[bytes]) -> Reading | None:
    """Whatever stands in the place of a password, unless it only says where that is, or is the manual's word for it."""
    group = next(name for name in _GROUPS if match[name] is not None)
    value = match[group]
    if (
        len(value) < SHORTEST
        or value != value.strip()
        or value.startswith(b"pypi-")
        or is_reference(value)
        or (group == "bare" and IDENTIFIER.fullmatch(value))
    ):
        return None
    account, host = _for(match)
    return Reading(
        match.start(group),
        match.end(group),
        KIND.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(KIND.lifetime),
        privilege=privilege(host),
        guessable=guessable(value),
        account=plain_text(account, LONGEST_NAME) if account else None,
        service=host,
    )


def _for(match: re.Match[bytes]) -> tuple[bytes | None, str | None]:
    """Whose password it is and for which host, as far as the entry, the step or the command says."""
    if match["machine"]:
        return match["login"], match["machine"].decode()
    text, end = match.string, match.end()
    if match["host"]:
        user = _USER.search(text, match.start(), end)
        return user["value"] if user else None, match["host"].decode().lower()
    if match["command"]:
        rest = min((at for sign in (b"\n", b";", b"|") if (at := text.find(sign, end, end + _LINE)) >= 0), default=end + _LINE)
        user, url = _USER.search(text, match.start(), rest), _URL.search(text, match.start(), rest)
    else:
        user, url = _INPUT.search(text, match.start(), end), _INPUT_URL.search(text, match.start(), end)
    return user["value"] if user else None, url["value"].decode().lower() if url else None


_ANCHORS = (
    b"twine upload",
    b"uv publish",
    b"poetry publish",
    b"maturin publish",
    b"pdm publish",
    b"hatch publish",
    b"uv auth login",
    b"maturin upload",
)
"""Without their arguments: what one anchor asks for behind its literal may cost Hyperscan more than a hundred literals."""

PLACES = RegexDetector(
    id="pypi-password-argument",
    title="password of a Python package index, in a command, a step or netrc",
    kinds=(KIND,),
    anchors=(
        *(Anchor(command, then=rb"[ \t]", encoded=False) for command in _ANCHORS),
        Anchor(b"gh-action-pypi-publish@", encoded=False),
        Anchor(b"provider: pypi", encoded=False),
        *(Anchor(host.encode(), before=rb"machine[ \t\r\n]{1,8}", then=rb"[ \t\r\n]", encoded=False) for host in _INDEXES),
    ),
    pattern=_PATTERN,
    judge=_judge,
    reach=(64, 1280),
    words=(b"password", b"--token", b"--auth", *(sign + end for sign in (b"-p", b"-P", b"-t", b"-a") for end in (b" ", b"=", b"\t"))),
)
