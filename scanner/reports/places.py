"""Places in words, and as paths that other programs find: relative to the root of the repository, as far as they lie in it.

Annotations, Code Quality and the like take a path from the root of the repository that was checked out. What lies in the only source tree of
a run has that path, also where only history remembers it; whatever else there is (homes, exports, the environment) is called by its container
and its path, as `~/.npmrc` or `gitlab-project:vars.json`. A member of an archive is found in the outermost archive. Nothing in a path is a
control character, a line break or a change of direction: those are escapes, as in the text report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.model import Coverage, Location, Occurrence, Zone
from scanner.records import dataclass
from scanner.reports.escape import shown
from scanner.reports.view import joined
from scanner.reports.words import day

MEMBER = "!/"
_NO_TREES = frozenset({"home", "machine", "environment", "processes", "ci_export", "ci_log", "stdin"})
"""Kinds of source that hold no source code."""
_PSEUDO = re.compile(r"(commit|tag|note|blob):.{1,512}", re.DOTALL)

ZONES: Mapping[Zone, str] = {
    Zone.WORKSTATION_DOTFILE: "a dotfile",
    Zone.WORKSTATION_SHELL: "a shell's files",
    Zone.WORKSTATION_KEYSTORE: "a key store",
    Zone.REPO_HEAD: "the files",
    Zone.REPO_HISTORY: "the history",
    Zone.WORKTREE: "the work tree",
    Zone.GIT_METADATA: "git's own files",
    Zone.FOLDER: "a folder",
    Zone.RELEASE_SCRIPT: "a release script",
    Zone.CI_DEFINITION: "a pipeline definition",
    Zone.CI_VARIABLE: "a CI variable",
    Zone.CI_LOG_ARTIFACT: "a CI log",
    Zone.DEPLOYMENT: "a deployment",
    Zone.IMAGE_LAYER: "an image",
    Zone.PUBLISHED_ARTIFACT: "a published artefact",
    Zone.CHAT: "a chat",
    Zone.MANAGED_STORE: "a managed store",
}
"""What a place is, followed by `of` and the container."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The only source tree of a run; without one `name` is None."""

    name: str | None
    below: str = ""
    """The folder or file of the current directory that it is, where it is no repository by itself."""

    def path(self, container: str, path: str) -> str:
        """Where a place is for whoever stands at the root of the repository; never empty."""
        whole = (
            container.rpartition("/")[2].partition(":")[2] == path != ""
        )  # `gitlab-project:vars.json` is the export that the path repeats
        named = joined(self.below, path) if container == self.name else container if whole else joined(container, path)
        return shown(named.removeprefix("./")) or "."

    def file(self, container: str, path: str) -> str:
        """The same of the file that can be opened: of an archive, where the place is in one."""
        return self.path(container, path.partition(MEMBER)[0])


def trees(coverage: Coverage) -> set[str]:
    """Every target that may hold source code."""
    return {one.target for one in coverage.sources if one.kind not in _NO_TREES}


def tree_of(coverage: Coverage) -> Tree:
    """The source tree of a run. A part of a repository that is named from its root keeps its name: `keytrail scan sub` finds `sub/a.ini`."""
    names = trees(coverage)
    if len(names) != 1:
        return Tree(None)
    (name,) = names
    folder = any(one.kind == "tree" for one in coverage.sources if one.target == name)
    inside = folder and not name.startswith(("/", "~")) and ".." not in name.split("/")
    return Tree(name, name if inside else "")


def kind_of(path: str) -> str:
    """`member`, `commit`, `tag`, `note` or `blob` for what is no plain file; else empty."""
    if MEMBER in path:
        return "member"
    match = _PSEUDO.fullmatch(path)
    return match[1] if match else ""


def line_of(one: Occurrence) -> int | None:
    """The line of a place in the file as it is now: None where only history has it, inside archives, and where there are no lines."""
    return one.spot.line if one.current and not kind_of(one.path) else None


def is_file(place: Location) -> bool:
    """Whether a place is in something that has a name in a tree."""
    return kind_of(place.path) in {"", "member"}


def story_of(one: Occurrence) -> str:
    """What there is to know about a place besides its address: container, member, time and encoding."""
    named = f"the CI variable {one.spot.field}" if one.zone is Zone.CI_VARIABLE and one.spot.field else ZONES[one.zone]
    inner = f" ({one.path})" if kind_of(one.path) else ""
    told = [f"{named} of {'this folder' if one.container == '.' else one.container}{inner}"]
    if one.spot.encoding:
        told.append(f"as {' in '.join(reversed(one.spot.encoding))}")
    if one.commit:
        told.append(_commit("added by", one.commit, one.committed_at))
    if one.removed_commit:
        told.append(_commit("removed by", one.removed_commit, one.removed_at))
    return ", ".join(told)


def _commit(did: str, commit: str, moment: str | None) -> str:
    return f"{did} {commit[:7]}" + (f" on {day(moment)}" if moment else "")
