"""The public shapes of what pipelines do: jobs, what starts and holds them, what comes into them and what they do with it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scanner.reports.shape_base import Many, Shape, Text

Weight = Annotated[float, Field(allow_inf_nan=False)]
GradeWord = Literal["E1", "E2", "E3", "E4"]


class Role(Shape):
    """What a job does."""

    role: Text
    weight: Weight
    """From 0 to 1."""
    evidence: Many[Text]
    status: Text
    """`set`, `suspected` or `rehearsal`."""


class Trigger(Shape):
    """What starts a job."""

    event: Text
    """As the platform calls it."""
    trust: Text
    """Who can cause it: the words of `trigger_trust`."""


class Gate(Shape):
    """Something that can hold a job until somebody agrees."""

    kind: Text
    """`environment`, `manual_job`, `approval_job`, `input_step`, `required_reviewer`, `protected_ref`, `branch_policy`, `wait_timer`,
    `staged_publish`; more may come."""
    blocking: bool
    """Whether it is known to hold the job. What is only named in a definition, such as an environment, need not."""
    evidence: Text
    path: Text
    line: int | None
    basis: Literal["seen", "claimed by file"] = "claimed by file"
    """`seen` where an inventory shows its rules."""
    upstream: bool = False
    """Whether it holds a job that this one waits for."""


class Use(Shape):
    """A slot that comes into a job or a step of it."""

    slot: Text | None
    """Id of the slot; null where a name stands for all of them."""
    name: Text
    """As written; `*` for all of them."""
    via: Text
    """`workflow_env`, `job_env`, `step_env`, `with_input`, `run_interpolation`, `container_credentials`, `called_workflow`, `inherit`,
    `context`, `variable_group`, `plugin_setting`, `platform`; more may come."""
    as_name: Text | None
    """What it is called where it arrives."""
    step: int | None
    """Index of the only step that gets it, from 0; null for the whole job."""
    grade: GradeWord
    """How sure it is that this slot is meant: `E2` the same name in the same project, `E3` the name alone, `E4` a guess."""
    path: Text
    line: int | None
    basis: Literal["claimed by file", "inferred from the name"] = "claimed by file"
    """`inferred from the name` where the grade is below `E2`."""


class Act(Shape):
    """One thing that a job does: the evidence behind a role."""

    role: Text
    signature: Text
    """Name of the rule that recognised it."""
    evidence: Text
    weight: Weight
    """From 0 to 1."""
    target: Text | None
    """What it works on: `npm`, `pypi`, `container`; more may come."""
    tier: Text
    """`public`, `private` or `test`."""
    path: Text
    line: int | None
    step: int | None
    """Index of its step, from 0; null where it is known of the job only."""
    takes: Many[Text]
    """Names of the slots that it takes its credential from."""
    keyless: bool | None
    """Whether it needs no stored credential; null where the file does not tell."""
    rehearsal: bool = False
    """Whether it only tries what it would do."""


class Job(Shape):
    """The smallest unit of a pipeline that gets its own credentials."""

    id: Text
    platform: Text
    container: Text
    file: Text
    name: Text
    """Its key in the file."""
    roles: Many[Role]
    trigger_trust: Text
    """`untrusted`, `contributor`, `remote`, `timer`, `maintainer` or `unknown`."""
    environment: Text | None
    oidc: bool
    audiences: Many[Text]
    slots: Many[Text]
    """Ids of the slots that reach it."""
    line: int | None = None
    """Where it begins in its file, from 1."""
    runner: Text = "unknown"
    """`hosted`, `self_hosted` or `unknown`."""
    mixed: bool = False
    """Whether code of the project or of its dependencies runs before or while a credential for releases is there."""
    needs: Many[Text] = ()
    """Ids of the jobs that it waits for, directly."""
    triggers: Many[Trigger] = ()
    gates: Many[Gate] = ()
    uses: Many[Use] = ()
    """One for each way in which a slot comes into the job."""
    acts: Many[Act] = ()
