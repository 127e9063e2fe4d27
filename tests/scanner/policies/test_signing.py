"""TB5xx: what signing keys are good for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.model import Graph, Severity, TrustAnchor, Zone
from tests.scanner.policies.graphs import KEY, graph, identified, judged, place

TRUSTED = TrustAnchor("ssh", "infra", "ssh/authorized_keys", 3, trust="policy_file", in_head=True)


def world(*anchors: TrustAnchor, zone: Zone = Zone.REPO_HEAD, at_rest: str = "plain") -> Graph:
    bare = graph(identified(kind=KEY, facts={"at_rest": at_rest}), place(zone, path="id"))
    (sprawl,) = bare.sprawls
    return replace(bare, sprawls=(replace(sprawl, trust_anchors=anchors),), trusted=frozenset({sprawl.id} if anchors else ()))


def severity(world: Graph) -> Severity | None:
    _, findings, _ = judged(world)
    return next((one.severity for one in findings if one.policy == "TB501"), None)


@pytest.mark.parametrize("zone", [Zone.REPO_HEAD, Zone.REPO_HISTORY, Zone.WORKTREE, Zone.GIT_METADATA, Zone.CI_DEFINITION])
def test_a_key_in_a_repository_whose_public_half_is_trusted_is_critical(zone: Zone) -> None:
    assert severity(world(TRUSTED, zone=zone)) is Severity.CRITICAL


def test_an_encrypted_key_is_high() -> None:
    assert severity(world(TRUSTED, at_rest="encrypted")) is Severity.HIGH


@pytest.mark.parametrize(
    "quiet",
    [
        world(),
        world(replace(TRUSTED, trust=None)),
        world(replace(TRUSTED, in_head=False)),
        world(TRUSTED, zone=Zone.WORKSTATION_KEYSTORE),
        world(TRUSTED, at_rest="hardware"),
    ],
    ids=["no anchor", "no trust", "past", "laptop", "hardware"],
)
def test_what_it_says_nothing_about(quiet: Graph) -> None:
    assert severity(quiet) is None


def test_the_sentence_names_both_halves() -> None:
    _, findings, _ = judged(world(TRUSTED))
    (said,) = [one.message for one in findings if one.policy == "TB501"]
    assert said == "The Ed25519 key #a lies in web:id, while infra:ssh/authorized_keys trusts its public half."
