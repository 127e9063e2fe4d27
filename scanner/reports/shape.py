"""The public JSON report, version 1: types of its own, so that what is inside stays free to move.

Names are never changed and never go; fields may be added. The docstrings are the schema's descriptions.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scanner.reports.escape import encodable


def _encodable(value: object) -> object:
    return encodable(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_encodable)]
"""Valid Unicode; a byte of the input that was no UTF-8 is written `\\xNN`."""
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
ReachabilityWord = Literal["head", "branch", "tag", "stash", "note", "reflog", "worktree", "unreachable"]
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
Level = Annotated[int, Field(ge=1, le=5)]


class _Shape(BaseModel):
    """Frozen, and never showing its input in an error."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, use_attribute_docstrings=True)


class Tool(_Shape):
    """What made the report."""

    name: Literal["keytrail"]
    version: Text
    detectors: tuple[Text, ...]
    """Ids of the detectors that ran, sorted."""


class Source(_Shape):
    """One target that was read."""

    kind: Text
    """`repository`, `tree`, `home`, `ci_export`, `stdin`; more may come."""
    target: Text
    """As the user named it."""
    blobs: int
    bytes: int
    unscanned: int
    """How many entries of `coverage.unscanned` are this target's."""


class Unread(_Shape):
    """Something that could not be read."""

    target: Text
    path: Text
    """Relative to the target; empty for the target itself."""
    reason: ReasonWord
    detail: Text


class Coverage(_Shape):
    """What was read, and what was not."""

    status: Literal["complete", "partial"]
    """`partial` exactly when `unscanned` is not empty."""
    sources: tuple[Source, ...]
    unscanned: tuple[Unread, ...]
    skipped: dict[Text, int]
    """Counts by reason of what is no content: sockets, links, excluded files."""
    notes: tuple[Text, ...]
    """What the run had to say once, such as configuration that was found and not obeyed."""


class Levels(_Shape):
    """The four levels that the score is made of, each from 1 (least) to 5."""

    privilege: Level
    exposure: Level
    reuse: Level
    lifetime: Level


class Suppression(_Shape):
    """Why a credential is not open."""

    by: Text
    """`dummy`, `inline`, `config`, `baseline`."""
    reason: Text


class Occurrence(_Shape):
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
    field_path: tuple[Text, ...]
    """Keys from the root, in nested formats."""
    encoding: tuple[Text, ...]
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
    step: Text | None
    mode: Text | None
    """Permission bits as four octal digits."""


class Credential(_Shape):
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
    notes: tuple[Text, ...]
    """What was assumed or capped in the ranking."""
    actions: tuple[Text, ...]
    """What such a credential can do at most, sorted."""
    facts: dict[Text, Text | int | bool | tuple[Text, ...] | None]
    """What the value itself reveals; always with `lifetime`, `validity`, `at_rest` and `scope`."""
    rotate: tuple[Text, ...]
    """What to do, in order."""
    status: Literal["open", "suppressed"]
    suppression: Suppression | None
    zones: tuple[ZoneWord, ...]
    """Of all occurrences, sorted, each once."""
    occurrences: tuple[Occurrence, ...]


class Candidate(_Shape):
    """A credential that may fill a slot."""

    credential: Text
    grade: Literal["E3", "E4"]
    """`E3` same name and service, `E4` a guess from names."""


class Slot(_Shape):
    """A named place that a secret is put into."""

    id: Text
    platform: Text
    level: Text
    """`instance`, `org`, `group`, `context`, `variable_group`, `project`, `environment`, `pipeline` or `unknown`."""
    owner: Text
    container: Text
    name: Text
    environment_scope: Text | None
    protected: bool | None
    """Null, like the two after it, where the source does not say."""
    masked: bool | None
    hidden: bool | None
    allowed_projects: tuple[Text, ...] | None
    updated_at: Text | None
    credentials: tuple[Text, ...]
    """Ids of the credentials that fill it."""
    candidates: tuple[Candidate, ...]


class Role(_Shape):
    """What a job does."""

    role: Text
    weight: float
    """From 0 to 1."""
    evidence: tuple[Text, ...]
    status: Text
    """`set`, `suspected` or `rehearsal`."""


class Job(_Shape):
    """The smallest unit of a pipeline that gets its own credentials."""

    id: Text
    platform: Text
    container: Text
    file: Text
    name: Text
    """Its key in the file."""
    roles: tuple[Role, ...]
    trigger_trust: Text
    """`untrusted`, `contributor`, `remote`, `timer`, `maintainer` or `unknown`."""
    environment: Text | None
    oidc: bool
    audiences: tuple[Text, ...]
    slots: tuple[Text, ...]
    """Ids of the slots that reach it."""


class Location(_Shape):
    """A place that a finding points at."""

    container: Text
    path: Text
    line: int | None
    column: int | None


class Finding(_Shape):
    """What a policy reports."""

    id: Text
    policy: Text
    title: Text
    severity: SeverityWord
    grade: Literal["E1", "E2", "E3", "E4"]
    """Strength of the evidence: `E1` same value in both places, `E2` same slot, `E3` same name and service, `E4` a guess from names."""
    credentials: tuple[Text, ...]
    slots: tuple[Text, ...]
    jobs: tuple[Text, ...]
    locations: tuple[Location, ...]
    message: Text
    remediation: Text
    references: tuple[Text, ...]


class Verdict(_Shape):
    """Pass or fail."""

    status: Literal["pass", "fail"]
    fail_on: Text
    """The severity from which an open finding fails, or `none`."""
    reasons: tuple[Text, ...]


class Report(_Shape):
    """A keytrail report, version 1.

    It holds no value of a credential and no time of the run: two runs over the same input compare byte for byte.
    """

    schema_: Literal["keytrail.report/1"] = Field(alias="schema")
    """Name and version of this format."""
    tool: Tool
    coverage: Coverage
    credentials: tuple[Credential, ...]
    """Worst first: by severity, score, privilege, confidence, id."""
    slots: tuple[Slot, ...]
    jobs: tuple[Job, ...]
    findings: tuple[Finding, ...]
    """By severity, policy, id."""
    verdict: Verdict
