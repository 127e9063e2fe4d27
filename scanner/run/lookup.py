"""What a report or the store knows: asked again, without reading any source."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.config import Settings
from scanner.engine import build
from scanner.errors import UsageError
from scanner.identity import Identifier
from scanner.model import Credential, Finding, Job, Outcome, Slot
from scanner.reports import Style, load_report, render_credential_json, render_explain, render_where
from scanner.run.prepare import prepare
from scanner.run.stored import outcome_of, store_url
from scanner.store import open_store

LARGEST = 1 << 30
"""Bytes of a report; a larger one is refused."""
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Known:
    """One credential with all that is said about it; without a credential, that none is known."""

    credential: Credential | None
    findings: tuple[Finding, ...] = ()
    slots: tuple[Slot, ...] = ()
    jobs: tuple[Job, ...] = ()

    def places(self, form: str, style: Style) -> str:
        """Where it is, as text or JSON."""
        if form == "json":
            return render_credential_json(self.credential, self.findings, self.slots)
        _check_form(form)
        return render_where(self.credential, style, self.slots)

    def story(self, form: str, style: Style) -> str:
        """All of it, as text or JSON."""
        if self.credential is None:
            message = "nothing is known, so there is nothing to tell"
            raise ValueError(message)
        if form == "json":
            return render_credential_json(self.credential, self.findings, self.slots)
        _check_form(form)
        return render_explain(self.credential, self.findings, self.slots, self.jobs, style)


def recall(report: Path | None, settings: Settings, *, kid: str | None = None) -> Outcome:
    """The outcome that a JSON report holds, `-` being standard input; without one that of the store's last edition.

    Raises UsageError for what is no report, StoreError for a store that cannot be read, is empty, or has ids under another key than `kid`.
    """
    if report is not None:
        outcome = load_report(_text(report))
        _check_key(outcome, kid, str(report))
        return outcome
    url = store_url(settings)
    with open_store(url, kid=kid, write=False) as store:
        stored = store.outcome()
    if stored is None:
        message = f"no sweep has come to its end yet in the store {url}"
        raise UsageError(message)
    return outcome_of(stored, settings)


def find_id(name: str, report: Path | None, settings: Settings) -> Known:
    """The credential whose id is `name`, or begins with it behind the key's part.

    Raises UsageError where there is none, or more than one.
    """
    outcome = recall(report, settings)
    wanted = name.removeprefix("#").lower()
    found = [one for one in outcome.credentials if _is_called(one.identified.id, wanted)]
    if not found:
        message = "no credential has this id"
        raise UsageError(message)
    if len(found) > 1:
        message = f"{len(found)} credentials have ids that begin so: " + ", ".join(sorted(one.identified.id for one in found[:8]))
        raise UsageError(message)
    return _known(outcome, found[0])


def find_value(value: bytes, report: Path | None, settings: Settings, environ: Mapping[str, str]) -> Known:
    """What is known of a value, whatever it is written in: as detectors read it, else as it stands.

    Raises UsageError for a value that is empty, and where ids were made with another key than this run's.
    """
    text = value.strip()
    if not text:
        message = "where reads the value from standard input, and there is none"
        raise UsageError(message)
    setup = prepare(settings, environ)
    outcome = recall(report, settings, kid=setup.key.kid)
    by_id = {one.identified.id: one for one in outcome.credentials}
    identifier = Identifier(setup.key, setup.budget)
    kinds = {(detector.id, kind.id): kind for detector in setup.detectors() for kind in detector.kinds}
    for found in build(setup.detectors(), cache=setup.cache).examine(text).found:
        kind = kinds[found.detector, found.reading.kind]
        name = identifier.identify(found.reading, kind, detector=found.detector, dummy=found.dummy).id
        if name in by_id:
            return _known(outcome, by_id[name])
    return next((_known(outcome, by_id[name]) for name in identifier.of_value(text) if name in by_id), Known(None))


def _known(outcome: Outcome, credential: Credential) -> Known:
    name = credential.identified.id
    filled = {one.slot for one in credential.occurrences if one.slot is not None}
    return Known(
        credential,
        tuple(finding for finding in outcome.findings if name in finding.credentials),
        tuple(slot for slot in outcome.slots if slot.id in filled or name in slot.credentials),
        outcome.jobs,
    )


def _is_called(identity: str, wanted: str) -> bool:
    return identity == wanted or (len(wanted) >= _SHORT and identity.rpartition(":")[2].startswith(wanted))


def _check_key(outcome: Outcome, kid: str | None, where: str) -> None:
    """Raises UsageError where the report's ids were made with another key: nothing in it could be found by a value."""
    kids = {one.identified.id.split(":")[1] for one in outcome.credentials}
    if kid is not None and kids and kid not in kids:
        message = f"{where} was made with another key (kid {min(kids)}, this one is {kid})"
        raise UsageError(message)


def _check_form(form: str) -> None:
    if form != "text":
        message = f"one credential is told as text or json, not as {form}"
        raise UsageError(message)


def _text(report: Path) -> str:
    try:
        if str(report) == "-":
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with report.open("rb") as stream:
                raw = stream.read(LARGEST + 1)
    except OSError as error:
        message = f"the report {report} cannot be read: {error.strerror}"
        raise UsageError(message) from None
    if len(raw) > LARGEST:
        message = f"{report} is larger than {LARGEST} bytes"
        raise UsageError(message)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        message = f"{report} is no report: it is not UTF-8"
        raise UsageError(message) from None
