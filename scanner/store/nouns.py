"""What a store takes and gives beside the nouns that everybody shares."""

from __future__ import annotations

from scanner.model import Coverage, Credential, Finding, Job, Occurrence, Slot
from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class Memory:
    """What a sweep keeps of one target for itself, so that the next one need not read it again. Means nothing to the store."""

    cursor: str
    document: bytes
    objects: bytes
    edition: int | None = None
    """The edition that showed it last; None while no reader has seen it. Set by publishing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a target was read."""

    cursor: str
    shown: bool
    """Whether an edition shows what is remembered of it."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target of the sweep, as it fared when it was last looked at."""

    name: str
    listing: str
    """The argument that it came from."""
    kind: str
    """`repository`, `tree`, `ci_export`."""
    state: str
    """`ok`, `failed`, `gone`, `empty`, `rewritten`."""
    why: str = ""
    public: bool = False
    first_seen: str | None = None
    """The run that met it first, RFC 3339 in UTC; like `last_seen` told by the store, whatever it is given."""
    last_seen: str | None = None
    """The last run that reached it; None where none has."""


@dataclass(frozen=True, slots=True)
class StoredOutcome:
    """The last edition, whole."""

    started_at: str
    finished_at: str
    tool_version: str
    detectors: tuple[str, ...]
    coverage: Coverage
    """Of the run that made the edition."""
    credentials: tuple[Credential, ...]
    """Those that are still somewhere, by id, each with the places where it still is, in the order in which they were judged."""
    findings: tuple[Finding, ...]
    """With their life, by id; resolved ones too."""
    slots: tuple[Slot, ...]
    targets: tuple[Target, ...]
    """By name."""
    jobs: tuple[Job, ...] = ()
    """As definitions have them; which slots they get is for whoever knows what exports show."""


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """One credential of the last edition, and what is told along with it."""

    credential: Credential
    findings: tuple[Finding, ...]
    """Those that name it, with their life, by id; resolved ones too."""
    slots: tuple[Slot, ...]
    """Those that it lies in, by id."""
    beside: tuple[Occurrence, ...]
    """Everything that lies in those slots, its own occurrences too."""
