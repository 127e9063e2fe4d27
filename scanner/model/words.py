"""The words that reports are made of: severities, zones, ways to a place, reasons."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """Ordered, worst last, so that `max` is the worst."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """The word of the report."""
        return self.name.lower()


class Zone(StrEnum):
    """Kind of place (trust zones)."""

    WORKSTATION_DOTFILE = "workstation_dotfile"
    WORKSTATION_SHELL = "workstation_shell"
    WORKSTATION_KEYSTORE = "workstation_keystore"
    REPO_HEAD = "repo_head"
    REPO_HISTORY = "repo_history"
    WORKTREE = "worktree"
    GIT_METADATA = "git_metadata"
    FOLDER = "folder"
    RELEASE_SCRIPT = "release_script"
    CI_DEFINITION = "ci_definition"
    CI_VARIABLE = "ci_variable"
    CI_LOG_ARTIFACT = "ci_log_artifact"
    DEPLOYMENT = "deployment"
    IMAGE_LAYER = "image_layer"
    PUBLISHED_ARTIFACT = "published_artifact"
    CHAT = "chat"
    MANAGED_STORE = "managed_store"

    @property
    def group(self) -> str:
        """What boundaries are drawn between: `source`, `pipeline`, `release`, `workstation`, or the zone by itself."""
        return _GROUPS.get(self, self.value)


_GROUPS = {
    Zone.REPO_HEAD: "source",
    Zone.REPO_HISTORY: "source",
    Zone.WORKTREE: "source",
    Zone.GIT_METADATA: "source",
    Zone.CI_DEFINITION: "pipeline",
    Zone.CI_VARIABLE: "pipeline",
    Zone.CI_LOG_ARTIFACT: "pipeline",
    Zone.DEPLOYMENT: "pipeline",
    Zone.IMAGE_LAYER: "pipeline",
    Zone.RELEASE_SCRIPT: "release",
    Zone.PUBLISHED_ARTIFACT: "release",
    Zone.WORKSTATION_DOTFILE: "workstation",
    Zone.WORKSTATION_SHELL: "workstation",
    Zone.WORKSTATION_KEYSTORE: "workstation",
    Zone.FOLDER: "workstation",
}


class Reachability(StrEnum):
    """What still leads to a place in a repository; declared nearest to HEAD first, and the nearest wins."""

    HEAD = "head"
    BRANCH = "branch"
    TAG = "tag"
    STASH = "stash"
    NOTE = "note"
    REFLOG = "reflog"
    WORKTREE = "worktree"
    UNREACHABLE = "unreachable"
    REWRITTEN = "rewritten"
    """Lost by a rewritten history: gone from the store, but whoever hosts it may still serve it."""


class Reason(StrEnum):
    """Why something is unscanned."""

    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    MISSING = "missing"
    DAMAGED = "damaged"
    SHALLOW = "shallow"
    PARTIAL_CLONE = "partial-clone"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    MALFORMED = "malformed"
    TIMEOUT = "timeout"


MADE = {"minted": "a token minted with ", "fetched": "a secret fetched with "}
"""How sentences begin to name what comes in place of a slot's own value: a short-lived token that was had for it, what was read from a store."""


class Trust(StrEnum):
    """Who can start a job, the least trusted first: the weakest of its triggers counts."""

    UNTRUSTED = "untrusted"
    """Anybody: forks, comments, issues."""
    CONTRIBUTOR = "contributor"
    """Whoever may push a branch or open a pull request from one."""
    REMOTE = "remote"
    """Whoever holds a token for it: dispatch APIs, trigger tokens, chat bots."""
    TIMER = "timer"
    MAINTAINER = "maintainer"
    """Tags, releases, buttons of protected places."""
    UNKNOWN = "unknown"
