"""The gate on pipelines: what a change makes worse fails, what was as bad before does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.command import Run, keytrail
from tests.support.repos import Repo

FLOW = ".github/workflows/release.yml"
OTHER = ".github/workflows/publish.yml"
TESTS = "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: npm test}]\n"
GIVEN = "env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}"
RELEASE = (
    "on: {push: {tags: ['v*']}}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    environment: npm\n"
    f"    steps: [{{run: ./ship.sh, {GIVEN}}}]\n"
)
"""It publishes through a script, and somebody has to agree."""
SHIP = "#!/bin/sh\nnpm publish\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository that tests in one job."""
    made = Repo(tmp_path / "web")
    made.commit({".github/workflows/ci.yml": TESTS, "ship.sh": "#!/bin/sh\necho nothing yet\n"})
    return made


def gate(repo: Repo, *arguments: str) -> tuple[int, dict[str, str]]:
    """The exit code, and what policies say, each with its worst severity."""
    run = keytrail("gate", *arguments, "--format", "json", cwd=repo.path)
    return run.code, _said(run)


def _said(run: Run) -> dict[str, str]:
    report = json.loads(run.stdout)
    assert {id_ for finding in report["findings"] for id_ in finding["jobs"]} <= {job["id"] for job in report["jobs"]}
    return {finding["policy"]: finding["severity"] for finding in reversed(report["findings"])}


def stage(repo: Repo, files: dict[str, str]) -> None:
    for name, text in files.items():
        (repo.path / name).parent.mkdir(parents=True, exist_ok=True)
        (repo.path / name).write_text(text)
    repo.git("add", "--all")


class TestWorse:
    def test_a_new_job_that_publishes_without_a_gate_fails(self, repo: Repo) -> None:
        stage(repo, {FLOW: RELEASE.replace("    environment: npm\n", ""), "ship.sh": SHIP})
        code, said = gate(repo, "--staged")
        assert (code, said["TB601"]) == (1, "medium")

    def test_a_job_that_loses_its_gate_fails_for_that_alone(self, repo: Repo) -> None:
        repo.commit({FLOW: RELEASE, "ship.sh": SHIP})
        stage(repo, {FLOW: RELEASE.replace("    environment: npm\n", "")})
        assert gate(repo, "--staged") == (1, {"TB601": "medium"})

    def test_a_script_that_begins_to_publish_is_told_with_the_job_that_runs_it(self, repo: Repo) -> None:
        repo.commit({FLOW: RELEASE})
        stage(repo, {"ship.sh": SHIP})
        code, said = gate(repo, "--staged")
        assert (code, "TB401" in said) == (1, True)

    def test_a_job_that_joins_those_that_get_a_secret_is_told(self, repo: Repo) -> None:
        wide = "on: push\nenv: {TOKEN: '${{ secrets.NPM_TOKEN }}'}\njobs:\n"
        build = "  build:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
        ship = (
            "  ship:\n    runs-on: ubuntu-latest\n    steps: [{run: 'npm publish', env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}}]\n"
        )
        repo.commit({FLOW: wide + build + ship})
        stage(repo, {FLOW: wide + build + ship + build.replace("build", "lint")})
        code, said = gate(repo, "--staged")
        assert (code, "TB103" in said) == (1, True)

    def test_each_end_of_a_range_counts_and_nothing_between(self, repo: Repo) -> None:
        loose = RELEASE.replace("    environment: npm\n", "")
        repo.commit({FLOW: RELEASE, "ship.sh": SHIP})
        repo.commit({FLOW: loose})
        repo.commit({FLOW: RELEASE + "# again\n"})
        assert gate(repo, "--range", "HEAD~2..HEAD") == (0, {})
        assert gate(repo, "--range", "HEAD~2..HEAD~1") == (1, {"TB601": "medium"})

    def test_findings_of_a_credential_and_of_jobs_come_together(self, repo: Repo) -> None:
        stage(repo, {FLOW: RELEASE, "ship.sh": SHIP, ".npmrc": f"//registry.test/:_authToken={tokens.npm(3)}\n"})
        code, said = gate(repo, "--staged")
        assert (code, {"TB001", "TB401"} <= set(said)) == (1, True)


def test_a_line_of_which_two_places_are_told_is_named_once(repo: Repo) -> None:
    stage(repo, {FLOW: RELEASE.replace("./ship.sh", "npm ci && npm publish")})
    blocks = keytrail("gate", "--staged", cwd=repo.path).stdout.split("\n\n")
    assert {block.count(f"{FLOW}:6") for block in blocks if "Dependency-install token" in block} == {1}


class TestNoWorse:
    @pytest.fixture
    def loose(self, repo: Repo) -> Repo:
        """It publishes without a gate already."""
        repo.commit({FLOW: RELEASE.replace("    environment: npm\n", ""), "ship.sh": SHIP})
        return repo

    def test_what_was_as_bad_before_passes(self, loose: Repo) -> None:
        text = (loose.path / FLOW).read_text()
        stage(loose, {FLOW: f"# a word\n\n{text}", "ship.sh": SHIP + "# another\n"})
        assert gate(loose, "--staged") == (0, {})

    def test_another_file_name_is_nothing_worse(self, loose: Repo) -> None:
        loose.git("mv", FLOW, OTHER)
        assert gate(loose, "--staged") == (0, {})

    def test_another_name_of_the_job_is_nothing_worse(self, loose: Repo) -> None:
        stage(loose, {FLOW: (loose.path / FLOW).read_text().replace("  ship:", "  release:")})
        assert gate(loose, "--staged") == (0, {})

    def test_both_at_once_and_another_trigger_are_nothing_worse(self, loose: Repo) -> None:
        loose.git("mv", FLOW, OTHER)
        stage(loose, {OTHER: (loose.path / OTHER).read_text().replace("  ship:", "  release:").replace("v*", "r*")})
        assert gate(loose, "--staged") == (0, {})

    def test_a_second_job_of_the_same_kind_is_worse(self, loose: Repo) -> None:
        text = (loose.path / FLOW).read_text()
        stage(loose, {OTHER: text})
        code, said = gate(loose, "--staged")
        assert (code, "TB601" in said) == (1, True)

    def test_what_the_other_branch_has_mended_since_is_not_held_against_this_one(self, loose: Repo) -> None:
        loose.git("checkout", "-q", "-b", "topic")
        loose.commit({"Makefile": "all:\n\techo\n"})
        loose.git("checkout", "-q", "main")
        loose.commit({FLOW: RELEASE})
        assert gate(loose, "--range", "main..topic") == (0, {})

    def test_what_is_taken_away_is_nothing_worse(self, loose: Repo) -> None:
        loose.git("rm", "-q", FLOW)
        loose.git("commit", "-q", "-m", "gone")
        assert gate(loose, "--range", "HEAD~1..HEAD") == (0, {})


def test_a_script_that_no_job_runs_is_no_pipeline(repo: Repo) -> None:
    stage(repo, {"release.sh": SHIP})
    assert gate(repo, "--staged") == (0, {})


def test_a_definition_that_cannot_be_read_any_more_does_not_pass(repo: Repo) -> None:
    repo.commit({FLOW: RELEASE})
    stage(repo, {FLOW: "on: [broken\n"})
    run = keytrail("gate", "--staged", cwd=repo.path)
    assert (run.code, "release.yml (malformed)" in run.stderr) == (2, True)


def test_one_that_could_not_be_read_before_either_holds_nobody_up(repo: Repo) -> None:
    repo.commit({FLOW: "on: [broken\n"})
    stage(repo, {FLOW: "on: [broken as well\n", "ship.sh": "#!/bin/sh\necho more\n"})
    assert keytrail("gate", "--staged", cwd=repo.path).code == 0


def test_the_reviewed_configuration_may_accept_it(repo: Repo) -> None:
    accepted = '[[accepted]]\npolicy = "TB601"\nwhere = "ship"\nreason = "staged there"\nuntil = 2999-01-01\n'
    repo.commit({FLOW: RELEASE, "ship.sh": SHIP, "keytrail.toml": accepted})
    stage(repo, {FLOW: RELEASE.replace("    environment: npm\n", "")})
    assert gate(repo, "--staged")[0] == 0
    repo.git("reset", "-q", "--hard")
    repo.commit({"keytrail.toml": "\n"})
    stage(repo, {FLOW: RELEASE.replace("    environment: npm\n", ""), "keytrail.toml": accepted})
    assert gate(repo, "--staged") == (1, {"TB601": "medium"})


def test_a_folder_that_a_sparse_index_has_as_a_whole_is_not_gone(repo: Repo) -> None:
    repo.commit({FLOW: RELEASE.replace("    environment: npm\n", ""), "tools/deep/a.sh": "echo\n", "src/b.txt": "b\n"})
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "src", ".github")
    stage(repo, {".github/workflows/ci.yml": TESTS + "# more\n"})
    assert gate(repo, "--staged") == (0, {})


class TestReached:
    """What a change touches is looked for by name before anything is read."""

    @pytest.mark.parametrize(
        ("run", "files", "name", "text"),
        [
            ("make ship", {"Makefile": "ship:\n\t./tools/ship.sh\n", "tools/ship.sh": "true\n"}, "tools/ship.sh", SHIP),
            ("./one.sh", {"one.sh": "#!/bin/sh\ntools/two\n", "tools/two": "#!/bin/sh\n"}, "tools/two", SHIP),
            ("python tools/release.py", {"tools/release.py": "pass\n"}, "tools/release.py", "import os\nos.system('npm publish')\n"),
            ("npm run ship", {"package.json": '{"scripts": {"ship": "true"}}'}, "package.json", '{"scripts": {"ship": "npm publish"}}'),
        ],
    )
    def test_whatever_a_job_runs_in_the_end(self, repo: Repo, run: str, files: dict[str, str], name: str, text: str) -> None:
        repo.commit({FLOW: RELEASE.replace("./ship.sh", run), **files})
        stage(repo, {name: text})
        code, said = gate(repo, "--staged")
        assert (code, "TB401" in said) == (1, True)

    def test_a_file_that_gitlab_includes_by_a_pattern(self, repo: Repo) -> None:
        repo.commit({".gitlab-ci.yml": "include: {local: 'ci/*.yml'}\ntest:\n  script: [npm test]\n"})
        stage(repo, {"ci/ship.yml": "ship:\n  script: [npm publish]\n  variables: {NPM_TOKEN: $NPM_TOKEN}\n"})
        code, said = gate(repo, "--staged")
        assert (code, "TB601" in said) == (1, True)

    def test_a_program_that_nothing_names_is_part_of_none(self, repo: Repo) -> None:
        repo.commit({FLOW: RELEASE})
        stage(repo, {"helper.py": "import os\nos.system('npm publish')\n", "tools/notes.sh": SHIP})
        assert gate(repo, "--staged") == (0, {})
