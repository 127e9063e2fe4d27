"""Actions that are given the command which publishes: they publish what it does."""

from __future__ import annotations

import json

import pytest

from scanner.model import Job
from tests.support.pipelines import WORKFLOW, jobs

SCRIPTS = {
    "ship": "npm run build && changeset publish",
    "build": "tsc",
    "tell": "echo none && npm run build",
    "loop": "npm run loop",
    "try": "npm publish --dry-run",
    "call": "node tools/release.js",
}
FILES = {"package.json": json.dumps({"name": "web", "scripts": SCRIPTS}), "hush.sh": "set -e\necho nothing\n", "ship.sh": "npm publish\n"}
FULL = ["publish", "release_page", "write_source"]


def job(command: str, key: str = "publish") -> Job:
    """A job whose action is given a command."""
    text = f"""
on: {{push: {{branches: [main]}}}}
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: changesets/action@v1
        with: {{{key}: '{command}'}}
        env: {{NPM_TOKEN: '${{{{ secrets.NPM }}}}', GITHUB_TOKEN: '${{{{ secrets.GITHUB_TOKEN }}}}'}}
"""
    return jobs({WORKFLOW: text, **FILES})["one"]


@pytest.mark.parametrize("key", ["publish", "publish-script"])
@pytest.mark.parametrize("command", ['echo "never"', "true", "npm run tell", "npm run loop", "bash ./hush.sh"])
def test_a_command_that_publishes_nothing_is_no_publish(command: str, key: str) -> None:
    assert [act.role for act in job(command, key).acts if act.role in FULL] == ["write_source"]


@pytest.mark.parametrize("command", ["npm run call", "./release", "${{ inputs.command }}", "npm run missing", "npm run tell && ./release"])
def test_a_command_of_which_not_all_is_known_may_publish(command: str) -> None:
    assert sorted({act.role for act in job(command).acts if act.signature == "A3"}) == FULL


@pytest.mark.parametrize(
    ("command", "evidence"),
    [("npm run ship", "changeset publish in package.json"), ("bash ./ship.sh", "npm publish in ship.sh"), ("npm publish", "npm publish")],
)
def test_a_command_that_publishes_does_so_once(command: str, evidence: str) -> None:
    (found,) = (act for act in job(command).acts if act.role == "publish")
    assert (found.evidence, found.takes, found.is_publisher) == (evidence, ("NPM",), True)
    assert [act.signature for act in job(command).acts if act.role == "release_page"] == ["A3"]


def test_a_trial_of_the_command_is_one_of_the_action() -> None:
    found = [(act.role, act.evidence, act.is_rehearsal) for act in job("npm run try").acts if act.role in FULL]
    assert found == [("write_source", "changesets/action", False), ("publish", "npm publish in package.json", True)]
