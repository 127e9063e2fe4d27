"""The few facts that are taken from a repository's configuration: how objects are named, how refs are kept, where remotes are.

A bounded reader of our own for the syntax of git-config(1). Includes are not followed, conditions not evaluated, nothing is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scanner.records import dataclass, field

_SECTION = re.compile(r"""\[ \s{0,99} ([A-Za-z0-9.-]{1,100}) (?: \s{1,99} "((?:[^"\\\n]|\\.){0,1000})" )? \s{0,99} \]""", re.VERBOSE)
_VARIABLE = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,100})\s{0,99}+(?:=\s{0,99}+(.*))?")
_USER_INFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]{0,40}://)[^/]*@")
_PROJECT = re.compile(
    r"(?:(?!file:)[a-z][a-z0-9+.-]{0,20}://[^/]{1,255}/|[^/:]{1,255}:(?!/))(?:[^/]{1,100}/){0,20}?([^/]{1,100}/[^/]{1,100}?)(?:\.git)?/?"
)
"""An address on a forge, and what it calls the repository; no path of this machine."""
_REMOTES = 1000


@dataclass(frozen=True, slots=True)
class Facts:
    """What a configuration says about the repository."""

    algorithm: str = "sha1"
    """`sha1`, `sha256`, or whatever else it claims."""
    refs: str = "files"
    remotes: Mapping[str, str] = field(default_factory=dict)
    """Name to first URL, without user and password."""


def read_facts(raw: bytes) -> Facts:
    """The facts in the configuration file `raw`; the last word on each counts, as for git. Whatever is not understood is passed over."""
    algorithm, refs = "sha1", "files"
    remotes: dict[str, str] = {}
    for section, name, key, value in assignments(raw.decode("utf-8", "replace")):
        if (section, key) == ("extensions", "objectformat"):
            algorithm = value.lower()
        elif (section, key) == ("extensions", "refstorage"):
            refs = value.lower()
        elif (section, key) == ("remote", "url") and name and len(remotes) < _REMOTES:
            remotes.setdefault(name, without_user(value))
    return Facts(algorithm, refs, remotes)


def projects(remotes: Mapping[str, str]) -> tuple[str, ...]:
    """What forges call the repositories that remotes lead to: `owner/name`, in lower case, without regard to the host."""
    found = (_PROJECT.fullmatch(url.lower()) for url in remotes.values())
    return tuple(dict.fromkeys(match[1] for match in found if match))


def without_user(url: str) -> str:
    """`url` without what stands before the `@` of its authority."""
    return _USER_INFO.sub(r"\1", url)


def assignments(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Section, subsection, key (lower case) and value of every assignment."""
    section = name = ""
    for line in text.replace("\\\n", "").splitlines():
        rest = line.strip()
        if match := _SECTION.match(rest):
            section, name = match[1].lower(), re.sub(r"\\(.)", r"\1", match[2] or "")
            rest = rest[match.end() :].strip()
        if match := _VARIABLE.fullmatch(rest):
            yield section, name, match[1].lower(), _value(match[2] or "")


def _value(raw: str) -> str:
    """A value as git reads it: quotes taken off, comments dropped."""
    plain = []
    quoted = escaped = False
    for char in raw:
        if escaped:
            plain.append({"n": "\n", "t": "\t", "b": "\b"}.get(char, char))
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char in "#;" and not quoted:
            break
        else:
            plain.append(char)
    return "".join(plain).strip()
