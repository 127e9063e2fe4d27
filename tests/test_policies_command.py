"""What `keytrail policies` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.policies import CATALOGUE
from scanner.policies.standards import NAMES, STANDARDS, standard_of
from tests.support.command import keytrail


def test_every_reference_has_a_name_and_a_standard_and_no_name_is_idle() -> None:
    given = {reference for policy in CATALOGUE for reference in policy.references}
    assert given == set(NAMES)
    assert {standard_of(reference) for reference in given} == set(STANDARDS.values())


def test_every_policy_is_listed(tmp_path: Path) -> None:
    run = keytrail("policies", "list", cwd=tmp_path)
    lines = run.stdout.splitlines()
    assert (run.code, lines[0]) == (0, "id     severity  grade  title")
    assert [line.split()[0] for line in lines[1:-2]] == [policy.id for policy in CATALOGUE]
    assert "TB301  critical  E1     Removed from HEAD, still in history, still in use" in lines
    assert lines[-1] == f"{len(CATALOGUE)} policies."


def test_machines_are_told_the_same(tmp_path: Path) -> None:
    said = json.loads(keytrail("policies", "list", "--format", "json", cwd=tmp_path).stdout)
    assert said["schema"] == "keytrail.policies/1"
    assert [(one["id"], one["severity"], one["grade"]) for one in said["policies"]] == [
        (policy.id, policy.severity.word, policy.grade) for policy in CATALOGUE
    ]


def test_a_policy_says_what_its_references_are_called(tmp_path: Path) -> None:
    run = keytrail("policies", "show", "TB601", cwd=tmp_path)
    assert (run.code, run.stdout.splitlines()[0]) == (0, "TB601   Publish without approval gate")
    assert "base severity  medium" in run.stdout
    assert "  CICD-SEC-1      Insufficient Flow Control Mechanisms (OWASP Top 10 CI/CD Security Risks)\n" in run.stdout
    (entry,) = json.loads(keytrail("policies", "show", "tb601", "--format", "json", cwd=tmp_path).stdout)["policies"]
    assert entry["references"][0] == {
        "id": "NHI5:2025",
        "name": "Overprivileged NHI",
        "standard": "OWASP Non-Human Identities Top 10 2025",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "TB999"), "no such policy: TB999 (keytrail policies list)"),
        (("show",), "ID is missing (see --help)"),
        (("list", "--format", "sarif"), "the catalogue is told as text or json, not as sarif"),
    ],
)
def test_what_is_not_there_is_usage(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    run = keytrail("policies", *arguments, cwd=tmp_path)
    assert (run.code, run.stdout) == (2, "")
    assert said in run.stderr
