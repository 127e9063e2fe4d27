"""Where npm, Yarn and Bun keep what they send to a registry: how a key is given a value, and which registry and user it is for.

Sources: npm's documentation of `.npmrc`, `@npmcli/config` (a key is bound to a registry by `//host/path/:`), Yarn's documentation of
`.yarnrc.yml`, Bun's of `bunfig.toml`.
"""

from __future__ import annotations

import re

from scanner.contract import rx

_LONGEST_LINE = 512
_NEAR = 512

ASSIGNED = r"""
    ["']? (?P<sign> [ \t]{0,3} [=:] [ \t]{0,3} | [ \t]{1,3} | :? [\s,{]{1,24}+ ["']? (?i: value ) ["']? [ \t]{0,3} [=:] [ \t]{0,3} ) ["']?
    (?: \$\{ [A-Za-z_][0-9A-Za-z_]{0,63} :?- )?          # the default of a variable is literal
"""
THEN_ASSIGNED = (
    rb"""["']?(?:[ \t]{0,3}[=:][ \t]{0,3}|[ \t]{1,3}|:?[\s,{]{1,24}["']?[vV][aA][lL][uU][eE]["']?[ \t]{0,3}[=:][ \t]{0,3})"""
    rb"""["']?(?:\$\{[0-9A-Za-z_]{1,64}:?-)?"""
)
UUID = r"[0-9a-f]{8} (?: -[0-9a-f]{4}){3} -[0-9a-f]{12}"

_SET = rx(r"\b (?: set | setx | ENV ) [ \t]{1,4} [^\s]{0,256} \Z")
"""What stands before a key and a value that no sign joins, as in `npm config set KEY VALUE`."""
_REGISTRY = rx(
    r"// (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{0,252}) (?: : [0-9]{1,5})? (?: / [^\s\"'=]{0,255} )? :_ [A-Za-z]{0,10} [\"']? [ \t]{0,3} [=:]? [ \t]{0,3} [\"']? \Z"
)
"""A key that is bound to a registry, up to its value."""
_YARN_REGISTRY = rx(r"// (?P<host> [0-9A-Za-z][0-9A-Za-z.-]{0,252}) [^\s\"']{0,255}+ [\"']? (?: (?<= :) | :)? [ \t]{0,3} \r?\n")
"""A registry at the end of a line of YAML, as a key or as the value of `npmRegistryServer`."""
_BELOW = rx(r"(?: [ \t]{1,64}+ [^\r\n]{0,255}+ \r?\n ){0,3} [ \t]{1,64} [\"']? npmAuth(?: Token | Ident ) [\"']? : [^\r\n]{0,255} \Z")
"""The lines of YAML between a registry and a value that belongs to it."""
_USERNAME = rx(r"username [\"']? [ \t]{0,3} [=:] [ \t]{0,3} [\"']? (?P<user> [^\s\"'$%<>{}]{1,128}) [\"']? [ \t,]{0,8}")
_REFERENCE = rx(r"« .{0,255} » | \$ [{(A-Za-z_] .{0,255} | % [A-Za-z_]{1,64} % | \{\{ .{0,255} | < .{0,255} > | process\.env .{0,255}")
_HERE = rx(r"localhost | 127\. [0-9.]{5,11} | 0\.0\.0\.0")
_NOWHERE = rx(r"(?: .{0,253} \. )? (?: test | invalid | example (?: \. (?: com | net | org ) )? )")
"""Names that no host has (RFC 2606)."""


def is_reference(value: bytes) -> bool:
    """Whether a value only says where the secret is."""
    return _REFERENCE.fullmatch(value) is not None


def is_assigned(match: re.Match[bytes]) -> bool:
    """Whether the key is given this value: by a sign, or as arguments of a command."""
    if match["sign"].strip():
        return True
    return _SET.search(match.string, max(0, match.start() - _LONGEST_LINE), match.start()) is not None


def service(text: bytes, start: int) -> str | None:
    """The host of the registry that the value at `start` is for: its key is bound to it, or belongs to it in Yarn's file."""
    line = line_start(text, start)
    slashes = text.rfind(b"//", line, start)
    match = _REGISTRY.match(text, slashes, start) if slashes >= 0 else _above(text, start)
    return match["host"].decode().lower() if match else None


def username(text: bytes, start: int, end: int) -> bytes | None:
    """The user name beside a password: the part of the line before `start`, and `username`, begin another line nearby."""
    line = line_start(text, start)
    bound = max(text[line:start].strip().split(), default=b"", key=len).rsplit(b'"')[-1].rsplit(b"'")[-1]
    for other in text[max(0, line - _NEAR) : end + _NEAR].splitlines():
        key = other.strip()
        match = _USERNAME.fullmatch(key[len(bound) :]) if key.startswith(bound) else None
        if match is not None:
            return match["user"]
    return None


def line_start(text: bytes, at: int) -> int:
    """Where the line of `at` begins, or as much of it as is looked at."""
    earliest = max(0, at - _LONGEST_LINE)
    return max(text.rfind(b"\n", earliest, at) + 1, earliest)


def unreal(host: str | None) -> str | None:
    """Why a token for this registry opens nothing: the registry is on the machine itself, or nowhere."""
    if host is None:
        return None
    if _HERE.fullmatch(host.encode()):
        return "its registry is the machine itself"
    return "its registry cannot exist" if _NOWHERE.fullmatch(host.encode()) else None


def _above(text: bytes, start: int) -> re.Match[bytes] | None:
    """The registry of one of the lines above, whose indented lines the value is in."""
    last = max(_YARN_REGISTRY.finditer(text, max(0, start - _NEAR), start), key=re.Match.start, default=None)
    return last if last and _BELOW.match(text, last.end(), start) else None
