"""Files whose path tells what their values are, a bare token or keys that every tool has; and variables, whose names do.

A detector never learns where a text came from. So what the path says is put into words that detectors know: the value is examined as if
it were assigned to the variable that the same tool reads, and what is found is moved back to where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.contract import Rx, rx
from scanner.engine import Engine, Found
from scanner.records import dataclass, replace

_LARGEST = 1 << 16
"""Bytes of the largest file that is read like this: such files are written by tools, and small."""
_MOST = 64
"""Values of one file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One sort of file: folders that its path ends in, before its name; the variable; and the values, each in the group `value`.

    Without a variable each value has its own, in the group `name`.
    """

    folder: str
    variable: bytes
    values: Rx
    spelled: bool = False
    """Whether the file itself spells the variable, so that what nothing but its name tells counts as well."""


_NAME = rx(r"[A-Za-z_] [\w-]{0,63}")
_BARE = rx(r"\A \s{0,16} (?P<value> [^\s]{8,1024}+ ) \s{0,16} \Z")
_TOKEN = rx(r"""(?: \A | (?<= [\r\n] ) ) [ \t]{0,16} token [ \t]{0,4} [=:] [ \t]{0,4} ["']? (?P<value> [^\s"'#]{8,256}+ )""")
_API_KEY = rx(r"(?: \A | (?<= [\r\n] ) ) api_key [ \t]{0,4} [=:] [ \t]{0,4} (?P<value> [^\s]{8,256}+ )")
_SVN = rx(r"""
    K [ ] (?: 8 \r?\n password | 10 \r?\n passphrase ) \r?\n V [ ] [0-9]{1,4} \r?\n (?P<value> [^\r\n]{4,256}+ ) \r?\n
""")
_SETTING = rx(r"""
    (?m: ^ [ \t]{0,16} (?: Environment = ["']? (?P<name> [A-Za-z_] \w{0,63} ) = | SetCredential = (?P<id> [A-Za-z_] [\w-]{0,63} ) : )
    ["']? (?P<value> [^\s"'\\]{8,256}+ ) )
""")
_TERM = rx(r"""
    (?: ' | <<" )? \$? (?P<name> [a-z_] \w{0,63} ) (?: ' | ">> )? \s{0,16} (?: , | => ) \s{0,16} (?: << )? " (?P<value> [^\s"\\]{8,256}+ ) " (?: >> )? \s{0,16} [,\}\]]
""")
_LINES = rx(r"(?: \A | (?<= [\r\n] ) ) (?P<value> [0-9A-Za-z.-]{1,253} = [0-9a-z]{16,128} ) [ \t]{0,4} (?= [\r\n] | \Z )")

_ROWS = {
    ".vault-token": (Row("", b"VAULT_TOKEN", _BARE),),
    "buildkite-agent.cfg": (Row("", b"BUILDKITE_AGENT_TOKEN", _TOKEN),),
    "cli.toml": (Row("hcloud", b"HCLOUD_TOKEN", _TOKEN),),
    "config.toml": (Row("gitlab-runner", b"GITLAB_TOKEN", _TOKEN), Row(".gitlab-runner", b"GITLAB_TOKEN", _TOKEN)),
    "config.yml": (Row("glab-cli", b"GITLAB_TOKEN", _TOKEN),),
    "credentials.ini": (Row("cloudsmith", b"CLOUDSMITH_API_KEY", _API_KEY), Row(".cloudsmith", b"CLOUDSMITH_API_KEY", _API_KEY)),
    "hex.config": (Row("", b"", _TERM, spelled=True),),
    "keys.properties": (Row("develocity", b"DEVELOCITY_ACCESS_KEY", _LINES), Row("enterprise", b"DEVELOCITY_ACCESS_KEY", _LINES)),
    "master.key": (Row("config", b"RAILS_MASTER_KEY", _BARE), Row("secrets", b"JENKINS_MASTER_KEY", _BARE)),
}
"""By the file's name."""
_REALM_FOLDERS = ("/auth/svn.simple", "/auth/svn.ssl.client-passphrase")
_REALMS = Row("", b"svn_password", _SVN, spelled=True)
"""For Subversion's cache, whose files are called by digests of their realms."""
_UNITS = (".service", ".socket", ".timer", ".mount", ".swap")
_DROP_INS = tuple(f"{ending}.d" for ending in _UNITS)
_SETTINGS = Row("", b"", _SETTING, spelled=True)
"""For systemd's units and what is dropped in beside them."""
_SCRAMBLED = frozenset(
    {
        ".mylogin.cnf",
        "credentials-config.json",
        "rclone.conf",
        ".rclone.conf",
        "winscp.ini",
        "sitemanager.xml",
        "recentservers.xml",
        "filezilla.xml",
        "keyring_pass.cfg",
    }
)
"""Files with scrambled values, in lower case: see `scanner.run.scrambled`, which few runs load."""
_NAMES = frozenset(name.encode() for name in (*_ROWS, *_SCRAMBLED, "WinSCP.ini"))
_ENDINGS = (b".token", b".reg", *(ending.encode() for ending in _UNITS))
_TOKENS = (Row("binstar", b"ANACONDA_TOKEN", _BARE), Row("tokens", b"ANACONDA_TOKEN", _BARE))
"""For names that end in `.token`."""


def row(path: str) -> Row | None:
    """What the path tells; None for nearly all."""
    folders, _, name = path.rpartition("/")
    rows = _ROWS.get(name)
    if rows is None:
        if folders.endswith(_REALM_FOLDERS):
            return _REALMS
        if name.endswith(_UNITS) or folders.endswith(_DROP_INS):
            return _SETTINGS
        if not name.endswith(".token"):
            return None
        rows = _TOKENS
    above = folders.rpartition("/")[2]
    return next((one for one in rows if one.folder in {"", above}), None)


def named(name: str) -> Row | None:
    """What the name of a variable tells of its value, or that of a column of its cells; None where it is no name."""
    variable = name.encode()
    return Row("", variable, _BARE, spelled=True) if _NAME.fullmatch(variable) else None


def is_asked(path: bytes) -> bool:
    """Whether the path of a file in a repository may tell what is in it. Quick: it is asked about every file of a history."""
    name = path[path.rfind(b"/") + 1 :]
    if not (name in _NAMES or name.endswith(_ENDINGS) or b".d/" in path or b"/auth/svn." in path):
        return False
    said = path.decode("utf-8", "replace")
    return row(said) is not None or is_scrambled(said)


def is_scrambled(path: str) -> bool:
    """Whether the path tells that values may be scrambled there."""
    name = path.rpartition("/")[2].lower()
    return name in _SCRAMBLED or is_registry(name)


def is_registry(name: str) -> bool:
    """Whether a name in lower case is that of an export of Windows' registry."""
    return name.endswith(".reg")


def found_by(engine: Engine, told: Row, data: bytes) -> tuple[Found, ...]:
    """What is in `data` because of what the path, or the name, tells of it."""
    if len(data) > _LARGEST:
        return ()
    return tuple(_moved(found, data, by) for match in _values(told, data) for found, by in _read(engine, told, match))


def _values(told: Row, data: bytes) -> Iterator[re.Match[bytes]]:
    for number, match in enumerate(told.values.finditer(data)):
        if number == _MOST:
            return
        yield match


def _read(engine: Engine, told: Row, match: re.Match[bytes]) -> Iterator[tuple[Found, int]]:
    """What is found behind the variable, and how far it stands from where it is in the file."""
    said = match.groupdict()
    lead = (told.variable or said["name"] or said.get("id") or b"") + b"="
    for found in engine.examine(lead + match["value"] + b"\n").found:
        if told.spelled or not found.reading.vague:
            yield found, match.start("value") - len(lead)


def _moved(found: Found, data: bytes, by: int) -> Found:
    outer = found.layers[0]
    layers = (replace(outer, text=data, start=outer.start + by, end=outer.end + by), *found.layers[1:])
    if len(layers) > 1:
        return replace(found, layers=layers)
    reading = replace(found.reading, start=found.reading.start + by, end=found.reading.end + by)
    return replace(found, reading=reading, layers=layers)
