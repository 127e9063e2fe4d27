"""The cap on stretching, in one process and in several."""

from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.context import ForkContext, SpawnContext

import pytest

from scanner.identity import OrgKey, StretchBudget
from scanner.identity.stretch import LIMIT
from tests.scanner.identity import workers

Context = ForkContext | SpawnContext
VALUES = [b"%d" % number for number in range(LIMIT)]
LATE = [b"late %d" % number for number in range(5)]


@pytest.fixture(params=["fork", "spawn"])
def context(request: pytest.FixtureRequest) -> Context:
    if request.param == "fork":
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def in_processes(context: Context, work: Callable[..., None], jobs: Sequence[tuple[object, ...]]) -> Iterator[list[bytes]]:
    """What each of the processes answers, all of them running at once."""
    started = []
    for job in jobs:
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(*job, theirs))
        process.start()
        started.append((process, ours))
    for process, ours in started:
        yield ours.recv()
        process.join()
        assert process.exitcode == 0


def shared(context: Context) -> StretchBudget:
    budget = StretchBudget()
    budget.share(context)
    return budget


def counting() -> tuple[list[bytes], Callable[[bytes], bytes]]:
    """A list that grows with each value that is stretched."""
    calls: list[bytes] = []

    def stretched(value: bytes) -> bytes:
        calls.append(value)
        return value.ljust(16, b"!")

    return calls, stretched


def test_a_value_is_stretched_once() -> None:
    calls, stretched = counting()
    budget = StretchBudget()
    assert budget.digest(b"a", stretched) == budget.digest(b"a", stretched) == b"a".ljust(16, b"!")
    assert calls == [b"a"]


def test_the_limit_is_256_values_and_the_rest_is_random_but_equal() -> None:
    calls, stretched = counting()
    budget = StretchBudget()
    for value in VALUES:
        budget.digest(value, stretched)
    full = budget.exhausted
    late = [budget.digest(value, stretched) for value in LATE]
    assert (full, budget.exhausted) == (False, True)
    assert calls == VALUES
    assert len(set(late)) == len(LATE)
    assert [budget.digest(value, stretched) for value in LATE] == late
    assert budget.digest(VALUES[0], stretched) == VALUES[0].ljust(16, b"!")


def test_random_ids_differ_from_run_to_run() -> None:
    _, stretched = counting()
    ids = set()
    for budget in (StretchBudget(), StretchBudget()):
        for value in VALUES:
            budget.digest(value, stretched)
        ids.add(budget.digest(b"late", stretched))
    assert len(ids) == 2


def test_processes_share_what_was_stretched(context: Context) -> None:
    budget = shared(context)
    (first,) = in_processes(context, workers.spend, [(budget, VALUES[:3])])
    (second,) = in_processes(context, workers.spend, [(budget, VALUES[:3])])
    assert first == second
    assert budget.digest(VALUES[0], workers.cheap) == first[0]


def test_processes_share_one_limit(context: Context) -> None:
    budget = shared(context)
    first, second = in_processes(context, workers.spend, [(budget, VALUES[:200]), (budget, [*VALUES[100:], *LATE])])
    values = {digest[:8].rstrip(b"\0") for answer in (first, second) for digest in answer}
    assert len(values & {*VALUES, *LATE}) == LIMIT
    assert budget.exhausted


def test_beyond_the_limit_processes_agree(context: Context) -> None:
    budget = shared(context)
    for value in VALUES:
        budget.digest(value, workers.cheap)
    first, second = in_processes(context, workers.spend, [(budget, LATE), (budget, LATE[::-1])])
    assert first == second[::-1]
    assert first == [budget.digest(value, workers.cheap) for value in LATE]


def test_identifiers_in_processes_agree(context: Context) -> None:
    budget, key = shared(context), OrgKey(b"k" * 32, "abc123", None)
    first, second = in_processes(context, workers.identify, [(key, budget, [b"hunter2", b"tiger"]), (key, budget, [b"tiger", b"hunter2"])])
    assert first == second[::-1]


def test_what_was_stretched_before_is_shared_too(context: Context) -> None:
    budget = StretchBudget()
    own = [budget.digest(value, workers.cheap) for value in VALUES[:3]]
    budget.share(context)
    budget.share(context)
    assert [*in_processes(context, workers.spend, [(budget, VALUES[:3])])] == [own]


@pytest.mark.parametrize("share", [False, True])
def test_a_budget_does_not_travel_in_a_queue(*, share: bool) -> None:
    budget = StretchBudget()
    if share:
        budget.share()
    with pytest.raises(RuntimeError, match="inheritance"):
        pickle.dumps(budget)


def test_a_budget_that_is_not_shared_is_of_no_use_to_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = StretchBudget()
    monkeypatch.setattr("os.getpid", lambda: 0)
    with pytest.raises(RuntimeError, match="not shared"):
        budget.digest(b"a", bytes)
    with pytest.raises(RuntimeError, match="not shared"):
        budget.baseline_digest(b"a", b"salt", bytes)


def test_the_tables_hold_no_value() -> None:
    budget = StretchBudget()
    budget.digest(b"correct horse", lambda _: bytes(range(16)))
    budget.baseline_digest(b"correct horse", b"salt", lambda _: bytes(range(16)))
    for table in (budget._ids, budget._baselines):  # noqa: SLF001 (what other processes can read)
        assert b"correct" not in repr(vars(table)).encode() + bytes(table._table)  # noqa: SLF001 (as above)


def test_in_baselines_a_value_is_stretched_once_a_salt() -> None:
    calls, stretched = counting()
    budget = StretchBudget()
    for salt in (b"one", b"two", b"one"):
        budget.baseline_digest(b"a", salt, stretched)
    assert calls == [b"a", b"a"]


def test_the_border_between_salt_and_value_counts() -> None:
    calls, stretched = counting()
    budget = StretchBudget()
    budget.baseline_digest(b"bc", b"a", stretched)
    budget.baseline_digest(b"c", b"ab", stretched)
    assert calls == [b"bc", b"c"]


def test_baselines_have_a_limit_of_their_own_and_no_digest_beyond_it() -> None:
    _, stretched = counting()
    budget = StretchBudget()
    for value in VALUES:
        assert budget.baseline_digest(value, b"salt", stretched) == stretched(value)
    full = budget.exhausted
    late = budget.baseline_digest(LATE[0], b"salt", stretched)
    assert (full, late, budget.exhausted) == (False, None, True)
    assert budget.digest(LATE[0], stretched) == stretched(LATE[0])
    assert budget.baseline_digest(VALUES[0], b"salt", stretched) == stretched(VALUES[0])


def test_processes_share_what_was_stretched_for_baselines(context: Context) -> None:
    budget = shared(context)
    (first,) = in_processes(context, workers.spend_on_baseline, [(budget, VALUES[:3])])
    (second,) = in_processes(context, workers.spend_on_baseline, [(budget, VALUES[:3])])
    assert first == second
    assert budget.baseline_digest(VALUES[0], b"salt", workers.cheap) == first[0]
