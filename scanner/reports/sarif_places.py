"""Places as SARIF knows them: an artifact in a container, a region of it, and a logical name where the place is no file.

Code scanning shows nothing that has no physical location, so every place has one. For what is no file (a commit's message, a variable of
the environment) it is the path of the report, percent-encoded, beside a logical location that says what it is; a member of an archive
points at the outermost archive; where no line is known it is the first, because code scanning wants one. No address of the user's machine is written: containers are named by `uriBaseId` and described in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from scanner.model import Location, Occurrence, Outcome, Zone
from scanner.reports.escape import encodable, shown
from scanner.reports.places import MEMBER, kind_of, trees

Object = dict[str, Any]
"""A JSON object."""

_ROOT = "%SRCROOT%"
_DOTS = {".": "\\x2e", "..": "\\x2e\\x2e"}
"""Segments of a path that a reader of addresses would resolve, and so leave the container."""


def bases_of(outcome: Outcome) -> Mapping[str, str]:
    """Container to `uriBaseId`: `%SRCROOT%` is the only repository or folder there is, all others are numbered by name."""
    roots = trees(outcome.coverage)
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
        made["logicalLocations"] = [logical(one.container, one.spot.field, "variable")]
    return made


def of_location(place: Location, bases: Mapping[str, str]) -> Object:
    """The location of what a finding points at, or of what could not be read."""
    outer, member, _ = place.path.partition(MEMBER)
    known = place.line and not member
    region = {"startLine": place.line if known else 1} | ({"startColumn": place.column} if known and place.column else {})
    artifact = {"uri": uri(outer), "uriBaseId": bases.get(place.container, _ROOT)}
    made: Object = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if kind := kind_of(place.path):
        made["logicalLocations"] = [logical(place.container, place.path, kind)]
    return made


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


def logical(container: str, name: str, kind: str) -> Object:
    """What a place is called that is no file."""
    return {"name": shown(name), "fullyQualifiedName": shown(f"{container}/{name}"), "kind": kind}
