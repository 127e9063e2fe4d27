"""The templates for CI systems: their own scripts run here as the systems run them, in repositories that these would have checked out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import tokens
from tests.support.command import Run, keytrail
from tests.support.forge import Forge
from tests.support.repos import Repo
from tests.support.ways import ROOT, bash, installed

LINE = f"token = {tokens.npm(7)}\n"
INPUTS = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    installed(tmp_path / "home")
    return tmp_path / "home"


def read(name: str) -> Any:  # noqa: ANN401 - whatever a template holds
    """The last document of a template."""
    return list(yaml.safe_load_all((ROOT / name).read_text()))[-1]


def merged(forge: Forge, files: Mapping[str, str], depth: int = 0) -> tuple[Repo, dict[str, str]]:
    """A pull request that brings these files, as GitHub checks it out, and the environment of its workflow."""
    tip = forge.branch("topic", files)
    merge = forge.merge("topic")
    return forge.checkout(merge, *([] if depth else ["main"]), depth=depth), forge.pull(tip, merge)


class Action:
    """One run of action.yml behind its installation."""

    def __init__(self, folder: Path, home: Path) -> None:
        installed(folder / "temp" / "keytrail" / "bin")
        self._folder, self._home = folder, home
        self.outputs, self.summary = folder / "outputs", folder / "summary"
        self.outputs.touch()

    def run(self, repo: Repo, event: Mapping[str, str], **inputs: str) -> Run:
        """How its second step ends, with its `env` as the runner fills it."""
        action = read("action.yml")
        (step,) = (one for one in action["runs"]["steps"] if one.get("id") == "gate")
        given = {name: one.get("default", "") for name, one in action["inputs"].items()} | {
            name.replace("_", "-"): value for name, value in inputs.items()
        }
        env = {name: INPUTS.sub(lambda found: given[found[1]], value) for name, value in step["env"].items()}
        runner = {
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.outputs),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self._folder / "temp"),
        }
        return bash(step["run"], repo.path, self._home, {**event, **runner, **env})


class TestGitHub:
    @pytest.fixture
    def action(self, tmp_path: Path, home: Path) -> Action:
        return Action(tmp_path, home)

    def test_it_refuses_in_every_place_where_people_look(self, action: Action, forge: Forge) -> None:
        repo, event = merged(forge, {"config.ini": LINE})
        run = action.run(repo, event)
        assert run.code == 1
        assert "MEDIUM" in run.stdout
        assert re.search(r"^::warning .*file=config\.ini,.*line=1", run.stdout, re.MULTILINE)
        assert "npm token" in action.summary.read_text()
        assert action.outputs.read_text().split() == ["exit-code=1", "sarif=keytrail.sarif"]
        assert json.loads((repo.path / "keytrail.sarif").read_text())["version"] == "2.1.0"
        assert tokens.npm(7) not in run.stdout + run.stderr + action.summary.read_text()

    def test_it_accepts(self, action: Action, forge: Forge) -> None:
        repo, event = merged(forge, {"config.ini": "nothing\n"})
        run = action.run(repo, event, sarif="", annotations="false")
        assert (run.code, "No credentials found" in run.stdout) == (0, True)
        assert action.outputs.read_text() == "exit-code=0\n"

    def test_a_shallow_clone_ends_with_2_and_what_helps(self, action: Action, forge: Forge) -> None:
        repo, event = merged(forge, {"config.ini": "nothing\n"}, depth=1)
        run = action.run(repo, event)
        assert (run.code, "fetch-depth: 0" in run.stderr) == (2, True)
        assert action.outputs.read_text() == "exit-code=2\n"

    @pytest.mark.parametrize("value", ['"; touch hacked; "', "$(touch hacked)", "`touch hacked`", "-x", "a\nexit-code=0"])
    @pytest.mark.parametrize("name", ["range", "baseline", "fail_on", "sarif"])
    def test_no_input_is_run(self, action: Action, forge: Forge, name: str, value: str) -> None:
        repo, event = merged(forge, {"config.ini": LINE})
        run = action.run(repo, event, **{name: value})
        assert run.code in {1, 2}
        assert not list(repo.path.glob("hacked"))
        said = [line for line in action.outputs.read_text().splitlines() if line.startswith("exit-code=")]
        assert said == [f"exit-code={run.code}"]

    def test_no_expression_stands_in_a_script(self) -> None:
        for step in read("action.yml")["runs"]["steps"]:
            assert "${{" not in step["run"]


def gitlab(forge: Forge, repo: Repo, tip: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": tip,
        "CI_DEFAULT_BRANCH": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": forge.main,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_PROJECT_DIR": str(repo.path),
    }


@pytest.mark.parametrize(("text", "code"), [(LINE, 1), ("nothing\n", 0)], ids=["refuses", "accepts"])
def test_gitlab_runs_it_and_takes_the_reports(forge: Forge, home: Path, text: str, code: int) -> None:
    tip = forge.branch("topic", {"config.ini": text})
    repo = forge.checkout(tip, "main")
    job = read("ci/gitlab.yml")["keytrail"]
    run = bash("\n".join(job["script"]), repo.path, home, gitlab(forge, repo, tip))
    assert run.code == code
    assert job["variables"]["GIT_DEPTH"] == "0"
    for name in job["artifacts"]["reports"].values():
        assert (repo.path / name).stat().st_size


def steps(name: str) -> list[str]:
    """The scripts of a template that run keytrail."""
    match name:
        case "ci/circleci.yml":
            found = [one["run"]["command"] for one in read(name)["commands"]["gate"]["steps"] if "run" in one]
        case "ci/azure.yml":
            found = [one["script"] for one in read(name)["steps"] if "script" in one]
        case _:
            found = [
                one.replace('"$VENV/bin/keytrail"', "keytrail")
                for one in re.findall(r"^ +sh '(.*)'$", (ROOT / name).read_text(), re.MULTILINE)
            ]
    return [one for one in found if "keytrail gate" in one]


@pytest.mark.parametrize(
    ("name", "env"),
    [
        ("ci/circleci.yml", {"CIRCLECI": "true", "CIRCLE_BRANCH": "topic"}),
        ("ci/azure.yml", {"TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/topic"}),
        ("ci/Jenkinsfile", {"JENKINS_URL": "http://ci.test/", "BRANCH_NAME": "topic"}),
    ],
)
def test_others_refuse_and_accept(forge: Forge, home: Path, name: str, env: dict[str, str]) -> None:
    (script,) = steps(name)
    codes = []
    for number, text in enumerate((LINE, "nothing\n")):
        tip = forge.branch(f"topic{number}", {"config.ini": text})
        repo = forge.checkout(tip, "main", name=f"clone{number}")
        commit = {"CIRCLE_SHA1": tip, "BUILD_SOURCEVERSION": tip, "GIT_COMMIT": tip, "REPORTS": str(home)}
        codes.append(bash(script, repo.path, home, {**env, **commit}).code)
    assert codes == [1, 0]


def test_the_hook_of_a_server(tmp_path: Path, home: Path) -> None:
    server, mine = Repo(tmp_path / "web.git", bare=True), Repo(tmp_path / "mine")
    hook = server.gitdir / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes((ROOT / "ci" / "pre-receive").read_bytes())
    hook.chmod(0o755)
    mine.commit({"config.ini": LINE})
    push = f"git push --quiet file://{server.path} main"
    run = bash(push, mine.path, home, {})
    assert (run.code, "remote:" in run.stderr, "npm token" in run.stderr) == (1, True, True)
    mine.commit({"config.ini": None})
    mine.git("reset", "--quiet", "--soft", "HEAD~1")
    mine.git("commit", "--quiet", "--amend", "--allow-empty", "--message=none")
    assert bash(push, mine.path, home, {}).code == 0


def test_the_image_is_made_of_files_that_are_there_and_runs_nothing_as_root() -> None:
    lines = re.sub(r"\\\n", " ", (ROOT / "Containerfile").read_text()).splitlines()
    kept = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for line in lines if line.startswith("COPY") and "--from" not in line for name in line.split()[1:-1]}
    assert all((ROOT / name).exists() for name in copied)
    assert copied == kept
    last = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM")) :]
    users = [line.split()[1] for line in last if line.startswith("USER")]
    assert users[-1] not in {"root", "0"}
    assert last[-1] == 'ENTRYPOINT ["keytrail"]'


def test_our_own_templates_have_nothing_that_we_would_report(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "web")
    names = ("action.yml", ".dockerignore", "Containerfile", *(f"ci/{one.name}" for one in (ROOT / "ci").iterdir()))
    flow = re.search(r"## GitHub\n.*?```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    assert flow is not None
    text = flow[1].replace("OWNER/keytrail@COMMIT", "acme/keytrail@" + "1" * 40)
    repo.commit({**{name: (ROOT / name).read_text() for name in names}, ".github/workflows/gate.yml": text})
    run = keytrail("scan", "--no-history", cwd=repo.path)
    assert (run.code, run.stdout.startswith("No credentials found")) == (0, True), run.stdout


@pytest.mark.parametrize("system", ["GitLab", "CircleCI", "Azure Pipelines", "Bitbucket Pipelines", "Buildkite", "GitHub"])
def test_every_example_of_the_page_is_whole(system: str) -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    example = re.search(rf"^## {system}\n.*?```yaml\n(.*?)```", page, re.DOTALL | re.MULTILINE)
    assert example is not None
    assert isinstance(yaml.safe_load(example[1]), dict)
