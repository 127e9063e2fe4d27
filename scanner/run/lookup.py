"""What a report or the store knows: asked again, without reading any source."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.config import Settings
from scanner.correlate import fill_slots, injected
from scanner.errors import StoreError, UsageError
from scanner.identity import Identifier
from scanner.model import Credential, Finding, Job, Outcome, Slot
from scanner.records import dataclass
from scanner.reports import Style, load_report, render_credential_json, render_explain, render_where
from scanner.run.examine import Examiner, Setup
from scanner.run.prepare import prepare
from scanner.run.stored import outcome_of, store_url
from scanner.sources.ci_exports import slot_id
from scanner.store import StoredCredential, open_store

if TYPE_CHECKING:
    from scanner.store.store import Store

LARGEST = 192 << 20
"""Bytes of a report; a larger one is refused."""
_SHORT = 6
_GUESSABLE = "w"
"""What previews of passwords have before the six characters."""
_ID = re.compile(r"kt1:([0-9a-f]{6}):[a-z2-7]{26}")


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
            return render_credential_json(self.credential, self.findings, self.slots, self.jobs)
        _check_form(form)
        return render_where(self.credential, style, self.slots)

    def story(self, form: str, style: Style) -> str:
        """All of it, as text or JSON."""
        if self.credential is None:
            message = "nothing is known, so there is nothing to tell"
            raise ValueError(message)
        if form == "json":
            return render_credential_json(self.credential, self.findings, self.slots, self.jobs)
        _check_form(form)
        return render_explain(self.credential, self.findings, self.slots, self.jobs, style)


def standard_input(most: int) -> bytes:
    """All that comes on standard input, or its first `most` bytes; nothing where it is closed."""
    return b"" if sys.stdin is None else sys.stdin.buffer.read(most)


def recall(report: Path | None, settings: Settings) -> Outcome:
    """The outcome that a JSON report holds, `-` being standard input; without one that of the store's last edition.

    Raises UsageError for what is no report, StoreError for a store that cannot be read or has no edition yet.
    """
    if report is not None:
        text = _text(report)
        try:
            return load_report(text)
        except UsageError as error:
            message = f"{'standard input' if str(report) == '-' else report}: {error}"
            raise UsageError(message) from None
    with _store(settings) as store:
        stored = store.outcome()
    if stored is None:
        message = "an edition is never taken back"
        raise AssertionError(message)
    return outcome_of(stored, settings)


def find_id(name: str, report: Path | None, settings: Settings) -> Known:
    """The credential whose id is `name`, or begins with it behind the key's part.

    Raises UsageError where there is none, or more than one, and whatever `recall` does.
    """
    wanted = name.removeprefix("#").lower()
    outcome = None if report is None else recall(report, settings)
    found = _called(wanted, outcome, settings) or _called(wanted.removeprefix(_GUESSABLE), outcome, settings)
    if not found:
        message = "no credential has this id"
        raise UsageError(message)
    if len(found) > 1:
        message = f"{len(found)} credentials have ids that begin so: give more of the id"
        raise UsageError(message)
    return found[0]


def _called(wanted: str, outcome: Outcome | None, settings: Settings) -> list[Known]:
    """Every credential of an outcome, else of the store, with an id that is what is wanted, or begins with it."""
    if outcome is None:
        with _store(settings) as store:
            return [_told(one, store) for one in store.credentials(wanted)]
    return [_known(outcome, one) for one in outcome.credentials if _is_called(one.identified.id, wanted)]


def find_value(value: bytes, report: Path | None, settings: Settings, environ: Mapping[str, str]) -> Known:
    """What is known of a value, whatever it is written in: as detectors read it, else as it stands.

    Raises UsageError for a value that is empty, and where ids were made with another key than this run's.
    """
    text = value.strip()
    if not text:
        message = "where reads the value from standard input, and there is none"
        raise UsageError(message)
    if report == Path("-"):
        message = "standard input is where the value comes from, so the report must be a file"
        raise UsageError(message)
    outcome = None if report is None else recall(report, settings)
    setup = prepare(settings, environ)
    if outcome is None:
        with _store(settings, kid=setup.key.kid) as store:
            stored = store.first_credential(_names(text, setup))
            return Known(None) if stored is None else _told(stored, store)
    _check_key(outcome, setup.key.kid, str(report))
    by_id = {one.identified.id: one for one in outcome.credentials}
    return next((_known(outcome, by_id[name]) for name in _names(text, setup) if name in by_id), Known(None))


def _names(text: bytes, setup: Setup) -> Iterator[str]:
    """The ids of what is in `text`: of everything that a detector recognises, then of the whole as a value."""
    yield from (sighting.identified.id for sighting in Examiner(setup).examine("", text).sightings)
    yield from Identifier(setup.key, setup.budget).of_value(text)


@contextmanager
def _store(settings: Settings, kid: str | None = None) -> Iterator[Store]:
    """The store, open to be read; raises StoreError where no sweep has filled it, or one with another key than `kid`."""
    url = store_url(settings)
    with open_store(url, kid=kid, write=False) as store:
        if not store.filled():
            message = f"no sweep has come to its end yet in the store {store.database.path}"
            raise StoreError(message)
        yield store


def _told(stored: StoredCredential, store: Store) -> Known:
    """With the jobs that get its slots; nobody is asked for jobs where it is in none."""
    slots = fill_slots(stored.slots, stored.beside)
    wanted = {slot.id for slot in slots}
    jobs = injected(*store.wiring(), slot_id)[0] if wanted else ()
    return Known(stored.credential, stored.findings, slots, tuple(job for job in jobs if not wanted.isdisjoint(job.slots)))


def _known(outcome: Outcome, credential: Credential) -> Known:
    name = credential.identified.id
    filled = {one.slot for one in credential.occurrences if one.slot is not None}
    filled |= {slot.id for slot in outcome.slots if name in slot.credentials or any(name == other for other, _ in slot.candidates)}
    return Known(
        credential,
        tuple(finding for finding in outcome.findings if name in finding.credentials),
        tuple(slot for slot in outcome.slots if slot.id in filled),
        tuple(job for job in outcome.jobs if not filled.isdisjoint(job.slots)),
    )


def _is_called(identity: str, wanted: str) -> bool:
    return identity == wanted or (len(wanted) >= _SHORT and identity.rpartition(":")[2].startswith(wanted))


def _check_key(outcome: Outcome, kid: str, where: str) -> None:
    """Raises UsageError where the report's ids were made with another key: nothing in it could be found by a value."""
    kids = {match[1] for one in outcome.credentials if (match := _ID.fullmatch(one.identified.id))}
    if kids and kid not in kids:
        message = f"{where} was made with another key (kid {min(kids)}, this one is {kid})"
        raise UsageError(message)


def _check_form(form: str) -> None:
    if form != "text":
        message = f"one credential is told as text or json, not as {form}"
        raise UsageError(message)


def _text(report: Path) -> str:
    try:
        if str(report) == "-":
            raw = standard_input(LARGEST + 1)
        else:
            with report.open("rb") as stream:
                raw = stream.read(LARGEST + 1)
    except OSError as error:
        message = f"the report {report} cannot be read: {error.strerror}"
        raise UsageError(message) from None
    if len(raw) > LARGEST:
        message = f"the report {report} is larger than {LARGEST >> 20} MiB"
        raise UsageError(message)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        message = f"{report} is no report: it is not UTF-8"
        raise UsageError(message) from None
