"""Jobs that only got another name are the same ones; others are not taken for them."""

from __future__ import annotations

from scanner.correlate.renamed import under_new_names
from scanner.model import Act, Job, Location


def job(name: str, *, file: str = "ci.yml", does: str = "C1", needs: tuple[str, ...] = ()) -> Job:
    act = Act("publish", does, 1.0, "npm publish", Location(".", file, 1, 1), target="npm")
    return Job(f"job:{file}:{name}", "github", ".", file, name, acts=(act,), needs=needs)


def names(before: tuple[Job, ...], after: tuple[Job, ...]) -> list[tuple[str, str]]:
    """What the jobs of `before` are called now, in their order."""
    return sorted((one.file, one.name) for one in under_new_names(before, after))


def test_a_job_that_does_the_same_under_another_name() -> None:
    assert names((job("a"), job("b", does="C2")), (job("b", does="C2"), job("c"))) == [("ci.yml", "b"), ("ci.yml", "c")]


def test_a_job_that_stays_is_never_taken_for_another() -> None:
    assert names((job("a"), job("b")), (job("a", does="C3"), job("b"), job("c"))) == [("ci.yml", "a"), ("ci.yml", "b")]


def test_the_same_name_in_a_file_that_is_new_while_the_old_one_is_gone() -> None:
    before = (job("a", file="old.yml"), job("b", file="old.yml"))
    after = (job("a", file="new.yml", does="C3"), job("b", file="new.yml", does="C4"))
    assert names(before, after) == [("new.yml", "a"), ("new.yml", "b")]


def test_a_file_that_stays_lends_its_jobs_to_no_other() -> None:
    before = (job("a"), job("b", does="C2"), job("c", does="C3"))
    after = (*before, job("a", file="new.yml", does="C4"))
    assert names(before, after) == [("ci.yml", "a"), ("ci.yml", "b"), ("ci.yml", "c")]


def test_the_only_one_that_goes_and_the_only_one_that_comes() -> None:
    assert names((job("a"), job("b")), (job("a"), job("c", does="C2"))) == [("ci.yml", "a"), ("ci.yml", "c")]


def test_of_two_that_go_and_two_that_come_and_do_something_else_nobody_knows_which_is_which() -> None:
    before = (job("a"), job("b"))
    assert names(before, (job("c", does="C2"), job("d", does="C3"))) == [("ci.yml", "a"), ("ci.yml", "b")]


def test_what_names_a_job_names_it_as_it_is_called_now() -> None:
    first, second = job("a"), job("b", does="C2", needs=("job:ci.yml:a",))
    told = under_new_names((first, second), (job("z"), second))
    assert {one.name: one.needs for one in told} == {"z": (), "b": ("job:ci.yml:z",)}
