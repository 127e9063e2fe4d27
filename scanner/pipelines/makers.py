"""Who makes an action, task or plugin: the platform itself, or somebody else; and what it is handed without anybody saying so."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAKERS = {
    "github": ("actions/", "github/"),
    "gitea": ("actions/",),
    "forgejo": ("actions/",),
    "circleci": ("circleci/",),
    "bitbucket": ("atlassian/",),
    "drone": ("plugins/",),
    "woodpecker": ("woodpeckerci/",),
    "cloudbuild": ("gcr.io/cloud-builders/",),
}
"""Whose names the platforms' own actions, orbs, pipes, plugins and builders begin with."""
_BUILT_IN = frozenset({"azure", "gitlab", "jenkins", "travis", "appveyor", "buildkite"})
"""Platforms on which what has no owner's name comes with the platform or its server."""
_PUSHES = frozenset({"images", "artifacts"})
"""Cloud Build's own way to push; any other name without an owner is an image there."""

_HANDED = frozenset(
    [
        "amannn/action-semantic-pull-request",
        "anchore/sbom-action",
        "anchore/scan-action",
        "aquasecurity/setup-trivy",
        "astral-sh/ruff-action",
        "astral-sh/setup-uv",
        "azure/setup-helm",
        "dependabot/fetch-metadata",
        "docker/bake-action",
        "docker/build-push-action",
        "docker/metadata-action",
        "dorny/paths-filter",
        "dorny/test-reporter",
        "endbug/add-and-commit",
        "enricomi/publish-unit-test-result-action",
        "extractions/setup-just",
        "golangci/golangci-lint-action",
        "googleapis/release-please-action",
        "gradle/actions/dependency-submission",
        "gradle/actions/setup-gradle",
        "hmarr/auto-approve-action",
        "jamesives/github-pages-deploy-action",
        "marocchino/sticky-pull-request-comment",
        "mikepenz/action-junit-report",
        "ncipollo/release-action",
        "oven-sh/setup-bun",
        "peter-evans/create-issue-from-file",
        "peter-evans/create-or-update-comment",
        "peter-evans/create-pull-request",
        "peter-evans/find-comment",
        "peter-evans/repository-dispatch",
        "pyo3/maturin-action",
        "release-drafter/release-drafter",
        "softprops/action-gh-release",
        "svenstaro/upload-release-action",
        "thollander/actions-comment-pull-request",
        "tj-actions/changed-files",
    ]
)
"""Actions one input of which is the token of the job unless somebody says otherwise, as their `action.yml` has it."""
_TOKEN_INPUT = re.compile(r"(?:(?:github|gh|repo)[-_])?token", re.IGNORECASE)


def is_handed_token(uses: str, inputs: Iterable[str]) -> bool:
    """Whether an action gets the token of the job by itself, where these of its inputs are set."""
    return uses.lower() in _HANDED and not any(map(_TOKEN_INPUT.fullmatch, inputs))


def is_of_platform(uses: str, platform: str) -> bool:
    """Whether an action, task or plugin is published by the maker of the platform itself."""
    if "/" in uses:
        return uses.lower().startswith(_MAKERS.get(platform, ()))
    return platform in _BUILT_IN or (platform == "cloudbuild" and uses in _PUSHES)
