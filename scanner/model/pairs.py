"""What belongs to a credential without being it: the public half of a key, and what is left of a value that somebody masked."""

from __future__ import annotations

from scanner.records import dataclass


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """The public half of a private key, or a signature by it, at one place."""

    kind: str
    """`ssh`, `public-key`, `certificate`, `certificate-request`, `openpgp`, `jwk`, `minisign`, `tuf`, `sparkle`, `signature`."""
    container: str
    path: str
    line: int | None = None
    field: str | None = None
    """The variable that it is the value of."""
    trust: str | None = None
    """What the place grants whoever has the private half: `allowed_signers`, `policy_file`, `repo_verify_file`, `published_release`,
    `embedded_updater`; None where it grants nothing, as a `.pub` beside its own private half."""
    in_head: bool | None = None
    """False where only history remembers it; None outside repositories."""
    commit: str | None = None
    """The commit that brought it, where only history remembers it; of signatures the newest one."""
    count: int = 1
    """Of signatures, how many commits and tags of the container bear one."""
    mark: str = ""
    """What it is compared by, see `scanner.identity.marks`; no part of a report."""

    @property
    def grants(self) -> bool:
        """Whether it is there now and makes the private half good for something."""
        return self.trust is not None and self.in_head is not False


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A partial sighting: a part of some value, or its hash, at one place. Whose it may be is told by a keyed digest only."""

    form: str
    """`last4`, `last8`, `first-last`, `sha256`."""
    digest: str
    """Under the run's key, in hex; kept in memory and never written."""
    container: str
    path: str
    line: int | None = None
    field: str | None = None
    bits: int = 0
    """What an agreement by chance is unlikely by, as a binary logarithm."""
    prefix: str = ""
    """The public beginning of the masked value, where it is shown."""
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """A partial sighting that agrees with a credential of the same run."""

    form: str
    container: str
    path: str
    line: int | None
    field: str | None
    bits: int
    grade: str
    """`E1` the hash of the whole value, `E2` at least 40 bits of it, `E3` four characters and the kind or the name, `E4` four characters."""
