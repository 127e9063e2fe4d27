"""The public shapes of what belongs to a credential without being it."""

from __future__ import annotations

from typing import Literal

from scanner.reports.shape_base import Shape, Text


class TrustAnchor(Shape):
    """The public half of a private key at one place, or its signatures in one container."""

    container: Text
    path: Text
    """Relative to the container; of signatures the newest commit or tag that bears one."""
    line: int | None
    kind: Text
    """`ssh`, `public-key`, `certificate`, `certificate-request`, `openpgp`, `jwk`, `minisign`, `tuf`, `sparkle`, `signature`; more may come."""
    trust: Text | None
    """What the place grants whoever has the private half: `allowed_signers`, `policy_file`, `repo_verify_file`, `published_release`,
    `embedded_updater`; null where it grants nothing."""
    field: Text | None
    """The variable that it is the value of."""
    in_head: bool | None
    """False where only history remembers it, so that it grants nothing any more; null outside repositories and for signatures."""
    commit: Text | None
    """The commit that brought what only history remembers; of signatures the newest one."""
    count: int
    """Of signatures, how many commits and tags of the container bear one; else 1."""


class Partial(Shape):
    """A part of the value, or its hash, at one place: no credential, but a trace of this one."""

    form: Literal["last4", "last8", "first-last", "sha256"]
    """What is shown: the last four or eight characters, the first eight and the last four, or SHA-256 of the whole."""
    container: Text
    path: Text
    line: int | None
    field: Text | None
    """The variable that it is the value of."""
    bits: int
    """What an agreement by chance is unlikely by, as a binary logarithm."""
    grade: Literal["E1", "E2", "E3", "E4"]
    """Strength of the evidence, as in findings."""
