"""TB707: what is a release from somebody's machine, and what only goes to where they deploy for themselves."""

from __future__ import annotations

import pytest

from tests.scanner.policies.test_real_shapes import GITHUB, IMAGE, JOB, LOGIN, findings

OPEN = "to where only a variable says"


def told(files: dict[str, str]) -> list[tuple[str, bool]]:
    """How bad TB707 is, and whether it says that a variable chooses the place."""
    return [(one.severity.word, OPEN in one.message) for one in findings(files) if one.policy == "TB707"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("push:\n\tdocker push acme/web:1\n", [("medium", False)]),
        ("push:\n\tdocker push $(REGISTRY)/web:1\n", [("low", True)]),
        ("release:\n\tdocker push $(REGISTRY)/web:1\n", [("medium", False)]),
        ("REGISTRY ?= acme\npush:\n\tdocker push $(REGISTRY)/web:1\n", [("medium", False)]),
        ("push:\n\tdocker push $(REGISTRY)/web:1\n\tkubectl apply -f web.yaml\n", []),
        ("push:\n\tdocker push acme/web:1\n\tkubectl apply -f web.yaml\n", [("medium", False)]),
    ],
)
def test_an_image_for_a_registry_that_a_variable_names(rule: str, expected: list[tuple[str, bool]]) -> None:
    assert told({"Makefile": rule}) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("try:\n\tscp web.deb $(SERVER):\n\tssh $(SERVER) dpkg -i web.deb\n", []),
        ("try:\n\tscp web.deb $(SERVER):/usr/bin/web\n", [("low", True)]),
        ("publish:\n\tscp web.deb $(SERVER):/srv\n", [("medium", False)]),
        ("upload:\n\tscp web.deb downloads.example.com:/srv\n", [("medium", False)]),
    ],
)
def test_a_copy_to_a_machine_of_ones_own(rule: str, expected: list[tuple[str, bool]]) -> None:
    assert told({"Makefile": rule}) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".kokoro/release.sh", []),
        (".ci/publish.sh", []),
        ("ci/publish.sh", []),
        (".semaphore/push.sh", []),
        ("scripts/release.sh", [("medium", False)]),
        ("civil/release.sh", [("medium", False)]),
    ],
)
def test_what_a_ci_system_runs_is_no_way_from_a_workstation(path: str, expected: list[tuple[str, bool]]) -> None:
    assert told({path: "#!/bin/sh\nnpm publish\n"}) == expected


@pytest.mark.parametrize(("step", "expected"), [("{uses: rubygems/release-gem@v1}", []), ("{run: gem push web.gem}", [("low", False)])])
def test_an_action_may_run_the_release_of_the_rakefile(step: str, expected: list[tuple[str, bool]]) -> None:
    job = f"{JOB}    permissions: {{id-token: write}}\n    steps:\n      - {step}\n"
    assert told({GITHUB: job, "Rakefile": 'require "bundler/gem_tasks"\n'}) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [("$(REGISTRY)/web:1", "CI publishes the like, there or elsewhere."), ("acme/web:1", "CI publishes there as well.")],
)
def test_nobody_knows_whether_ci_publishes_to_where_a_variable_says(image: str, expected: str) -> None:
    files = {GITHUB: f"{JOB}    steps:\n{LOGIN}{IMAGE}", "Makefile": f"push:\n\tdocker push {image}\n"}
    assert [one.message.rpartition("; ")[2] for one in findings(files) if one.policy == "TB707"] == [expected]
