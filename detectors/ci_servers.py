"""Tokens of CI services that have no form of their own, or only a short mark: AppVeyor, Drone and Woodpecker.

AppVeyor: `v2.` of a user, and 20 lower-case letters and digits, bare for an account. Drone: 32 letters and digits of a user, 32
hexadecimal ones that its server and runners share. Woodpecker: a JWT of a user, whose signature only the server can check, and what its
server and agents share. Sources: the documentation of each; `harness/drone` and `woodpecker-ci/woodpecker`.

Near misses: version numbers that begin with `v2.`, encrypted values of `appveyor.yml` (`secure:`), `DRONE_COMMIT`, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place
from scanner.contract import Confidence, Kind, Lifetime

_ACTIONS = frozenset({"read", "deploy", "approve", "trigger", "admin"})
_APPVEYOR = Kind(
    id="appveyor-api-token",
    title="AppVeyor API token",
    provider="appveyor",
    actions=_ACTIONS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the key in AppVeyor under My profile, API Keys: that ends the old one",
        "Replace the copies that are in use",
        "Look at the builds and deployments that were started with it, and rotate the variables of the projects that it could read",
        "Remove the copies that are left",
    ),
)
_DRONE = Kind(
    id="drone-token",
    title="Drone user token",
    provider="drone",
    actions=_ACTIONS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Rotate the user's token in Drone, on the page of the account or as an administrator through the API: that ends the old one",
        "Replace the copies that are in use",
        "Look at the builds and promotions that were started as the user, and rotate the secrets of repositories that the user could change",
        "Remove the copies that are left",
    ),
)
_SHARED = Kind(
    id="ci-agent-secret",
    title="shared secret of Drone runners or Woodpecker agents",
    provider="drone",
    actions=frozenset({"read", "deploy"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new secret, and set it for the server and all runners or agents at once",
        "Start them again: the old secret ends with that",
        "Look through the list of runners for those that nobody knows, and rotate the secrets of jobs that they ran",
        "Remove the copies that are left, from compose files too",
    ),
)
_WOODPECKER = Kind(
    id="woodpecker-token",
    title="Woodpecker user token",
    provider="woodpecker",
    actions=_ACTIONS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Reset the user's token in Woodpecker under User settings, CLI and API: that ends the old one",
        "Replace the copies that are in use",
        "Look at the pipelines that were started as the user, and rotate the secrets of repositories that the user could change",
        "Remove the copies that are left",
    ),
)

DETECTORS = (
    AssignedDetector(
        id="ci-server-token",
        title="AppVeyor, Drone or Woodpecker token, by its name",
        forms=(
            Form(
                _APPVEYOR,
                r"v2\.[0-9a-z]{20}",
                names=("appveyor (api|auth|access|user|account) (api|access) token|key|apikey",),
                places=(
                    Place(
                        r"(?i: bearer ) [ ] ",
                        b"earer ",
                        tail=r"(?! [0-9A-Za-z_.-] )",
                    ),
                ),
                prefix="v2.",
                confidence=Confidence.HIGH,
            ),
            Form(_APPVEYOR, r"[0-9a-z]{20}", names=("appveyor (api|auth|access|user|account) (api|access) token|key|apikey",)),
            Form(_DRONE, r"[0-9A-Za-z]{32}", names=("drone (ci|user|admin|api|cli) token",), mixed=True),
            Form(
                _SHARED,
                r"[0-9a-f]{32}(?:[0-9a-f]{32})?",
                names=("drone (rpc|agent|cookie|shared) secret", "woodpecker (agent|rpc|grpc) secret"),
            ),
            Form(
                _WOODPECKER,
                r"eyJ[0-9A-Za-z_-]{10,64}\.eyJ[0-9A-Za-z_-]{20,120}\.[0-9A-Za-z_-]{43}",
                names=("woodpecker (ci|user|api) token",),
                begins=r"eyJ[0-9A-Za-z_-]{16}",
                prefix="eyJ",
                confidence=Confidence.HIGH,
            ),
        ),
    ),
)
