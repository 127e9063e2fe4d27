"""Places as SARIF knows them: an artifact in a container, a region of it, and a logical name where the place is no file.

Code scanning shows nothing that has no physical location, so every place has one. For what is no file (a commit's message, a variable of
the environment) it is the path of the report, percent-encoded, beside a logical location that says what it is; a member of an archive
points at the outermost archive; where no line is known it is the first, because code scanning wants one. No address of the user's machine is written: containers are named by `uriBaseId` and described in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from scanner.model import Location, Occurrence, Outcome, Zone
from scanner.reports.escape import encodable, shown
from scanner.reports.words import day

Object = dict[str, Any]
"""A JSON object."""

_ROOT = "%SRCROOT%"
_NO_ROOTS = frozenset({"home", "machine", "environment", "processes", "ci_export", "ci_log", "stdin"})
"""Kinds of source that hold no source code."""
_PSEUDO = re.compile(r"(commit|tag|note|blob):.{1,512}", re.DOTALL)
_MEMBER = "!/"
_DOTS = {".": "\\x2e", "..": "\\x2e\\x2e"}
"""Segments of a path that a reader of addresses would resolve, and so leave the container."""


def bases_of(outcome: Outcome) -> Mapping[str, str]:
    """Container to `uriBaseId`: `%SRCROOT%` is the only repository or folder there is, all others are numbered by name."""
    roots = {one.target for one in outcome.coverage.sources if one.kind not in _NO_ROOTS}
    names = roots | {entry.target for entry in outcome.coverage.unscanned}
    names |= {one.container for credential in outcome.credentials for one in credential.occurrences}
    names |= {place.container for finding in outcome.findings for place in finding.locations}
    names |= {slot.container for slot in outcome.slots} | {job.container for job in outcome.jobs}
    root = roots if len(roots) == 1 else set()
    numbered = {name: f"CONTAINER{number}" for number, name in enumerate(sorted(names - root, key=encodable), 1)}
    return numbered | dict.fromkeys(root, _ROOT)


def described(bases: Mapping[str, str]) -> Object:
    """`originalUriBaseIds`: what each container is called, and no address."""
    return {base: {"description": message(f"What keytrail was given as {name}")} for name, base in sorted(bases.items(), key=_by_base)}


def of_occurrence(one: Occurrence, bases: Mapping[str, str]) -> Object:
    """The location of a place."""
    made = of_location(Location(one.container, one.path, one.spot.line, one.spot.column), bases)
    if one.zone is Zone.CI_VARIABLE and one.spot.field:
        made["logicalLocations"] = [_logical(one.container, one.spot.field, "variable")]
    return made


def of_location(place: Location, bases: Mapping[str, str]) -> Object:
    """The location of what a finding points at, or of what could not be read."""
    outer, member, _ = place.path.partition(_MEMBER)
    known = place.line and not member
    region = {"startLine": place.line if known else 1} | ({"startColumn": place.column} if known and place.column else {})
    artifact = {"uri": uri(outer), "uriBaseId": bases.get(place.container, _ROOT)}
    made: Object = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if kind := "member" if member else _kind(place.path):
        made["logicalLocations"] = [_logical(place.container, place.path, kind)]
    return made


def story_of(one: Occurrence) -> str:
    """What there is to know about a place besides its address: container, member, time and encoding."""
    named = f"the CI variable {one.spot.field}" if one.zone is Zone.CI_VARIABLE and one.spot.field else ZONES[one.zone]
    inner = f" ({one.path})" if _MEMBER in one.path or _kind(one.path) else ""
    told = [f"{named} of {one.container}{inner}"]
    if one.spot.encoding:
        told.append(f"as {' in '.join(reversed(one.spot.encoding))}")
    if one.commit:
        told.append(_commit("added by", one.commit, one.committed_at))
    if one.removed_commit:
        told.append(_commit("removed by", one.removed_commit, one.removed_at))
    return ", ".join(told)


def uri(path: str) -> str:
    r"""`path` as a relative reference (RFC 3986) that cannot leave its container.

    A byte that is no UTF-8, and a segment of dots, are the escape that the other formats show: `\xff` is `%5Cxff`.
    """
    segments = [_DOTS.get(segment, segment) for segment in encodable(path).lstrip("/").split("/")]
    return quote("/".join(segments), safe="/") or quote("-")


def message(text: str) -> Object:
    """A message that says exactly `text`: no line break, no placeholder and no link in it is one."""
    plain = shown(text).replace("{", "{{").replace("}", "}}")
    return {"text": plain.replace("](", "] (")}


def _by_base(item: tuple[str, str]) -> tuple[int, str]:
    return len(item[1]), item[1]


def _kind(path: str) -> str:
    match = _PSEUDO.fullmatch(path)
    return match[1] if match else ""


def _logical(container: str, name: str, kind: str) -> Object:
    return {"name": shown(name), "fullyQualifiedName": shown(f"{container}/{name}"), "kind": kind}


def _commit(did: str, commit: str, moment: str | None) -> str:
    return f"{did} {commit[:7]}" + (f" on {day(moment)}" if moment else "")


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
