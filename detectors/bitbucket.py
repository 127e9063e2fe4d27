"""Bitbucket credentials: app passwords (`ATBB`), access tokens of repositories, projects and workspaces (`ATCTT3xFfGN0`), Data Center tokens.

The last 8 digits of an app password and what follows the `=` of an access token look like a CRC-32, which Atlassian does not document; so
nothing is computed. Data Center's tokens are `BBDC-` and 44 characters of base64, or that base64 alone behind a name. Source: Atlassian's
staff on the prefixes in its community forum, the documentation of access tokens and of HTTP access tokens.

Near misses: an access token without its tail, words that begin with `ATBB`, ids of workspaces, `{uuid}` of repositories, references.
"""

from __future__ import annotations

import re

from detectors import _issued
from detectors._assigned import AssignedDetector, Form
from detectors._letters import mixed
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, rx

_ACTIONS = frozenset({"read", "write_source", "approve", "deploy", "trigger", "admin"})
_APP = Kind(
    id="bitbucket-app-password",
    title="Bitbucket app password",
    provider="bitbucket",
    actions=_ACTIONS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make an access token of the one repository, or an API token with scopes and an end date, and put it where the password is used",
        "Revoke the app password in the account under Personal settings, App passwords: Atlassian ends all of them in any case",
        "Look at the pushes, pipelines and variables of the account's repositories for what nobody did",
        "Remove the copies that are left, from remotes in `.git/config` too",
    ),
)
_ACCESS = Kind(
    id="bitbucket-access-token",
    title="Bitbucket access token",
    provider="bitbucket",
    actions=_ACTIONS,
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Make a new access token with the fewest scopes and an end date, and replace the copies that are in use",
        "Revoke the old one in the settings of its repository, project or workspace under Access tokens",
        "Look at the pushes, pipelines and pull requests made by the token, which has a name of its own, for what nobody did",
        "Remove the copies that are left, from remotes in `.git/config` too",
    ),
)
_SERVER = Kind(
    id="bitbucket-server-token",
    title="Bitbucket Data Center access token",
    provider="bitbucket",
    actions=_ACTIONS,
    privilege=4,
    rotate=(
        "Make a new HTTP access token for the one repository or project with an end date, and replace the copies that are in use",
        "Revoke the old one where it was made: in the account, the project or the repository under HTTP access tokens",
        "Look through the server's audit log for what was done with it",
        "Remove the copies that are left, from remotes in `.git/config` too",
    ),
)
_KINDS = {b"ATBB": _APP, b"ATCTT3xFfGN0": _ACCESS, b"BBDC-": _SERVER}

_PATTERN = rx(r"""
    (?P<prefix> ATBB | ATCTT3xFfGN0 | BBDC- )
    (?= (?P<body>
        (?<= ATBB ) [0-9A-Za-z]{32}
      | (?<= ATCTT3xFfGN0 ) [0-9A-Za-z_-]{140,220}+ = [0-9A-F]{8}
      | (?<= BBDC- ) [0-9A-Za-z+/]{44}
    ) )
""")


def _judge(match: re.Match[bytes]) -> Reading | None:
    return _issued.token(match, _KINDS[match["prefix"]]) if mixed(match["body"]) else None


DETECTORS = (
    RegexDetector(
        id="bitbucket-token",
        title="Bitbucket token",
        kinds=tuple(_KINDS.values()),
        anchors=(
            Anchor(b"ATBB", then=rb"[0-9A-Za-z]{32}", encoded=False),
            Anchor(b"ATCTT3xFfGN0", then=rb"[0-9A-Za-z_-]{64}"),
            Anchor(b"BBDC-", then=rb"[0-9A-Za-z+/]{44}", encoded=False),
        ),
        pattern=_PATTERN,
        judge=_judge,
        reach=(64, 320),
    ),
    AssignedDetector(
        id="bitbucket-legacy-password",
        title="Bitbucket app password or token without a mark, by its name",
        forms=(
            Form(
                _APP,
                r"[0-9A-Za-z]{20}",
                names=("bitbucket (cloud) (app) password|pass|pat", "bitbucket (cloud) app (api) key|token"),
                mixed=True,
            ),
            Form(
                _SERVER,
                r"[MNO][A-Za-z0-9][A-Za-z0-9+/]{42}",
                names=("bitbucket (server|dc|data_center|http|access|api|stash) (http|access|api) token|pat|password",),
                mixed=True,
            ),
        ),
    ),
)
