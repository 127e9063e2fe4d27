"""What a store holds, as an outcome: for the sweep that has just written it, and for whoever asks later."""

from __future__ import annotations

from pathlib import Path

from scanner.config import Settings
from scanner.correlate import fill_slots, injected
from scanner.errors import UsageError
from scanner.identity import default_data_dir
from scanner.model import Finding, Outcome, TargetState
from scanner.policies import verdict_of
from scanner.run.conclude import fail_on
from scanner.sources.ci_exports import slot_id
from scanner.store import StoredOutcome

FILE_NAME = "store.db"


def store_url(settings: Settings) -> str:
    """The store that was named, else the one in the user's data directory.

    Raises UsageError where there is none.
    """
    if settings.store:
        return settings.store
    folder = default_data_dir()
    if folder is None:
        message = "there is no home directory for the store: name one with --store"
        raise UsageError(message)
    return str(Path(folder, FILE_NAME))


def outcome_of(stored: StoredOutcome, settings: Settings, listing: str | None = None) -> Outcome:
    """The last edition as an outcome; resolved findings are in it and count for nothing.

    With `listing` its targets are those of that list: how others fared is no business of a sweep that did not visit them.
    """
    jobs, slots = injected(stored.jobs, stored.slots, slot_id)
    return Outcome(
        tool_version=stored.tool_version,
        detectors=stored.detectors,
        coverage=stored.coverage,
        credentials=stored.credentials,
        slots=fill_slots(slots, (place for one in stored.credentials for place in one.occurrences)),
        jobs=jobs,
        findings=stored.findings,
        verdict=verdict_of(filter(is_open, stored.findings), fail_on(settings)),
        targets=tuple(TargetState(one.name, one.state, one.why) for one in stored.targets if listing in {None, one.listing}),
    )


def is_open(finding: Finding) -> bool:
    """Whether a finding still stands and nobody accepted it."""
    return finding.life not in {"resolved", "accepted"}
