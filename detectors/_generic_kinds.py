"""The kinds of the generic tier, and what their readings have in common."""

from __future__ import annotations

from detectors._guess import guessable
from detectors._offline import facts, plain_text
from detectors._votes import outvoted
from scanner.contract import GENERIC, Confidence, Kind, Reading, Secret

_LONGEST_NAME = 128

_ACTIONS = frozenset({"read"})
"""What whoever holds it can do at least; nobody knows of more."""
_LOOK = "Find out what the value opens, from the code around it and from who wrote it"
_STORE = "Let the program read it from its environment or from a secret store, so that no copy has to lie in a file"
_COPIES = "Remove the copies"

SECRET = Kind(
    id="generic-secret",
    title="secret",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(_LOOK, "Make a new one there, and replace the copies that are in use", _STORE, "End the old one", _COPIES),
)
URL = Kind(
    id="url-password",
    title="password in a URL",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(
        "Change the password of the account at the server that the URL names, and wherever else the same password is used",
        _STORE,
        "Look through the server's logs for logins that nobody made",
        _COPIES,
    ),
)
BASIC = Kind(
    id="basic-auth-password",
    title="password of HTTP basic authentication",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(
        "Change the password of the account at the server that the request goes to, and wherever else the same password is used",
        _STORE,
        "Look through the server's logs for requests that nobody made",
        _COPIES,
    ),
)
BEARER = Kind(
    id="bearer-token",
    title="bearer token",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(
        "Find out from the address of the request who issued the token",
        "Revoke it there, and make a new one with an end date where something still needs it",
        _STORE,
        _COPIES,
    ),
)
QUERY = Kind(
    id="query-token",
    title="token in a URL's query",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(
        "Revoke the token at the server that the URL names, and make a new one where something still needs it",
        "Send it in a header: addresses end up in logs and histories",
        _COPIES,
    ),
)
CONNECTION = Kind(
    id="connection-string-password",
    title="password in a connection string",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(
        "Change the password or regenerate the key at the server that the string names, and replace the copies that are in use",
        _STORE,
        "Look through the server's logs for connections that nobody made",
        _COPIES,
    ),
)
LOGIN = Kind(
    id="login-password",
    title="password of an account",
    provider=GENERIC,
    actions=_ACTIONS,
    rotate=(
        "Find out from the code or the command around it which server the account is on",
        "Change the password of the account there, and wherever else the same password is used",
        _STORE,
        "Look through the server's logs for logins that nobody made",
        _COPIES,
    ),
)


def reading(
    span: tuple[int, int],
    kind: Kind,
    value: bytes,
    *,
    confidence: Confidence,
    account: bytes | None = None,
    service: bytes | None = None,
    steps: tuple[str, ...] = (),
) -> Reading | None:
    """What was found at `span`; None where the heuristics of detect-secrets know better. They are asked last, since they load slowly."""
    if outvoted(value):
        return None
    return Reading(
        *span,
        kind.id,
        Secret(value),
        confidence=confidence,
        facts=facts(kind.lifetime),
        steps=steps,
        guessable=guessable(value),
        account=plain_text(account, _LONGEST_NAME) if account else None,
        service=plain_text(service, _LONGEST_NAME).lower() if service else None,
        vague=True,
    )
