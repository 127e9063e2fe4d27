"""The kinds of GitLab's tokens, told by their prefixes, and what their bodies look like where those hold nothing but random characters.

Sources: GitLab's documentation ("Token overview", "Token prefixes") and its own list of patterns that it warns about in issues.
"""

from __future__ import annotations

from scanner.contract import Kind, Lifetime, Rx, rx
from scanner.records import dataclass

_SOURCE = frozenset({"read", "write_source", "publish", "approve", "deploy", "trigger"})

ACCESS = Kind(
    id="gitlab-access-token",
    title="GitLab access token",
    provider="gitlab",
    actions=_SOURCE | {"admin"},
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Where a pipeline uses it, give the job its own CI_JOB_TOKEN or an ID token instead, and the projects that it reads an allowlist",
        "Revoke the token under Access tokens, in the user's preferences or in the settings of its project or group",
        "Look through the audit events of the user, project or group for what was done with it",
        "Where a token is still needed, make one for a single project with the fewest scopes and an end date, and replace the copies",
    ),
)
LEGACY = Kind(
    id="gitlab-legacy-token",
    title="GitLab token (legacy)",
    provider="gitlab",
    actions=ACCESS.actions,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=ACCESS.rotate,
)
DEPLOY = Kind(
    id="gitlab-deploy-token",
    title="GitLab deploy token",
    provider="gitlab",
    actions=frozenset({"read", "publish"}),
    rotate=(
        "Make a new deploy token with an end date and only the scopes that its user needs",
        "Give it to the machines that pull or publish with the old one",
        "Revoke the old one in the settings of its project or group, under Repository, Deploy tokens",
        "Look at the packages and images of the project for versions that nobody made, and remove the copies",
    ),
)
FEED = Kind(
    id="gitlab-feed-token",
    title="GitLab feed token",
    provider="gitlab",
    actions=frozenset({"read"}),
    privilege=2,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Reset the feed token in the user's preferences, under Access tokens: all calendars and feeds of the user get new addresses",
        "Subscribe to the feeds again where they are still read",
        "Remove the copies",
    ),
)
FLAGS = Kind(
    id="gitlab-feature-flags-token",
    title="GitLab feature flags token",
    provider="gitlab",
    actions=frozenset({"read"}),
    privilege=1,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the instance ID of the project under Deploy, Feature flags, Configure",
        "Give the new one to the applications that read the flags",
        "Remove the copies",
    ),
)
SCIM = Kind(
    id="gitlab-scim-token",
    title="GitLab SCIM token",
    provider="gitlab",
    actions=frozenset({"read", "admin"}),
    privilege=5,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Reset the SCIM token in the settings of the group, under SAML SSO: the old one ends at once",
        "Enter the new one at the identity provider",
        "Look through the audit events of the group for members that nobody added",
        "Remove the copies",
    ),
)
RUNNER = Kind(
    id="gitlab-runner-token",
    title="GitLab runner token",
    provider="gitlab",
    actions=frozenset({"read", "deploy"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Reset the runner's authentication token, or delete the runner and register it anew",
        "Put the new token into the runner's config.toml, readable by its user only",
        "Look at the runner's jobs: whoever had the token could be handed jobs, with their variables",
        "Rotate the variables of jobs that ran elsewhere, and remove the copies",
    ),
)
REGISTRATION = Kind(
    id="gitlab-runner-registration-token",
    title="GitLab runner registration token",
    provider="gitlab",
    actions=frozenset({"read", "deploy"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Create runners in the interface or the API, which gives each its own token, and forbid registration tokens",
        "Reset the registration token of the instance, group or project",
        "Look through the list of runners for those that nobody knows, delete them, and rotate the variables of the jobs that they took",
        "Remove the copies",
    ),
)
JOB = Kind(
    id="gitlab-job-token",
    title="GitLab job token",
    provider="gitlab",
    actions=_SOURCE,
    privilege=2,
    lifetime=Lifetime.EPHEMERAL,
    rotate=(
        "Find out how the token left its job: it ends with the job, the leak does not",
        "If the job still runs, cancel it",
        "Remove the copies, from logs and artifacts too",
    ),
)
TRIGGER = Kind(
    id="gitlab-trigger-token",
    title="GitLab pipeline trigger token",
    provider="gitlab",
    actions=frozenset({"trigger"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Where another pipeline starts this one, use its CI_JOB_TOKEN or a multi-project pipeline instead",
        "Revoke the token in the settings of the project, under CI/CD, Pipeline trigger tokens",
        "Look through the project's pipelines for those that nobody triggered, and for variables that they were given",
        "Where a token is still needed, make one with an end date, and replace the copies",
    ),
)
OAUTH = Kind(
    id="gitlab-oauth-secret",
    title="GitLab OAuth application secret",
    provider="gitlab",
    actions=frozenset({"read", "write_source"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Renew the secret in the settings of the application: the old one ends at once",
        "Give the new one to the application, and to nothing else",
        "Look through the application's authorizations for those that no user made",
        "Remove the copies",
    ),
)
MAIL = Kind(
    id="gitlab-incoming-mail-token",
    title="GitLab incoming mail token",
    provider="gitlab",
    actions=frozenset({"write_source"}),
    privilege=2,
    assumed=False,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Reset the incoming email token in the user's preferences, under Access tokens",
        "Look through issues and merge requests for those that the user did not send",
        "Remove the copies",
    ),
)
AGENT = Kind(
    id="gitlab-agent-token",
    title="GitLab agent for Kubernetes token",
    provider="gitlab",
    actions=frozenset({"read", "deploy"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a second token for the agent under Operate, Kubernetes clusters, its name, Access tokens",
        "Put it into the secret that the agent in the cluster reads, and wait until it is connected",
        "Revoke the old one",
        "Look at the agent's connections for those from elsewhere, and remove the copies",
    ),
)
WORKSPACE = Kind(
    id="gitlab-workspace-token",
    title="GitLab workspace token",
    provider="gitlab",
    actions=frozenset({"read", "write_source"}),
    rotate=(
        "Terminate the workspace, and create a new one where it is still needed",
        "Look through the audit events of its user",
        "Remove the copies",
    ),
)


@dataclass(frozen=True, slots=True)
class Form:
    """What follows a prefix."""

    kind: Kind
    body: Rx | None
    """A body of random characters; None where a detector of its own reads it."""
    friendly: bool = False
    """Whether Devise's `friendly_token` makes the body, which writes other letters for `l`, `I`, `O` and `0`."""


_TWENTY = rx(r"[A-Za-z0-9_-]{20}")
_RUNNER = rx(r"(?: t[1-3]_ )? [A-Za-z0-9_-]{20}")  # the type of the runner: of the instance, a group, a project

FORMS = {
    b"glpat-": Form(ACCESS, _TWENTY, friendly=True),
    b"gldt-": Form(DEPLOY, _TWENTY, friendly=True),
    b"glft-": Form(FEED, rx(r"[A-Za-z0-9_-]{20} | [0-9a-f]{64}-[0-9]{1,18}")),  # one path's token: a keyed digest of it and a user's id
    b"glffct-": Form(FLAGS, _TWENTY, friendly=True),
    b"glsoat-": Form(SCIM, _TWENTY, friendly=True),
    b"glrt-": Form(RUNNER, _RUNNER, friendly=True),
    b"glrtr-": Form(RUNNER, _RUNNER, friendly=True),
    b"glcbt-": Form(JOB, None),
    b"glptt-": Form(TRIGGER, rx(r"[0-9a-f]{40}")),
    b"gloas-": Form(OAUTH, rx(r"[A-Za-z0-9_-]{64}")),
    b"glimt-": Form(MAIL, rx(r"[0-9a-z]{24,25}")),  # 128 bits in base 36
    b"glagent-": Form(AGENT, rx(r"[A-Za-z0-9_-]{50,72}"), friendly=True),
    b"glwt-": Form(WORKSPACE, _TWENTY),
    b"GR1348941": Form(REGISTRATION, _TWENTY, friendly=True),
}
