"""Which format a file is in, and whose file it is: by name first, then by content."""

from __future__ import annotations

import re
from enum import Enum, auto

from scanner.sources.fields.outline import LARGEST


class Format(Enum):
    """How a file says what its values are called."""

    LINES = auto()
    """Anything: shells, code, prose. The words before a value on its line name it."""
    FLAT = auto()
    """`key = value` lines: npmrc, properties, dotenv."""
    INI = auto()
    """Sections of such lines."""
    TOML = auto()
    GIT = auto()
    """git's own dialect: `[section "subsection"]`."""
    NETRC = auto()
    NUGET = auto()
    """NuGet's own XML."""
    YAML = auto()
    JSON = auto()
    XML = auto()
    UNIT = auto()
    """systemd's sections: variables in the words of a setting."""
    SVN = auto()
    """Subversion's dump of a hash."""
    REG = auto()
    """An export of Windows' registry."""
    ERLANG = auto()
    HCL = auto()
    """HashiCorp's language."""
    KEYRING = auto()
    """The file of Python's keyring."""


_NAMED: tuple[tuple[str, Format, str | None], ...] = (
    (".npmrc", Format.FLAT, "npm"),
    ("npmrc", Format.FLAT, "npm"),
    ("pnpm/rc", Format.FLAT, "pnpm"),
    ("pnpm/auth.ini", Format.FLAT, "pnpm"),
    ("pnpm/config/rc", Format.FLAT, "pnpm"),
    ("pnpm/config/auth.ini", Format.FLAT, "pnpm"),
    ("pnpm/config.yaml", Format.YAML, "pnpm"),
    (".yarnrc.yml", Format.YAML, "yarn"),
    (".yarnrc", Format.LINES, "yarn"),
    (".pypirc", Format.INI, "pip"),
    ("bunfig.toml", Format.TOML, "bun"),
    ("pip.conf", Format.INI, "pip"),
    ("pip.ini", Format.INI, "pip"),
    ("uv/credentials/credentials.toml", Format.TOML, "uv"),
    ("uv/uv.toml", Format.TOML, "uv"),
    ("pypoetry/auth.toml", Format.TOML, "poetry"),
    ("pypoetry/config.toml", Format.TOML, "poetry"),
    ("pdm/config.toml", Format.TOML, "pdm"),
    ("hatch/config.toml", Format.TOML, "hatch"),
    ("pipfile", Format.TOML, None),
    ("pipfile.lock", Format.JSON, None),
    ("poetry.lock", Format.TOML, None),
    ("uv.lock", Format.TOML, None),
    ("composer.lock", Format.JSON, None),
    (".netrc", Format.NETRC, "netrc"),
    ("_netrc", Format.NETRC, "netrc"),
    (".authinfo", Format.NETRC, "netrc"),
    (".git-credentials", Format.LINES, "git"),
    ("git/credentials", Format.LINES, "git"),
    (".gitconfig", Format.GIT, "git"),
    (".gitmodules", Format.GIT, "git"),
    ("git/config", Format.GIT, "git"),
    (".git/config", Format.GIT, "git"),
    ("config.worktree", Format.GIT, "git"),
    ("gh/hosts.yml", Format.YAML, "gh"),
    ("github cli/hosts.yml", Format.YAML, "gh"),
    (".config/hub", Format.YAML, "hub"),
    ("github-copilot/apps.json", Format.JSON, "copilot"),
    ("github-copilot/hosts.json", Format.JSON, "copilot"),
    ("glab-cli/config.yml", Format.YAML, "glab"),
    ("tea/config.yml", Format.YAML, "tea"),
    (".rye/credentials", Format.TOML, "rye"),
    ("hex/hex.config", Format.ERLANG, "hex"),
    (".hex/hex.config", Format.ERLANG, "hex"),
    ("credentials.tfrc.json", Format.JSON, "terraform"),
    (".terraformrc", Format.HCL, "terraform"),
    ("terraform.rc", Format.HCL, "terraform"),
    (".tofurc", Format.HCL, "terraform"),
    ("tofu.rc", Format.HCL, "terraform"),
    ("winscp.ini", Format.INI, "winscp"),
    (".sbt/.credentials", Format.FLAT, "sbt"),
    (".sbt/credentials", Format.FLAT, "sbt"),
    (".ivy2/.credentials", Format.FLAT, "ivy"),
    (".ivy2/credentials", Format.FLAT, "ivy"),
    (".azure/tokencache.dat", Format.JSON, "azure"),
    ("sccache/config", Format.TOML, "sccache"),
    ("mozilla.sccache/config", Format.TOML, "sccache"),
    ("sccache/config/config", Format.TOML, "sccache"),
    ("c.pwd", Format.YAML, "jetbrains"),
    ("keyring_pass.cfg", Format.KEYRING, "keyring"),
    ("secure_storage", Format.FLAT, "eclipse"),
    (".composer/auth.json", Format.JSON, "composer"),
    ("composer/auth.json", Format.JSON, "composer"),
    ("containers/auth.json", Format.JSON, "docker"),
    (".m2/settings.xml", Format.XML, "maven"),
    (".m2/settings-security.xml", Format.XML, "maven"),
    ("nuget.config", Format.NUGET, "nuget"),
    (".docker/config.json", Format.JSON, "docker"),
    (".dockercfg", Format.JSON, "docker"),
    (".dockerconfigjson", Format.JSON, "docker"),
    (".cargo/credentials", Format.TOML, "cargo"),
    (".cargo/credentials.toml", Format.TOML, "cargo"),
    (".cargo/config", Format.TOML, "cargo"),
    (".cargo/config.toml", Format.TOML, "cargo"),
    (".gem/credentials", Format.YAML, "gem"),
    ("gem/credentials", Format.YAML, "gem"),
    (".bundle/config", Format.YAML, "gem"),
    ("fish_variables", Format.LINES, "shell"),
    *(
        (name, Format.LINES, "shell")
        for name in (
            ".profile",
            ".bash_profile",
            ".bashrc",
            ".bash_login",
            ".bash_logout",
            ".bash_aliases",
            ".bash_history",
            ".sh_history",
            ".ksh_history",
            ".zshrc",
            ".zshenv",
            ".zprofile",
            ".zlogin",
            ".zlogout",
            ".zsh_history",
            ".zhistory",
            ".histfile",
            ".kshrc",
            ".cshrc",
            ".tcshrc",
            ".envrc",
            "fish_history",
            "config.fish",
            "consolehost_history.txt",
        )
    ),
)
"""Last names of paths, lower case, with the format and the tool that they stand for."""

_PLACED = (
    (re.compile(r"(?:^|/)\.?subversion/auth/svn\.[\w.-]{1,64}/[^/]+$"), Format.SVN, "svn"),
    (re.compile(r"^(?!(?:.*/)?dbus-1/).*\.(?:service|socket|mount|swap|timer)(?:\.d/[^/]+\.conf)?$"), Format.UNIT, "systemd"),
    (re.compile(r"(?:^|/)systemd/(?:user|system)(?:/[^/]+\.d/[^/]+)?\.conf$"), Format.UNIT, "systemd"),
)
"""Sorts of places, in lower case, likewise. D-Bus calls its own files services, too."""

_FOLDERS = ((".ssh", "ssh"), (".gnupg", "gnupg"), ("systemd", "systemd"))

_SUFFIXES = {
    "yml": Format.YAML,
    "yaml": Format.YAML,
    "json": Format.JSON,
    "json5": Format.JSON,
    "jsonc": Format.JSON,
    "jsonl": Format.JSON,
    "ndjson": Format.JSON,
    "ipynb": Format.JSON,
    "har": Format.JSON,
    "tfstate": Format.JSON,
    "webmanifest": Format.JSON,
    "map": Format.JSON,
    **dict.fromkeys(("xml", "plist", "csproj", "props", "targets", "pom", "ivy", "resx"), Format.XML),
    "toml": Format.TOML,
    "ini": Format.INI,
    "cfg": Format.INI,
    "cnf": Format.INI,
    "properties": Format.FLAT,
    "env": Format.FLAT,
    "reg": Format.REG,
    **dict.fromkeys(("hcl", "tf", "tfvars", "nomad"), Format.HCL),
}

_LEFT_BEHIND = re.compile(
    r"(?:~|\.(?:bak|backup|old|orig|save|saved|tmp|swp|new|copy|dist|sample|example|template|tmpl|disabled|[0-9]{1,8}))$"
)
_DOTENV = re.compile(r"(?:^|/)\.env(?:\.[\w.-]{1,32})?$")
_GIT_MODULE = re.compile(r"(?:^|/)\.git/(?:modules|worktrees)/.{1,1024}/config$")
_SILENT = frozenset({"txt", "conf", "config", "rc", "in", "j2"})
"""Suffixes that do not say what a file is."""

_SNIFFED = 4_096
_JSON_START = re.compile(rb"\{|\[[ \t]{0,64}(?:[\[{\"\]0-9]|$)")
_NETRC_START = re.compile(rb"machine[ \t]{1,16}\S|default[ \t]{1,16}login\b")
_GIT_START = re.compile(rb"\[[\w.-]{1,64}[ \t]{1,8}\"")
_SECTION_START = re.compile(rb"\[{1,2}[^\[\]]{1,256}\]{1,2}$")
_YAML_START = re.compile(rb"---(?:[ \t]|$)|%YAML|(?:- )?[\"']?[A-Za-z_.:/][^\s:\"'={]{0,128}[\"']?:(?:[ ]|$)")
_XML_START = re.compile(rb"<\?xml[ \t]")
_REG_START = re.compile(rb"(?:Windows Registry Editor Version [0-9.]{1,8}|REGEDIT4)$")
_STARTS = (
    (_XML_START, Format.XML),
    (_REG_START, Format.REG),
    (_JSON_START, Format.JSON),
    (_NETRC_START, Format.NETRC),
    (_GIT_START, Format.GIT),
    (_SECTION_START, Format.INI),
    (_YAML_START, Format.YAML),
)
"""How the first line that is no comment begins."""


def tool_of(path: str) -> str | None:
    """Whose file `path` is, if a tool is known for it."""
    known = _known(_plain_name(path))
    if known is not None:
        return known[1]
    folders = path.lower().split("/")[:-1]
    return next((tool for folder, tool in _FOLDERS if folder in folders), None)


def format_of(path: str, text: bytes) -> Format:
    """The format of `text`, which lies in a file called `path`; `path` may be empty or say nothing."""
    if len(text) > LARGEST:
        return Format.LINES
    name = _plain_name(path)
    known = _known(name)
    if known is not None:
        return known[0]
    if _DOTENV.search(name):
        return Format.FLAT
    if _GIT_MODULE.search(name):
        return Format.GIT
    stem, _, suffix = name.rpartition("/")[2].rpartition(".")
    if not stem or suffix in _SILENT:
        return _sniffed(text[:_SNIFFED])
    return _SUFFIXES.get(suffix, Format.LINES)


def _plain_name(path: str) -> str:
    """The path in lower case, without what editors and people append to the names of copies."""
    name = path.lower().rpartition("!/")[2]
    return _LEFT_BEHIND.sub("", name)


def _known(name: str) -> tuple[Format, str | None] | None:
    anchored = f"/{name}"
    named = next(((format_, tool) for ending, format_, tool in _NAMED if anchored.endswith(f"/{ending}")), None)
    return named or next(((format_, tool) for place, format_, tool in _PLACED if place.search(name)), None)


def _sniffed(text: bytes) -> Format:
    lines = (line.strip() for line in text.removeprefix(b"\xef\xbb\xbf").splitlines())
    first = next((line for line in lines if line and not line.startswith((b"#", b";"))), b"")
    return next((found for start, found in _STARTS if start.match(first)), Format.LINES)
