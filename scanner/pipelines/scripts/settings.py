"""Settings of package managers: variables that they take credentials from, and whether they switch a protection off.

Sources: npm's, Yarn's, pip's, uv's, NuGet's, Maven's, Gradle's and Cargo's references of their configuration files.
"""

from __future__ import annotations

import re

from scanner.pipelines.definition import Mention, Named
from scanner.pipelines.scripts.nouns import ScriptFile
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.registries import registry_fact
from scanner.pipelines.scripts.text import MOST, Lines, mentions

_NPMRC = re.compile(r"(?m)^[ \t]{0,16}+(?P<key>[^=#;\n]{1,512}+)=[ \t]{0,16}+(?P<value>[^\n]{0,1024}+)")
_YAML = re.compile(
    r"(?m)^[ \t]{0,16}+(?P<key>npmPublishProvenance|enableStrictSsl|enableScripts|npmPublishAccess|npmPublishRegistry|npmRegistryServer):[ \t]{0,16}+(?P<value>[^\n#]{1,512}+)"
)
_URL = re.compile(
    r"(?m)^[ \t]{0,16}+(?P<key>registry|publish-url|index-url|extra-index-url|index|repository|url)[ \t]{0,16}+=[ \t]{0,16}+[\"']?(?P<value>https?://[^\s\"']{1,512}+)"
)
_SWITCHES = {
    "provenance": "provenance",
    "ignore-scripts": "ignore-scripts",
    "strict-ssl": "strict-ssl",
    "access": "access",
    "npmPublishProvenance": "provenance",
    "enableStrictSsl": "strict-ssl",
    "npmPublishAccess": "access",
}
_VALUES = frozenset({"true", "false", "public", "restricted"})
_GRADLE = re.compile(
    r"(?m)^[ \t]{0,16}+(?P<key>signing\.(?:keyId|password|secretKeyRingFile|gnupg\.\w{1,64})|signingInMemoryKey\w{0,64}|mavenCentral(?:Username|Password)|\w{0,64}?(?:Username|Password|Token|ApiKey))[ \t]{0,16}+="
)


def _npmrc(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    return ScriptFile(file, "settings", mentions=mentions(lines), facts=_facts(lines, _NPMRC))


def _yarnrc(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    return ScriptFile(file, "settings", mentions=mentions(lines), facts=_facts(lines, _YAML))


def _ini(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    return ScriptFile(file, "settings", mentions=mentions(lines), facts=_facts(lines, _URL))


def _loose(file: str, data: bytes) -> ScriptFile:
    """Files that write variables as `%NAME%` or `${env.NAME}`."""
    lines = Lines(data)
    return ScriptFile(file, "settings", mentions=mentions(lines, is_env=True))


def _gradle(file: str, data: bytes) -> ScriptFile:
    """Properties that Gradle takes credentials from: each is a variable `ORG_GRADLE_PROJECT_…` elsewhere."""
    lines = Lines(data)
    found = tuple(
        Mention(match["key"], Named.VARIABLE, *lines.place(match.start("key"))) for match in list(_GRADLE.finditer(lines.text))[:MOST]
    )
    return ScriptFile(file, "settings", mentions=(*found, *mentions(lines)))


def _facts(lines: Lines, pattern: re.Pattern[str]) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for match in list(pattern.finditer(lines.text))[:MOST]:
        key, value = match["key"].strip(), match["value"].strip().strip("\"'")
        if key in _SWITCHES and value in _VALUES:
            found[_SWITCHES[key], value] = None
        elif key == "enableScripts" and value in _VALUES:
            found["ignore-scripts", "true" if value == "false" else "false"] = None
        elif key.endswith(("registry", "Registry", "RegistryServer", "-url", "index", "repository", "url")) and not value.startswith("$"):
            found[registry_fact(value)] = None
    return tuple(found)


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?s:(?:.{{0,4096}}/)?)(?:{pattern})")


READERS = (
    ScriptReader("settings", _named(r"\.npmrc"), _npmrc),
    ScriptReader("settings", _named(r"\.yarnrc\.yml"), _yarnrc),
    ScriptReader("settings", _named(r"\.pypirc|pip\.conf|pip\.ini|uv\.toml|\.cargo/config(?:\.toml)?"), _ini),
    ScriptReader("settings", _named(r"[Nn]u[Gg]et\.[Cc]onfig|(?:\.m2/|[\w.-]{0,64}-?)?settings\.xml"), _loose),
    ScriptReader("settings", _named(r"gradle\.properties"), _gradle),
)
