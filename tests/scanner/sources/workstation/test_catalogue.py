"""The catalogue against homes: each row is found, once, as what it is; and against the names by which readers know formats and tools."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from scanner.model import Reason, Unscanned, Zone
from scanner.sources.fields.formats import Format, format_of, tool_of
from scanner.sources.files import Skipped
from scanner.sources.workstation import HomeFile, locate, read_home_file
from scanner.sources.workstation.catalogue import CATALOGUE, FORMATS, MACHINE, MOVED, NAMED, OWN, Row
from scanner.sources.workstation.catalogue import example as plain
from tests.scanner.sources.workstation.places import example, sample
from tests.support.command import keytrail

TOOLS = sorted({row.tool for row in CATALOGUE})


def first(path: str) -> Row:
    """The row that speaks for a path, by the library's own idea of patterns."""
    return next(row for row in CATALOGUE if reaches(row, path))


def reaches(row: Row, path: str) -> bool:
    parts, names = row.pattern.split("/"), path.split("/")
    if "**" in parts:
        at = parts.index("**")
        last = (*parts[at + 1 :], "*")[0]
        return len(names) > at and all(map(fnmatchcase, names[:at], parts[:at])) and fnmatchcase(names[-1], last)
    return len(names) == len(parts) and all(map(fnmatchcase, names, parts))


@pytest.mark.parametrize("tool", TOOLS)
def test_a_place_of_a_tool_is_found_once_as_what_it_is(tmp_path: Path, tool: str) -> None:
    for number, row in enumerate(row for row in CATALOGUE if row.tool == tool):
        home = tmp_path / f"home{number}"
        file = home / example(row)
        file.parent.mkdir(parents=True)
        file.write_bytes(sample(row, 0, tmp_path))
        file.chmod(0o640)
        [found] = locate(home, "~")
        assert isinstance(found, HomeFile)
        assert (found.ref.path, found.zone, found.tool, found.format) == (example(row), row.zone, row.tool, row.format)
        blob = read_home_file(found, 1_000_000)
        assert not isinstance(blob, Unscanned | Skipped)
        assert blob.mode == 0o640


def test_a_scan_of_a_home_with_all_rows_tells_each_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for seed, row in enumerate(CATALOGUE):
        file = home / example(row)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sample(row, seed, tmp_path))
        file.chmod(OWN)
    run = keytrail("scan", "--home", str(home), "--format", "json", cwd=tmp_path)
    report = json.loads(run.stdout)
    told = Counter(
        (place["path"], place["zone"], place["tool"], place["mode"])
        for credential in report["credentials"]
        for place in credential["occurrences"]
        if credential["kind"].startswith("github-")
    )
    assert told == Counter((example(row), row.zone.value, row.tool, "0600") for row in CATALOGUE)
    assert report["coverage"]["unscanned"] == []


def test_no_two_rows_reach_a_file_with_different_tools_or_zones() -> None:
    met = {row.pattern: first(example(row)) for row in CATALOGUE}
    assert [pattern for pattern, row in met.items() if row.pattern != pattern] == []
    others = [
        (row.pattern, other.pattern) for row in CATALOGUE for other in CATALOGUE if other.tool != row.tool and reaches(other, example(row))
    ]
    assert others == []


READ: Mapping[str, Format] = {
    "npmrc": Format.FLAT,
    "properties": Format.FLAT,
    "ini": Format.INI,
    "toml": Format.TOML,
    "gitconfig": Format.GIT,
    "netrc": Format.NETRC,
    "yaml": Format.YAML,
    "json": Format.JSON,
    "jsonl": Format.JSON,
    "unit": Format.UNIT,
    "svn": Format.SVN,
    "reg": Format.REG,
    "erlang": Format.ERLANG,
    "hcl": Format.HCL,
}
"""Formats of rows that are read as more than lines."""


def test_names_lead_readers_to_the_tool_of_the_catalogue() -> None:
    told = {row.pattern: (tool_of(example(row)), row.tool) for row in CATALOGUE}
    assert {pattern: tools for pattern, tools in told.items() if tools[0] not in {None, tools[1]}} == {}


def test_names_lead_readers_to_the_format_of_the_catalogue(tmp_path: Path) -> None:
    read = [row for row in CATALOGUE if row.format in READ]
    told = {row.pattern: (format_of(example(row), sample(row, 0, tmp_path)), READ[row.format]) for row in read}
    assert {pattern: formats for pattern, formats in told.items() if formats[0] is not formats[1]} == {}


def test_every_format_is_told_and_used() -> None:
    assert {row.format for row in CATALOGUE} == set(FORMATS)
    assert {row.format for row in MACHINE} <= set(FORMATS)


def test_patterns_have_any_depth_only_at_their_end() -> None:
    assert [row.pattern for row in CATALOGUE if "**" in row.pattern.split("/")[:-2] or row.pattern.startswith("*/")] == []


def test_what_is_made_to_hold_secrets_is_its_owners_alone() -> None:
    assert {row.mode for row in CATALOGUE} == {OWN, None}
    assert [row.pattern for row in CATALOGUE if row.format in {"token", "netrc", "npmrc"} and row.mode != OWN] == []
    keys = [row.pattern for row in CATALOGUE if row.format in {"key", "keyring", "kwallet", "keychain"}]
    assert [
        row.pattern for row in CATALOGUE if row.pattern in keys and (row.zone is not Zone.WORKSTATION_KEYSTORE or row.mode != OWN)
    ] == []


def test_folders_that_variables_move_are_in_the_catalogue() -> None:
    assert [folder for _, folder in MOVED if not any(row.pattern.startswith(f"{folder}/") for row in CATALOGUE)] == []


def test_files_that_variables_name_are_written_as_one_of_the_catalogue() -> None:
    known = {row.pattern for row in (*CATALOGUE, *MACHINE)}
    assert [(variable, place) for variable, place in NAMED if place not in known] == []
    variables = [variable for variable, _ in (*MOVED, *NAMED)]
    assert sorted(set(variables)) == sorted(variables)


def test_a_plain_path_of_a_pattern_is_of_the_pattern() -> None:
    assert [row.pattern for row in (*CATALOGUE, *MACHINE) if not reaches(row, plain(row.pattern))] == []


def test_a_pattern_that_fits_ten_thousand_names_is_bounded(tmp_path: Path) -> None:
    for number in range(10_001):
        (tmp_path / f".npmrc{number:05}").touch()
    (tmp_path / ".pypirc").touch()
    met = list(locate(tmp_path, "~"))
    assert sum(isinstance(found, HomeFile) for found in met) == 10_001
    assert [found for found in met if isinstance(found, Unscanned)] == [
        Unscanned("~", ".npmrc*", Reason.TOO_LARGE, "more than 10000 files")
    ]


def test_an_empty_home_costs_milliseconds(tmp_path: Path) -> None:
    assert list(locate(tmp_path, "~")) == []
    fastest = min(took(tmp_path) for _ in range(10))
    assert fastest < 0.02


def took(home: Path) -> float:
    begin = time.process_time()
    assert list(locate(home, "~")) == []
    return time.process_time() - begin


FOLDERS = sorted({row.pattern.split("/")[0] for row in CATALOGUE if "/" in row.pattern and "*" not in row.pattern.split("/")[0]})


@pytest.mark.parametrize("goal", ["/", "..", ".", "gone", "{itself}"])
def test_folders_that_lead_elsewhere_are_not_searched(tmp_path: Path, goal: str) -> None:
    home = tmp_path / "home"
    (home / "src").mkdir(parents=True)
    (tmp_path / "credentials").touch()
    for folder in FOLDERS:
        (home / folder).symlink_to(goal.format(itself=folder))
    assert set(locate(home, "~")) == {Skipped("~", folder, "link") for folder in FOLDERS}


def test_folders_that_are_files_or_fifos_are_no_folders(tmp_path: Path) -> None:
    for number, folder in enumerate(FOLDERS):
        (tmp_path / folder).touch() if number % 2 else os.mkfifo(tmp_path / folder)
    met = list(locate(tmp_path, "~"))
    assert {found.reason for found in met if isinstance(found, Skipped)} <= {"fifo"}
    assert [found for found in met if isinstance(found, Unscanned)] == []


def test_every_place_a_fifo_is_skipped_and_not_opened(tmp_path: Path) -> None:
    for row in CATALOGUE:
        file = tmp_path / example(row)
        file.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(file)
    assert {type(found) for found in locate(tmp_path, "~")} == {Skipped}


@pytest.mark.parametrize("name", ["a\nb", "\udcff", "x" * 200])
def test_names_that_are_strange_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / ".config" / "binstar").mkdir(parents=True)
    (tmp_path / ".config" / "binstar" / f"{name}.token").touch()
    [found] = locate(tmp_path, "~")
    assert isinstance(found, HomeFile)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (".claude/projects/a/b/c/d.jsonl", ".claude/projects/**/*.jsonl"),
        (".claude/projects/d.jsonl", ".claude/projects/**/*.jsonl"),
        (".config/gcloud/legacy_credentials/ada@example.org/adc.json", ".config/gcloud/**/*.json"),
        (".Azure/AzureRmContext.json", ".Azure/AzureRmContext.json"),
        (".config/Code/User/History/-1a2b/Qx9.env", ".config/Code/User/History/**"),
    ],
)
def test_any_depth_is_reached(tmp_path: Path, path: str, pattern: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()
    [found] = locate(tmp_path, "~")
    assert isinstance(found, HomeFile)
    row = next(row for row in CATALOGUE if row.pattern == pattern)
    assert (found.tool, found.zone) == (row.tool, row.zone)


@pytest.mark.parametrize(
    "name", [".claude/projects/a.txt", ".gcm/store", "x.token", ".config/binstar/token", "wg", "AuthKey_.pem", "Downloads/a.txt"]
)
def test_names_that_only_begin_or_end_alike_are_not(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert list(locate(tmp_path, "~")) == []
