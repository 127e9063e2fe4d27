"""Buildkite tokens: of users, agents, jobs, package registries and portals, told by their prefix.

Most hold the number of their organisation and random characters; those of jobs are JWTs, those of package registries messages that
Rails signed, which both name their end. None has a checksum that others could compute. Sources: Buildkite's documentation ("Token
security"), and the patterns that its agent redacts in logs. Older tokens are bare digits, read behind names that say Buildkite.

Near misses: names in snake case that begin alike, references, tokens that were cut off, bare digits such as `BUILDKITE_COMMIT`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode

from detectors import _edges, _jwt
from detectors._assigned import AssignedDetector, Form
from detectors._offline import facts, instant, json_value
from scanner.contract import Anchor, Check, Fact, Kind, Lifetime, Reading, RegexDetector, Secret, rx

_API = Kind(
    id="buildkite-api-token",
    title="Buildkite API token",
    provider="buildkite",
    actions=frozenset({"read", "deploy", "approve", "trigger", "admin"}),
    privilege=4,
    rotate=(
        "Make a new API access token in the user's settings, with an end date, the fewest scopes and allowed addresses",
        "Replace the copies that are in use",
        "Revoke the old one in the user's settings, or as an administrator in the API access audit of the organisation",
        "Look through the audit log and the builds for what was done with it",
    ),
)
_AGENT = Kind(
    id="buildkite-agent-token",
    title="Buildkite agent token",
    provider="buildkite",
    actions=frozenset({"read", "deploy"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new agent token for the cluster, bound to the addresses of its machines",
        "Put it into the configuration of the agents, and start them again",
        "Revoke the old one",
        "Look through the list of agents for those that nobody knows, and rotate the secrets of jobs that they ran",
    ),
)
_SESSION = Kind(
    id="buildkite-agent-session-token",
    title="Buildkite agent session token",
    provider="buildkite",
    actions=frozenset({"read", "deploy"}),
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Stop the agent: the token ends with it",
        "Find out how it left its machine, from where the agent token can leave too",
        "Remove the copies",
    ),
)
_JOB = Kind(
    id="buildkite-job-token",
    title="Buildkite job token",
    provider="buildkite",
    actions=frozenset({"read", "deploy", "trigger"}),
    privilege=2,
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Find out how the token left its job: it ends with the job, the leak does not",
        "If the job still runs, cancel it",
        "Remove the copies, from logs and artifacts too",
    ),
)
_PACKAGES = Kind(
    id="buildkite-packages-token",
    title="Buildkite packages token",
    provider="buildkite",
    actions=frozenset({"read", "publish"}),
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Let pipelines publish with an OIDC token, and make a new registry token where machines install packages",
        "Replace the copies that are in use",
        "Revoke the old one in the settings of the registry",
        "Look at the packages of the registry for versions that nobody made",
    ),
)
_PORTAL = Kind(
    id="buildkite-portal-token",
    title="Buildkite portal token",
    provider="buildkite",
    actions=frozenset({"read", "trigger"}),
    rotate=(
        "Make a new token or secret on the Security page of the portal",
        "Replace the copies that are in use",
        "Revoke the old one, and remove its copies",
        "Look at what the portal's operation was used for",
    ),
)

_KINDS = {
    b"bkua_": _API,
    b"bkct_": _AGENT,
    b"bkar_": _AGENT,
    b"bkaa_": _SESSION,
    b"bkaj_": _JOB,
    b"bkpt_": _PACKAGES,
    b"bkpat_": _PORTAL,
    b"bkps_": _PORTAL,
}
_BASE58 = "1-9A-HJ-NP-Za-km-z"
_TOKEN = rx(rf"""
    (?P<prefix> bk (?: ua | ct | ar | aa | aj | pt | pat | ps ) _ )
    (?= (?P<body>
        (?<= bkua_ ) (?: (?P<user> [0-9A-Za-z_-]{{2,14}} ) \. )? [0-9a-f]{{40}}
      | (?<= bk[ac][art]_ ) (?P<agent> [0-9A-Za-z_-]{{2,14}} ) \. [{_BASE58}]{{60,100}}+
      | (?<= bkaj_ ) (?P<header> e[A-Za-z0-9_-]{{8,511}}+ ) \. (?P<claims> e[A-Za-z0-9_-]{{8,4095}}+ ) \. [A-Za-z0-9_-]{{16,1024}}+ (?! \.[A-Za-z0-9_-] )
      | (?<= bkpt_ ) (?P<message> e[A-Za-z0-9_-]{{20,1024}}? ={{0,2}} ) -- [0-9a-f]{{40}}
      | (?<= bkpat_ ) (?P<portal> [0-9A-Za-z-]{{2,14}} ) _ [0-9a-f]{{40}}
      | (?<= bkps_ ) (?P<secret> [0-9A-Za-z-]{{2,14}} ) _ [0-9a-f]{{56,64}}+
    ) )
""")
_NUMBER = rx(r"[0-9]{1,10}")
_TIME = rx(r"(?P<second> [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2} ) (?: \.[0-9]{1,9} )? Z")


def _judge(match: re.Match[bytes]) -> Reading | None:
    text, start, end = match.string, match.start(), match.end("body")
    if not _edges.opens(text, start) or not _edges.closes(text, end):
        return None
    signed = match["claims"] or match["message"]
    said = _said(match) if signed else _organization(match)
    if said is None:
        return None
    kind = _KINDS[match["prefix"]]
    return Reading(
        start,
        end,
        kind.id,
        Secret(text[start:end]),
        check=Check.PASSED if signed else Check.NONE,
        prefix=match["prefix"].decode(),
        facts=facts(kind.lifetime) | {name: fact for name, fact in said.items() if fact is not None},
    )


def _organization(match: re.Match[bytes]) -> dict[str, Fact] | None:
    """The number of the organisation, which stands first, in base64; None where something else stands there."""
    coded = match["user"] or match["agent"] or match["portal"] or match["secret"]
    if coded is None:
        return {}
    number = _NUMBER.fullmatch(_decoded(coded))
    return {"organization_id": int(number[0])} if number else None


def _said(match: re.Match[bytes]) -> dict[str, Fact] | None:
    """What a JWT or a signed message says in public; None where it says nothing."""
    if match["claims"]:
        claims = _jwt.claims(match["header"], match["claims"])
        if claims is None:
            return None
        return {
            "issued_at": instant(claims.get("iat")),
            "expires_at": instant(claims.get("exp")),
            "organization": _jwt.text(claims, "organization_id"),
        }
    message = json_value(_decoded(match["message"].rstrip(b"=")))
    rails = message.get("_rails") if isinstance(message, dict) else None
    if not isinstance(rails, dict):
        return None
    end = _TIME.fullmatch((_jwt.text(rails, "exp") or "").encode())
    return {"expires_at": end["second"].decode() + "Z" if end else None}


def _decoded(coded: bytes) -> bytes:
    """What base64 for URLs spells; nothing where it is none."""
    try:
        return urlsafe_b64decode(coded + b"=" * (-len(coded) % 4))
    except ValueError:
        return b""


DETECTORS = (
    RegexDetector(
        id="buildkite-token",
        title="Buildkite token",
        kinds=tuple({kind.id: kind for kind in _KINDS.values()}.values()),
        anchors=tuple(Anchor(prefix, then=rb"[0-9A-Za-z_.-]{40}") for prefix in _KINDS),
        pattern=_TOKEN,
        judge=_judge,
        reach=(64, 6144),
    ),
    AssignedDetector(
        id="buildkite-legacy-token",
        title="Buildkite token, legacy, by its name",
        forms=(
            Form(_AGENT, r"(?:[0-9a-f]{50}|[0-9a-f]{40})", names=("buildkite agent (registration|cluster) token",)),
            Form(_SESSION, r"[0-9A-Za-z]{32}", names=("buildkite_agent_access token",)),
            Form(_API, r"[0-9a-f]{40}", names=("buildkite (org|user|graphql|rest) (api|access|auth) (access|api) token|key",)),
        ),
    ),
)
