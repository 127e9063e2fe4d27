"""What comes of it: slots, the graph, findings, coverage, the verdict."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.model.pairs import Partial, TrustAnchor
from scanner.model.pipelines import Job, Location, Script
from scanner.model.places import Identified, Occurrence, Suppression, Unscanned
from scanner.model.words import Severity
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A named place that a secret is put into: a CI variable, a workflow secret."""

    id: str
    platform: str
    level: str
    """`instance`, `org`, `group`, `context`, `variable_group`, `project`, `environment`, `pipeline`, `user`, `unknown`."""
    owner: str
    container: str
    name: str
    environment_scope: str | None = None
    protected: bool | None = None
    masked: bool | None = None
    hidden: bool | None = None
    allowed_projects: tuple[str, ...] | None = None
    updated_at: str | None = None
    credentials: tuple[str, ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()
    """(credential id, grade), grade E3 or E4."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The four levels of the ranking, each 1 to 5."""

    privilege: int
    exposure: int
    reuse: int
    lifetime: int


@dataclass(frozen=True, slots=True)
class Sprawl:
    """One credential with all its occurrences: what policies look at. Occurrences are sorted, nearest home first."""

    identified: Identified
    occurrences: tuple[Occurrence, ...]
    trust_anchors: tuple[TrustAnchor, ...] = ()
    """Where the public half of a private key lies, what grants trust first."""
    partials: tuple[Partial, ...] = ()
    """Where parts of the value were seen, the strongest first."""

    @property
    def id(self) -> str:
        return self.identified.id

    @property
    def suppression(self) -> Suppression | None:
        """Why it is not open: what it is, or that every single place is accepted."""
        return suppression_of(self.identified, self.occurrences)


def suppression_of(identified: Identified, occurrences: tuple[Occurrence, ...]) -> Suppression | None:
    """What keeps a credential from being open; None where it is, be it in one place only."""
    if identified.suppression is not None or not occurrences:
        return identified.suppression
    reasons = [occurrence.suppression for occurrence in occurrences]
    return reasons[0] if all(reasons) else None


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything that was correlated: the input of the policies."""

    sprawls: tuple[Sprawl, ...]
    slots: tuple[Slot, ...] = ()
    jobs: tuple[Job, ...] = ()
    scripts: tuple[Script, ...] = ()
    superseded: frozenset[str] = frozenset()
    """Ids of occurrences that the commit which removed them replaced by another value in the same field."""
    trusted: frozenset[str] = frozenset()
    """Ids of key credentials whose public half lies in a place that grants trust."""
    public: frozenset[str] = frozenset()
    """Containers known to be public; everything else counts as private."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a policy reports."""

    id: str
    policy: str
    title: str
    severity: Severity
    grade: str
    credentials: tuple[str, ...]
    message: str
    remediation: str
    locations: tuple[Location, ...] = ()
    slots: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    life: str | None = None
    """`new`, `open`, `resolved`, `reopened`, `accepted`; known to a store only."""
    suppression: Suppression | None = None
    """Why it does not count: an exception in the configuration accepts it."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential as the report shows it: what it is, where it is, how bad that is."""

    identified: Identified
    occurrences: tuple[Occurrence, ...]
    severity: Severity
    score: int
    levels: Levels
    notes: tuple[str, ...] = ()
    """What was assumed or capped in the ranking, as short sentences."""
    first_seen: str | None = None
    """Of all its occurrences; like the two after it known to a store only."""
    last_seen: str | None = None
    first_place: str | None = None
    """Id of the occurrence that had it first."""
    trust_anchors: tuple[TrustAnchor, ...] = ()
    """Where the public half of a private key lies, what grants trust first."""
    partials: tuple[Partial, ...] = ()
    """Where parts of the value were seen, the strongest first."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Name of a level and why it is what it is, in the order of `Levels`."""
    cap: int | None = None
    """The most that the score could have come to, by privilege and by what the notes say; None where that is not known."""

    @property
    def suppression(self) -> Suppression | None:
        """Why it is not open: what it is, or that every single place is accepted."""
        return suppression_of(self.identified, self.occurrences)

    @property
    def open(self) -> bool:
        return self.suppression is None


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """What was read of one target."""

    kind: str
    """`repository`, `tree`, `home`, `environment`, `ci_export`, `ci_log`, `stdin`."""
    target: str
    blobs: int
    bytes: int
    unscanned: int
    known: int = 0
    """Blobs that an earlier run has read."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the run read, and what it could not."""

    sources: tuple[SourceCoverage, ...]
    unscanned: tuple[Unscanned, ...]
    skipped: Mapping[str, int]
    """Counts by reason of what is no content: FIFOs, sockets, links, excluded files."""
    notes: tuple[str, ...] = ()
    """What was said once: configuration found and not obeyed, a key that lives for this run only."""

    @property
    def complete(self) -> bool:
        return not self.unscanned


@dataclass(frozen=True, slots=True)
class Verdict:
    """Pass or fail, and why."""

    failed: bool
    fail_on: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetState:
    """How a target of a sweep fared."""

    name: str
    state: str
    """`ok`, `failed`, `gone`, `empty`, `rewritten`."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a run found out: the input of the reports."""

    tool_version: str
    detectors: tuple[str, ...]
    coverage: Coverage
    credentials: tuple[Credential, ...]
    slots: tuple[Slot, ...]
    jobs: tuple[Job, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    seconds: float = 0.0
    """Wall time; shown to people, never written into JSON."""
    targets: tuple[TargetState, ...] = ()
    """Of a sweep, by name."""
