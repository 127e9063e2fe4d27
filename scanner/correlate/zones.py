"""Which zone a place lies in, told from its path alone.

The files that CI systems read and the scripts that make releases are named in each system's own documentation; a path counts only
where that system would look for it.
"""

from __future__ import annotations

import re

from scanner.model import Zone


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE | re.DOTALL)


_CI_PATHS = _any_of(
    r"\.(?:github|gitea|forgejo)/workflows/[^/]{1,255}\.ya?ml",
    r"\.circleci/config\.ya?ml",
    r"\.azure/.{1,4096}",
    r"\.travis\.ya?ml",
    r"\.drone\.ya?ml",
    r"\.woodpecker(?:[^/]{0,255}\.ya?ml|/.{1,4096}\.ya?ml)",
    r"\.buildkite/pipeline[^/]{0,255}\.ya?ml",
    r"\.?appveyor\.ya?ml",
    r"bitbucket-pipelines\.ya?ml",
    r"vars/[^/]{1,255}\.groovy",
)
"""Read by their system at this one place of a repository."""

_CI_NAMES = _any_of(
    r"action\.ya?ml",
    r"[^/]{0,255}\.gitlab-ci\.ya?ml",
    r"\.?azure-pipelines[^/]{0,255}\.ya?ml",
    r"jenkinsfile[^/]{0,255}",
    r"cloudbuild[^/]{0,255}\.ya?ml",
    r"buildspec[^/]{0,255}\.ya?ml",
)
"""Read wherever a pipeline points at them."""

_RELEASE_NAMES = _any_of(
    r"(?:gnu)?makefile",
    r"\.?justfile",
    r"taskfile(?:\.dist)?\.ya?ml",
    r"rakefile",
    r"fastfile",
    r"earthfile",
    r"build\.gradle(?:\.kts)?",
    r"\.?goreleaser\.ya?ml",
    r"\.releaserc(?:\.[a-z]{1,5})?",
    r"\.release-it\.[a-z]{1,5}",
    r"(?:release|publish)[^/]{0,255}\.(?:sh|bash|zsh|ps1|bat|cmd)",
    r"(?:release|publish)(?:[-_][^/]{0,255})?\.(?:py|js|mjs|cjs|ts|rb|pl)",
)
_RELEASE_FOLDERS = _any_of(r"(?:scripts?|bin|tools|hack|ci)/(?:release|publish)[^/]{0,255}")
"""Scripts that make releases, by their documented or customary names, or by those of folder and file. Settings of package managers
are no scripts."""

_DEPLOYMENT_NAMES = _any_of(
    r"[^/]{0,255}\.tfstate[^/]{0,255}",
    r"[^/]{0,255}\.tfvars(?:\.json)?",
    r"(?:docker-)?compose[^/]{0,255}\.ya?ml",
    r"values[^/]{0,255}\.ya?ml",
    r"(?:[^/]{0,255}[-._])?secrets?(?:[-._][^/]{0,255})?\.ya?ml",
    r"local\.settings\.json",
    r"appsettings[^/]{0,255}\.json",
)

_IN_IMAGE = re.compile(r"(?:^|/)blobs/sha256/[0-9a-f]{64}(?:!/|$)|!/[0-9a-f]{64}(?:\.json$|/layer\.tar!/)")
"""Layers and configurations of container images: an OCI layout, and what `docker save` wrote before it wrote that."""

_DOTENV_NAMES = _any_of(
    r"\.env(?:rc|\.[^/]{1,255})?",
    r"[^/]{1,255}\.env",
    r"\.flaskenv",
    r"\.dev\.vars",
    r"\.(?:secrets|vars)",
    r"env\.sh",
    r"\.?[^/]{1,255}_history",
)
"""Variables for a shell or a program that is started from one, and what was typed."""

_KEY_NAMES = _any_of(
    r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:[-_.][^/]{0,255})?",
    r"ssh_host_[^/]{1,255}_key",
    r"[^/]{1,255}[-_.]key",
    r"[^/]{0,255}\.(?:pem|p8|p12|pfx|jks|jceks|bks|keystore|ppk|asc|gpg|pgp|kdbx|snk|pvk|jwk|key|age|keyring)(?:\.(?:bak|old|orig))?",
)
"""Names that people and tools give to keys and to containers of keys."""


def repository_zone(path: str, *, in_head: bool, in_worktree: bool, metadata: bool, message: bool) -> Zone:
    """The zone of a place in a repository. What a pipeline or a release runs counts as such only while it is still there."""
    if message:
        return Zone.REPO_HISTORY
    if metadata:
        return Zone.GIT_METADATA
    if not (in_head or in_worktree):
        return Zone.REPO_HISTORY
    name = path.rpartition("/")[2]
    if "!/" not in path:
        if _CI_PATHS.fullmatch(path) or _CI_NAMES.fullmatch(name):
            return Zone.CI_DEFINITION
        if _RELEASE_NAMES.fullmatch(name) or _RELEASE_FOLDERS.fullmatch("/".join(path.rsplit("/", 2)[-2:])):
            return Zone.RELEASE_SCRIPT
    return Zone.REPO_HEAD if in_head else Zone.WORKTREE


def folder_zone(path: str, member: str = "") -> Zone:
    """The zone of a file in a plain folder outside repositories, whose name says whether it describes a deployment.

    `member` is what leads on from there into an archive, with its `!/`: it says whether that is an image.
    """
    if _IN_IMAGE.search(path + member):
        return Zone.IMAGE_LAYER
    name = path.rpartition("/")[2]
    return Zone.DEPLOYMENT if _DEPLOYMENT_NAMES.fullmatch(name) else Zone.FOLDER


def export_zone(platform: str) -> Zone:
    """The zone of what an export says: what Docker says of images and containers travels with them."""
    return Zone.IMAGE_LAYER if platform == "docker" else Zone.CI_VARIABLE


def home_zone(path: str, member: str = "") -> Zone:
    """The zone of a file below a home that neither the catalogue nor a repository has; `member` is as for `folder_zone`.

    Keys and variables are those of whoever works there, wherever they lie; the rest is a folder's.
    """
    name = (path + member).rpartition("!/")[2].rpartition("/")[2]
    if _KEY_NAMES.fullmatch(name):
        return Zone.WORKSTATION_KEYSTORE
    return Zone.WORKSTATION_SHELL if _DOTENV_NAMES.fullmatch(name) else folder_zone(path, member)
