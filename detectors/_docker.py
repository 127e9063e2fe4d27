"""The kind that two modules know: a Docker Hub token in the form of before 2022, by its name and in Docker's own configuration."""

from __future__ import annotations

from scanner.contract import Kind, Lifetime

LEGACY = Kind(
    id="dockerhub-legacy-token",
    title="Docker Hub access token (legacy)",
    provider="docker",
    actions=frozenset({"read", "publish"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new token with no more than the access that is needed and an end date, and replace the copies that are in use",
        "Delete the old token in the Docker account under Account settings, Personal access tokens",
        "Look at the tags of the account's repositories and their times for pushes that nobody made; compare digests with what was built",
        "Remove the copies that are left, from image layers and from `~/.docker/config.json` too",
    ),
)
