"""What pipelines are and do, as policies and reports ask for it."""

from __future__ import annotations

from scanner.model.words import Trust
from scanner.records import dataclass

SOMEWHERE = "?"
"""Stands among the hosts of images for one more of which only a run tells."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place that a finding points at."""

    container: str
    path: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """What a job does, with the evidence for it."""

    role: str
    weight: float
    evidence: tuple[str, ...]
    status: str
    """`set`, `suspected`, `rehearsal`."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a registry offers a CI system in place of a stored credential, and what it says of stored ones."""

    registry: str
    """What people call it."""
    accepts: str = "no"
    """Identity tokens of this system: `yes`, `doubtful` where only secondary sources say so, `no`."""
    obstacles: tuple[str, ...] = ()
    """Why not for this job, as clauses of a sentence."""
    endings: tuple[tuple[str, str], ...] = ()
    """What of stored credentials stops working: the day, RFC 3339, and what, as a clause."""
    as_of: str = ""
    """The day for which this is known, RFC 3339."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a job or script does, as one signature tells it: the evidence behind a role."""

    role: str
    signature: str
    """`A1` to `A60`, `C1` to `C48` and those of configuration; `sink`, `audience`, `environment`, `name`, `trigger` for weaker evidence."""
    weight: float
    evidence: str
    at: Location
    step: int | None = None
    """Index of the step in its job."""
    target: str | None = None
    """`pypi`, `npm`, `container`, …"""
    tier: str = "public"
    """`public`, `private`, `test`."""
    is_rehearsal: bool = False
    takes: tuple[str, ...] = ()
    """Names of the slots whose values it takes as its credential, as far as the file shows."""
    sinks: tuple[str, ...] = ()
    """Variables of the environment that it would take one from, set or not."""
    literal: bool = False
    """Whether a value that stands in the file is its credential."""
    is_keyless: bool | None = None
    """Whether it needs no stored credential as it is written: OIDC, or the job's own token."""
    uses_job_token: bool = False
    is_publisher: bool = False
    runs_project: bool = False
    is_proven: bool = False
    """Whether what it publishes gets a provenance without anybody asking, or is only moved with whatever was attested of it."""
    script: str | None = None
    """Path of the script through which it was reached."""
    offer: Offer | None = None
    """Of the registry that it publishes to."""
    hosts: tuple[str, ...] = ()
    """Of the registries of images that it pushes to or logs in to, as far as the file tells; `localhost` for whatever only the job can reach,
    `SOMEWHERE` beside others for one that only a run tells."""


@dataclass(frozen=True, slots=True)
class Use:
    """A slot that comes into a job or step, or is named by it."""

    name: str
    """Of the slot, as written; `*` for all of them."""
    via: str
    """`workflow_env`, `job_env`, `step_env`, `with_input`, `run_interpolation`, `container_credentials`, `called_workflow`, `inherit`, `context`, `variable_group`, `plugin_setting`, `platform`."""
    at: Location
    step: int | None = None
    """Index of the only step that gets it; None for the whole job."""
    as_name: str | None = None
    """What it is called where it arrives."""
    slot: str = ""
    """Id of the slot, once it is known."""
    grade: str = "E2"
    """How sure it is that this is that slot: E2 the same name on the same platform in the same project, E3 the name alone, E4 a guess."""
    is_group: bool = False
    """Whether the name is that of a set of slots: a context, a variable group."""
    made: str = ""
    """What comes in place of its own value: `minted`, a short-lived token that was had for it; `fetched`, what was read from a store with it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that can hold a job until somebody agrees."""

    kind: str
    """`environment`, `manual_job`, `approval_job`, `input_step`, `required_reviewer`, `protected_ref`, `branch_policy`, `wait_timer`, `staged_publish`."""
    blocking: bool
    evidence: str
    at: Location
    self_approval: str = "unknown"
    """`allowed`, `prevented`, `unknown`."""
    by_input: bool = False
    """Whether an expression from outside chooses it."""
    is_upstream: bool = False
    """Whether it holds a job that this one waits for."""
    is_seen: bool = False
    """Whether an inventory shows its rules, rather than a definition its name."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a job."""

    event: str
    trust: Trust
    at: Location


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job."""

    index: int
    kind: str
    """`script`, `action`, `task`, `plugin`."""
    at: Location
    title: str | None = None
    uses: str | None = None
    ref: str | None = None
    pin: str = "none"
    """`commit`, `tag`, `branch`, `local`, `none`."""
    is_platform: bool = False
    """Whether the platform's maker publishes it."""
    is_owners: bool = False
    """Whether whoever the repository belongs to publishes it."""
    is_known: bool = False
    """Whether it is a publisher, signer or login that the signatures know."""
    runs_project: bool = False
    """Whether it runs code of the project or of its dependencies."""
    gets_job_token: bool = False
    """Whether it is handed the platform's own token of the job, or is known to work with it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a job or script that policies ask for and that is no role: a bypass, a spilled value, a cache that is restored."""

    family: str
    """`hooks`, `review`, `ignored`, `unsigned`, `checks`, `second_factor`, `spill`, `transport`, `whole_store`, `undone`, `inherit`, `app_token`, `cache`, `persisted`, `fork_code`, `self_approve`."""
    pattern: str
    """Which of its family: `no-verify`, `argv`, `toJSON`."""
    evidence: str
    """Words for people that hold nothing of the input but names of slots."""
    at: Location
    step: int | None = None
    names: tuple[str, ...] = ()
    """Slots that it is about."""
    script: str | None = None
    made: str = ""
    """What it is about in place of their own values: `minted`, `fetched`, as of a use."""


@dataclass(frozen=True, slots=True)
class Call:
    """Another pipeline that a job is or starts."""

    target: str
    at: Location
    is_local: bool
    ref: str | None = None
    pin: str = "none"
    secrets: str = "none"
    """`none`, `explicit`, `inherit`."""
    jobs: tuple[str, ...] = ()
    """Ids of the jobs that it starts, where it could be followed."""


@dataclass(frozen=True, slots=True)
class Job:
    """The smallest unit of a pipeline that gets its own credentials."""

    id: str
    platform: str
    container: str
    file: str
    name: str
    roles: tuple[Role, ...] = ()
    trigger_trust: str = "unknown"
    environment: str | None = None
    """As written, expressions unchanged."""
    oidc: bool = False
    audiences: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    """Ids, sorted."""
    at: Location | None = None
    acts: tuple[Act, ...] = ()
    uses: tuple[Use, ...] = ()
    steps: tuple[Step, ...] = ()
    gates: tuple[Gate, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    remarks: tuple[Remark, ...] = ()
    calls: tuple[Call, ...] = ()
    needs: tuple[str, ...] = ()
    """Ids of the jobs that it waits for, directly."""
    starts: tuple[str, ...] = ()
    """Ids of the jobs of other pipelines that it asks the platform to start, as a person does by hand."""
    runner: str = "unknown"
    """`hosted`, `self_hosted`, `unknown`."""
    oidc_at: Location | None = None
    """Where identity tokens are granted."""
    oidc_wide: bool = False
    """Whether that is said for the whole pipeline."""
    permissions: tuple[tuple[str, str], ...] | None = None
    """Of the job token; None where no file says them."""
    mixed: bool = False
    """Whether it runs code of the project or installs dependencies before or while a credential of a high role is there."""

    def does(self, *roles: str, rehearsed: bool = False) -> bool:
        """Whether one of the roles is set (or rehearsed, where that is asked for)."""
        wanted = {"set", "rehearsal"} if rehearsed else {"set"}
        return any(role.role in roles and role.status in wanted for role in self.roles)


@dataclass(frozen=True, slots=True)
class Script:
    """A target of a script or build file, run by a job or by hand."""

    container: str
    path: str
    target: str
    type: str
    at: Location
    acts: tuple[Act, ...] = ()
    remarks: tuple[Remark, ...] = ()
    names: tuple[str, ...] = ()
    """Slots and variables that what it does takes its credentials from, or would."""
    jobs: tuple[str, ...] = ()
    """Ids of the jobs that run it."""
