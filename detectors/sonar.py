"""SonarQube and SonarQube Cloud tokens: `squ_` of a user, `sqp_` of a project, `sqa_` of a global analysis, each with 40 hexadecimal digits.

Tokens of before version 9.5, and those of the cloud, are the bare digits; they are read behind the names that scanners read. Source:
`SonarSource/sonarqube`, `TokenType` and `TokenGeneratorImpl`; the documentation of the scanners (`sonar.token`, `sonar.login`).

Near misses: `sqb_`, which a badge shows to everybody, bare digits without such a name, `sonar.login` with a user's name.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import AssignedDetector, Form, random
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_LAST = "Remove the copies that are left, from `sonar-project.properties` and logs of scans too"
_USER = Kind(
    id="sonar-user-token",
    title="SonarQube user token",
    provider="sonar",
    actions=frozenset({"read", "admin"}),
    rotate=(
        "Make a project analysis token with an end date where the token only analyses, and replace the copies that are in use",
        "Revoke the old token in the user's account under Security",
        "Look through the server's audit log for what was done as the user: source code and findings can be read with it",
        _LAST,
    ),
)
_PROJECT = Kind(
    id="sonar-project-token",
    title="SonarQube project analysis token",
    provider="sonar",
    actions=frozenset({"trigger"}),
    privilege=2,
    rotate=(
        "Make a new project analysis token with an end date, and replace the copies that are in use",
        "Revoke the old token in the account of its user under Security",
        "Look at the project's analyses for some that no pipeline made: they decide what a quality gate lets through",
        _LAST,
    ),
)
_GLOBAL = Kind(
    id="sonar-global-token",
    title="SonarQube global analysis token",
    provider="sonar",
    actions=frozenset({"trigger"}),
    rotate=(
        "Give each project a project analysis token of its own with an end date, and replace the copies that are in use",
        "Revoke the old token in the account of its user under Security",
        "Look at the analyses of all projects for some that no pipeline made: they decide what a quality gate lets through",
        _LAST,
    ),
)
_BARE = Kind(
    id="sonar-legacy-token",
    title="SonarQube token without a mark",
    provider="sonar",
    actions=frozenset({"read", "trigger", "admin"}),
    lifetime=Lifetime.STATIC,
    rotate=_USER.rotate,
)
_KINDS = {b"squ_": _USER, b"sqp_": _PROJECT, b"sqa_": _GLOBAL}

_PATTERN = rx(r"(?P<prefix> sq[upa]_) (?= (?P<body> [0-9a-f]{40}) )")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KINDS[match["prefix"]]) if random(match["body"]) else None


DETECTORS = (
    RegexDetector(
        id="sonar-token",
        title="SonarQube token",
        kinds=tuple(_KINDS.values()),
        anchors=tuple(Anchor(prefix, then=rb"[0-9a-f]{40}", encoded=False) for prefix in _KINDS),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 128),
    ),
    AssignedDetector(
        id="sonar-legacy-token",
        title="SonarQube token without a mark, by its name",
        forms=(
            Form(
                _BARE,
                r"[0-9a-f]{40}",
                names=(
                    "sonar (qube|cloud|source) (scanner|analysis|project|user|auth|access|api|gradle|maven) (auth|access|api) token",
                    "sonar (qube|cloud) (auth) login",
                ),
            ),
        ),
    ),
)
