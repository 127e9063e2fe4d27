"""What the names of files in archives of logs say."""

from __future__ import annotations

import pytest

from scanner.sources.ci_logs import Called, called


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("0_build.txt", Called("", "build", None, whole=True)),
        ("logs.zip!/0_build (ubuntu, 3.12).txt", Called("logs.zip!/", "build (ubuntu, 3.12)", None, whole=True)),
        ("build/12_Publish it.txt", Called("", "build", "Publish it", whole=False)),
        ("logs.zip!/build/1_Set up job.txt", Called("logs.zip!/", "build", "Set up job", whole=False)),
        ("run 7/logs.zip!/build/system.txt", Called("run 7/logs.zip!/", "build", None, whole=False)),
        ("stage/job/3_Task.log", Called("stage", "job", "Task", whole=False)),
    ],
)
def test_numbers_before_names_are_those_of_jobs_and_steps(path: str, expected: Called) -> None:
    assert called(path) == expected


@pytest.mark.parametrize(("path", "sure"), [("logs.zip!/0_a.txt", True), ("a/0_b.txt", True), ("0_a.txt", False)])
def test_a_file_beside_which_nothing_is_known_may_be_a_job_or_a_step(path: str, sure: bool) -> None:
    found = called(path)
    assert found is not None
    assert found.sure is sure


@pytest.mark.parametrize(
    "path", ["trace", "build.log", "system.txt", "logs.zip!/system.txt", "job/x.txt", "1_.txt", "1_a.json", "_a.txt", "a/1_", ""]
)
def test_other_names_say_nothing(path: str) -> None:
    assert called(path) is None
