from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner import registry
from scanner.sources.workstation.catalogue import CATALOGUE, MACHINE
from tests.support import tokens
from tests.support.command import keytrail
from tests.support.repos import Repo


def test_every_installed_kind_is_listed(tmp_path: Path) -> None:
    run = keytrail("detectors", "list", cwd=tmp_path)
    listed = [tuple(line.split()[:2]) for line in run.stdout.splitlines()[1:-2]]
    assert run.code == 0
    assert listed == [(detector.id, kind.id) for detector in registry.installed() for kind in detector.kinds]


def test_a_detector_says_what_it_takes_for_none_what_it_tells_and_how_to_revoke(tmp_path: Path) -> None:
    text = keytrail("detectors", "show", "npm-token", cwd=tmp_path).stdout
    assert [
        word in text for word in ("Near misses:", "Sources:", "facts: lifetime", "since 0.1.0", "Delete the token in the npm account")
    ] == [True] * 5
    assert max(map(len, text.splitlines())) <= 100


def test_a_kind_leads_to_its_detector(tmp_path: Path) -> None:
    run = keytrail("detectors", "show", "npm-basic-auth", "--format", "json", cwd=tmp_path)
    (entry,) = json.loads(run.stdout)["detectors"]
    assert "npm-basic-auth" in [kind["id"] for kind in entry["kinds"]]
    assert entry["distribution"] == "keytrail"


def test_every_place_of_a_home_is_listed(tmp_path: Path) -> None:
    run = keytrail("detectors", "locations", cwd=tmp_path)
    assert run.code == 0
    lines = run.stdout.splitlines()
    assert [line.split("  ")[0] for line in lines if line.startswith((".", "AppData", "Library"))] == [
        row.pattern for row in CATALOGUE if row.pattern.startswith((".", "AppData", "Library"))
    ]
    assert [line.split() for line in lines if line.startswith(".vault-token ")] == [
        [".vault-token", "vault", "any", "token", "workstation_dotfile", "0600"]
    ]
    assert [line.split("  ")[0] for line in lines if line.startswith("/")] == [f"/{row.pattern}" for row in MACHINE]
    everything = (*CATALOGUE, *MACHINE)
    assert lines[-1] == f"{len(everything)} places of {len({row.tool for row in everything})} tools."


def test_places_say_to_machines_what_names_the_secrets(tmp_path: Path) -> None:
    told = json.loads(keytrail("detectors", "locations", "--format", "json", cwd=tmp_path).stdout)
    assert told["schema"] == "keytrail.locations/1"
    assert [one["pattern"] for one in told["locations"] if one["root"] == "home"] == [row.pattern for row in CATALOGUE]
    assert [one["pattern"] for one in told["locations"] if one["root"] == "machine"] == [f"/{row.pattern}" for row in MACHINE]
    [zshrc] = [one for one in told["locations"] if one["pattern"] == ".zshrc*"]
    assert zshrc == {
        "pattern": ".zshrc*",
        "root": "home",
        "tool": "shell",
        "family": "Shells and histories",
        "system": "any",
        "format": "shell",
        "fields": "variables, and what commands are given",
        "zone": "workstation_shell",
        "mode": None,
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "npm-tokne"), "no such detector: npm-tokne"),
        (("list", "--format", "sarif"), "the catalogue is told as text or json, not as sarif"),
        (("locations", "--format", "sarif"), "the catalogue is told as text or json, not as sarif"),
        (("list", "--cost", "--format", "sarif"), "the catalogue is told as text or json, not as sarif"),
        (("list", "--cost", "--detector", "npm-tokne"), "no such detector: npm-tokne"),
        (("list", "--cost", "--corpus", "nowhere"), "nothing to read in nowhere"),
        (("list", "--corpus", "."), "--corpus needs --cost"),
        (("list", "--leave-one-out"), "--leave-one-out needs --cost"),
    ],
)
def test_what_is_not_there_is_usage(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    run = keytrail("detectors", *arguments, cwd=tmp_path)
    assert (run.code, run.stdout) == (2, "")
    assert said in run.stderr


def test_costs_are_told_of_the_detectors_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(f"{tokens.npm()} " + "text " * 2000)
    asked = ("detectors", "list", "--cost", "--detector", "npm-token", "--corpus", "corpus")
    run = keytrail(*asked, "--format", "json", cwd=tmp_path)
    assert run.code == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["schema"], told["corpus"]["texts"]) == ("keytrail.costs/1", 1)
    assert [(one["id"], one["looks"], one["readings"]) for one in told["detectors"]] == [("npm-token", 1, 1)]
    assert (told["measured"], told["ground"] > 0) == ("added", True)
    text = keytrail(*asked, cwd=tmp_path).stdout
    assert text.splitlines()[1].split()[0] == "npm-token"
    assert tokens.npm() not in run.stdout + text
    left_out = keytrail(*asked, "--leave-one-out", cwd=tmp_path).stdout
    assert left_out.splitlines()[1].split()[0] == "npm-token"
    assert "what is saved where a detector is left out" in left_out


def test_only_the_detectors_that_are_named_are_listed(tmp_path: Path) -> None:
    run = keytrail("detectors", "list", "--detector", "npm-token", cwd=tmp_path)
    assert {line.split()[0] for line in run.stdout.splitlines()[1:-2]} == {"npm-token"}


def test_a_repository_is_a_corpus_of_all_its_objects(tmp_path: Path) -> None:
    made = Repo(tmp_path / "repo")
    made.commit({"a.txt": tokens.npm()})
    made.commit({"a.txt": "nothing"})
    run = keytrail("detectors", "list", "--cost", "--detector", "npm-token", "--corpus", "repo", "--format", "json", cwd=tmp_path)
    told = json.loads(run.stdout)
    assert told["corpus"]["texts"] == 2
    assert told["detectors"][0]["readings"] == 1
