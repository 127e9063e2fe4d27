"""What was read and where it lay: from a blob to an occurrence. No raw value is in here; it ended with `Identified`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scanner.contract import Check, Confidence, Fact, Kind
from scanner.model.words import Reachability, Reason, Zone
from scanner.records import dataclass, field

_HIDDEN_HALVES = ("private-key", "key-store")
"""How the names of kinds end that are key pairs even where a passphrase hides both halves."""


@dataclass(frozen=True, slots=True, order=True)
class Unscanned:
    """What could not be read, and why."""

    target: str
    path: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from every other that it had or will have, as long as nobody turns the clock."""

    device: int
    inode: int
    size: int
    modified: int
    """When its content was changed last, in nanoseconds; anybody can set it."""
    changed: int
    """The same of all that the system knows about it; nobody can set it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Content, read once. `path` names it inside its container (see `Occurrence.path`) and hints at its format."""

    container: str
    path: str
    data: bytes = field(repr=False)
    oid: str | None = None
    """Object id, for what came from an object store."""
    mode: int | None = None
    """Permission bits, where the place has them and they mean something."""
    stamp: Stamp | None = field(default=None, compare=False)
    """Of a file that nobody touched while it was read."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """A reason for which a credential is not open: who says so and why."""

    by: str
    """`dummy`, `inline`, `config`, `baseline`."""
    reason: str


@dataclass(frozen=True, slots=True)
class Identified:
    """One credential as identity saw it in one place: no raw value any more."""

    id: str
    """`kt1:<kid>:<26 base32>`."""
    kind: Kind
    detector: str
    redacted: str
    check: Check
    confidence: Confidence
    facts: Mapping[str, Fact]
    privilege: int
    assumed: bool
    suppression: Suppression | None = None
    fingerprint: str | None = None
    """The same on every machine, whatever the key; None where a value could be guessed from it."""
    baseline_id: str | None = None
    """The name of the value under a baseline's salt, in runs that have a baseline to do with."""

    @property
    def short(self) -> str:
        """The six characters that people read."""
        return self.id.rsplit(":", 1)[-1][:6]

    @property
    def private_key(self) -> bool:
        """Whether it is the private half of a key pair, or a store of such: it shows a public half, or its kind is one that hides it."""
        return "spki_sha256" in self.facts or self.kind.id.endswith(_HIDDEN_HALVES)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a blob: everything that can be said without knowing where the blob is."""

    line: int | None = None
    column: int | None = None
    field: str | None = None
    field_path: tuple[str, ...] = ()
    encoding: tuple[str, ...] = ()
    service: str | None = None
    account: str | None = None
    tool: str | None = None

    @property
    def place(self) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
        """What stays the same when lines move."""
        return (self.field, self.field_path, self.encoding)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One credential at one spot of one blob."""

    identified: Identified
    spot: Spot
    suppression: Suppression | None = None
    """What a marker beside it says."""
    job: str | None = None
    """Who wrote it there, in a log."""
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, as far as the timeline needs it."""

    id: str
    tree: str
    parents: tuple[str, ...]
    committed_at: str
    """Committer date, RFC 3339 in UTC."""
    author: str
    """`Name <mail>`, control characters escaped."""


@dataclass(frozen=True, slots=True)
class Change:
    """One commit gives one path another content, seen against all its parents (a merge lists only what differs from each of them)."""

    commit: str
    path: str
    before: frozenset[str]
    """Blob ids that the parents have at the path; empty where none has it."""
    after: str | None
    """Blob id that the commit has there; None where it removes the path."""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What a repository remembers about the blobs that hold something: every change of a path that touches one of them."""

    commits: Mapping[str, Commit]
    """The commits named in `changes`."""
    changes: tuple[Change, ...]
    """Ancestors before descendants."""
    head: Mapping[str, str]
    """Path to blob id in HEAD's tree, for the blobs that hold something."""
    index: Mapping[str, str]
    """Path to blob id in the index, likewise."""
    reach: Mapping[str, Reachability]
    """How each commit in `commits` is reached, nearest wins."""
    ancestry: Callable[[str, str], bool]
    """Whether the first commit is the second or one of its ancestors."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that leads to a file of a home, or the home itself."""

    path: str
    """Below the home, as it is shown; empty for the home itself."""
    mode: int
    """Permission bits."""
    owner: int
    """Number of the account, as the system gives it."""
    group: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a home keeps a file from other accounts. Members of archives and what git remembers are kept by nobody."""

    path: str
    """Where the file really is below the home, as it is shown: not its name there, if that is a link."""
    wanted: int | None = None
    """The mode that it should have; None where others may read such files as a rule, and where modes mean nothing."""
    owner: int = 0
    """Number of the account that it belongs to; like `group` and `folders` without a meaning where there is no wanted mode."""
    group: int = 0
    folders: tuple[Folder, ...] = ()
    """From the home to the folder that it is in."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One credential at one location: container, path, field or place in the file and encoding, over an unbroken run of commits."""

    id: str
    credential: str
    """Credential id."""
    zone: Zone
    container: str
    path: str
    spot: Spot
    in_head: bool | None = None
    """None outside repositories."""
    commit: str | None = None
    """The commit that brought it."""
    committed_at: str | None = None
    """RFC 3339 in UTC."""
    author: str | None = None
    removed_commit: str | None = None
    removed_at: str | None = None
    reachability: Reachability | None = None
    mode: str | None = None
    """Four octal digits."""
    keeping: Keeping | None = None
    """Of a file that the catalogue of homes names."""
    slot: str | None = None
    job: str | None = None
    step: str | None = None
    suppression: Suppression | None = None
    """Why this place is not open, though the credential may be so elsewhere."""
    fingerprint: str | None = None
    """Of credential and path, the same on every machine."""
    first_seen: str | None = None
    """The run that met it first, RFC 3339 in UTC; like `last_seen` known to a store only."""
    last_seen: str | None = None

    @property
    def current(self) -> bool:
        """Whether the credential is there now, rather than only in what a repository remembers."""
        return self.zone is not Zone.REPO_HISTORY
