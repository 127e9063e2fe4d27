"""What a place less does to a credential: it never scores higher, but where the place was what spoke for it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.contract import Check
from scanner.model import Folder, Graph, Keeping, Occurrence, Sprawl, Zone
from scanner.policies import calendar
from tests.scanner.policies.graphs import (
    DOTFILE,
    GITHUB,
    HEAD,
    HISTORY,
    KEY,
    LEGACY,
    NARROW,
    NPM,
    NUGET,
    PASSWORD,
    TODAY,
    VARIABLE,
    identified,
    judged,
    place,
    ranked,
    slot,
)

SLOTS = (
    NARROW,
    replace(slot(), id="open"),
    replace(slot(owner="acme/web"), id="web"),
    replace(slot(level="group", owner="acme"), id="group"),
    replace(slot(container="infra"), id="infra"),
)
PLACES = [
    HEAD,
    HISTORY,
    DOTFILE,
    replace(DOTFILE, id="loose", mode="0644", keeping=Keeping(".npmrc", 0o600, 1000, 50, (Folder("", 0o755, 1000, 50),))),
    *(place(zone, container) for zone in Zone for container in ("web", "infra", "x/web", "home")),
    *(place(Zone.REPO_HISTORY, "old", since=since) for since in ("2019-01-01T00:00:00Z", "2026-08-01T00:00:00Z")),
    *(replace(place(Zone.FOLDER, "pkg", f"node_modules/{name}/key"), id=name) for name in "ab"),
    *(place(Zone.REPO_HEAD, "web", path) for path in ("tests/a.pem", "docs/b.md")),
    *(replace(VARIABLE, id=one.id, container=one.container, slot=one.id) for one in SLOTS),
    place(Zone.WORKSTATION_DOTFILE, "home", ".yarnrc", service="registry.example.org"),
]
SPRAWLS = st.builds(
    Sprawl,
    st.builds(
        identified,
        st.just("a"),
        st.sampled_from([NPM, GITHUB, KEY, PASSWORD, LEGACY, NUGET]),
        privilege=st.integers(1, 5),
        check=st.sampled_from(Check),
        facts=st.sampled_from([{}, {"at_rest": "encrypted"}, {"expires_at": "2026-01-01T00:00:00Z"}, {"lifetime": "expiring"}]),
    ),
    st.lists(st.sampled_from(PLACES), min_size=2, max_size=8, unique=True).map(tuple),
)


def of(sprawl: Sprawl, *, public: bool, trusted: bool) -> Graph:
    return Graph((sprawl,), SLOTS, trusted=frozenset({"a"} if trusted else ()), public=frozenset({"web"} if public else ()))


def remembered(sprawl: Sprawl, gone: Occurrence) -> bool:
    """Whether a repository still remembers what its HEAD then holds no more: that is a removal without a rotation, and worse."""
    return any(one.zone is Zone.REPO_HISTORY and one.container == gone.container for one in sprawl.occurrences)


@given(SPRAWLS, st.data(), st.booleans(), st.booleans())
def test_a_place_less_never_scores_higher(sprawl: Sprawl, data: st.DataObject, public: bool, trusted: bool) -> None:
    gone = data.draw(st.sampled_from(sprawl.occurrences))
    assume(not (gone.in_head and remembered(sprawl, gone)))
    assume(calendar.dead(sprawl, TODAY) is None)  # the first commit, or the registry that it is for, may be what tells that it is dead
    fewer = replace(sprawl, occurrences=tuple(one for one in sprawl.occurrences if one is not gone))
    before, after = (ranked(of(one, public=public, trusted=trusted)) for one in (sprawl, fewer))
    assert after.score <= before.score
    for level in ("privilege", "exposure", "reuse", "lifetime"):
        assert getattr(after.levels, level) <= getattr(before.levels, level)


def test_taking_it_out_of_head_without_rotation_scores_higher() -> None:
    both = Sprawl(identified(), (HEAD, HISTORY, DOTFILE))
    removed = replace(both, occurrences=(HISTORY, DOTFILE))
    assert ranked(Graph((removed,))).score > ranked(Graph((both,))).score


@given(SPRAWLS, st.data())
def test_the_order_of_places_and_slots_changes_no_rank(sprawl: Sprawl, data: st.DataObject) -> None:
    shuffled = replace(sprawl, occurrences=tuple(data.draw(st.permutations(sprawl.occurrences))))
    slots = tuple(data.draw(st.permutations(SLOTS)))
    (before, after) = (judged(Graph((one,), of_slots)) for one, of_slots in ((sprawl, SLOTS), (shuffled, slots)))
    assert (before[0][0].score, before[0][0].levels) == (after[0][0].score, after[0][0].levels)
    assert {(one.policy, one.severity, one.grade) for one in before[1]} == {(one.policy, one.severity, one.grade) for one in after[1]}
