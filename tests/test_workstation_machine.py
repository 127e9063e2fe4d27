"""`keytrail workstation` outside of homes: the machine's places, what variables name, and that another home has none of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import tokens
from tests.support.command import keytrail

TOKEN = tokens.npm(41)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    root = tmp_path / "machine"
    (root / "home" / "ada").mkdir(parents=True)
    return root


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    (root / name).chmod(0o600)


def read(machine: Path, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    home = machine / "home" / "ada"
    run = keytrail("workstation", *arguments, "--format", "json", cwd=home, home=home, env=env, machine=machine)
    assert run.code == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def places(report: dict[str, Any], machine: Path) -> list[tuple[str, str, str, str | None, str | None]]:
    return sorted(
        (o["zone"], o["container"].replace(str(machine), "/").replace("//", "/"), o["path"], o["field"], o["tool"])
        for credential in report["credentials"]
        for o in credential["occurrences"]
    )


def test_places_outside_homes(machine: Path) -> None:
    write(machine, "etc/npmrc", f"_authToken={TOKEN}\n")
    write(machine, "etc/environment", f"NPM_TOKEN={TOKEN}\n")
    write(machine, "run/secrets/npm", TOKEN)
    report = read(machine)
    assert places(report, machine) == [
        ("workstation_dotfile", "/", "etc/npmrc", "_authToken", "npm"),
        ("workstation_dotfile", "/", "run/secrets/npm", None, "docker"),
        ("workstation_shell", "/", "etc/environment", "NPM_TOKEN", "shell"),
    ]
    assert [source["kind"] for source in report["coverage"]["sources"]] == ["home", "machine", "environment"]
    assert {o["mode"] for o in report["credentials"][0]["occurrences"]} == {"0600"}


def test_another_home_has_no_machine_and_no_variables(machine: Path) -> None:
    write(machine, "etc/npmrc", f"_authToken={TOKEN}\n")
    write(machine, "srv/npm", f"_authToken={TOKEN}\n")
    report = read(machine, "--home", str(machine / "home" / "ada"), env={"NPM_CONFIG_USERCONFIG": str(machine / "srv" / "npm")})
    assert places(report, machine) == []


def test_files_that_variables_name_are_read_once_and_as_what_they_are(machine: Path) -> None:
    write(machine, "srv/settings", f"//registry.example/:_authToken={TOKEN}\n")
    write(machine, "home/ada/work/npm", f"_authToken={TOKEN}\n")
    (machine / "etc").mkdir()
    (machine / "etc" / "npmrc").symlink_to("../srv/settings")
    named = {
        "NPM_CONFIG_USERCONFIG": str(machine / "home" / "ada" / "work" / "npm"),
        "NPM_CONFIG_GLOBALCONFIG": str(machine / "srv" / "settings"),
    }
    assert places(read(machine, env=named), machine) == [
        ("workstation_dotfile", "/", "etc/npmrc", "_authToken", "npm"),
        ("workstation_dotfile", "/home/ada", "work/npm", "_authToken", "npm"),
    ]


def test_a_variable_whose_file_is_not_there_makes_none(machine: Path) -> None:
    report = read(machine, env={"NETRC": str(machine / "srv" / "netrc"), "GNUPGHOME": str(machine / "srv" / "gnupg")})
    assert report["coverage"]["unscanned"] == []
    assert not (machine / "srv").exists()


def test_a_named_file_is_read_in_its_tools_format_and_a_told_one_by_its_path(machine: Path) -> None:
    write(machine, "srv/prod", f"users:\n- name: ada\n  user:\n    token: {tokens.ghp(41)}\n")
    write(machine, "var/lib/jenkins/secrets/master.key", "".join(f"{number * 37 % 256:02x}" for number in range(128)))
    report = read(machine, env={"KUBECONFIG": str(machine / "srv" / "prod")})
    assert places(report, machine) == [
        ("workstation_dotfile", "/", "srv/prod", "token", "kubernetes"),
        ("workstation_dotfile", "/", "var/lib/jenkins/secrets/master.key", None, "jenkins"),
    ]
