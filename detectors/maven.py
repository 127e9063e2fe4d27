"""Passwords of Maven repositories: what `settings.xml` holds for a server, and the user tokens of Maven Central in names and properties.

A user token of Sonatype's Central Portal or of its predecessor OSSRH is a pair: a short name and 30 to 64 characters of base64, of which
the second is the credential. A value in braces is encrypted with the master password of `settings-security.xml`, which in turn is
encrypted with a key that Maven publishes: both files together are as good as plain. Sources: Maven's guide to password encryption and
its reference of settings, Sonatype's documentation of Central, the documentation of Gradle's publishing plugins.

sbt, Ivy and Coursier have the same passwords in a call of `Credentials` or in lines of realm, host, user and password.

Near misses: `${env.NAME}`, an empty password, `<passphrase>`, `<password>` of other elements, a user's name, placeholders.
"""

from __future__ import annotations

import re
from base64 import b64decode

from detectors._assigned import AssignedDetector, Form, Place, random
from detectors._guess import guessable
from detectors._letters import mixed
from detectors._offline import facts, plain_text
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_LOOK = "Look at the versions of the namespace's components and their times for releases that nobody made"
_CENTRAL = Kind(
    id="maven-central-token",
    title="Maven Central user token",
    provider="maven",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Generate a new user token with an end date in the Central Portal's account, and replace the copies of both halves",
        "Revoke the old token in the same place; an OSSRH token ended with that service in 2025",
        _LOOK,
        "Remove the copies that are left, from `~/.m2/settings.xml` and `~/.gradle/gradle.properties` too",
    ),
)
_SERVER = Kind(
    id="maven-server-password",
    title="password of a Maven repository",
    provider="maven",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Change the password at the repository that the server's id stands for, and wherever else the same password is used",
        "Give machines a token of their own with an end date, and let `settings.xml` read it from the environment",
        _LOOK,
        "Remove the copies",
    ),
)
_ENCRYPTED = Kind(
    id="maven-encrypted-password",
    title="encrypted password of a Maven repository",
    provider="maven",
    actions=frozenset({"read", "publish"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Find out whether `settings-security.xml` with the master password lies beside any copy: if so, take the password for known",
        "Change the password at the repository in that case",
        "Remove the copies that are where nobody needs them",
    ),
)
_MASTER = Kind(
    id="maven-master-password",
    title="Maven master password",
    provider="maven",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Take every password of the `settings.xml` beside it for known: the key that hides the master password is published",
        "Change those passwords at their repositories",
        "Make a new master password with `mvn --encrypt-master-password`, and encrypt the new passwords with it",
        "Remove the copies",
    ),
)

_VALUE = r"[0-9A-Za-z+/]{30,64}={0,2}"
_TEXT = r"(?: <!\[CDATA\[ (?P<cdata> [^\]\r\n]{1,256} ) \]\]> | (?P<text> [^<>\r\n]{1,512} ) )"
_ELEMENT = r"(?: <!-- [^<>]{0,256} --> \s{0,64} | < (?! /? (?: password | server | id | username ) \b ) [^<>]{1,64} > [^<>]{0,256} < / [A-Za-z]{1,32} > \s{0,64} ){0,4}"
_PATTERN = rx(rf"""
    <server> \s{{0,64}} {_ELEMENT}
        (?: <id> \s{{0,8}} (?P<id> [^<>\s]{{1,128}} ) \s{{0,8}} </id> \s{{0,64}} {_ELEMENT} )?
        (?: <username> \s{{0,8}} (?P<user> [^<>\r\n]{{0,128}}? ) \s{{0,8}} </username> \s{{0,64}} {_ELEMENT} )?
        <password> \s{{0,16}} {_TEXT} \s{{0,16}} </password>
        (?: \s{{0,64}} <id> \s{{0,8}} (?P<later> [^<>\s]{{1,128}} ) \s{{0,8}} </id> )?
  | <name> \s{{0,8}} (?i: authorization | private-token | deploy-token | job-token | x-jfrog-art-api ) \s{{0,8}} </name> \s{{0,32}}
        <value> \s{{0,8}} (?: (?i: bearer | token ) [ ] )? (?P<header> [^<>\s]{{8,512}} ) \s{{0,8}} </value>
  | <settingsSecurity [^<>]{{0,256}} > \s{{0,64}} (?: <!-- [^<>]{{0,256}} --> \s{{0,64}} )? <master> \s{{0,16}} (?P<master> [^<>\r\n]{{1,512}} ) </master>
""")
_HIDDEN = rx(r"(?: [^{}]{0,128} ) \{ (?P<coded> [0-9A-Za-z+/]{20,400}={0,2} ) \} (?: [^{}]{0,128} )")
_NO_VALUE = rx(r"""
    .{0,256} (?: \$\{ | \$[A-Z_]{2} | %[A-Za-z_]{2,64}% | \{\{ | @[A-Za-z_.]{2,64}@ ) .{0,512} | [*x.…-]{1,512} | \$\( .{0,512} | (?: secrets | env ) \. .{0,256}
  | (?i: (?: my | your | the | some | repo (?: sitory )? | server | nexus | user | deploy (?: ment )? | login | private | ) [ _.-]?
         (?: ( login )? [ _.-]? (?: password | passwd | pass | pwd | secret | token | api[ _.-]? key ) | changeit | changeme | change[ _-]me | none | null | todo | example ) [ _.-]? (?: here )? )
""")
_CENTRALS = rx(r"(?i: .{0,64} (?: ossrh | sonatype | maven-?central ) .{0,64} | central (?: -portal | -publishing | -snapshots )? )")
_LEAST_CODED = 32
_SHORTEST = 5
_LONGEST_NAME = 128


def _judge(match: re.Match[bytes]) -> Reading | None:
    """The password of a server, or the master password, unless it only says where that is."""
    group = next(name for name in ("master", "cdata", "text", "header") if match[name])
    value = match[group].strip()
    start = match.start(group) + len(match[group]) - len(match[group].lstrip())
    hidden = _HIDDEN.fullmatch(value)
    if hidden is not None:
        return _encrypted(match, hidden, start)
    if group == "master" or len(value) < _SHORTEST or _NO_VALUE.fullmatch(value) or value.startswith((b"{", b"<", b"[")):
        return None
    name = match["id"] or match["later"]
    token = re.fullmatch(_VALUE.encode(), value) is not None and mixed(value) and random(value)
    central = name is not None and token and _CENTRALS.fullmatch(name) is not None
    kind = _CENTRAL if central else _SERVER
    return Reading(
        start,
        start + len(value),
        kind.id,
        Secret(value),
        confidence=Confidence.HIGH if central else Confidence.MEDIUM,
        facts={**facts(kind.lifetime), **({"server": plain_text(name, _LONGEST_NAME)} if name else {})},
        guessable=not central and guessable(value),
        account=plain_text(match["user"], _LONGEST_NAME) if match["user"] else None,
    )


def _encrypted(match: re.Match[bytes], hidden: re.Match[bytes], offset: int) -> Reading | None:
    """What stands between braces, where it may be a ciphertext."""
    coded = hidden["coded"]
    if len(coded) % 4 or len(b64decode(coded)) < _LEAST_CODED or not random(coded):
        return None
    kind = _MASTER if match["master"] else _ENCRYPTED
    name = match["id"] or match["later"]
    return Reading(
        offset + hidden.start("coded"),
        offset + hidden.end("coded"),
        kind.id,
        Secret(coded),
        confidence=Confidence.MEDIUM if match["master"] else Confidence.LOW,
        facts={
            **facts(kind.lifetime, at_rest="scrambled" if match["master"] else "encrypted"),
            **({"server": plain_text(name, _LONGEST_NAME)} if name else {}),
        },
        account=plain_text(match["user"], _LONGEST_NAME) if match["user"] else None,
    )


_LINE = r"(?: [0-9A-Za-z_-]{1,32} \. )? (?: realm | host | user (?: name )? | auto | https-only ) [ \t]{0,3} [=:] [^\r\n]{0,128} \r?\n [ \t]{0,8}"
_BUILDS = rx(rf"""
    Credentials \( (?: \s{{0,16}} " [^"\r\n]{{0,128}} " \s{{0,3}} , )? \s{{0,16}} " (?P<host> [^"\r\n]{{1,128}} ) " \s{{0,3}} ,
        \s{{0,16}} " (?P<user> [^"\r\n]{{1,128}} ) " \s{{0,3}} , \s{{0,16}} " (?P<value> [^"<>\r\n]{{4,512}} ) " \s{{0,3}} ,? \s{{0,8}} \)
  | (?: \A | (?<= \n ) ) (?P<lines> (?: {_LINE} ){{2,6}} ) (?: [0-9A-Za-z_-]{{1,32}} \. )? password [ \t]{{0,3}} [=:] [ \t]{{0,3}} (?P<line> [^\s"'<>]{{4,512}} ) (?= \s | \Z )
  | UserToken [ ] (?P<pair> [0-9A-Za-z+/]{{40,160}}+ ={{0,2}} ) (?! [0-9A-Za-z+/=_-] )
""")
_SAID = rx(r"(?: \A | (?<= [\n.] ) ) (?P<name> host | user ) (?: name )? [ \t]{0,3} [=:] [ \t]{0,3} (?P<value> [^\s]{1,128} )")


def _of_a_build(match: re.Match[bytes]) -> Reading | None:
    """The password that sbt, Ivy or Coursier sends to a host, or that a header for the Central Portal has beside its name, in base64."""
    if match["pair"]:
        return _of_a_header(match)
    group = "value" if match["value"] else "line"
    value = match[group]
    if len(value) < _SHORTEST or _NO_VALUE.fullmatch(value) or value.startswith((b"{", b"[")):
        return None
    said = {one["name"]: one["value"] for one in _SAID.finditer(match["lines"] or b"")}
    host, user = match["host"] or said.get(b"host"), match["user"] or said.get(b"user")
    central = (
        host is not None and _CENTRALS.fullmatch(host) is not None and re.fullmatch(_VALUE.encode(), value) is not None and random(value)
    )
    kind = _CENTRAL if central else _SERVER
    return Reading(
        *match.span(group),
        kind.id,
        Secret(value),
        confidence=Confidence.HIGH if central else Confidence.MEDIUM,
        facts=facts(kind.lifetime),
        guessable=not central and guessable(value),
        account=plain_text(user, _LONGEST_NAME) if user else None,
        service=plain_text(host, _LONGEST_NAME) if host else None,
    )


def _of_a_header(match: re.Match[bytes]) -> Reading | None:
    try:
        name, _, value = b64decode(match["pair"]).partition(b":")
    except ValueError:
        return None
    if not name.isalnum() or re.fullmatch(_VALUE.encode(), value) is None or not random(value):
        return None
    return Reading(
        *match.span("pair"),
        _CENTRAL.id,
        Secret(value),
        facts=facts(_CENTRAL.lifetime),
        steps=("base64",),
        account=plain_text(name, _LONGEST_NAME),
    )


DETECTORS = (
    RegexDetector(
        id="maven-settings-password",
        title="password in Maven's settings",
        kinds=(_CENTRAL, _SERVER, _ENCRYPTED, _MASTER),
        anchors=(Anchor(b"<server>"), Anchor(b"<settingsSecurity", encoded=False)),
        pattern=_PATTERN,
        judge=_judge,
        reach=(16, 3072),
        words=(b"<password>", b"<master>", b"</value>"),
    ),
    RegexDetector(
        id="maven-build-password",
        title="password of a Maven repository for sbt, Ivy, Coursier or the Central Portal's API",
        kinds=(_CENTRAL, _SERVER),
        anchors=(
            Anchor(b"Credentials(", then=rb"\s{0,16}\"", encoded=False),
            Anchor(b"realm", then=rb"[ \t]{0,3}[=:][^\r\n]{1,100}\r?\n[^\r\n]{0,32}(?:host|user|pass)", encoded=False),
            Anchor(b"UserToken ", then=rb"[0-9A-Za-z+/]{40}", encoded=False),
        ),
        pattern=_BUILDS,
        judge=_of_a_build,
        reach=(512, 1024),
    ),
    AssignedDetector(
        id="maven-central-token",
        title="Maven Central user token, by its name",
        forms=(
            Form(
                _CENTRAL,
                _VALUE,
                mixed=True,
                names=(
                    "maven (repo|repository|publish|deploy) central (portal|publish|publishing|repo|repository|user|server) (token|auth) password|token|secret|pass",
                    "mavencentral (portal|user) (token) password|token|secret|pass",
                    "ossrh (jira|user|maven|nexus|sonatype|repo|repository) (token|auth) password|token|secret|pass",
                    "sonatype (central|nexus|ossrh|oss|portal|repo|repository|user) (portal) (token|auth) password|token|secret|pass",
                    "central_portal_ (user|publish) (token) password|token|secret",
                    "central_token_ password",
                    "jreleaser_mavencentral (sonatype|app) token|password",
                ),
                places=(
                    Place(
                        r"-P (?: mavenCentral | ossrh | sonatype ) Password = [\"']?",
                        b"Password=",
                        then=r"[\"']?",
                    ),
                ),
            ),
        ),
    ),
)
