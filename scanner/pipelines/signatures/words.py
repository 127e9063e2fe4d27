"""The closed lists of words that rows of signatures choose from."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES = _words(
    """build test lint scan package sign attest publish release_page deploy approve notify chatops credential_setup unknown
    write_source trigger admin store_fetch local_cluster own_key"""
)
"""What a job does; and two that are no roles of it: `local_cluster` says that what it deploys to Kubernetes goes to a cluster of its own, `own_key` that it
makes the key itself with which it signs."""
PLATFORMS = _words(
    "github gitlab circleci azure bitbucket jenkins travis drone woodpecker buildkite appveyor cloudbuild codebuild google activestate"
)
"""`google` and `activestate` are issuers of identity tokens that some registries accept, and no CI systems."""
MARKS = frozenset({"primary", "secondary", "checked", "unchecked"})
TIERS = frozenset({"public", "private", "test"})
KEYLESS = frozenset({"", "always", "never"})
FAMILIES = _words(
    """hooks review ignored unsigned checks second_factor spill transport whole_store undone inherit app_token cache persisted elsewhere fork_code
    self_approve proven"""
)
TARGETS = _words(
    """npm jsr pypi crates rubygems nuget maven clojars gradle_plugins pub hex cocoapods luarocks opam hackage conda cpan packagist
    platformio particle espressif vscode openvsx container docker_hub ghcr quay gitlab_registry ecr gar acr chart github gitlab gitea forge
    homebrew winget chocolatey aur snap linux_packages app_store google_play desktop mobile file_host
    artifactory cloudsmith packagecloud sonar
    pages cloud aws gcp azure kubernetes terraform pulumi vercel cloudflare firebase netlify heroku
    slack discord telegram chat vault store gpg sigstore signing_service code_signing apple android"""
)
"""What a signature's `target` may be: registries, forges, clouds, chats, stores, and what signs."""
