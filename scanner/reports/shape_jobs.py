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
    path: Text | None = None
    line: int | None = None


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
    by_input: bool = False
    """Whether whoever starts the job chooses it, so that it is none."""
    self_approval: Text = "unknown"
    """Whether whoever starts the job may agree as well: `allowed`, `prevented` or `unknown`."""


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


class Ending(Shape):
    """What of stored credentials of a registry stops working."""

    on: Text
    """The day, RFC 3339."""
    what: Text


class Offer(Shape):
    """What a registry offers this job in place of a stored credential."""

    registry: Text
    accepts: Text
    """Identity tokens of this system: `yes`, `doubtful` or `no`."""
    obstacles: Many[Text]
    """What stands against it in this job."""
    endings: Many[Ending]
    as_of: Text
    """The day for which this is known, RFC 3339."""


class Act(Shape):
    """One thing that a job does: the evidence behind a role."""

    role: Text
    signature: Text
    """Name of the rule that recognised it."""
    evidence: Text
    """What was recognised; `[rule not checked]` where the rule was never compared with the documentation of what it is about."""
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
    script: Text | None = None
    """Path of the script or called pipeline that it was reached through."""
    literal: bool = False
    """Whether a value that stands in the file is its credential."""
    job_token: bool = False
    """Whether it works with the platform's own token of the job."""
    offer: Offer | None = None


class Step(Shape):
    """One step of a job; what says `step` elsewhere means its `index`."""

    index: int
    """From 0."""
    kind: Text
    """`script`, `action`, `task`, `plugin`; more may come."""
    title: Text | None
    uses: Text | None
    """The action, task, plugin or image that it runs."""
    ref: Text | None
    """Its version, as written."""
    pin: Text
    """How firm that is: `commit`, `tag`, `branch`, `local`, `none`."""
    path: Text
    line: int | None
    runs_project: bool
    """Whether it runs code of the project or of its dependencies."""


class Call(Shape):
    """Another pipeline that a job is or starts."""

    target: Text
    local: bool
    """Whether it is of the same repository."""
    ref: Text | None
    pin: Text
    """How firm its version is: `commit`, `tag`, `branch`, `local`, `none`."""
    secrets: Text
    """What it is handed: `none`, `explicit` or `inherit`."""
    jobs: Many[Text]
    """Ids of the jobs that it starts, where it could be followed."""
    path: Text
    line: int | None


class Remark(Shape):
    """Something in a job that is no role: a control that is switched off, a value that is spilled, a cache that is restored."""

    family: Text
    """`hooks`, `review`, `ignored`, `unsigned`, `checks`, `second_factor`, `spill`, `transport`, `whole_store`, `undone`, `inherit`,
    `app_token`, `cache`, `persisted`, `fork_code`, `self_approve`; more may come."""
    pattern: Text
    """Which of its family."""
    evidence: Text
    names: Many[Text]
    """Names of the slots that it is about."""
    path: Text
    line: int | None
    step: int | None
    """Index of its step, from 0; null where the job's own keys say so."""
    script: Text | None


class Permission(Shape):
    """A right that a definition gives the token of a job."""

    scope: Text
    """`*` for all."""
    level: Text
    """As the platform calls it."""


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
    steps: Many[Step] = ()
    calls: Many[Call] = ()
    remarks: Many[Remark] = ()
    permissions: Many[Permission] | None = None
    """Of the token of the job; null where no file says them."""
    path: Text | None = None
    """The file that it stands in; another than `file` where that includes it."""
    oidc_path: Text | None = None
    oidc_line: int | None = None
    """Where identity tokens are granted, from 1."""
    oidc_wide: bool = False
    """Whether they are granted to the whole pipeline."""
