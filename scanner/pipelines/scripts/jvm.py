"""Maven's and Gradle's builds: what they publish and sign. Sources: the POM reference, Gradle's publishing and signing plugins.

A build of Gradle is a program, so it is read by pattern. Of a `pom.xml` elements are read with the standard library's parser; a document
that defines entities is refused, and so is one that is deep or large.
"""

from __future__ import annotations

import re
from itertools import islice
from xml.parsers import expat

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.scripts.nouns import ReleasePart, ScriptFile
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.registries import registry_fact
from scanner.pipelines.scripts.text import LARGEST, MOST, Lines, mentions

_DEEPEST = 100
_MOST_ELEMENTS = 100_000
_LONGEST = 4_096
_PLUGINS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "maven-gpg-plugin": ("sign", None, ("MAVEN_GPG_PASSPHRASE", "MAVEN_GPG_KEY")),
    "sign-maven-plugin": ("sign", None, ("SIGN_KEY", "SIGN_KEY_PASS")),
    "central-publishing-maven-plugin": ("publish", "maven", ("MAVEN_USERNAME", "MAVEN_PASSWORD")),
    "nexus-staging-maven-plugin": ("publish", "maven", ("MAVEN_USERNAME", "MAVEN_PASSWORD")),
    "jreleaser-maven-plugin": ("publish", "maven", ("JRELEASER_GITHUB_TOKEN",)),
    "jib-maven-plugin": ("publish", "container", ()),
}


class _Pom:
    """The state of one document."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._open: list[str] = []
        self._text: list[str] = []
        self._count = 0
        self.parts: list[ReleasePart] = []
        self.facts: dict[tuple[str, str], None] = {}

    def doctype(self, *_: object) -> None:
        """No document of Maven has one."""
        raise UnreadableError(Reason.MALFORMED, "a document type, which no pom has")

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST_ELEMENTS:
            raise UnreadableError(Reason.TOO_DEEP, f"more than {_DEEPEST} levels or {_MOST_ELEMENTS} elements")
        self._open.append(tag)
        self._text = []
        if tag == "distributionManagement":
            self._part("publish", "maven", "distributionManagement", ())

    def characters(self, text: str) -> None:
        """Text of the element that is open."""
        if len(self._text) < _LONGEST:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        value = "".join(self._text).strip()[:_LONGEST]
        self._text = []
        self._open.pop()
        if tag == "artifactId" and self._open[-1:] == ["plugin"] and value in _PLUGINS:
            role, target, sinks = _PLUGINS[value]
            self._part(role, target, value, sinks)
        elif tag == "url" and self._open[-2:] == ["distributionManagement", "repository"]:
            self.facts[registry_fact(value)] = None

    def _part(self, role: str, target: str | None, evidence: str, sinks: tuple[str, ...]) -> None:
        if len(self.parts) < MOST:
            line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
            self.parts.append(ReleasePart(role, target, evidence, line, column, sinks))


def _maven(file: str, data: bytes) -> ScriptFile:
    if len(data) > LARGEST:
        raise UnreadableError(Reason.TOO_LARGE, f"more than {LARGEST} bytes")
    parser = expat.ParserCreate()
    pom = _Pom(parser)
    parser.StartDoctypeDeclHandler = pom.doctype
    parser.StartElementHandler = pom.start
    parser.CharacterDataHandler = pom.characters
    parser.EndElementHandler = pom.end
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadableError(Reason.MALFORMED, f"line {error.lineno}, column {error.offset + 1}: no XML") from None
    except (LookupError, ValueError):
        raise UnreadableError(Reason.MALFORMED, "an encoding that is not known") from None
    return ScriptFile(file, "maven", parts=tuple(pom.parts), mentions=mentions(Lines(data), is_env=True), facts=tuple(pom.facts))


_BLOCK = re.compile(
    r"""(?mx) ^ [ \t]{0,64}+ (?:
        (?P<publishing> publishing \s{0,16}+ \{ | mavenPublishing \s{0,16}+ \{ | nexusPublishing \s{0,16}+ \{ | gradlePlugin \s{0,16}+ \{ | uploadArchives \s{0,16}+ \{ )
      | (?P<signing> signing \s{0,16}+ \{ | signAllPublications \( | (?:extensions\.)?configure<SigningExtension> )
    )"""
)
_ENV = re.compile(
    r"System\.getenv\(?[ \t]{0,8}+\(?[\"']([A-Za-z_]\w{0,127}+)[\"']|environmentVariable\([\"']([A-Za-z_]\w{0,127}+)[\"']\)|System\.getenv\.([A-Za-z_]\w{0,127}+)"
)
_INCLUDED = re.compile(r"(?m)^[ \t]{0,64}+includeBuild[ \t]{0,8}+\(?[ \t]{0,8}+[\"']([\w./-]{1,200}+)[\"']")
"""Builds whose plugins the projects of one may apply."""
_MOST_INCLUDED = 20
_EVIDENCE = re.compile(r"[A-Za-z]{1,32}+")


def _gradle(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    parts: list[ReleasePart] = []
    named = tuple(dict.fromkeys(found[1] or found[2] or found[3] for found in list(_ENV.finditer(lines.text))[:MOST]))
    for found in list(_BLOCK.finditer(lines.text))[:MOST]:
        kind = found.lastgroup or ""
        at = found.start(kind)
        word = _EVIDENCE.match(lines.text, at)
        evidence = word[0] if word is not None else kind
        target = "gradle-plugin" if evidence == "gradlePlugin" else "maven"
        parts.append(
            ReleasePart(
                "publish" if kind == "publishing" else "sign", target if kind == "publishing" else None, evidence, *lines.place(at), named
            )
        )
    included = tuple(found[1] for found in islice(_INCLUDED.finditer(lines.text), _MOST_INCLUDED))
    return ScriptFile(file, "gradle", parts=tuple(parts), includes=included)


READERS = (
    ScriptReader("maven", re.compile(r"(?s:(?:.{0,4096}/)?)pom\.xml"), _maven),
    ScriptReader("gradle", re.compile(r"(?s:.{0,4096})\.gradle(?:\.kts)?"), _gradle),
)
