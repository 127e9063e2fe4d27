"""`keytrail workstation --depth`: what each depth reads, what it counts instead, and that nothing is read twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support import keys, tokens
from tests.support.command import keytrail, warm
from tests.support.repos import Repo

DEPTHS = ("quick", "standard", "full")
TOKEN = tokens.npm(31)
LINE = f"TOKEN={TOKEN}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def read(home: Path, depth: str, *arguments: str) -> dict[str, Any]:
    run = keytrail(
        "workstation",
        "--home",
        str(home),
        "--depth",
        depth,
        *arguments,
        "--format",
        "json",
        cwd=home.parent,
        env={"KEYTRAIL_KEY": "ab" * 32},
    )
    assert run.code == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def places(report: dict[str, Any], home: Path) -> list[tuple[str, str, str]]:
    return sorted(
        (o["zone"], o["container"].replace(str(home), "~"), o["path"])
        for credential in report["credentials"]
        for o in credential["occurrences"]
    )


def write(home: Path, *names: str, text: str = LINE) -> None:
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)


def test_a_depth_reads_what_the_one_before_it_does_and_more(home: Path) -> None:
    write(home, ".npmrc", text=f"_authToken={TOKEN}\n")
    write(home, "notes/todo.txt", "app/.env", "deploy/values.yaml", ".cache/tool/log", "web/node_modules/left/index.js")
    Repo(home / "src" / "web").commit({"lib.env": LINE})
    dotfile, clone = ("workstation_dotfile", "~", ".npmrc"), ("repo_head", "~/src/web", "lib.env")
    others = [
        ("deployment", "~", "deploy/values.yaml"),
        ("folder", "~", ".cache/tool/log"),
        ("folder", "~", "notes/todo.txt"),
        ("folder", "~", "web/node_modules/left/index.js"),
        ("workstation_shell", "~", "app/.env"),
    ]
    assert places(read(home, "quick"), home) == [dotfile]
    assert places(read(home, "standard"), home) == sorted([dotfile, clone])
    assert places(read(home, "full"), home) == sorted([dotfile, clone, *others])


def test_what_a_depth_leaves_out_is_counted_and_said(home: Path) -> None:
    write(home, ".npmrc", "a.txt", "notes/b.txt", "notes/c/d.txt", ".cache/e.txt", text="nothing\n")
    Repo(home / "web").commit({"f.txt": "nothing\n"})
    quick, standard, full = (read(home, depth)["coverage"] for depth in DEPTHS)
    assert quick["skipped"] == {"depth": 1, "unsearched": 3}
    assert quick["notes"] == [f"Repositories and other files below {home} were not read (--depth quick)"]
    assert standard["skipped"] == {"cache": 1, "depth": 3}
    assert standard["notes"] == [f"Other files below {home} that were not read: 3 (--depth full reads them)"]
    assert (full["skipped"], full["notes"]) == ({}, [])
    assert [source["blobs"] for source in full["sources"] if source["kind"] == "home"] == [5]


def test_caches_are_read_last_and_clones_in_them_as_repositories(home: Path) -> None:
    write(home, ".cache/pip/log", "z.txt")
    Repo(home / ".cache" / "pre-commit" / "repo1").commit({"hook.env": LINE})
    report = read(home, "full")
    assert places(report, home) == [
        ("folder", "~", ".cache/pip/log"),
        ("folder", "~", "z.txt"),
        ("repo_head", "~/.cache/pre-commit/repo1", "hook.env"),
    ]


def test_keys_are_their_owners_wherever_they_lie(home: Path) -> None:
    write(home, "backup/id_rsa", "backup/server.pem", text=keys.pem("ed25519", "pkcs8"))
    assert places(read(home, "full"), home) == [
        ("workstation_keystore", "~", "backup/id_rsa"),
        ("workstation_keystore", "~", "backup/server.pem"),
    ]


def test_a_dotfile_behind_a_link_is_read_once(home: Path) -> None:
    write(home, "dotfiles/npmrc", text=f"_authToken={TOKEN}\n")
    (home / ".npmrc").symlink_to("dotfiles/npmrc")
    report = read(home, "full")
    assert places(report, home) == [("workstation_dotfile", "~", ".npmrc")]
    assert report["coverage"]["skipped"] == {"link": 1}


def test_nothing_is_read_twice_however_repositories_lie_in_each_other(home: Path) -> None:
    web = Repo(home / "web")
    web.commit({"past.env": LINE, ".gitignore": "vendor/\n"}, message="a token")
    web.commit({"past.env": None}, message="no token")
    web.git("worktree", "add", "--quiet", "../linked")
    Repo(home / "lib").commit({"lib.env": LINE})
    web.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(home / "lib"), "lib")
    web.git("commit", "--quiet", "-m", "a module")
    Repo(home / "web" / "vendor" / "inner").commit({"inner.env": LINE})
    (home / "again").symlink_to("web")
    os.link(home / "web" / "vendor" / "inner" / "inner.env", home / "same.env")
    expected = [
        ("repo_head", "~/lib", "lib.env"),
        ("repo_head", "~/web/lib", "lib.env"),
        ("repo_head", "~/web/vendor/inner", "inner.env"),
        ("repo_history", "~/web", "past.env"),
    ]
    standard, full = read(home, "standard"), read(home, "full")
    assert places(standard, home) == expected
    assert places(full, home) == sorted([*expected, ("workstation_shell", "~", "same.env")])
    assert standard["coverage"]["skipped"] == {"depth": 1, "link": 1}
    assert [source["target"] for source in full["coverage"]["sources"]].count(f"{home}/web") == 1


def test_a_bare_repository_has_what_lies_in_it_but_for_work_trees(home: Path) -> None:
    Repo(home / "first").commit({"a.txt": "a\n"})
    store = Repo(home / "web", bare=True)
    store.git("fetch", "--quiet", str(home / "first"), "main:main")
    store.git("worktree", "add", "--quiet", "main", "main")
    write(home, "web/main/draft.env", "web/notes/b.env", "web/c.env")
    for depth in ("standard", "full"):
        report = read(home, depth)
        assert places(report, home) == [
            ("git_metadata", "~/web", "c.env"),
            ("git_metadata", "~/web", "notes/b.env"),
            ("worktree", "~/web/main", "draft.env"),
        ]
        assert report["coverage"]["skipped"] == {}


def test_a_home_that_is_a_bare_repository_is_read_once(home: Path) -> None:
    Repo(home.parent / "first").commit({"a.env": LINE})
    store = Repo(home, bare=True)
    store.git("fetch", "--quiet", str(home.parent / "first"), "main:main")
    write(home, "note.env")
    expected = [("git_metadata", "~", "note.env"), ("repo_head", "~", "a.env")]
    assert places(read(home, "standard"), home) == places(read(home, "full"), home) == expected


def test_a_home_that_is_a_work_tree_has_its_history_and_its_files(home: Path) -> None:
    repo = Repo(home)
    repo.commit({"old.env": LINE}, message="a token")
    repo.commit({"old.env": None}, message="no token")
    write(home, "new.txt")
    assert places(read(home, "full"), home) == [("folder", "~", "new.txt"), ("repo_history", "~/.git", "old.env")]


def test_a_folder_that_only_claims_to_be_a_repository_is_read_as_a_folder(home: Path) -> None:
    write(home, "src/.git/note", "src/a.env", "HEAD/x.env")
    report = read(home, "full")
    assert places(report, home) == [("workstation_shell", "~", "HEAD/x.env"), ("workstation_shell", "~", "src/a.env")]
    assert [(one["path"], one["reason"]) for one in report["coverage"]["unscanned"]] == [("src/.git", "malformed")]


def test_what_is_no_file_is_counted_once(home: Path) -> None:
    write(home, "a.env")
    os.mkfifo(home / "pipe")
    (home / "gone").symlink_to("nowhere")
    (home / "up").symlink_to("..")
    report = read(home, "full")
    assert report["coverage"]["skipped"] == {"fifo": 1, "link": 2}
    assert places(report, home) == [("workstation_shell", "~", "a.env")]


@pytest.mark.parametrize("depth", ["", "FULL", "deep"])
def test_another_depth_is_wrong_usage(home: Path, depth: str) -> None:
    run = keytrail("workstation", "--home", str(home), "--depth", depth, cwd=home.parent)
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr == "keytrail: --depth is quick, standard or full\n"


def test_worker_processes_change_nothing(home: Path) -> None:
    for number in range(700):
        write(home, f"notes/{number % 7}/{number}.txt", text=LINE if number % 100 == 0 else "nothing\n")
    one, two = (read(home, "full", "--jobs", jobs) for jobs in ("1", "2"))
    assert one == two
    assert len(places(one, home)) == 7


@pytest.mark.parametrize("depth", DEPTHS)
def test_our_own_folders_are_not_read_and_counted(home: Path, depth: str) -> None:
    warm(home)
    report = keytrail("workstation", "--depth", depth, "--format", "json", cwd=home, home=home)
    coverage = json.loads(report.stdout)["coverage"]
    assert coverage["skipped"] == {"quick": {"unsearched": 2}, "standard": {"cache": 1, "depth": 1}, "full": {"own": 2}}[depth]
    assert coverage["unscanned"] == []


@pytest.mark.parametrize("form", ["text", "sarif"])
def test_every_report_has_the_places_of_each_depth(home: Path, form: str) -> None:
    write(home, "notes/a.txt", ".cache/b")
    run = keytrail("workstation", "--home", str(home), "--depth", "full", "--format", form, cwd=home.parent)
    assert run.code == 0
    assert "notes/a.txt" in run.stdout
