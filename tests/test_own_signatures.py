"""Tables of signatures that the configuration names: what they tell, who may name them, and that a changed one is read anew."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run, keytrail, warm
from tests.support.docs import ROOT
from tests.support.fleet import Fleet, counts
from tests.support.repos import Repo

PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
WORKFLOW = """\
on: {push: {tags: ["v*"]}}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/ship@v1
"""
TABLE = '[[action]]\nid = "ACME1"\nrole = "publish"\ntarget = "npm"\nuses = ["acme/ship"]\n'


def example(name: str) -> str:
    """A block of the page, as it stands there."""
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```\n", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def web(folder: Path, **files: str) -> Path:
    """A folder with a repository `web`, and files beside it."""
    Repo(folder / "web").commit({".github/workflows/release.yml": WORKFLOW})
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


def scan(folder: Path, *more: str, target: str = "web", env: dict[str, str] | None = None) -> Run:
    return keytrail("scan", target, "--format", "json", "--fail-on", "none", *more, cwd=folder, env=env)


def roles(run: Run) -> dict[str, list[str]]:
    """The roles of every job, by its name."""
    assert (run.code, run.stderr) == (0, "")
    return {job["name"]: [role["role"] for role in job["roles"]] for job in json.loads(run.stdout)["jobs"]}


def test_the_example_of_the_page_does_what_the_page_says(tmp_path: Path) -> None:
    Repo(tmp_path / "web").commit({".github/workflows/release.yml": example("workflow")})
    (tmp_path / "our-actions.toml").write_text(example("table"))
    (tmp_path / "keytrail.toml").write_text('signatures = ["our-actions.toml"]\n')
    run = scan(tmp_path)
    report = json.loads(run.stdout)
    acts = {job["name"]: [(act["role"], act["target"], act["tier"]) for act in job["acts"] if act["target"]] for job in report["jobs"]}
    assert acts == {"package": [("publish", "acme_npm", "private")], "ship": [("publish", "acme_npm", "private")]}
    ids = {job["id"]: job["name"] for job in report["jobs"]}
    told = {finding["policy"]: ([ids[job] for job in finding["jobs"]], finding["message"]) for finding in report["findings"]}
    registry = "Acme's npm registry"
    message = f"The job package of .github/workflows/release.yml publishes to {registry} with a stored credential, and {registry} takes"
    assert told["TB401"] == (["package"], f"{message} identity tokens of github.")
    assert "TB207" not in told


def test_a_file_of_configuration_names_a_table_beside_it(tmp_path: Path) -> None:
    folder = web(tmp_path)
    (folder / "settings").mkdir()
    (folder / "settings" / "ours.toml").write_text(TABLE)
    (folder / "settings" / "keytrail.toml").write_text('signatures = ["ours.toml"]\n')
    assert roles(scan(folder)) == {"ship": []}
    assert roles(scan(folder, "--config", "settings/keytrail.toml")) == {"ship": ["publish"]}


def test_pyproject_a_variable_and_an_option_name_one_too(tmp_path: Path) -> None:
    folder = web(tmp_path, ours=TABLE, other=TABLE.replace("publish", "deploy"))
    (folder / "pyproject.toml").write_text('[tool.keytrail]\nsignatures = "ours.toml"\n')
    variable = {"KEYTRAIL_SIGNATURES": os.pathsep.join(["ours.toml", "other.toml"])}
    assert roles(scan(folder)) == {"ship": ["publish"]}
    assert scan(folder, env=variable).stderr == "keytrail: other.toml: two rows have the id ACME1\n"
    assert roles(scan(folder, "--signatures", "other.toml", env=variable)) == {"ship": ["deploy"]}


def test_a_target_cannot_name_one_unless_it_is_trusted(tmp_path: Path) -> None:
    folder = web(tmp_path) / "web"
    (folder / "ours.toml").write_text(TABLE)
    (folder / "keytrail.toml").write_text('signatures = ["ours.toml"]\n')
    run = scan(folder, target=".")
    assert roles(run) == {"ship": []}
    assert "keytrail.toml is not obeyed (--trust-config)" in json.loads(run.stdout)["coverage"]["notes"]
    assert roles(scan(folder, "--trust-config", target=".")) == {"ship": ["publish"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[\n", "ours.toml: not valid TOML (line 1)"),
        (TABLE + 'flag = "-n"\n', "ours.toml: action ACME1: unknown key 'flag'"),
        (TABLE.replace("publish", "publisher"), "ours.toml: action ACME1: unknown role 'publisher'"),
        (TABLE.replace('"npm"', '"acme"'), "ours.toml: action ACME1: unknown target 'acme'"),
        (TABLE.replace("ACME1", "C9"), "ours.toml: two rows have the id C9"),
        (TABLE + TABLE, "ours.toml: two rows have the id ACME1"),
        (TABLE * 5_001, "ours.toml: action: more than 5000 rows"),
        ("#" * (1 << 20) + "\n", "ours.toml: larger than 1 MiB"),
    ],
)
def test_what_is_wrong_with_a_table_is_wrong_usage(tmp_path: Path, text: str, said: str) -> None:
    folder = web(tmp_path, ours=text, keytrail='signatures = ["ours.toml"]\n')
    run = keytrail("scan", "web", cwd=folder)
    assert (run.code, run.stdout, run.stderr) == (2, "", f"keytrail: {folder}/{said}\n")


@pytest.mark.parametrize("command", [("workstation", "--home", "."), ("sweep", ".")], ids=["workstation", "sweep"])
def test_so_it_is_for_every_command_that_reads_pipelines(tmp_path: Path, command: tuple[str, ...]) -> None:
    run = keytrail(*command, "--signatures", "ours.toml", cwd=web(tmp_path, ours="a = 1\n"))
    assert (run.code, run.stdout, run.stderr) == (2, "", "keytrail: ours.toml: unknown table 'a'\n")


def test_a_table_that_is_no_file_is_wrong_usage(tmp_path: Path) -> None:
    folder = web(tmp_path)
    os.mkfifo(folder / "fifo")
    for name in ("gone.toml", "web", "fifo"):
        run = scan(folder, "--signatures", name)
        assert (run.code, run.stderr) == (2, f"keytrail: no file of signatures {name}\n")
    many = [part for _ in range(33) for part in ("--signatures", "fifo")]
    assert scan(folder, *many).stderr == "keytrail: signatures: more than 32 files\n"


def test_a_setting_that_is_no_list_of_paths_is_named(tmp_path: Path) -> None:
    folder = web(tmp_path, keytrail="signatures = [1]\n")
    run = scan(folder)
    assert (run.code, run.stderr.rpartition("/")[2]) == (2, "keytrail.toml: signatures must be a list of paths\n")


def test_a_sweep_reads_pipelines_again_when_a_table_changes_and_objects_not(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    fleet.repo("web").commit({".github/workflows/release.yml": WORKFLOW})
    table = fleet.root / "ours.toml"
    table.write_text(TABLE)
    seen = []
    for text in (None, TABLE, TABLE, TABLE.replace("publish", "deploy"), None):
        table.write_text(text or "")
        report = fleet.sweep(*(["--signatures", "ours.toml"] if text else []))
        (job,) = report["jobs"]
        seen.append(([role["role"] for role in job["roles"]], counts(report)["web"][0]))
    assert seen == [([], 1), (["publish"], 0), (["publish"], 0), (["deploy"], 0), ([], 0)]


def test_what_is_known_of_repositories_of_a_home_is_that_of_one_table(tmp_path: Path) -> None:
    folder = web(tmp_path, ours=TABLE)
    home = folder / "home"
    home.mkdir()
    warm(home)
    (folder / "web").rename(home / "web")

    def looked(*more: str) -> list[Any]:
        run = keytrail("workstation", "--format", "json", *more, cwd=folder, home=home)
        return [role["role"] for job in json.loads(run.stdout)["jobs"] for role in job["roles"]]

    for file in home.rglob("*"):
        os.utime(file, (1_600_000_000, 1_600_000_000))
    table = ["--signatures", "ours.toml"]
    assert [looked(*table), looked(), looked(*table)] == [["publish"], [], ["publish"]]
