"""What CI systems and hooks say about the change that they run for: one small function a system, and a table of them.

Nothing here asks the repository. Variables and the event's file are as hostile as what is scanned, for whoever opens a pull request names
its branch: what should be an id or a branch and is none is an error that names the variable and not its value.

Each function has the page that its variables are documented on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from scanner.errors import UnreadableError, UsageError
from scanner.records import dataclass
from scanner.sources.changes.advice import SETTING
from scanner.sources.changes.announced import TRACKED, Announcement, Index, Look, Proposal, Push, Removal
from scanner.sources.history.refs import is_ref_name

Read = Callable[[str], bytes]
"""What a file holds; FileNotFoundError or UnreadableError where it cannot be read."""
_NEW = "0" * 40
_ID = re.compile(r"[0-9a-f]{7,64}")
_NOTHING = frozenset({"", "false", "null"})


class Said:
    """Variables of one system, or the fields of its event. What is empty, `false` or `null` is not said."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        """What `name` says, a field by its path with dots; empty where it says nothing."""
        value: Any = self._values
        for part in (name,) if name in self._values else name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) and value not in _NOTHING else ""

    def is_set(self, name: str) -> bool:
        """Whether a field is true."""
        return self._values.get(name) is True

    def oid(self, name: str) -> str | None:
        """The id of an object, or the beginning of one. Raises UsageError for anything else."""
        text = self.text(name)
        if text and not _ID.fullmatch(text):
            raise UsageError(_unfit(name, "the id of a commit"))
        return text or None

    def oids(self, *names: str) -> tuple[str, ...]:
        """All ids that are said."""
        return tuple(dict.fromkeys(oid for name in names if (oid := self.oid(name))))

    def branch(self, name: str) -> str | None:
        """The short name of a branch. Raises UsageError for what can be none."""
        text = self.text(name).removeprefix("refs/heads/")
        if text and not is_ref_name(f"refs/heads/{text}".encode("utf-8", "surrogateescape")):
            raise UsageError(_unfit(name, "the name of a branch"))
        return text or None

    def tracked(self, *names: str) -> tuple[str, ...]:
        """The refs under which a clone keeps the branches that are said."""
        return tuple(dict.fromkeys(f"{TRACKED}{branch}" for name in names if (branch := self.branch(name))))

    def ref(self, *, tag: str, branch: str) -> str | None:
        """The full name of the tag, else of the branch, that these variables name."""
        for name, folder in ((tag, "refs/tags/"), (branch, "refs/heads/")):
            text = self.text(name)
            if text:
                full = text if text.startswith("refs/") else folder + text
                if not is_ref_name(full.encode("utf-8", "surrogateescape")):
                    raise UsageError(_unfit(name, "the name of a branch or a tag"))
                return full
        return None


def _unfit(name: str, wanted: str) -> str:
    return f"{name} is not {wanted}, so it cannot be told what the change is"


@dataclass(frozen=True, slots=True)
class System:
    """One system: how its runs are known, and what it says."""

    name: str
    variable: str
    """A variable that it sets in every run."""
    values: tuple[str, ...]
    """The values that are this system's; none where any will do."""
    setting: str
    """What makes it fetch all of a repository's history."""
    announce: Callable[[Said, Read], Announcement]

    def runs(self, environ: Mapping[str, str]) -> bool:
        """Whether this is a run of it."""
        value = environ.get(self.variable, "")
        return value in self.values if self.values else bool(value)


def system_of(environ: Mapping[str, str]) -> System | None:
    """The system that runs us, if we know it."""
    return next((system for system in SYSTEMS if system.runs(environ)), None)


def setting_of(environ: Mapping[str, str]) -> str:
    """What helps in this very environment where a clone lacks history."""
    system = system_of(environ)
    return system.setting if system else SETTING


def announced(environ: Mapping[str, str], read: Read) -> Announcement | None:
    """The change that the system which runs us speaks of; None where we know no such system.

    Raises UsageError where what it says cannot be understood.
    """
    system = system_of(environ)
    return None if system is None else system.announce(Said(environ), read)


def _pre_commit(said: Said, _: Read) -> Announcement:
    """https://pre-commit.com/#pre-push - of a push that holds a root commit only the names of the branches are said."""
    last, first = said.text("PRE_COMMIT_TO_REF"), said.text("PRE_COMMIT_FROM_REF")
    if last and first:
        return Proposal("pre-commit", (first,), last)
    if local := said.text("PRE_COMMIT_LOCAL_BRANCH"):
        return Push("pre-commit", (local,), _NEW, said.ref(tag="", branch="PRE_COMMIT_REMOTE_BRANCH"))
    return Index("pre-commit")


def _github(said: Said, read: Read) -> Announcement:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/variables and …/events-that-trigger-workflows.

    Gitea and Forgejo set the same. The event is that of the webhook of the same name.
    """
    event, default = Said(_event(said, read)), "repository.default_branch"
    if event.text("pull_request.head.sha") or said.text("GITHUB_BASE_REF"):
        targets = (*(event.tracked("pull_request.base.ref") or said.tracked("GITHUB_BASE_REF")), *event.oids("pull_request.base.sha"))
        return Proposal("GitHub's pull request", targets, event.oid("pull_request.head.sha"))
    if event.text("merge_group.head_sha"):
        return Proposal("GitHub's merge queue", event.oids("merge_group.base_sha"), event.oid("merge_group.head_sha"))
    if said.text("GITHUB_EVENT_NAME") == "push":
        after = event.oids("after")
        if event.is_set("deleted") or (after and not after[0].strip("0")):
            return Removal("GitHub's push")
        tips = tuple(dict.fromkeys((*after, *said.oids("GITHUB_SHA"))))
        return Push("GitHub's push", tips, event.oid("before"), said.ref(tag="", branch="GITHUB_REF"), event.branch(default))
    return Look("GitHub Actions", event.branch(default))


def _event(said: Said, read: Read) -> Mapping[str, Any]:
    """The event that GITHUB_EVENT_PATH names; nothing where it names none."""
    path = said.text("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        event = json.loads(read(path))
    except (OSError, UnreadableError, ValueError, RecursionError):
        message = "GITHUB_EVENT_PATH names no file with an event in it, so it cannot be told what the change is"
        raise UsageError(message) from None
    return event if isinstance(event, Mapping) else {}


def _gitlab(said: Said, _: Read) -> Announcement:
    """https://docs.gitlab.com/ci/variables/predefined_variables/.

    Only pipelines for merged results and merge trains, which run on a merge of both sides, say where the source branch stands.
    """
    for kind, says in (("MERGE", "GitLab's merge request"), ("EXTERNAL_PULL", "GitLab's external pull request")):
        prefix = f"CI_{kind}_REQUEST_"
        targets = (
            *said.tracked(f"{prefix}TARGET_BRANCH_NAME"),
            *said.oids(f"{prefix}TARGET_BRANCH_SHA", f"{prefix}DIFF_BASE_SHA"),
        )
        if targets:
            return Proposal(says, targets, said.oid(f"{prefix}SOURCE_BRANCH_SHA") or said.oid("CI_COMMIT_SHA"))
    default = said.branch("CI_DEFAULT_BRANCH")
    before = said.oid("CI_COMMIT_BEFORE_SHA")
    if said.text("CI_PIPELINE_SOURCE") == "push" or (before or "").strip("0"):
        return Push("GitLab's push", said.oids("CI_COMMIT_SHA"), before, said.ref(tag="CI_COMMIT_TAG", branch="CI_COMMIT_BRANCH"), default)
    return Look("GitLab's pipeline", default)


def _circleci(said: Said, _: Read) -> Announcement:
    """https://circleci.com/docs/reference/variables/ - what was there before is only a value of the pipeline, not a variable."""
    return Push("CircleCI's build", said.oids("CIRCLE_SHA1"), None, said.ref(tag="CIRCLE_TAG", branch="CIRCLE_BRANCH"))


def _azure(said: Said, _: Read) -> Announcement:
    """https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables."""
    reason = said.text("BUILD_REASON")
    if reason == "PullRequest":
        head = said.oid("SYSTEM_PULLREQUEST_SOURCECOMMITID")
        return Proposal("Azure Pipelines' pull request", said.tracked("SYSTEM_PULLREQUEST_TARGETBRANCH"), head)
    if reason in {"IndividualCI", "BatchedCI"}:
        return Push("Azure Pipelines' build", said.oids("BUILD_SOURCEVERSION"), None, said.ref(tag="", branch="BUILD_SOURCEBRANCH"))
    return Look("Azure Pipelines' build")


def _bitbucket(said: Said, _: Read) -> Announcement:
    """https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/ - of a pull request the target is merged in before it runs."""
    targets = (*said.tracked("BITBUCKET_PR_DESTINATION_BRANCH"), *said.oids("BITBUCKET_PR_DESTINATION_COMMIT"))
    if targets:
        return Proposal("Bitbucket's pull request", targets, said.oid("BITBUCKET_COMMIT"))
    return Push("Bitbucket's pipeline", said.oids("BITBUCKET_COMMIT"), None, said.ref(tag="BITBUCKET_TAG", branch="BITBUCKET_BRANCH"))


def _jenkins(said: Said, _: Read) -> Announcement:
    """https://www.jenkins.io/doc/book/pipeline/multibranch/ and the page `env-vars.html` of a server.

    What was built last and failed is nothing to begin at where it is built once more: then it would pass.
    """
    if targets := said.tracked("CHANGE_TARGET"):
        return Proposal("Jenkins' change request", targets)
    last = said.oid("GIT_PREVIOUS_COMMIT")
    before = said.oid("GIT_PREVIOUS_SUCCESSFUL_COMMIT") or (None if last == said.oid("GIT_COMMIT") else last)
    ref = said.ref(tag="TAG_NAME", branch="BRANCH_NAME") or said.ref(tag="", branch="GIT_BRANCH")
    return Push("Jenkins' build", (), before, ref.replace("refs/heads/origin/", "refs/heads/", 1) if ref else None)


def _buildkite(said: Said, _: Read) -> Announcement:
    """https://buildkite.com/docs/pipelines/configure/environment-variables."""
    head = None if said.text("BUILDKITE_COMMIT") == "HEAD" else said.oid("BUILDKITE_COMMIT")
    default = said.branch("BUILDKITE_PIPELINE_DEFAULT_BRANCH")
    if base := said.oids("BUILDKITE_MERGE_QUEUE_BASE_COMMIT"):
        return Proposal("Buildkite's merge queue", base, head)
    if said.text("BUILDKITE_PULL_REQUEST"):
        return Proposal("Buildkite's pull request", said.tracked("BUILDKITE_PULL_REQUEST_BASE_BRANCH"), head)
    if said.text("BUILDKITE_SOURCE") in {"schedule", "ui", "api"}:
        return Look("Buildkite's build", default)
    ref = said.ref(tag="BUILDKITE_TAG", branch="BUILDKITE_BRANCH")
    return Push("Buildkite's build", () if head is None else (head,), None, ref, default)


def _woodpecker(said: Said, _: Read) -> Announcement:
    """https://woodpecker-ci.org/docs/usage/environment - a pipeline that is run again has itself before it."""
    default, event = said.branch("CI_REPO_DEFAULT_BRANCH"), said.text("CI_PIPELINE_EVENT")
    if event.startswith("pull_request"):
        return Proposal("Woodpecker's pull request", said.tracked("CI_COMMIT_TARGET_BRANCH"), said.oid("CI_COMMIT_SHA"))
    if event not in {"push", "tag", "release"}:
        return Look("Woodpecker's pipeline", default)
    last = said.oid("CI_PREV_COMMIT_SHA") if event == "push" else None
    before = None if last == said.oid("CI_COMMIT_SHA") else last
    ref = said.ref(tag="CI_COMMIT_TAG", branch="CI_COMMIT_BRANCH")
    return Push("Woodpecker's pipeline", said.oids("CI_COMMIT_SHA"), before, ref, default)


def _drone(said: Said, _: Read) -> Announcement:
    """https://docs.drone.io/pipeline/environment/reference/."""
    default, event = said.branch("DRONE_REPO_BRANCH"), said.text("DRONE_BUILD_EVENT")
    if event == "pull_request":
        return Proposal("Drone's pull request", said.tracked("DRONE_TARGET_BRANCH"), said.oid("DRONE_COMMIT_SHA"))
    if event not in {"push", "tag"}:
        return Look("Drone's build", default)
    ref = said.ref(tag="DRONE_TAG", branch="DRONE_BRANCH")
    return Push("Drone's build", said.oids("DRONE_COMMIT_SHA"), said.oid("DRONE_COMMIT_BEFORE"), ref, default)


def _travis(said: Said, _: Read) -> Announcement:
    """https://docs.travis-ci.com/user/environment-variables/ - the range is written with three dots."""
    if said.text("TRAVIS_PULL_REQUEST"):
        return Proposal("Travis' pull request", said.tracked("TRAVIS_BRANCH"), said.oid("TRAVIS_PULL_REQUEST_SHA"))
    if said.text("TRAVIS_EVENT_TYPE") in {"cron", "api"}:
        return Look("Travis' build")
    span = Said({"TRAVIS_COMMIT_RANGE": said.text("TRAVIS_COMMIT_RANGE").partition("...")[0]})
    ref = said.ref(tag="TRAVIS_TAG", branch="TRAVIS_BRANCH")
    return Push("Travis' build", said.oids("TRAVIS_COMMIT"), span.oid("TRAVIS_COMMIT_RANGE"), ref)


def _appveyor(said: Said, _: Read) -> Announcement:
    """https://www.appveyor.com/docs/environment-variables/ - of a pull request the branch is the target."""
    if said.text("APPVEYOR_PULL_REQUEST_NUMBER"):
        return Proposal("AppVeyor's pull request", said.tracked("APPVEYOR_REPO_BRANCH"), said.oid("APPVEYOR_PULL_REQUEST_HEAD_COMMIT"))
    if said.text("APPVEYOR_SCHEDULED_BUILD") or said.text("APPVEYOR_FORCED_BUILD"):
        return Look("AppVeyor's build")
    ref = said.ref(tag="APPVEYOR_REPO_TAG_NAME", branch="APPVEYOR_REPO_BRANCH")
    return Push("AppVeyor's build", said.oids("APPVEYOR_REPO_COMMIT"), None, ref)


_TRUE = ("true", "True")
SYSTEMS = (
    System("pre-commit", "PRE_COMMIT", ("1",), "`git fetch` with the remote's name brings its branches", _pre_commit),
    System("GitHub Actions", "GITHUB_ACTIONS", _TRUE, "with actions/checkout set `fetch-depth: 0`", _github),
    System("GitLab CI", "GITLAB_CI", _TRUE, 'in .gitlab-ci.yml set the variable `GIT_DEPTH: "0"`', _gitlab),
    System("CircleCI", "CIRCLECI", _TRUE, "let the step `checkout` have `method: full`", _circleci),
    System("Azure Pipelines", "TF_BUILD", _TRUE, "let the step `checkout: self` have `fetchDepth: 0`", _azure),
    System("Bitbucket Pipelines", "BITBUCKET_BUILD_NUMBER", (), "set `clone: depth: full`", _bitbucket),
    System("Buildkite", "BUILDKITE", _TRUE, "leave `--depth` and `--filter` out of `BUILDKITE_GIT_CLONE_FLAGS`", _buildkite),
    System("Woodpecker", "CI", ("woodpecker",), "let the clone step have `partial: false` and `depth: 0`", _woodpecker),
    System("Drone", "DRONE", _TRUE, "leave `depth` out of `clone`", _drone),
    System("Travis CI", "TRAVIS", _TRUE, "set `git: depth: false`", _travis),
    System("AppVeyor", "APPVEYOR", _TRUE, "leave `clone_depth` out", _appveyor),
    System("Jenkins", "JENKINS_URL", (), "turn the shallow clone of the Git plugin off", _jenkins),
)
"""In the order in which they are asked: a hook of pre-commit comes first, for it can run inside of any of the others."""
