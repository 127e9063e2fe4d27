"""Passwords of key stores in the files of Gradle, of Android's tools and of Cordova: `keystore.properties`, `build.gradle`, `build.json`.

A password is whatever stands in its place, so the name before it must be one of the names that these tools use, and begin its line, its
string or its argument. Sources: Android, "Sign your app" and the reference of `SigningConfig`; React Native, "Publishing to Google Play
Store"; Cordova, "Signing an app".
"""

from __future__ import annotations

import re

from detectors._guess import guessable
from detectors._offline import facts, plain_text
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_KIND = Kind(
    id="java-keystore-password",
    title="password of a Java key store",
    provider="signing",
    actions=frozenset({"sign"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Find every copy of the key store that the password is for: whoever has both can sign as you",
        "Where somebody may have both, ask for an upgrade of the signing key, or for a reset of the upload key where the store signs for you",
        "Change the passwords of the store and of its keys, and wherever else the same password is used",
        "Hand the new password to builds through a secret of the CI system, never through a file that is checked in",
        "Remove the copies",
    ),
)
_SHORTEST = 6
"""Characters of the shortest password that keytool takes."""
_NEAR = 512
_LONGEST_NAME = 128

_PATTERN = rx(r"""
    android\.injected\.signing\.(?: store | key )\.password = ["']? (?P<argument> [^\s"'$<]{1,128}+ )
  | (?: \A | (?<= [\r\n{,;] ) ) [ \t]{0,64} (?: def | val | export )? [ \t]{0,4} ["']?
    (?: (?: store | key )Password | [0-9A-Z_]{0,64}(?: STORE | KEY )_PASSWORD | KEYSTORE_PASSWORD )
    ["']? (?P<sign> [ \t]{0,16} [=:] [ \t]{0,16} | [ \t]{1,16} | \( )
    (?: " (?P<double> [^"\r\n]{1,128}+ ) " | ' (?P<single> [^'\r\n]{1,128}+ ) ' | (?P<bare> [^\s"'][^\r\n]{0,127}+ ) (?= [\r\n] | \Z ) )
""")
_GROUPS = ("argument", "double", "single", "bare")
_ALIAS = rx(
    r"""(?: keyAlias | _KEY_ALIAS | signing\.key\.alias | "alias" ) ["']? [ \t]{0,16} [=: (] [ \t]{0,16} ["']? (?P<value> [0-9A-Za-z_.@-]{1,128} ) ["'\s] """
)
_REFERENCE = rx(r"""
    .{0,64} (?: \$ [\{(A-Za-z_] | %[({A-Za-z_] | \{\{ | \}\} | @[A-Za-z_.]{1,64}@ ) .{0,128}
  | [<*\[{(!&@.] .{0,128} | .{0,128} [>*…] | [*x.…-]{1,128} | (?i: null | none | true | false )
  | .{0,64} (?: \w \( | \w \[ | \?: | \w\.\w{1,64}\( ) .{0,128} | (?: project | rootProject | props | System | secrets | env | vault | op ) [.:\[] .{0,128}
""")
_PUBLIC = frozenset({b"android", b"changeit", b"changeme", b"notasecret", b"storepass", b"keypass"})
"""What tools put there themselves, or everybody does."""
_IDENTIFIER = rx(r"[A-Za-z_]{1,128} (?: \. [A-Za-z_]{1,64} ){0,8} | [A-Z][0-9A-Z_]{1,128}")


def _judge(match: re.Match[bytes]) -> Reading | None:
    """Whatever stands in the place of a password, unless it only says where that is."""
    group = next(name for name in _GROUPS if match[name] is not None)
    value = match[group].rstrip()
    if len(value) < _SHORTEST or value.lower() in _PUBLIC or _REFERENCE.fullmatch(value):
        return None
    if group == "bare" and not _is_value(match, value):
        return None
    near = _ALIAS.search(match.string, max(0, match.start() - _NEAR), match.end() + _NEAR)
    return Reading(
        match.start(group),
        match.start(group) + len(value),
        _KIND.id,
        Secret(value),
        confidence=Confidence.MEDIUM,
        facts=facts(_KIND.lifetime),
        guessable=guessable(value),
        account=plain_text(near["value"], _LONGEST_NAME) if near else None,
    )


def _is_value(match: re.Match[bytes], value: bytes) -> bool:
    """Whether text without quotes is a value: in a file of properties, rather than in source, where it is a name or an expression."""
    sign = match["sign"]
    if b"=" not in sign or b" " in value or value.endswith((b",", b";", b")", b"\\")):
        return False
    return sign == b"=" or not _IDENTIFIER.fullmatch(value)


_THEN = rb"""["']?(?:[ \t]{0,16}[=:][ \t]{0,16}|[ \t]{1,16}|\()["']?[^ \t\r\n"'$<{=:(]{5}"""

PASSWORDS = RegexDetector(
    id="java-keystore-password",
    title="password of a Java key store",
    kinds=(_KIND,),
    anchors=(
        Anchor(b"storePassword", then=_THEN),
        Anchor(b"keyPassword", then=_THEN),
        Anchor(b"STORE_PASSWORD", then=_THEN, encoded=False),
        Anchor(b"_KEY_PASSWORD", then=_THEN, encoded=False),
        Anchor(b"android.injected.signing.", then=rb"(?:store|key)\.password=[^ \t\r\n$<]", encoded=False),
    ),
    pattern=_PATTERN,
    judge=_judge,
    reach=(192, 192),
)
