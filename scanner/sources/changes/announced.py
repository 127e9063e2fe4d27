"""The kinds of change that a CI system or a hook can announce, before anybody has looked whether the repository knows it.

Names are ids of commits, refs by their full names, or (from pre-commit alone) whatever git takes for a commit.
"""

from __future__ import annotations

from scanner.records import dataclass

TRACKED = "refs/remotes/origin/"
"""Where a clone keeps the branches of the repository that it was made from."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request, or whatever asks to be merged: what it has and its target has not."""

    says: str
    """Who says so, such as `GitHub's pull request`."""
    targets: tuple[str, ...]
    """What it is to be merged into, the best name first."""
    head: str | None = None
    """Its last commit; None where that is only known to be what is checked out, or merged into that."""


@dataclass(frozen=True, slots=True)
class Push:
    """A branch or a tag that was set: what it has now and had not before."""

    says: str
    tips: tuple[str, ...]
    """Names of what it was set to, the best first; none where that is what is checked out."""
    before: str | None
    """What it was; zeros where it is new, None where nobody says."""
    ref: str | None = None
    """Its full name."""
    default: str | None = None
    """The name of the repository's default branch, as far as the system says it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A run that nobody's change began, by schedule or by hand: what is checked out and the default branch has not."""

    says: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A branch or a tag is gone."""

    says: str


@dataclass(frozen=True, slots=True)
class Index:
    """What is staged."""

    says: str


Announcement = Proposal | Push | Look | Removal | Index
