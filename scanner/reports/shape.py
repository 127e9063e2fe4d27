"""The public JSON report, version 1: types of its own, so that what is inside stays free to move.

Names are never changed and never go; fields may be added, and what was added later has a default with which older reports are read. The
docstrings are the schema's descriptions.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scanner.reports.shape_base import Few, Many, Shape, Text
from scanner.reports.shape_jobs import GradeWord, Job
from scanner.reports.shape_pairs import Partial, TrustAnchor

SeverityWord = Literal["critical", "high", "medium", "low", "info"]
ZoneWord = Literal[
    "workstation_dotfile",
    "workstation_shell",
    "workstation_keystore",
    "repo_head",
    "repo_history",
    "worktree",
    "git_metadata",
    "folder",
    "release_script",
    "ci_definition",
    "ci_variable",
    "ci_log_artifact",
    "deployment",
    "image_layer",
    "published_artifact",
    "chat",
    "managed_store",
]
ReachabilityWord = Literal["head", "branch", "tag", "stash", "note", "reflog", "worktree", "unreachable", "rewritten"]
ReasonWord = Literal[
    "unreadable",
    "vanished",
    "missing",
    "damaged",
    "shallow",
    "partial-clone",
    "encrypted",
    "too-large",
    "too-deep",
    "malformed",
    "timeout",
]
LifeWord = Literal["new", "open", "resolved", "reopened", "accepted"]
Level = Annotated[int, Field(ge=1, le=5)]


class Tool(Shape):
    """What made the report."""

    name: Literal["keytrail"]
    version: Text
    detectors: Many[Text]
    """Ids of the detectors that ran, sorted."""


class Source(Shape):
    """One target that was read."""

    kind: Text
    """`repository`, `tree`, `home`, `ci_export`, `ci_log`, `stdin`; more may come."""
    target: Text
    """As the user named it."""
    blobs: int
    bytes: int
    unscanned: int
    """How many entries of `coverage.unscanned` are this target's."""
    known: int = 0
    """Blobs that an earlier run has read, and this one did not read again."""


class Unread(Shape):
    """Something that could not be read."""

    target: Text
    path: Text
    """Relative to the target; empty for the target itself."""
    reason: ReasonWord
    detail: Text


class Coverage(Shape):
    """What was read, and what was not."""

    status: Literal["complete", "partial"]
    """`partial` exactly when `unscanned` is not empty."""
    sources: Many[Source]
    unscanned: Many[Unread]
    skipped: Few[int]
    """Counts by reason of what is no content: sockets, links, excluded files."""
    notes: Many[Text]
    """What the run had to say once, such as configuration that was found and not obeyed."""


class Levels(Shape):
    """The four levels that the score is made of, each from 1 (least) to 5."""

    privilege: Level
    exposure: Level
    reuse: Level
    lifetime: Level


class LevelReasons(Shape):
    """Why each of the four levels is what it is, in a few words."""

    privilege: Text = ""
    exposure: Text = ""
    reuse: Text = ""
    lifetime: Text = ""


class Suppression(Shape):
    """Why a credential, or one place of it, is not open."""

    by: Text
    """`dummy`, `inline`, `config`, `baseline`."""
    reason: Text


class Occurrence(Shape):
    """One credential at one location, over an unbroken run of commits."""

    id: Text
    """The same while container, path, field and encoding are, wherever the line moves."""
    zone: ZoneWord
    container: Text
    """The target as the user named it."""
    path: Text
    """Relative to the container; `outer.zip!/inner.txt`, `commit:<id>`, `tag:<name>`, `note:<id>`, `blob:<id>` where it is no plain file."""
    line: int | None
    """Of the newest content that holds it, from 1; null where there are no lines."""
    column: int | None
    """In characters, from 1."""
    field: Text | None
    """Last key as the file spells it, or the name of the variable."""
    field_path: Many[Text]
    """Keys from the root, in nested formats."""
    encoding: Many[Text]
    """Steps that changed the bytes, outermost first."""
    in_head: bool | None
    """Null outside repositories."""
    commit: Text | None
    """The commit that brought it."""
    committed_at: Text | None
    """RFC 3339, UTC."""
    author: Text | None
    removed_commit: Text | None
    removed_at: Text | None
    """RFC 3339, UTC."""
    reachability: ReachabilityWord | None
    """What still leads there, nearest to HEAD."""
    service: Text | None
    """Host that the file binds the value to."""
    account: Text | None
    """User or project named beside the value."""
    tool: Text | None
    slot: Text | None
    """Id of the slot that it fills."""
    job: Text | None
    """Of a log: the job that wrote there, as far as the log or its file says so."""
    step: Text | None
    """Likewise; a name in which a credential is found is an ellipsis."""
    mode: Text | None
    """Permission bits as four octal digits."""
    suppression: Suppression | None = None
    """Why this place is not open, though the credential may be so elsewhere."""
    fingerprint: Text | None = None
    """Of credential and path, the same on every machine and whatever the key."""
    first_seen: Text | None = None
    """RFC 3339, UTC: the run that met it first; known to a store only, like `last_seen`."""
    last_seen: Text | None = None


class Credential(Shape):
    """One canonical value, wherever it is."""

    id: Text
    """Keyed: comparable between reports made with one key, and of no use for guessing."""
    kind: Text
    detector: Text
    provider: Text
    title: Text
    redacted: Text
    """What may be shown of the value."""
    check: Literal["passed", "failed", "none"]
    """What the value's own checksum or structure said."""
    confidence: Literal["high", "medium", "low"]
    severity: SeverityWord
    score: Annotated[int, Field(ge=0, le=100)]
    levels: Levels
    notes: Many[Text]
    """What was assumed or capped in the ranking."""
    actions: Many[Text]
    """What such a credential can do at most, sorted."""
    facts: Few[Text | int | bool | Many[Text] | None]
    """What the value itself reveals; always with `lifetime`, `validity`, `at_rest` and `scope`."""
    rotate: Many[Text]
    """What to do, in order."""
    status: Literal["open", "suppressed"]
    suppression: Suppression | None
    """Why it is not open: what it is, or that every single place is accepted."""
    zones: Many[ZoneWord]
    """Of all occurrences, sorted, each once."""
    occurrences: Many[Occurrence]
    assumed: bool = True
    """Whether `levels.privilege` is a guess from the kind, which the value does not prove."""
    first_seen: Text | None = None
    """RFC 3339, UTC, of all its occurrences; known to a store only, like the two after it."""
    last_seen: Text | None = None
    first_place: Text | None = None
    """Id of the occurrence that had it first."""
    trust_anchors: Many[TrustAnchor] = ()
    """Of a private key: where its public half lies, and what it signed; what grants trust first."""
    partials: Many[Partial] = ()
    """Where parts of the value were seen, the strongest first."""
    level_reasons: LevelReasons | None = None
    """Null where nothing is known of them, as in reports of older versions."""
    cap: Annotated[int, Field(ge=0, le=100)] | None = None
    """The most that the score could have come to, by privilege and by what `notes` say; likewise."""


class Candidate(Shape):
    """A credential that may fill a slot."""

    credential: Text
    grade: Literal["E3", "E4"]
    """`E3` same name and service, `E4` a guess from names."""


class Slot(Shape):
    """A named place that a secret is put into."""

    id: Text
    platform: Text
    level: Text
    """`instance`, `org`, `group`, `context`, `variable_group`, `project`, `environment`, `pipeline`, `user` or `unknown`."""
    owner: Text
    container: Text
    name: Text
    environment_scope: Text | None
    protected: bool | None
    """Null, like the two after it, where the source does not say."""
    masked: bool | None
    hidden: bool | None
    allowed_projects: Many[Text] | None
    updated_at: Text | None
    credentials: Many[Text]
    """Ids of the credentials that fill it."""
    candidates: Many[Candidate]


class Location(Shape):
    """A place that a finding points at."""

    container: Text
    path: Text
    line: int | None
    column: int | None


class Finding(Shape):
    """What a policy reports."""

    id: Text
    policy: Text
    title: Text
    severity: SeverityWord
    grade: GradeWord
    """Strength of the evidence: `E1` same value in both places, `E2` same slot, `E3` same name and service, `E4` a guess from names."""
    credentials: Many[Text]
    slots: Many[Text]
    jobs: Many[Text]
    locations: Many[Location]
    message: Text
    remediation: Text
    references: Many[Text]
    life: LifeWord | None = None
    """Since the run before; known to a store only. What is `resolved` was found earlier and is gone."""
    suppression: Suppression | None = None
    """Why it does not count for the verdict: an exception in the configuration accepts it."""


class Verdict(Shape):
    """Pass or fail."""

    status: Literal["pass", "fail"]
    fail_on: Text
    """The severity from which an open finding fails, or `none`."""
    reasons: Many[Text]


class Target(Shape):
    """How one target of a sweep fared."""

    name: Text
    state: Text
    """`ok`, `failed`, `gone`, `empty` or `rewritten`."""
    why: Text


class Report(Shape):
    """A keytrail report, version 1.

    It holds no value of a credential and no time of the run: two runs over the same input compare byte for byte.
    """

    schema_: Literal["keytrail.report/1"] = Field(alias="schema")
    """Name and version of this format."""
    tool: Tool
    coverage: Coverage
    credentials: Many[Credential]
    """Worst first: by severity, score, privilege, confidence, id."""
    slots: Many[Slot]
    jobs: Many[Job]
    findings: Many[Finding]
    """By severity, policy, id."""
    verdict: Verdict
    targets: Many[Target] = ()
    """Of a sweep, by name; empty in every other report."""


class OneCredential(Shape):
    """What `where` and `explain` know of one credential, version 1: the same shapes as in a report."""

    schema_: Literal["keytrail.credential/1"] = Field(alias="schema")
    """Name and version of this format."""
    credential: Credential | None
    """Null where the value is known nowhere."""
    findings: Many[Finding]
    """By severity, policy, id."""
    slots: Many[Slot]
    jobs: Many[Job] = ()
    """Those that get one of the slots."""
