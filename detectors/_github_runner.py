"""What lets a machine become a runner of GitHub Actions, and what tells a webhook that GitHub is calling.

A registration or remove token is 29 letters and digits of base32 and lives an hour; it stands behind the names and options that the
runner's own scripts have. A webhook's secret has no form at all. Sources: GitHub's documentation of self-hosted runners and of webhooks.
"""

from __future__ import annotations

from detectors._assigned import CLOSED, AssignedDetector, Form, Place
from scanner.contract import Confidence, Kind, Lifetime

_RUNNER = Kind(
    id="github-runner-token",
    title="GitHub Actions runner registration token",
    provider="github",
    actions=frozenset({"deploy", "trigger"}),
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Look through the runners of the repository or organization for one that nobody added, and remove it",
        "Let whatever registers runners ask for a new token each time, or use just-in-time runners",
        "Remove the copies; the token itself ends an hour after it was made",
    ),
)
_WEBHOOK = Kind(
    id="github-webhook-secret",
    title="GitHub webhook secret",
    provider="github",
    actions=frozenset({"trigger"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new random secret and let the receiver accept both for a moment",
        "Put the new one into the settings of the webhook or app at GitHub",
        "Let the receiver refuse the old one, and remove the copies",
        "Look through the receiver's log for deliveries that GitHub did not make",
    ),
)

_BASE32 = "[A-Z2-7]{29}"
_CLOSED_OR_COPIED = rf"(?: (?= Copied! ) | {CLOSED} )"
"""GitHub's page puts `Copied!` beside the command that its button copied, and who marks the whole page takes it along."""
_SCRIPT = r"(?: config | remove ) \. (?: sh | cmd ) [^\r\n]{0,300}? --token [ \t=]{1,4} [\"']?"

DETECTORS = (
    AssignedDetector(
        id="github-runner-token",
        title="GitHub Actions runner registration token",
        forms=(
            Form(
                _RUNNER,
                _BASE32,
                names=("runner token", "runner (registration) token", "github (actions) runner (registration) token", "registration token"),
                sought=("runner token", "runner (registration) token", "registration token"),
                places=(
                    Place(_SCRIPT, b"--token", then=r"[ \t=]{1,4}[\"']?", tail=_CLOSED_OR_COPIED),
                    Place(
                        r"\" token \" \s{0,4} : \s{0,4} \"",
                        b'"token"',
                        then=r"\s{0,4}:\s{0,4}\"",
                        tail=r"(?= \" \s{0,8} , \s{0,32} \" expires_at \" )",
                    ),
                ),
            ),
        ),
        reach=(512, 192),
    ),
    AssignedDetector(
        id="github-webhook-secret",
        title="GitHub webhook secret",
        forms=(
            Form(
                _WEBHOOK,
                "[0-9A-Za-z_!@#%^*+/=~.-]{16,64}",
                names=("github (app) webhook secret", "gh_webhook secret"),
                sought=("webhook secret",),
                confidence=Confidence.MEDIUM,
            ),
        ),
    ),
)
