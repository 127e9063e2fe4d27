"""The workflows that the benchmark reads are many, different, and understood."""

from __future__ import annotations

from collections import Counter

from tests.bench.workflows import workflows
from tests.support.pipelines import pipelines

FOLDER = ".github/workflows"


def test_no_two_are_the_same() -> None:
    found = dict(workflows(1_000))
    assert (len(found), len({text.partition("\n")[2] for text in found.values()})) == (1_000, 1_000)


def test_all_are_understood() -> None:
    found = pipelines({f"{FOLDER}/{name}": text for name, text in workflows(80)})
    roles = Counter(role.role for job in found.jobs for role in job.roles if role.status == "set")
    assert (len(found.jobs), found.unread) == (100, ())
    assert (roles["publish"], roles["sign"], roles["deploy"]) == (30, 10, 18)
