"""Every sort of outcome that a format has to render, and small ones with one thing in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from scanner.model import Finding, Location, Occurrence, Outcome, Severity, SourceCoverage, Suppression, Zone
from tests.scanner.reports.outcomes import (
    COMPLETE,
    FAIL,
    credential,
    everything,
    finding,
    hostile,
    identified,
    occurrence,
    outcome,
    releasing,
    story,
    suppressed,
    swept,
)

HERE = occurrence(Zone.REPO_HEAD, "acme/web", "a.yml", 3, in_head=True, fingerprint="f1" * 16)
ACCEPTED = Suppression("baseline", "known")
NASTY = "\x1b[31m[b](http://x/)a\n\u202egpj.exe\x9b2J\udcff{0}/../.%2e//!/x:<y>#?\\"
NAMES = (
    NASTY,
    "a\r\n::error file=x::y",
    "%0A::stop-commands::x",
    "=cmd|' /C calc'!A0",
    "a;=1+1",
    "`|`*_[x]: http://x <img src=x onerror=y>",
    "@everyone #1 !2 www.example.com a@b.example",
    "]]>&amp;<!--\ufffe\x00",
    "- 1. # > ```",
    "../../etc/passwd",
    "",
    " ",
)
"""What an enemy may call a file, a variable or a commit's author."""

OUTCOMES: Mapping[str, Outcome] = {
    "nothing": outcome(),
    "story": story(),
    "everything": everything(),
    "sweep": swept(),
    "nowhere": outcome(findings=[finding("TB404", Severity.HIGH)], verdict=FAIL),
    "suppressed": outcome([suppressed("aaaaaa", "dummy", "documented")]),
    **{f"hostile {number}": hostile(name) for number, name in enumerate(NAMES)},
}


def held(*places: Occurrence, findings: Iterable[Finding] = (), severity: Severity = Severity.HIGH, kind: str = "repository") -> Outcome:
    """One credential in `places` of a single source of that kind."""
    source = SourceCoverage(kind, places[0].container, 1, 1, 0)
    coverage = replace(COMPLETE, sources=(source,))
    return outcome([credential(identified(), places, severity)], findings, coverage=coverage, verdict=FAIL)


def many(number: int) -> Outcome:
    """A credential in as many files, as many more with a finding each, and as many findings about a job."""
    places = [replace(HERE, path=f"{n:06d}.yml", fingerprint=f"{n:032x}") for n in range(number)]
    others = [credential(identified(f"{n:06d}"), [replace(HERE, path=f"{n:06d}.ini", fingerprint=f"{n:032d}")]) for n in range(number)]
    found = [finding("TB001", Severity.HIGH, f"{n:06d}", locations=(Location("acme/web", f"{n:06d}.ini"),)) for n in range(number)]
    loose = [finding("TB603", Severity.MEDIUM, id=f"f{n:06d}", jobs=("job-release",), message=f"{n:06d}") for n in range(number)]
    return replace(outcome([credential(identified(), places), *others], [*found, *loose], verdict=FAIL), jobs=(releasing(),))


def about_job(**more: Any) -> Outcome:  # noqa: ANN401 - fields of a noun
    """A finding about a job and no credential."""
    told = finding("TB603", Severity.MEDIUM, jobs=("job-release",), **more)
    return replace(outcome(findings=[told], verdict=FAIL), jobs=(releasing(),))
