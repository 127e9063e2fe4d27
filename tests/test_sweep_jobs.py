"""Jobs in a sweep: what HEAD of every target defines meets the exports of the fleet, and stays known while nothing changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import tokens
from tests.support.command import keytrail
from tests.support.fleet import Fleet, Report, counts, lasting

TOKEN = tokens.npm(57)
PIPELINE = """\
stages: [test, release]
test:
  stage: test
  script:
    - npm ci
    - npm test
publish:
  stage: release
  script:
    - npm publish
  rules:
    - if: $CI_COMMIT_TAG
"""
TARGETS = """\
[[targets]]
path = "clones/web"
ci_exports = ["gitlab-project@web:web.json"]
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    made = Fleet(tmp_path)
    made.repo("web").commit({".gitlab-ci.yml": PIPELINE})
    made.export("web.json", {"NPM_TOKEN": TOKEN})
    made.listing(TARGETS)
    return made


def jobs(report: Report) -> dict[str, Any]:
    return {job["name"]: job for job in report["jobs"]}


def swept(fleet: Fleet) -> Report:
    return fleet.sweep(targets=fleet.root / "targets.toml")


def asked(fleet: Fleet, *arguments: str) -> Any:  # noqa: ANN401 - a report is any JSON
    run = keytrail(*arguments, "--store", str(fleet.store), "--format", "json", cwd=fleet.root, home=fleet.home)
    assert (run.code, run.stderr) == (0, "")
    return json.loads(run.stdout)


def test_the_jobs_of_a_target_get_the_variables_of_its_export(fleet: Fleet) -> None:
    report = swept(fleet)
    (slot,) = report["slots"]
    assert {name: job["slots"] for name, job in jobs(report).items()} == {"test": [slot["id"]], "publish": [slot["id"]]}
    assert (jobs(report)["publish"]["container"], jobs(report)["publish"]["line"]) == ("web", 7)
    told = {finding["policy"]: finding for finding in report["findings"]}
    assert {"TB101", "TB401"} <= told.keys()
    assert set(told["TB101"]["jobs"]) == {job["id"] for job in report["jobs"]}


def test_what_is_known_of_jobs_stays_while_nothing_changes(fleet: Fleet) -> None:
    first = swept(fleet)
    second = swept(fleet)
    assert counts(second)["web"] == (0, 1)
    assert (second["jobs"], lasting(second)) == (first["jobs"], lasting(first))


def test_a_pipeline_that_changed_is_read_and_one_that_went_has_no_jobs(fleet: Fleet) -> None:
    swept(fleet)
    web = fleet.repo("web")
    web.commit({".gitlab-ci.yml": PIPELINE.replace("publish:", "ship:")})
    assert jobs(swept(fleet)).keys() == {"test", "ship"}
    web.commit({".gitlab-ci.yml": None, "README": "nothing"})
    assert jobs(swept(fleet)) == {}


def test_a_clone_that_left_keeps_its_jobs(fleet: Fleet) -> None:
    first = swept(fleet)
    (fleet.clones / "web").rename(fleet.root / "elsewhere")
    assert fleet.sweep(targets=fleet.root / "targets.toml", code=3)["jobs"] == first["jobs"]


def test_the_store_is_asked_for_the_same_jobs(fleet: Fleet) -> None:
    report = swept(fleet)
    assert asked(fleet, "report")["jobs"] == report["jobs"]
    (credential,) = report["credentials"]
    one = asked(fleet, "explain", credential["id"])
    assert (one["jobs"], one["slots"]) == (report["jobs"], report["slots"])


def test_a_bare_clone_has_the_jobs_of_its_head(fleet: Fleet) -> None:
    bare = fleet.repo("copy.git", bare=True)
    bare.git("fetch", "--quiet", str(fleet.clones / "web"), "main:main")
    assert {(job["container"], job["name"]) for job in fleet.sweep()["jobs"]} == {
        (name, job) for name in ("copy.git", "web") for job in ("test", "publish")
    }


def test_a_definition_that_cannot_be_read_is_said_in_every_run(fleet: Fleet) -> None:
    fleet.repo("web").commit({".gitlab-ci.yml": "a: [\n"})
    for _ in range(2):
        report = swept(fleet)
        assert [(one["target"], one["path"], one["reason"]) for one in report["coverage"]["unscanned"]] == [
            ("web", ".gitlab-ci.yml", "malformed")
        ]
        assert report["jobs"] == []


def test_a_name_that_is_a_credential_is_not_remembered(fleet: Fleet) -> None:
    fleet.repo("web").commit({".gitlab-ci.yml": PIPELINE + f"{TOKEN}:\n  script: [npm publish]\n"})
    report = swept(fleet)
    assert len(report["jobs"]) == 3
    assert TOKEN not in json.dumps(report["jobs"])
    assert TOKEN.encode() not in fleet.store.read_bytes()
