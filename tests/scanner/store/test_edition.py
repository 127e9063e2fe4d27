"""What a run makes of the places that targets hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner.contract import Fact
from scanner.errors import StoreError
from scanner.model import Identified, Job, Location, Occurrence, Reachability, Script, Trigger, Trust, Zone
from scanner.store import Target
from scanner.store.store import Store
from tests.scanner.store.worlds import (
    INFRA,
    NIGHTS,
    WEB,
    credential_id,
    finish,
    holds,
    identified,
    judge,
    night,
    occurrence,
    opened,
    places,
    slot,
)


def test_a_place_is_first_seen_by_the_run_that_met_it_and_last_by_the_last_run(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("1")))
        night(store, 2, holds(occurrence("1"), occurrence("2")))
        seen = {name: (one.first_seen, one.last_seen) for name, one in places(store).items()}
    assert seen == {"1": (NIGHTS[1], NIGHTS[2]), "2": (NIGHTS[2], NIGHTS[2])}


def test_a_place_that_is_still_there_is_as_it_is_now(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence(line=1)))
        night(store, 2, holds(occurrence(line=9)))
        (now,) = places(store).values()
    assert now == replace(occurrence(line=9), first_seen=NIGHTS[1], last_seen=NIGHTS[2])


def test_a_target_that_was_touched_holds_what_it_held_and_was_seen(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()))
        night(store, 2, lambda edition: edition.touch(WEB))
        (now,) = places(store).values()
        assert (now.first_seen, now.last_seen) == (NIGHTS[1], NIGHTS[2])
        assert store.targets() == (replace(WEB, first_seen=NIGHTS[1], last_seen=NIGHTS[2]),)


@pytest.mark.parametrize(("state", "reached"), [("failed", 1), ("gone", 1), ("empty", 2)])
def test_what_a_target_held_stays_as_it_was_when_it_cannot_be_read(tmp_path: Path, state: str, reached: int) -> None:
    ill = replace(WEB, state=state, why="because")
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()))
        before = places(store)
        night(store, 2, lambda edition: edition.retain(ill))
        assert places(store) == before
        assert store.targets() == (replace(ill, first_seen=NIGHTS[1], last_seen=NIGHTS[reached]),)


def test_a_target_that_failed_from_the_start_was_never_reached(tmp_path: Path) -> None:
    failed = replace(WEB, state="failed", why="no such host")
    with opened(tmp_path / "s.db") as store:
        night(store, 1, lambda edition: edition.retain(failed))
        assert store.targets() == (replace(failed, first_seen=NIGHTS[1]),)


def test_a_place_that_is_gone_ends_and_is_in_no_later_sprawl(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("1"), occurrence("2", "bbbbbb")))
        night(store, 2, holds(occurrence("2", "bbbbbb")))
        with store.publish(NIGHTS[3]) as edition:
            edition.touch(WEB)
            (chunk,) = edition.sprawls()
            judge(edition)
            finish(edition)
        assert places(store) == {}
    assert [one.id for one in chunk[0]] == [credential_id("bbbbbb")]
    assert [one.id for one in chunk[1]] == ["2"]


def test_a_place_that_comes_back_keeps_its_first_run(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()))
        night(store, 2, holds())
        night(store, 3, holds(occurrence()))
        (back,) = places(store).values()
    assert (back.first_seen, back.last_seen) == (NIGHTS[1], NIGHTS[3])


def test_targets_do_not_end_each_others_places(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("1")))
        night(store, 2, holds(occurrence("2"), target=INFRA))
        assert sorted(places(store)) == ["1", "2"]


def test_a_place_that_two_targets_report_is_one(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()))
        night(store, 2, holds(occurrence(), target=INFRA))
        assert len(places(store)) == 1
        night(store, 3, holds(target=INFRA))
        assert len(places(store)) == 1
        night(store, 4, holds())
        assert places(store) == {}


R = Reachability
LOST = {R.HEAD: True, R.BRANCH: True, R.TAG: True, R.STASH: True, R.NOTE: True, R.REFLOG: True, R.REWRITTEN: True}


@pytest.mark.parametrize("reach", [*R, None])
def test_a_rewritten_history_keeps_what_commits_held(tmp_path: Path, reach: Reachability | None) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence(reach=reach)))
        night(store, 2, holds(keep_lost=True))
        kept = places(store)
        with store.publish(NIGHTS[3]) as edition:
            edition.touch(WEB)
            in_sprawls = [(one.id for one in said) for said, _ in edition.sprawls()]
            judge(edition)
            finish(edition)
    if reach in LOST:
        lost = replace(occurrence(), reachability=R.REWRITTEN, in_head=False, zone=Zone.REPO_HISTORY)
        assert kept == {"1": replace(lost, first_seen=NIGHTS[1], last_seen=NIGHTS[2])}
    else:
        assert kept == {}
    assert len(in_sprawls) == len(kept), "what was said of it is kept with it"


@pytest.mark.parametrize("reach", [one for one in [*R, None] if one is not R.REWRITTEN])
def test_a_history_that_was_not_rewritten_keeps_nothing_that_is_gone(tmp_path: Path, reach: Reachability | None) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence(reach=reach)))
        night(store, 2, holds())
        assert places(store) == {}


@pytest.mark.parametrize(
    ("before", "keep_lost", "expected"),
    [
        *((reach, True, R.REWRITTEN) for reach in (R.HEAD, R.BRANCH, R.TAG, R.STASH, R.NOTE, R.REWRITTEN)),
        *((reach, True, R.UNREACHABLE) for reach in (R.REFLOG, R.WORKTREE, R.UNREACHABLE, None)),
        *((reach, False, R.UNREACHABLE) for reach in (R.HEAD, R.REFLOG, R.WORKTREE, R.UNREACHABLE, None)),
        (R.REWRITTEN, False, R.REWRITTEN),
    ],
)
def test_what_no_ref_leads_to_any_more_is_rewritten(
    tmp_path: Path, before: Reachability | None, keep_lost: bool, expected: Reachability
) -> None:
    unreachable = occurrence(reach=R.UNREACHABLE, zone=Zone.REPO_HISTORY, line=5)
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence(reach=before)))
        night(store, 2, holds(unreachable, keep_lost=keep_lost))
        assert places(store) == {"1": replace(unreachable, reachability=expected, first_seen=NIGHTS[1], last_seen=NIGHTS[2])}


def test_what_is_unreachable_at_first_sight_or_after_it_had_ended_was_not_rewritten(tmp_path: Path) -> None:
    unreachable = occurrence(reach=R.UNREACHABLE)
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(unreachable, keep_lost=True))
        assert places(store)["1"].reachability is R.UNREACHABLE
        night(store, 2, holds(occurrence(reach=R.BRANCH)))
        night(store, 3, holds())
        night(store, 4, holds(unreachable, keep_lost=True))
        assert places(store)["1"].reachability is R.UNREACHABLE


def test_what_was_rewritten_stays_through_ordinary_runs_until_a_ref_leads_to_it_again(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence()))
        night(store, 2, holds(keep_lost=True))
        for number, held in ((3, ()), (4, (occurrence(reach=R.UNREACHABLE),)), (5, ())):
            night(store, number, holds(*held))
            assert places(store)["1"].reachability is R.REWRITTEN
        night(store, 6, holds(occurrence(reach=R.BRANCH)))
        assert places(store)["1"].reachability is R.BRANCH
        night(store, 7, holds())
        assert places(store) == {}


def test_sprawls_come_by_id_in_chunks_and_each_whole(tmp_path: Path) -> None:
    names = [f"{letter * 6}" for letter in "cabed"]
    with opened(tmp_path / "s.db") as store, store.publish(NIGHTS[1]) as edition:
        holds(*(occurrence(f"{name}{number}", name) for name in names for number in (1, 2)))(edition)
        chunks = [([one.id for one in said], [one.id for one in held]) for said, held in edition.sprawls(chunk=2)]
        judge(edition)
        finish(edition)
    assert [said for said, _ in chunks] == [[credential_id(letter * 6) for letter in pair] for pair in ("ab", "cd", "e")]
    assert [held for _, held in chunks] == [[f"{letter * 6}{number}" for letter in pair for number in (1, 2)] for pair in ("ab", "cd", "e")]


def test_sprawls_tell_when_places_were_seen(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(occurrence("1")))
        with store.publish(NIGHTS[2]) as edition:
            holds(occurrence("1"), occurrence("2"))(edition)
            ((_, held),) = edition.sprawls()
            judge(edition)
            finish(edition)
    assert {one.id: (one.first_seen, one.last_seen) for one in held} == {"1": (NIGHTS[1], NIGHTS[2]), "2": (NIGHTS[2], NIGHTS[2])}


def said_in(tmp_path: Path, *editions: dict[Target, list[Identified]]) -> list[dict[str, Fact]]:
    """The facts of everything that the last edition says was said."""
    with opened(tmp_path / "s.db") as store:
        for number, targets in enumerate(editions):
            with store.publish(NIGHTS[number]) as edition:
                for target, said in targets.items():
                    held: list[Occurrence] = [occurrence(target.name)] if said else []
                    edition.renew(target, said, held, (), keep_lost=False)
                result = [dict(one.facts) for chunk, _ in edition.sprawls() for one in chunk]
                judge(edition)
                finish(edition)
    return result


def test_everything_distinct_that_targets_say_is_given(tmp_path: Path) -> None:
    better, worse = identified(user="u"), identified()
    assert said_in(tmp_path, {WEB: [worse, better, worse], INFRA: [better]}) == [{"user": "u"}, {}]


def test_what_a_target_says_no_more_is_forgotten(tmp_path: Path) -> None:
    assert said_in(tmp_path, {WEB: [identified(user="u"), identified()]}, {WEB: [identified(user="v")]}) == [{"user": "v"}]


def test_what_a_target_said_of_what_it_lost_is_forgotten(tmp_path: Path) -> None:
    assert said_in(tmp_path, {WEB: [identified(user="u")], INFRA: [identified(user="v")]}, {WEB: []}) == [{"user": "v"}]


def test_the_slots_of_a_target_are_replaced_and_those_of_others_stay(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        for number, target, names in ((1, WEB, "bc"), (2, INFRA, "da"), (3, WEB, "ba")):
            with store.publish(NIGHTS[number]) as edition:
                edition.renew(target, (), (), [slot(name) for name in names], keep_lost=False)
                told = edition.slots()
                finish(edition)
        outcome = store.outcome()
    assert [one.id for one in told] == ["a", "b", "d"]
    assert outcome is not None
    assert outcome.slots == told


def test_the_jobs_of_a_target_are_replaced_and_those_of_others_stay(tmp_path: Path) -> None:
    def job(name: str) -> Job:
        at = Location("web", "ci.yml", 3)
        return Job(
            name, "gitlab", "web", "ci.yml", name, at=at, triggers=(Trigger("push", Trust.CONTRIBUTOR, at),), permissions=(("a", "b"),)
        )

    script = Script("web", "Makefile", "release", "make", Location("web", "Makefile", 1), jobs=("z",))
    with opened(tmp_path / "s.db") as store:
        for number, target, names in ((1, WEB, "bc"), (2, INFRA, "da"), (3, WEB, "za")):
            with store.publish(NIGHTS[number]) as edition:
                edition.renew(target, (), (), (), jobs=map(job, names), scripts=[script], keep_lost=False)
                told = edition.jobs(), edition.scripts()
                finish(edition)
        with store.publish(NIGHTS[4]) as edition:
            edition.retain(replace(INFRA, state="failed"))
            edition.touch(WEB)
            finish(edition)
        outcome, wiring = store.outcome(), store.wiring()
    assert told == (tuple(map(job, "daza")), (script, script))
    assert outcome is not None
    assert (outcome.jobs, wiring) == (told[0], (told[0], ()))


def test_public_targets_are_known(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store, store.publish(NIGHTS[1]) as edition:
        for target in (WEB, INFRA):
            edition.touch(target)
        assert edition.public() == {"infra"}
        edition.touch(replace(INFRA, public=False))
        assert edition.public() == frozenset()
        finish(edition)


def test_a_credential_that_nobody_judged_is_not_published(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        with store.publish(NIGHTS[1]) as edition:
            finish(edition)
        before = store.outcome()
        with pytest.raises(StoreError, match="FOREIGN KEY constraint failed"):
            publish_unjudged(store)
        assert store.outcome() == before
        night(store, 3, holds(occurrence()))
        assert len(places(store)) == 1


def publish_unjudged(store: Store) -> None:
    with store.publish(NIGHTS[2]) as edition:
        holds(occurrence())(edition)
        finish(edition)


def test_touching_costs_the_same_however_much_a_target_holds(tmp_path: Path) -> None:
    """Counted in the rows that SQLite changes."""
    with opened(tmp_path / "s.db") as store:
        night(store, 1, holds(*(occurrence(str(number)) for number in range(300))))
        with store.publish(NIGHTS[2]) as edition:
            count = "SELECT total_changes() AS changes"
            before = edition.transaction.connection.exec_driver_sql(count).scalar_one()
            edition.touch(WEB)
            assert edition.transaction.connection.exec_driver_sql(count).scalar_one() - before == 1
            judge(edition)
            finish(edition)
