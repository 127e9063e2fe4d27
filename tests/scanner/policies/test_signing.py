"""TB5xx: what signing keys are good for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.model import Graph, Severity, TrustAnchor, Zone
from tests.scanner.policies.graphs import KEY, VARIABLE, graph, identified, judged, place, slot
from tests.support.pipelines import wired

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


SIGNATURE = TrustAnchor("signature", "web", "commit:c0ffee", commit="c0ffee", count=3)
IMPORT = '    - echo "$GPG_KEY" | gpg --import\n'
RELEASES = IMPORT + "    - gpg --detach-sign d.tgz\n"
COMMITS = "    - git commit -S -m release\n"


def purposes(script: str, *anchors: TrustAnchor) -> list[tuple[str, str, int]]:
    """What TB506 says of a key that fills a variable which a job gets, and whose public half lies in these places."""
    shown = replace(slot("GPG_KEY", owner="web"), credentials=("a",))
    jobs, slots = wired({".gitlab-ci.yml": f"sign:\n  script:\n    - echo go\n{script}"}, shown)
    variable = replace(VARIABLE, slot=shown.id)
    (sprawl,) = graph(identified(kind=KEY), variable).sprawls
    _, findings, _ = judged(Graph((replace(sprawl, trust_anchors=anchors),), slots, tuple(jobs.values())))
    return [(one.severity.word, one.message, len(one.jobs)) for one in findings if one.policy == "TB506"]


@pytest.mark.parametrize(
    ("script", "anchors", "said"),
    [
        (RELEASES, (SIGNATURE,), "3 commits and tags of web and what the job sign of .gitlab-ci.yml signs (gpg)"),
        (
            RELEASES + COMMITS,
            (),
            "what the job sign of .gitlab-ci.yml commits or tags and what the job sign of .gitlab-ci.yml signs (gpg)",
        ),
        (
            "",
            (SIGNATURE, TrustAnchor("openpgp", "web", "KEYS", trust="repo_verify_file")),
            "3 commits and tags of web and what web:KEYS verifies",
        ),
    ],
    ids=["signed, job", "job, job", "signed, verified"],
)
def test_a_key_for_commits_and_releases_has_two_purposes(script: str, anchors: tuple[TrustAnchor, ...], said: str) -> None:
    ((severity, message, jobs),) = purposes(script, *anchors)
    assert (message, jobs) == (f"The Ed25519 key #a signs both {said}.", int(bool(script)))
    assert severity in {"medium", "high", "critical"}


@pytest.mark.parametrize(
    ("script", "anchors"),
    [
        ("", (SIGNATURE,)),
        (RELEASES, ()),
        (IMPORT + COMMITS, (SIGNATURE,)),
        ("", (SIGNATURE, TrustAnchor("ssh", "web", ".github/allowed_signers", trust="allowed_signers"))),
        ("", (SIGNATURE, TrustAnchor("openpgp", "web", "KEYS", trust="repo_verify_file", in_head=False))),
    ],
    ids=["commits alone", "releases alone", "git signs with what is imported", "who verifies commits", "past"],
)
def test_a_key_for_one_purpose_is_right(script: str, anchors: tuple[TrustAnchor, ...]) -> None:
    assert purposes(script, *anchors) == []
