"""One npm token in a home, in the histories of two repositories and in the exports of two CI systems: one credential, and what policies say."""

from __future__ import annotations

import json
import shlex
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import hosts
from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo

AS_OF = "2026-11-20"
SOURCES = (
    ("web",),
    ("infra",),
    ("--home", "home"),
    ("--ci-export", "gitlab-project@acme/web:gitlab.json"),
    ("--ci-export", "github-repo@acme/site:github.json"),
)
KEY = {"KEYTRAIL_KEY": "c4" * 32}
PIECE = 8


@dataclass(frozen=True, slots=True)
class World:
    """A folder with everything in it, and the one value that is everywhere."""

    root: Path
    token: str

    def read(self, *sources: tuple[str, ...]) -> dict[str, Any]:
        """The report on these sources, in this order."""
        arguments = [argument for source in sources for argument in source]
        run = keytrail("scan", *arguments, "--as-of", AS_OF, "--format", "json", cwd=self.root, env=KEY)
        assert run.code == 1, run.stderr
        report: dict[str, Any] = json.loads(run.stdout)
        return report


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root, token = tmp_path_factory.mktemp("one"), tokens.npm(31)
    npmrc = f"//{hosts.spell(hosts.NPM)}/:_authToken={token}\n"
    web, infra, home = Repo(root / "web"), Repo(root / "infra"), root / "home"
    web.commit({".npmrc": npmrc}, message="publish from here", date=datetime(2026, 11, 1, tzinfo=UTC))
    web.commit({".npmrc": None}, message="take it out", date=datetime(2026, 11, 2, tzinfo=UTC))
    infra.commit({"release.env": f"NPM_TOKEN={token}\n"}, message="release", date=datetime(2026, 11, 3, tzinfo=UTC))
    infra.commit({"README.md": "infra\n"}, message="say what this is", date=datetime(2026, 11, 4, tzinfo=UTC))
    home.mkdir()
    home.chmod(0o755)
    for name, text, mode in ((".npmrc", npmrc, 0o644), (".env", f"NPM_TOKEN={token}\n", 0o600)):
        (home / name).write_text(text)
        (home / name).chmod(mode)
    flags = {"variable_type": "env_var", "protected": False, "masked": True, "hidden": False, "raw": True, "environment_scope": "*"}
    (root / "gitlab.json").write_text(json.dumps([{"key": "NPM_TOKEN", "value": token, **flags}]))
    github = {"total_count": 1, "variables": [{"name": "PUBLISH_TOKEN", "value": token, "updated_at": "2026-11-05T00:00:00Z"}]}
    (root / "github.json").write_text(json.dumps(github))
    return World(root, token)


@pytest.fixture(scope="module")
def report(world: World) -> dict[str, Any]:
    return world.read(*SOURCES)


def test_it_is_one_credential_in_six_places(report: dict[str, Any]) -> None:
    (credential,) = report["credentials"]
    assert [(o["zone"], o["container"], o["path"], o["field"], o["mode"]) for o in credential["occurrences"]] == [
        ("repo_history", "web", ".npmrc", "_authToken", None),
        ("repo_head", "infra", "release.env", "NPM_TOKEN", "0644"),
        ("workstation_dotfile", "home", ".npmrc", "_authToken", "0644"),
        ("workstation_shell", "home", ".env", "NPM_TOKEN", "0600"),
        ("ci_variable", "github-repo:github.json", "github.json", "PUBLISH_TOKEN", None),
        ("ci_variable", "gitlab-project:gitlab.json", "gitlab.json", "NPM_TOKEN", None),
    ]
    assert credential["zones"] == ["ci_variable", "repo_head", "repo_history", "workstation_dotfile", "workstation_shell"]
    assert credential["levels"] == {"privilege": 4, "exposure": 4, "reuse": 5, "lifetime": 3}
    assert credential["severity"] == "critical"


def test_it_fills_a_slot_of_each_system(report: dict[str, Any]) -> None:
    (credential,) = report["credentials"]
    said = [(s["platform"], s["owner"], s["name"], s["protected"], s["masked"], s["environment_scope"]) for s in report["slots"]]
    assert said == [("github", "acme/site", "PUBLISH_TOKEN", None, None, None), ("gitlab", "acme/web", "NPM_TOKEN", False, True, "*")]
    assert [s["credentials"] for s in report["slots"]] == [[credential["id"]]] * 2
    assert {o["slot"] for o in credential["occurrences"]} == {None, *(s["id"] for s in report["slots"])}


FINDINGS = {
    "TB001": ("critical", "E1"),
    "TB201": ("critical", "E1"),
    "TB202": ("critical", "E1"),
    "TB204": ("critical", "E1"),
    "TB301": ("critical", "E1"),
    "TB606": ("critical", "E2"),
    "TB701": ("critical", "E1"),
    "TB704": ("critical", "E1"),
    "TB705": ("critical", "E1"),
}
"""All are as bad as the credential, whose score is in the highest band."""


def test_what_policies_say(report: dict[str, Any]) -> None:
    assert len(report["findings"]) == len(FINDINGS)
    assert {f["policy"]: (f["severity"], f["grade"]) for f in report["findings"]} == FINDINGS


def test_both_slots_are_in_what_is_said_of_them(report: dict[str, Any]) -> None:
    slots = sorted(slot["id"] for slot in report["slots"])
    about = {finding["policy"]: finding["slots"] for finding in report["findings"]}
    assert {policy for policy, named in about.items() if named == slots} == {"TB201", "TB202", "TB204", "TB301", "TB606", "TB704"}
    assert all(named in ([], slots) for named in about.values())


SAID = {
    "TB201": "crosses trust boundaries: source (web:.npmrc and infra:release.env); workstation (home:.npmrc and home:.env); "
    "pipeline (PUBLISH_TOKEN of github-repo:github.json and NPM_TOKEN of gitlab-project:gitlab.json).",
    "TB202": "is shared by 3 projects: web, infra and acme/site.",
    "TB204": "goes by 2 names: NPM_TOKEN (infra:release.env, home:.env and gitlab-project:gitlab.json) and PUBLISH_TOKEN (github-repo:github.json).",
    "TB301": "was removed from web:.npmrc on 2026-11-02, but was never rotated: it is still in use in infra:release.env, home:.npmrc, "
    "home:.env, PUBLISH_TOKEN of github-repo:github.json and NPM_TOKEN of gitlab-project:gitlab.json.",
    "TB606": "can publish or sign, and fills PUBLISH_TOKEN of github-repo:github.json (visible, for every environment) and NPM_TOKEN of "
    "gitlab-project:gitlab.json (unprotected, for every environment).",
}


@pytest.mark.parametrize(("policy", "words"), SAID.items())
def test_how_it_is_told(report: dict[str, Any], policy: str, words: str) -> None:
    (finding,) = (one for one in report["findings"] if one["policy"] == policy)
    (credential,) = report["credentials"]
    short = credential["id"].rpartition(":")[2][:6]
    assert finding["message"] == f"The npm token #{short} {words}"


def test_which_bits_are_too_many_is_told(report: dict[str, Any]) -> None:
    (message,) = (one["message"] for one in report["findings"] if one["policy"] == "TB705")
    assert " lies where others can get at it: home:.npmrc has the mode 0644 where 0600 is enough, so " in message
    assert message.endswith("everybody else can read it (chmod go-r home/.npmrc).")


def test_the_command_that_a_finding_names_ends_it(world: World, report: dict[str, Any]) -> None:
    (message,) = (one["message"] for one in report["findings"] if one["policy"] == "TB705")
    mode = (world.root / "home" / ".npmrc").stat().st_mode
    try:
        subprocess.run(shlex.split(message.partition("(")[2].rpartition(")")[0]), cwd=world.root, check=True)
        after = world.read(*SOURCES)
    finally:
        (world.root / "home" / ".npmrc").chmod(mode & 0o777)
    assert {one["policy"] for one in after["findings"]} == FINDINGS.keys() - {"TB705"}
    assert after["credentials"][0]["score"] <= report["credentials"][0]["score"]


@settings(max_examples=6)
@given(st.permutations(SOURCES))
def test_the_order_of_what_is_named_changes_nothing(world: World, report: dict[str, Any], sources: list[tuple[str, ...]]) -> None:
    again = world.read(*sources)
    assert [again[part] for part in ("credentials", "slots", "findings", "verdict")] == [
        report[part] for part in ("credentials", "slots", "findings", "verdict")
    ]


@settings(max_examples=4)
@given(st.sampled_from(SOURCES))
def test_a_source_less_never_scores_higher(world: World, report: dict[str, Any], without: tuple[str, ...]) -> None:
    (credential,) = report["credentials"]
    (fewer,) = world.read(*(source for source in SOURCES if source != without))["credentials"]
    assert fewer["score"] <= credential["score"]
    assert {o["id"] for o in fewer["occurrences"]} < {o["id"] for o in credential["occurrences"]}


def test_no_message_holds_a_piece_of_the_value(world: World, report: dict[str, Any]) -> None:
    said = " ".join(finding["message"] + finding["remediation"] for finding in report["findings"])
    secret = world.token.removeprefix("npm_")
    assert [secret[at : at + PIECE] for at in range(len(secret) - PIECE + 1) if secret[at : at + PIECE] in said] == []


def test_a_login_of_git_in_a_home_a_history_and_an_export(tmp_path: Path) -> None:
    token = tokens.ghp(31)
    web, home = Repo(tmp_path / "web"), tmp_path / "home"
    web.commit({"ci.env": f"GH_TOKEN={token}\n"}, message="release", date=datetime(2026, 11, 1, tzinfo=UTC))
    web.commit({"ci.env": None}, message="take it out", date=datetime(2026, 11, 2, tzinfo=UTC))
    home.mkdir()
    (home / ".git-credentials").write_text(f"https://ada:{token}@{hosts.spell(hosts.GITHUB)}\n")
    (home / ".git-credentials").chmod(0o600)
    narrow = {"protected": True, "masked": True, "hidden": False, "environment_scope": "production"}
    (tmp_path / "gitlab.json").write_text(json.dumps([{"key": "GH_TOKEN", "value": token, "variable_type": "env_var", **narrow}]))
    report = World(tmp_path, token).read(("web",), ("--home", "home"), ("--ci-export", "gitlab-project@acme/web:gitlab.json"))
    (credential,) = report["credentials"]
    assert credential["zones"] == ["ci_variable", "repo_history", "workstation_dotfile"]
    assert {(one["policy"], one["grade"]) for one in report["findings"]} == {
        ("TB201", "E1"),
        ("TB301", "E1"),
        ("TB305", "E1"),
        ("TB701", "E1"),
        ("TB702", "E1"),
    }
