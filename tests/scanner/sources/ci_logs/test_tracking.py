"""Whose the lines of a log are, and where they stand in it."""

from __future__ import annotations

import pytest

from tests.scanner.sources.ci_logs import shapes
from tests.scanner.sources.ci_logs.shapes import TIME, origins
from tests.support import tokens

TOKEN = tokens.ghp(3)
AROUND = ["before", f"é token: {TOKEN} after", "behind"]


def told(log: str) -> list[tuple[int, str | None, str | None]]:
    """Line, job and step of every occurrence."""
    return [(one.line, one.job, one.step) for one in origins(log.encode(), TOKEN.encode())]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("github", (5, None, "Run npm publish")),
        ("github_job", (7, "build", "Run npm publish")),
        ("gh", (3, "build (ubuntu)", "Publish")),
        ("azure", (5, "Build", "Publish it")),
        ("gitlab", (4, None, "step_script")),
        ("gitlab_timed", (5, None, "step_script")),
        ("jenkins", (9, "acme-web", "Publish")),
        ("buildkite", (5, None, ":npm: Publish")),
        ("circleci", (4, None, "npm publish")),
        ("plain", (2, None, None)),
    ],
)
def test_job_step_and_line_are_those_of_the_file(shape: str, expected: tuple[int, str | None, str | None]) -> None:
    assert told(shapes.SHAPES[shape](AROUND)) == [expected]


def test_columns_are_those_of_the_file() -> None:
    (origin,) = origins(shapes.github(AROUND).encode(), TOKEN.encode())
    assert origin.column == len(f"{TIME} é token: ") + 1


def test_what_was_overwritten_is_on_the_line_of_the_file() -> None:
    assert told(f"a\n10%\r{TOKEN}\r20%\n{TOKEN}\n") == [(2, None, None), (3, None, None)]


def test_a_value_that_gitlab_cut_is_on_the_line_where_it_begins() -> None:
    stamp = "2024-05-22T12:43:46.962646Z 01O"
    assert told(f"{stamp} one\n{stamp} x {TOKEN[:9]}\n{stamp}+{TOKEN[9:20]}\n{stamp}+{TOKEN[20:]}\n{stamp} {TOKEN}\n") == [
        (2, None, None),
        (5, None, None),
    ]


def test_a_value_that_another_stream_interrupts_is_on_the_line_where_it_begins() -> None:
    stamp = "2024-05-22T12:43:46.962646Z"
    log = f"{stamp} 01O x {TOKEN[:9]}\n{stamp} 01E warning {TOKEN}\n{stamp} 01O+{TOKEN[9:]}\n"
    assert [line for line, *_ in told(log)] == [1, 2]


def test_sections_inside_each_other_and_after_each_other() -> None:
    log = "section_start:1:{0}\r\x1b[0K\n" + TOKEN + "\n"
    end = "section_end:2:{0}\r\x1b[0K\n" + TOKEN + "\n"
    every = [log.format("outer"), log.format("inner"), end.format("inner"), end.format("never_opened"), end.format("outer")]
    assert [step for _, _, step in told("".join(every))] == ["outer", "inner", "outer", "outer", None]


def test_a_section_that_is_never_closed_ends_with_the_one_around_it() -> None:
    log = f"section_start:1:a\r\nsection_start:1:b\r\nsection_end:1:a\r\n{TOKEN}\n"
    assert told(log) == [(4, None, None)]


def test_the_job_of_a_trace_is_in_what_glab_prints_first() -> None:
    assert told(f"Showing logs for deploy to prod job #123.\n{shapes.gitlab([TOKEN])}")[0][1:] == ("deploy to prod", "step_script")


def test_what_branches_of_jenkins_write_is_nobodys_but_the_stages_around_them() -> None:
    marks = ["{ (Test)", "parallel", "{ (Branch: a)", "{ (Branch: b)", "}"]
    log = "".join(f"[Pipeline] {mark}\n" for mark in marks) + f"{TOKEN}\n[Pipeline] // parallel\n{TOKEN}\n[Pipeline] }}\n{TOKEN}\n"
    assert [step for _, _, step in told(log)] == ["Test", "Test", None]


def test_a_freestyle_job_of_jenkins_is_named_by_its_workspace() -> None:
    log = f"Started by timer\nRunning as SYSTEM\nBuilding remotely on a (b) in workspace C:\\Jenkins\\workspace\\web\n{TOKEN}\n"
    assert told(log) == [(4, "web", None)]


def test_a_patch_in_a_log_of_buildkite_is_no_group() -> None:
    log = shapes.buildkite(["--- a/x", "+++ b/x", "--- /dev/null", TOKEN, "+++ after", TOKEN])
    assert [step for _, _, step in told(log)] == [":npm: Publish", "after"]


def test_steps_of_a_job_at_github_follow_each_other() -> None:
    log = (
        shapes.github_job([TOKEN])
        + shapes.github([TOKEN], step="actions/setup-node@v4")[1:]
        + f"{TIME} Post job cleanup.\n{TIME} {TOKEN}\n"
    )
    assert [step for _, _, step in told(log)] == ["Run npm publish", "Run actions/setup-node@v4", "Post job cleanup."]


def test_tasks_of_azure_end() -> None:
    log = shapes.azure([TOKEN]) + f"{TIME} {TOKEN}\n"
    assert [(job, step) for _, job, step in told(log)] == [("Build", "Publish it"), ("Build", None)]


def test_an_old_log_of_github_begins_like_one_of_azure() -> None:
    log = "".join(f"{TIME} ##[section]{part}: Prepare job one\n" for part in ("Starting", "Finishing")) + shapes.github([TOKEN])[1:]
    assert [(job, step) for _, job, step in told(log)] == [("one", "Run npm publish")]


def test_signs_of_other_systems_further_down_change_nothing() -> None:
    log = shapes.gitlab(["##[group]Run x", "[Pipeline] { (y)", "--- z", TOKEN])
    assert told(log)[0][1:] == (None, "step_script")


def test_rows_of_another_job_are_of_that_job() -> None:
    log = shapes.gh([TOKEN]) + shapes.gh([TOKEN], job="deploy", step="Run x").removeprefix("\ufeff")
    assert [(job, step) for _, job, step in told(log)] == [("build (ubuntu)", "Publish"), ("deploy", "Run x")]
