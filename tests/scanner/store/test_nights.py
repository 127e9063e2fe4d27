"""What holds after any nights whatsoever."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Occurrence, Reachability, Zone
from scanner.store.edition import Edition
from scanner.store.store import Store
from tests.scanner.store.worlds import NIGHTS, WEB, finding, holds, night, occurrence, opened, places

PLACES, FINDINGS = "123", "fgh"
REACHES = st.sampled_from([one for one in Reachability if one is not Reachability.REWRITTEN])


@dataclass(frozen=True, slots=True)
class Night:
    """What one run meets."""

    work: str
    """`renew`, `touch`, `retain`, or `crash`: a renewal that breaks off."""
    met: dict[str, Reachability]
    keep_lost: bool
    reported: dict[str, str | None]
    """Ids of findings, and the life that is said of them."""


RUNS = st.lists(
    st.builds(
        Night,
        work=st.sampled_from(["renew", "renew", "renew", "touch", "retain", "crash"]),
        met=st.dictionaries(st.sampled_from(PLACES), REACHES),
        keep_lost=st.booleans(),
        reported=st.dictionaries(st.sampled_from(FINDINGS), st.sampled_from([None, None, "accepted"])),
    ),
    min_size=1,
    max_size=8,
)


class CrashError(Exception):
    """As anything may raise it."""


@dataclass(slots=True)
class Seen:
    """What the nights so far amount to, as far as it can be told without knowing how the store works."""

    first: dict[str, str] = field(default_factory=dict)
    last: str = ""
    met: dict[str, Reachability] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    """Places that are rewritten."""
    lives: dict[str, str | None] = field(default_factory=dict)


def live(store: Store, number: int, run: Night) -> None:
    """One night happens."""
    held = [occurrence(name, reach=reach) for name, reach in run.met.items()]

    def work(edition: Edition) -> None:
        if run.work in {"renew", "crash"}:
            holds(*held, keep_lost=run.keep_lost)(edition)
        else:
            (edition.touch if run.work == "touch" else edition.retain)(replace(WEB, state="failed"))
        if run.work == "crash":
            raise CrashError

    findings = [finding(name, life=life) for name, life in run.reported.items()]
    if run.work == "crash":
        with pytest.raises(CrashError):
            night(store, number, work, findings)
    else:
        night(store, number, work, findings)


def check_places(now: dict[str, Occurrence], seen: Seen, number: int, run: Night) -> None:
    """The promises on places, one after the other."""
    if run.work == "renew":
        for name in run.met:
            seen.first.setdefault(name, NIGHTS[number])
        seen.met = run.met
    if run.work in {"renew", "touch"}:
        seen.last = NIGHTS[number]
    assert set(seen.met) <= set(now) <= set(seen.first), "what was met is there, and what never was is not"
    assert {name: one.first_seen for name, one in now.items()} == {name: seen.first[name] for name in now}
    assert {one.last_seen for one in now.values()} <= {seen.last}
    lost = {name for name, one in now.items() if one.reachability is Reachability.REWRITTEN}
    assert set(now) - set(seen.met) <= lost, "what was not met stays as rewritten only"
    assert {seen.met.get(name, Reachability.UNREACHABLE) for name in lost} <= {Reachability.UNREACHABLE}, (
        "no ref leads to what is rewritten"
    )
    assert all(now[name].zone is Zone.REPO_HISTORY and now[name].in_head is False for name in lost)
    back = {name for name, reach in seen.met.items() if reach is not Reachability.UNREACHABLE}
    assert seen.lost - back <= lost, "what is rewritten stays so until something leads to it"
    assert run.keep_lost or lost <= seen.lost, "nothing is lost where no history was rewritten"
    seen.lost = lost


def check_lives(now: dict[str, str | None], seen: Seen, run: Night) -> None:
    """The promises on findings."""
    if run.work == "crash":
        assert now == seen.lives
        return
    assert set(now) == set(seen.lives) | set(run.reported)
    assert {name for name, life in now.items() if life == "resolved"} == set(now) - set(run.reported)
    for name, said in run.reported.items():
        before = seen.lives.get(name)
        assert (now[name] == "accepted") == (said == "accepted" or before == "accepted")
        assert now[name] == "accepted" or (now[name] == "new") == (before is None)
        assert now[name] == "accepted" or (now[name] == "reopened") == (before == "resolved")
    seen.lives = now


@settings(max_examples=20)
@given(RUNS)
def test_the_promises_hold_after_every_night(runs: list[Night]) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder) / "s.db") as store:
        seen = Seen()
        for number, run in enumerate(runs):
            live(store, number, run)
            check_places(places(store), seen, number, run)
            outcome = store.outcome()
            check_lives({one.id: one.life for one in outcome.findings} if outcome else {}, seen, run)
