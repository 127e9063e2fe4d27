"""What the rows of the data say: one class for each table of `scanner/pipelines/data`, its fields are the keys of the file.

A *condition* is a text. `--flag`, `input` and `env:NAME` hold where that is given and not switched off; with `=PATTERN` where its value
matches, too, and with `=on` where it is switched on for certain; `word:PATTERN` holds for any further word of a command, `wrapper:PATTERN` for a program that only starts it, `input` alone
for one that is fed. A `!` before it turns it round; behind `sure:` it only holds for certain. Patterns are those of `fnmatch`, `|` between several, without regard to case. What
only an expression or a variable decides is neither true nor false: it counts for what a signature asks, and against what would excuse it;
of a remark it is no proof.
"""

from __future__ import annotations

from datetime import date

from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """How the words of one program are read."""

    names: tuple[str, ...]
    """The first is what it is called in other rows; the others are patterns."""
    valued: tuple[str, ...] = ()
    """Flags that take the next word as their value."""
    bare: tuple[str, ...] = ()
    """Flags that never do. Of all others that is not known: the word behind one of them may be a value or not."""
    bundles: bool = False
    """Whether `-ab` is `-a -b`, and `-pX` the flag `-p` with the value `X`."""
    slashes: bool = False
    """Whether `/f` is a flag."""
    prefixes: tuple[str, ...] = ()
    """Words that may stand before the sub-command, `*` for any one: `workspace *`."""
    starts: tuple[str, ...] = ()
    """Programs that it starts when they are named as its sub-command, or after `run`: `yarn lerna publish`."""


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A command, or an action, orb, task, plugin, pipe or deploy provider, and what it does."""

    id: str
    """The signature, a dot, and which of its rows: `C9`, `A25.pages`."""
    mark: str
    """How far the facts of the row were verified: `primary` and `checked` against what its makers say (documentation, metadata, source), in research
    and once more when the row was written; `secondary` against what others say; `unchecked` not at all."""
    role: str
    """What a job does that runs it."""
    target: str = ""
    """What it publishes to, deploys to, signs with and so on."""
    tier: str = "public"
    """`public` where everybody gets what it publishes, `private`, `test`."""
    programs: tuple[str, ...] = ()
    """Names of the program, the first ones of their `program` rows."""
    words: tuple[str, ...] = ()
    """Sub-command: the words that are no flags begin with these. `|` between several."""
    goals: tuple[str, ...] = ()
    """One of these stands anywhere among the words, as with build tools; what is before the last `:` of a word does not count."""
    goals_not: tuple[str, ...] = ()
    """Words that are no goals even where a pattern of `goals` matches."""
    uses: tuple[str, ...] = ()
    """Names of an action or the like, without version, as patterns; those of Azure's tasks with it (`NuGetCommand@*`)."""
    platforms: tuple[str, ...] = ()
    """CI systems on which `uses` means this; all where there is none."""
    refs_not: tuple[str, ...] = ()
    """Versions for which the row does not hold, as patterns."""
    when: tuple[str, ...] = ()
    """Conditions that all hold."""
    any: tuple[str, ...] = ()
    """Conditions of which one holds."""
    unless: tuple[str, ...] = ()
    """Conditions of which none certainly holds."""
    rehearsal: tuple[str, ...] = ()
    """Conditions of which one makes it a rehearsal."""
    rehearses: bool = False
    """Whether it never is more than a rehearsal."""
    test: tuple[str, ...] = ()
    """Conditions of which one sends it to a test index."""
    registry: tuple[str, ...] = ()
    """Flags, inputs and `env:` variables whose value is the address or the name of the registry."""
    credentials: tuple[str, ...] = ()
    """Flags and inputs whose value is a credential."""
    sinks: tuple[str, ...] = ()
    """Variables from which it takes one; `*` for any ending."""
    gives: tuple[str, ...] = ()
    """Outputs that hold what it mints or fetches with that credential, as patterns; of a row without one, the slots that it is asked for."""
    images: tuple[str, ...] = ()
    """Flags and inputs whose value names an image that it pushes, or the registry that it logs in to; `first` and `last` are words behind the
    sub-command, `@NAME` stands for a host of `scanner.hosts`."""
    keyless: str = ""
    """`always`, `never`, or empty where it depends."""
    keyed: tuple[str, ...] = ()
    """Conditions of which one makes it need a stored credential."""
    unkeyed: tuple[str, ...] = ()
    """Conditions of which one makes it do without."""
    job_token: bool = False
    """Whether it works with the job's own token unless it is given another."""
    publisher: bool = False
    """Whether it is known for doing this and no more, so that it may get the credential though nothing pins it."""
    runs_project: bool = False
    """Whether it runs code of the project: its build scripts, its tests."""
    runs_not: tuple[str, ...] = ()
    """Conditions of which one keeps it from running code of the project."""
    proven: bool = False
    """Whether what it publishes gets a provenance without anybody asking, or is only moved with whatever was attested of it."""
    proven_not: tuple[str, ...] = ()
    """Conditions of which one keeps it from that."""
    environment: str = ""
    """The input with which a called workflow is told in what environment it does it."""
    check: str = ""
    """A function of `checks` that must agree, too."""
    as_of: date | None = None
    """The day on which the row was checked; else that of the file."""


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """Something that policies ask for and that is no role; its conditions are those of a signature."""

    id: str
    mark: str
    family: str
    """What sort of thing it is; policies ask for these."""
    pattern: str
    """Which thing of that sort, in one word."""
    evidence: str
    """Words for people, with nothing of the input."""
    programs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    goals_not: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    refs_not: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    """Conditions of variables, of which one suffices: set for a command, for a step, or by `export`."""
    logged: bool = False
    """Whether it counts only where the command's output goes to the log."""
    check: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class RunnerRow:
    """An action or task that is handed text of a shell or the words of a command, or is a release tool with settings in the repository."""

    uses: tuple[str, ...]
    """Names, as patterns."""
    mark: str
    scripts: tuple[str, ...] = ()
    """Inputs whose value is such a text."""
    publishing: tuple[str, ...] = ()
    """Those among them with which it publishes: it publishes what they do, and nothing else."""
    tool: str = ""
    """The program that it starts."""
    arguments: str = ""
    """The input with what the tool is given."""
    folder: str = ""
    """The input with the folder in which it runs."""
    platforms: tuple[str, ...] = ()
    command: str = ""
    """What runs with the inputs as its words, where they are not text of a shell but such words."""
    flags: tuple[str, ...] = ()
    """Flags of that command, and the input that each has its values from: `-f=files`."""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class SinkRow:
    """Variables whose names say which service they open."""

    names: tuple[str, ...]
    """Patterns of normal names."""
    role: str
    """What somebody can do who has such a variable."""
    target: str
    """Where."""
    mark: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Accepts:
    """A CI system from which a registry takes identity tokens."""

    ci: str
    """The system."""
    mark: str
    runner: str = "any"
    """`hosted` where self-hosted runners are refused, `any`."""
    since: date | None = None
    """The first day."""
    constraints: tuple[str, ...] = ()
    """Words for people: `not from a reusable workflow`."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A date after which a kind of long-lived credential works no more, or lives shorter."""

    kind: str
    """The kind of credential, as reports call it."""
    mark: str
    rule: str
    """Words for people."""
    on: date | None = None
    """The day."""
    days: int = 0
    """Longest life in days; 0 where there is none or none is known."""


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """A service that things are published to, and how it can be told who publishes."""

    target: str
    """What rows of actions, commands and variables call it."""
    name: str
    """What people call it."""
    mark: str
    family: str = ""
    """The target that signatures name for it, where they cannot tell it from its siblings: `container`, for a registry of one's own `npm`."""
    tier: str = "public"
    """`public` where everybody can install from it, `private` where not; what lies at `test_hosts` and has one of `test_names` is `test`."""
    hosts: tuple[str, ...] = ()
    """Hosts, and what is below them: their names, in our own tables names of labels in `scanner.hosts`."""
    test_hosts: tuple[str, ...] = ()
    """Hosts of its test index, written likewise."""
    names: tuple[str, ...] = ()
    """What tools call it in their settings; in our own tables `@NAME` stands for a host of `scanner.hosts`."""
    test_names: tuple[str, ...] = ()
    """What tools call its test index."""
    audiences: tuple[str, ...] = ()
    """Of identity tokens meant for it, written likewise."""
    minted: str = ""
    """Words for people: what an identity token is exchanged for."""
    accepts: tuple[Accepts, ...] = ()
    """CI systems whose identity tokens it takes in place of a stored credential."""
    endings: tuple[Ending, ...] = ()
    """When long-lived credentials for it end."""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class NameRow:
    """Words in the name of a job, stage, target or environment that make a role suspected."""

    words: tuple[str, ...]
    """Words of which one is in the name."""
    role: str
    """What they make suspected."""
    of: str
    """`name` or `environment`."""
    target: str = ""
    """Where, if that is said."""
    tier: str = "public"
    """`test` where they speak of a test index."""
    without: tuple[str, ...] = ()
    """Words of which none is in the name."""


@dataclass(frozen=True, slots=True)
class Normal:
    """How names of variables are made comparable."""

    endings: tuple[str, ...] = ()
    """Parts that tell an environment or a generation, not a service; `V#` stands for a version."""
    synonyms: tuple[tuple[str, str], ...] = ()
    """Names of variables, and the common name that stands for each."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All rows of all files."""

    programs: tuple[ProgramRow, ...] = ()
    actions: tuple[SignatureRow, ...] = ()
    commands: tuple[SignatureRow, ...] = ()
    remarks: tuple[RemarkRow, ...] = ()
    runners: tuple[RunnerRow, ...] = ()
    sinks: tuple[SinkRow, ...] = ()
    registries: tuple[RegistryRow, ...] = ()
    names: tuple[NameRow, ...] = ()
    normal: Normal = Normal()
    added: tuple[str, ...] = ()
    """Targets of the registries that are none of our own."""
