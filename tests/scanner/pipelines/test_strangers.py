"""Actions that no table knows, by the credentials that they are handed."""

from __future__ import annotations

import pytest

from tests.scanner.policies.test_real_shapes import said
from tests.support.pipelines import WORKFLOW, jobs, roles, workflow

PASSWORD = "quay_io_password: '${{ secrets.quay_io_password }}'"  # noqa: S105 - the name of a slot


def _status(uses: str, name: str, given: str = PASSWORD, key: str = "with") -> str | None:
    text = workflow(f"{{uses: {uses}, {key}: {{{given}}}}}", top="on: {push: {branches: [main]}}").replace("  release:", f"  {name}:")
    return roles(jobs(text)[name]).get("publish")


@pytest.mark.parametrize("key", ["with", "env"])
@pytest.mark.parametrize(
    ("uses", "name", "expected"),
    [
        ("acme/ci/publish_main@v1", "one", "set"),
        ("acme/ci/main@v1", "publish", "set"),
        ("acme/ci/main@v1", "one", "suspected"),
        ("acme/setup-ci@v1", "one", None),
        ("acme/commitlint@v1", "one", None),
        ("actions/checkout@v4", "one", None),
        ("./tools/ship", "one", None),
    ],
)
def test_what_opens_a_registry_says_what_an_action_is_for(uses: str, name: str, expected: str | None, key: str) -> None:
    assert _status(uses, name, key=key) == expected


def test_an_action_that_is_named_for_it_publishes_without_a_gate_and_gets_the_credential() -> None:
    text = workflow(f"{{uses: acme/ci/publish_main@v1, with: {{{PASSWORD}}}}}")
    assert {"TB601", "TB207"} <= set(said({WORKFLOW: text}))


def test_a_page_at_a_registry_is_published_and_needs_neither_signature_nor_gate() -> None:
    text = workflow("{uses: peter-evans/dockerhub-description@v4, with: {username: acme, password: '${{ secrets.HUB }}'}}")
    assert roles(jobs(text)["release"])["publish"] == "set"
    assert not {"TB601", "TB505"} & set(said({WORKFLOW: text}))
