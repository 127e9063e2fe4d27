"""What less of anything does to a credential that jobs get: it never scores higher, but where what went was what spoke for it.

The specification itself asks for the exceptions: a gate on every use keeps exposure down, and goes with the last use that it holds; a
place of HEAD that only history still remembers is a removal without a rotation; a day or registry may be what tells that it is dead.
A narrow variable that goes may uncover a wider one of the same name, so names are used once here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scanner.model import Graph, Job, Slot, Sprawl, Zone
from scanner.policies import calendar
from scanner.policies.wiring import blocking
from tests.scanner.policies.graphs import DOTFILE, HEAD, HISTORY, KEY, NPM, PASSWORD, TODAY, VARIABLE, identified, place, ranked
from tests.scanner.policies.test_fewer_places import remembered
from tests.scanner.policies.test_pipeline_properties import JOBS, TRIGGERS, workflow
from tests.support.pipelines import WORKFLOW, wired

INVENTORY = (
    Slot("1", "github", "project", "web", "export", "NPM_TOKEN"),
    Slot("2", "github", "org", "acme", "export", "PYPI_TOKEN"),
    Slot("3", "github", "org", "acme", "export", "AWS", allowed_projects=("all",)),
    Slot("4", "github", "environment", "web", "export", "COSIGN_KEY", environment_scope="approval"),
    Slot("5", "github", "org", "acme", "export", "UNUSED"),
)
PLACES = (HEAD, HISTORY, DOTFILE, place(Zone.REPO_HEAD, "infra"), place(Zone.DEPLOYMENT, "cluster"), place(Zone.MANAGED_STORE, "vault"))
LEVELS = ("privilege", "exposure", "reuse", "lifetime")

Filled = frozenset[str]
"""Ids of the slots of the inventory that the credential fills."""
WORLDS = st.tuples(
    st.builds(workflow, st.sampled_from(TRIGGERS), JOBS, st.one_of(st.none(), st.integers(0, 2))),
    st.sampled_from([NPM, KEY, PASSWORD]),
    st.lists(st.sampled_from(PLACES), max_size=3, unique=True),
    st.sets(st.sampled_from([slot.id for slot in INVENTORY]), min_size=1, max_size=3).map(frozenset),
)


def made(world: tuple[object, ...], left: Collection[Slot] = INVENTORY) -> Graph:
    """The graph of a workflow and one credential, with the exports that are left."""
    text, kind, places, filled = world
    slots = tuple(replace(slot, credentials=("a",) if slot.id in filled else ()) for slot in left)  # type: ignore[operator]  # as WORLDS has them
    jobs, every = wired({WORKFLOW: text}, *slots)  # type: ignore[dict-item]  # likewise
    variables = (replace(VARIABLE, id=slot.id, slot=slot.id) for slot in slots if slot.credentials)
    return Graph((Sprawl(identified(kind=kind), (*places, *variables)),), every, tuple(jobs.values()))  # type: ignore[arg-type,misc]  # likewise


def getting(graph: Graph) -> Iterator[Job]:
    """The jobs that get the credential."""
    held = {one.slot for one in graph.sprawls[0].occurrences}
    return (job for job in graph.jobs if any(use.slot in held for use in job.uses))


def holds(before: Graph, after: Graph) -> None:
    """No level is higher after than before, unless the last use was held by a gate and is gone."""
    was, still = list(getting(before)), list(getting(after))
    assume(not (was and not still and all(map(blocking, was))))
    assume(after.sprawls[0].occurrences)
    one, other = ranked(before), ranked(after)
    assert other.score <= one.score
    for level in LEVELS:
        assert getattr(other.levels, level) <= getattr(one.levels, level)


@given(WORLDS, st.data())
@settings(max_examples=60)
def test_a_place_less_never_scores_higher(world: tuple[object, ...], data: st.DataObject) -> None:
    before = made(world)
    (sprawl,) = before.sprawls
    gone = data.draw(st.sampled_from(sprawl.occurrences))
    assume(not (gone.in_head and remembered(sprawl, gone)))
    assume(calendar.dead(sprawl, TODAY) is None)
    fewer = replace(sprawl, occurrences=tuple(one for one in sprawl.occurrences if one is not gone))
    slots = tuple(replace(slot, credentials=()) if slot.id == gone.slot else slot for slot in before.slots)
    holds(before, replace(before, sprawls=(fewer,), slots=slots))


@given(WORLDS, st.data())
@settings(max_examples=60)
def test_a_reference_less_never_scores_higher(world: tuple[object, ...], data: st.DataObject) -> None:
    before = made(world)
    named = [(job, use) for job in before.jobs for use in job.uses if use.slot]
    assume(named)
    job, gone = data.draw(st.sampled_from(named))
    uses = tuple(use for use in job.uses if use is not gone)
    left = {use.name for use in uses}
    acts = tuple(replace(act, takes=tuple(name for name in act.takes if name in left)) for act in job.acts)
    fewer = replace(job, uses=uses, acts=acts, slots=tuple(sorted({use.slot for use in uses if use.slot})))
    holds(before, replace(before, jobs=tuple(fewer if one is job else one for one in before.jobs)))


@given(WORLDS, st.sampled_from(INVENTORY))
@settings(max_examples=60)
def test_an_export_less_never_scores_higher(world: tuple[object, ...], gone: Slot) -> None:
    holds(made(world), made(world, [slot for slot in INVENTORY if slot is not gone]))


@given(WORLDS, st.data())
@settings(max_examples=60)
def test_a_job_less_never_scores_higher(world: tuple[object, ...], data: st.DataObject) -> None:
    before = made(world)
    gone = data.draw(st.sampled_from(before.jobs))
    holds(before, replace(before, jobs=tuple(job for job in before.jobs if job is not gone)))


GATED = "on: push\njobs:\n  ship:\n    runs-on: a\n    environment: approval\n    steps: [{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.PYPI_TOKEN }}'}}]\n"


def test_the_last_use_that_a_gate_holds_takes_the_gate_with_it() -> None:
    before = made((GATED, NPM, (), frozenset("2")))
    after = replace(before, jobs=())
    assert (ranked(before).levels.exposure, ranked(after).levels.exposure) == (2, 3)


def test_a_variable_that_goes_may_uncover_a_wider_one_of_its_name() -> None:
    wide, narrow = (
        Slot(name, "github", level, owner, "export", "PYPI_TOKEN") for name, level, owner in (("2", "org", "acme"), ("1", "project", "web"))
    )
    text = GATED.replace("    environment: approval\n", "").replace("on: push", "on: issue_comment")
    world = (text, NPM, (), frozenset("2"))
    assert ranked(made(world, [wide, narrow])).score < ranked(made(world, [wide])).score
