"""What a CI definition says, whatever its system: what every reader in `systems` makes, and `resolve` goes on with.

A reader tells only what its file says. It follows nothing, knows no signature and decides no role: that is the same for all systems and
is done once, in `resolve`.
"""

from __future__ import annotations

from enum import StrEnum

from scanner.model import Trust
from scanner.records import dataclass, field


class Via(StrEnum):
    """The way on which a slot's value comes into a job."""

    WORKFLOW_ENV = "workflow_env"
    JOB_ENV = "job_env"
    STEP_ENV = "step_env"
    WITH_INPUT = "with_input"
    RUN = "run_interpolation"
    """Written into the text of a script before it runs."""
    CONTAINER = "container_credentials"
    CALLED = "called_workflow"
    """Handed to another pipeline by name."""
    INHERIT = "inherit"
    """Handed to another pipeline with all others."""
    CONTEXT = "context"
    """CircleCI's contexts."""
    VARIABLE_GROUP = "variable_group"
    PLUGIN = "plugin_setting"
    PLATFORM = "platform"
    """There without anybody asking: a script just names it."""


class Named(StrEnum):
    """What a mention names."""

    SECRET = "secret"  # noqa: S105 - a word
    VARIABLE = "variable"
    """Of the platform, not said to be secret: `vars.X` of GitHub, a plain `$X` that the file does not set."""
    GROUP = "group"
    """A named set of secrets: CircleCI's context, Azure's variable group."""
    ALL = "all"
    """All secrets at once, or one that is only known when it runs."""
    JOB_TOKEN = "job_token"  # noqa: S105 - a word
    """The platform's own token of this job, gone when the job ends."""
    OUTPUT = "output"
    """What an earlier step or job gave, by its name in `Mention.name` (`steps.auth.outputs.token`)."""
    INPUT = "input"
    """An input or secret that the caller of a reusable pipeline hands over, by its name there."""
    ENV = "env"
    """A variable that the file itself sets."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a definition that names a slot or where else a value comes from."""

    name: str
    """As written; for `ALL` the expression."""
    named: Named
    line: int
    column: int
    undone: str | None = None
    """The function through which a masked value becomes another: `fromJSON`, `base64`."""
    made: str = ""
    """What comes in place of the slot's own value: `minted`, a short-lived token that was had for it; `fetched`, what was read from a store with it."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of a script in a definition, with where its first character stands."""

    value: str = field(repr=False)
    line: int
    column: int
    is_block: bool = True
    """Whether the text's lines are lines of the file, each from `column` on."""
    shell: str = "bash"
    """`bash` for all POSIX shells, `pwsh`, `cmd`, `python`, or another as it is written."""
    mentions: tuple[Mention, ...] = ()
    """Expressions of the CI system in the text. They stay in `value` as they were written."""
    file: str = ""
    """Path of the file that says so, where it is not the definition itself but one that it includes."""
    written: str = field(default="", repr=False)
    """The text before make's variables were put in; empty for what no Makefile says."""
    factors: str = ""
    """The factors of tox's environments in which it is run; empty for all."""
    is_doubtful: bool = False
    """Whether what a program is told as it starts decides if it is run."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A name that is given a value: a variable of an environment, an input of an action or plugin."""

    name: str
    value: str = field(repr=False)
    """As written, expressions unchanged; empty where it is no text. May hold a credential: never shown."""
    line: int
    column: int
    mentions: tuple[Mention, ...] = ()
    file: str = ""
    """Path of the file that says so, where it is not the definition itself but one that it includes."""


Values = tuple[tuple[str, tuple[str, ...]], ...]
"""Names in expressions, in lower case, with all that they can come to."""


class StepKind(StrEnum):
    """What runs a step."""

    SCRIPT = "script"
    ACTION = "action"
    """GitHub's actions, Bitbucket's pipes, CircleCI's orb commands."""
    TASK = "task"
    """Azure's tasks, steps of Jenkins' plugins, Travis' and AppVeyor's deploy providers."""
    PLUGIN = "plugin"
    """Images of Drone and Woodpecker, Buildkite's plugins, builders of Cloud Build."""


class Pin(StrEnum):
    """How much of what runs may change without the definition changing."""

    COMMIT = "commit"
    """Nothing: a full commit id, a digest, an orb's exact version."""
    TAG = "tag"
    BRANCH = "branch"
    LOCAL = "local"
    """It lies in the repository itself."""
    NONE = "none"
    """No version at all."""


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """One step as its file says it."""

    kind: StepKind
    line: int
    column: int
    title: str | None = None
    uses: str | None = None
    """What an action, task or plugin is called, without its version: `pypa/gh-action-pypi-publish`, `NuGetCommand@2`, `plugins/docker`, `./local`."""
    ref: str | None = None
    """Its version, as written."""
    pin: Pin = Pin.NONE
    settings: tuple[Setting, ...] = ()
    """Inputs (`with:`, `inputs:`, `settings:`), nested names joined by a dot."""
    env: tuple[Setting, ...] = ()
    script: Text | None = None
    folder: str | None = None
    """Working directory below the repository, as written."""
    condition: str | None = None
    ignores_failure: bool = False
    always: bool = False
    """Whether it runs after a failure, too."""
    file: str = ""
    """Path of the file that says so, where it is not the definition itself but one that it includes."""
    id: str | None = None
    """What expressions call it: `steps.ID.outputs.NAME`."""


class GateKind(StrEnum):
    """What can hold a job until somebody agrees."""

    ENVIRONMENT = "environment"
    """An environment whose rules the definition does not show."""
    MANUAL = "manual_job"
    APPROVAL = "approval_job"
    INPUT = "input_step"
    REVIEWER = "required_reviewer"
    PROTECTED_REF = "protected_ref"
    BRANCH_POLICY = "branch_policy"
    WAIT = "wait_timer"
    STAGED = "staged_publish"


@dataclass(frozen=True, slots=True)
class GateDefinition:
    """Something in a definition that holds a job."""

    kind: GateKind
    evidence: str
    """Short words for people: `environment pypi`, `when: manual`."""
    line: int
    column: int
    is_blocking: bool = True
    """False where the pipeline goes on without it: a manual job that may fail."""
    by_input: bool = False
    """Whether an expression from outside chooses it."""


@dataclass(frozen=True, slots=True)
class TriggerDefinition:
    """What starts a pipeline or job."""

    event: str
    """As the system calls it: `push`, `pull_request_target`, `merge_request_event`, `api`, `schedule`; `push:tags` and `push:branches` where it says which."""
    trust: Trust
    line: int
    column: int
    filters: tuple[str, ...] = ()
    """Branches, tags or types, as written."""


@dataclass(frozen=True, slots=True)
class CallDefinition:
    """Another pipeline that a job is or starts: a reusable workflow, a child or downstream pipeline, a template."""

    target: str
    """Path in the repository (without `./`), or what it is called elsewhere, without its version."""
    is_local: bool
    line: int
    column: int
    ref: str | None = None
    pin: Pin = Pin.NONE
    inherits: bool = False
    """Whether all secrets go along."""
    secrets: tuple[Setting, ...] = ()
    """Those that are handed over, under the callee's names."""
    inputs: tuple[Setting, ...] = ()
    is_optional: bool = False
    """Whether the pipeline may do without: rules say when it is included."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the platform gives a job or a whole pipeline by itself."""

    oidc: bool | None = None
    """Whether it may ask for identity tokens; None where the file does not say."""
    audiences: tuple[str, ...] = ()
    """Of identity tokens, where the file says them."""
    permissions: tuple[tuple[str, str], ...] | None = None
    """Of the job token (`contents`, `write`), sorted; `("*", "write")` for all; None where the file does not say."""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class JobDefinition:
    """The smallest unit of a pipeline that gets its own credentials, as its file says it."""

    name: str
    """Its key in the file, never its title."""
    line: int
    column: int
    steps: tuple[StepDefinition, ...] = ()
    env: tuple[Setting, ...] = ()
    mentions: tuple[tuple[Via, Mention], ...] = ()
    """What is named elsewhere in the job: credentials of containers, contexts, groups."""
    needs: tuple[str, ...] = ()
    stage: str | None = None
    environment: str | None = None
    """As written, expressions unchanged."""
    gates: tuple[GateDefinition, ...] = ()
    triggers: tuple[TriggerDefinition, ...] | None = None
    """Where the job has its own; None where those of the pipeline count."""
    grant: Grant = Grant()
    runner: str = "unknown"
    """`hosted`, `self_hosted`, `unknown`."""
    call: CallDefinition | None = None
    condition: str | None = None
    ignores_failure: bool = False
    always: bool = False
    restores_cache: bool = False
    """Whether the job's own keys ask for a cache; steps that do are told by their signatures."""
    is_template: bool = False
    """A hidden job, a definition that others extend: it does not run by itself."""
    file: str = ""
    """Path of the file that says so, where it is not the definition itself but one that it includes."""
    outputs: tuple[Setting, ...] = ()
    """What it gives to jobs that need it, by its name there."""
    starts_at_once: bool = False
    """Whether it waits for no other job though its pipeline is serial: GitLab's `needs: []`."""
    said: tuple[str, ...] | None = None
    """The names that the file gives it, for what they make suspected; None where these are its name and its stage."""
    values: Values = ()
    """What dimensions of its matrix can come to: `matrix.target`."""


@dataclass(frozen=True, slots=True)
class PipelineDefinition:
    """One file of a CI system. `jobs` are in the order of the file."""

    platform: str
    file: str
    jobs: tuple[JobDefinition, ...]
    triggers: tuple[TriggerDefinition, ...] = ()
    env: tuple[Setting, ...] = ()
    mentions: tuple[tuple[Via, Mention], ...] = ()
    grant: Grant = Grant()
    is_reusable: bool = False
    """Whether others call it."""
    is_action: bool = False
    """Whether it is a composite action: its one job `runs` has the steps."""
    inputs: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    """Names of what a caller hands over."""
    includes: tuple[CallDefinition, ...] = ()
    ambient: bool = False
    """Whether scripts get all variables of the project without the file naming them."""
    tokens: frozenset[str] = frozenset()
    """Variables that the platform itself sets in every job to a credential that is gone when the job ends, and secrets that callers fill with one."""
    serial: bool = False
    """Whether jobs of a later stage wait for those of an earlier one without saying so."""
    stages: tuple[str, ...] = ()
    outputs: tuple[Setting, ...] = ()
    """What an action or a called pipeline gives back to its caller, by its name there."""
    choices: Values = ()
    """What inputs come to that are given no value, and those that whoever starts it may choose: `inputs.script`."""
