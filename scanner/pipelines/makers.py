"""Who makes an action, task or plugin: the platform itself, or somebody else."""

from __future__ import annotations

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


def is_of_platform(uses: str, platform: str) -> bool:
    """Whether an action, task or plugin is published by the maker of the platform itself."""
    if "/" in uses:
        return uses.lower().startswith(_MAKERS.get(platform, ()))
    return platform in _BUILT_IN or (platform == "cloudbuild" and uses in _PUSHES)
