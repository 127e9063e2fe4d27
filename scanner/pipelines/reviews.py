"""Jobs that run only where a pull request was approved: an earlier job asks the forge for the decision, and a condition compares it.

Source: `gh pr view --json reviewDecision` and `PullRequest.reviewDecision` of GitHub's GraphQL API: `APPROVED` where all reviews that are
required have been given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.model import Gate, Location
from scanner.pipelines.definition import GateKind, JobDefinition
from scanner.pipelines.jobs import Made

_OUTPUT = r"needs\.(?P<job>[\w-]{1,100})\.outputs\.(?P<output>[\w-]{1,100})"
_DECIDED = re.compile(
    rf"\s{{0,16}}(?:startsWith\(\s{{0,8}}{_OUTPUT}\s{{0,8}},\s{{0,8}}'APPROVED[^']{{0,100}}'\s{{0,8}}\)"
    rf"|{_OUTPUT.replace('job>', 'same>').replace('output>', 'result>')}\s{{0,8}}==\s{{0,8}}'APPROVED[^']{{0,100}}')\s{{0,16}}"
)
_STEP = re.compile(r"\$\{\{\s{0,8}steps\.(?P<step>[\w-]{1,100})\.outputs\.[\w-]{1,100}\s{0,8}\}\}")
_ASKED = "reviewDecision"
_RESULTS = "GITHUB_OUTPUT"
_LONGEST = 2_000


def reviewed(made: Mapping[str, Made]) -> dict[str, Gate]:
    """The gate that each job has by that, by its id. A condition that another way may fulfil is none."""
    by_name = {(one.pipeline.platform, one.pipeline.file, one.definition.name): one.definition for one in made.values()}
    found = {}
    for id_, one in made.items():
        for name, output in _asked(one.definition):
            asking = by_name.get((one.pipeline.platform, one.pipeline.file, name))
            if name in one.definition.needs and asking is not None and _decides(asking, output):
                at = one.job.at or Location(one.job.container, one.job.file)
                found[id_] = Gate(GateKind.APPROVAL.value, blocking=True, evidence=f"the decision of reviewers that {name} asks for", at=at)
    return found


def _asked(job: JobDefinition) -> list[tuple[str, str]]:
    """Jobs and results of theirs that must be an approval wherever the job runs."""
    condition = (job.condition or "")[:_LONGEST]
    if "||" in condition:
        return []
    parts = (_DECIDED.fullmatch(part) for part in condition.split("&&"))
    return [(part["job"] or part["same"], part["output"] or part["result"]) for part in parts if part is not None]


def _decides(job: JobDefinition, output: str) -> bool:
    """Whether a result of a job comes from a step that asks for the decision."""
    steps = {found["step"] for said in job.outputs if said.name == output and (found := _STEP.fullmatch(said.value.strip())) is not None}
    texts = (step.script.value for step in job.steps if step.id in steps and step.script is not None)
    return any(_ASKED in text and _RESULTS in text for text in texts)
