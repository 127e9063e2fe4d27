"""`keytrail sweep` from outside: what is read in each run, what is remembered, and what fails alone."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from scanner import hosts
from tests.support import tokens
from tests.support.fleet import Fleet, counts, lasting, line, lives, places, states, why
from tests.support.repos import Repo

TOKEN = tokens.npm(31)
LINE = line(TOKEN)
NPMRC = f"//{hosts.spell(hosts.NPM)}/:_authToken={TOKEN}\n"


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def fill(fleet: Fleet) -> None:
    """The token deleted in `web`, still in `org/infra`, of which there is a bare clone one level deeper."""
    web = fleet.repo("web")
    web.commit({".npmrc": NPMRC, "README.md": "web\n"})
    web.commit({".npmrc": None})
    infra = fleet.repo("org/infra")
    infra.commit({"deploy.env": LINE})
    bare = fleet.repo("org/copy.git", bare=True)
    bare.git("fetch", "--quiet", str(infra.path), "main:main")


def test_clones_are_read_whole_and_one_token_is_told_over_all_of_them(fleet: Fleet) -> None:
    fill(fleet)
    report = fleet.sweep()
    assert counts(report) == {"org/copy.git": (1, 0), "org/infra": (1, 0), "web": (2, 0)}
    assert states(report) == {"org/copy.git": "ok", "org/infra": "ok", "web": "ok"}
    assert places(report) == [
        ("org/copy.git", "deploy.env", "head"),
        ("org/infra", "deploy.env", "head"),
        ("web", ".npmrc", "branch"),
    ]
    assert {"TB202", "TB301"} <= lives(report).keys()
    (shared,) = [finding for finding in report["findings"] if finding["policy"] == "TB202"]
    assert {"web", "org/infra"} <= {place["container"] for place in shared["locations"]}


def test_every_repository_of_the_fleet_is_named(fleet: Fleet) -> None:
    names = [f"repo{number}" for number in range(6)]
    for name in names:
        fleet.repo(name).commit({"a.env": LINE})
    fleet.repo("old").commit({"a.env": LINE})
    fleet.repo("old").commit({"a.env": "NPM_TOKEN=\n"})
    told = {finding["policy"]: finding["message"] for finding in fleet.sweep()["findings"]}
    assert [name for name in (*names, "old") if name not in told["TB202"]] == []
    assert [name for name in (*names, "old") if name not in told["TB301"]] == []


def test_the_second_run_reads_nothing_and_says_the_same(fleet: Fleet) -> None:
    fill(fleet)
    first, second = fleet.sweep(), fleet.sweep()
    assert counts(second) == {"org/copy.git": (0, 1), "org/infra": (0, 1), "web": (0, 2)}
    assert set(lives(first).values()) == {"new"}
    assert set(lives(second).values()) == {"open"}
    assert [c["first_seen"] for c in second["credentials"]] == [c["first_seen"] for c in first["credentials"]]
    assert [c["first_place"] for c in second["credentials"]] == [c["first_place"] for c in first["credentials"]]
    assert [c["last_seen"] for c in second["credentials"]] > [c["last_seen"] for c in first["credentials"]]
    assert lasting(second) == lasting(first)


def test_a_new_commit_has_its_new_blobs_read_and_no_others(fleet: Fleet) -> None:
    fill(fleet)
    fleet.sweep()
    infra = fleet.clones / "org" / "infra"
    (infra / ".git" / "description").write_text("a file of git's own that changed\n")
    repo = fleet.repo("org/infra")
    repo.commit({"more.env": LINE + "# more\n", "other.txt": "other\n"})
    report = fleet.sweep()
    assert counts(report) == {"org/copy.git": (0, 1), "org/infra": (2, 1), "web": (0, 2)}
    assert ("org/infra", "more.env", "head") in places(report)


def test_a_linked_work_tree_is_no_target_beside_its_repository(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.env": LINE})
    repo.git("worktree", "add", "--quiet", "../a-linked")
    report = fleet.sweep()
    assert counts(report) == {"web": (1, 0)}
    assert places(report) == [("web", "a.env", "head")]
    shutil.move(repo.path, fleet.root / "web")
    Repo(fleet.root / "web").git("worktree", "repair", str(fleet.clones / "a-linked"))
    assert counts(fleet.sweep()) == {"a-linked": (1, 0)}


def test_repositories_that_name_objects_by_sha256_are_remembered_as_well(fleet: Fleet) -> None:
    repo = Repo(fleet.clones / "web", object_format="sha256")
    repo.commit({"a.env": LINE})
    assert counts(fleet.sweep()) == {"web": (1, 0)}
    repo.commit({"b.txt": "b\n"})
    report = fleet.sweep()
    assert (counts(report), places(report)) == ({"web": (1, 1)}, [("web", "a.env", "head")])


@pytest.mark.parametrize("arguments", [("gc", "--quiet"), ("repack", "-a", "-d", "-q"), ("pack-refs", "--all"), ("prune-packed",)])
def test_where_objects_lie_does_not_matter(fleet: Fleet, arguments: tuple[str, ...]) -> None:
    fill(fleet)
    first = fleet.sweep()
    fleet.repo("web").git(*arguments)
    second = fleet.sweep()
    assert counts(second)["web"] == (0, 2)
    assert states(second)["web"] == "ok"
    assert lasting(second) == lasting(first)


def test_a_blob_that_lies_under_a_new_path_is_read_for_its_place_only(fleet: Fleet) -> None:
    fill(fleet)
    fleet.sweep()
    fleet.repo("org/infra").commit({"copy.env": LINE})
    report = fleet.sweep()
    assert counts(report)["org/infra"] == (0, 1)
    assert ("org/infra", "copy.env", "head") in places(report)


def test_the_files_of_git_itself_are_read_again_when_they_change(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a": "a\n"})
    assert places(fleet.sweep()) == []
    repo.git("config", "remote.origin.url", f"https://ada:{tokens.ghp(4)}@example.org/web")
    report = fleet.sweep()
    assert places(report) == [("web", ".git/config", None)]
    assert counts(report) == {"web": (0, 1)}
    assert places(fleet.sweep()) == [("web", ".git/config", None)]
    repo.git("config", "--unset", "remote.origin.url")
    assert places(fleet.sweep()) == []


TARGETS = """
[[targets]]
path = "clones/web"
name = "shop"
visibility = "public"
ci_exports = ["gitlab-project:ci/web.json", "gitlab-group@acme:group.json"]

[[targets]]
url = "file://{infra}"
ci_exports = ["gitlab-project:ci/infra.json", "gitlab-group@acme:group.json"]
"""


def list_targets(fleet: Fleet) -> Path:
    """A path, a URL, an export for each and one for both."""
    for name in ("web", "infra"):
        fleet.repo(name).commit({"a.env": LINE})
    fleet.export("ci/web.json", {"NPM_TOKEN": TOKEN})
    fleet.export("ci/infra.json", {"PUBLISH_TOKEN": TOKEN})
    fleet.export("group.json", {"REGION": "north"})
    return fleet.listing(TARGETS.format(infra=fleet.clones / "infra"))


def test_a_listing_has_paths_and_urls_and_exports(fleet: Fleet) -> None:
    targets = list_targets(fleet)
    first = fleet.sweep(targets=targets)
    assert counts(first) == {
        "shop": (1, 0),
        "gitlab-project@shop:ci/web.json": (1, 0),
        "gitlab-group@acme:group.json": (1, 0),
        "infra": (1, 0),
        "gitlab-project@infra:ci/infra.json": (1, 0),
    }
    assert set(states(first).values()) == {"ok"}
    assert lives(first)["TB204"] == "new"
    assert sorted(slot["name"] for slot in first["slots"]) == ["NPM_TOKEN", "PUBLISH_TOKEN", "REGION"]
    second = fleet.sweep(targets=targets)
    assert set(counts(second).values()) == {(0, 1)}
    assert lasting(second) == lasting(first)


def test_an_export_of_a_public_repository_is_not_public(fleet: Fleet) -> None:
    def exposure(visibility: str) -> int:
        text = f'[[targets]]\npath = "clones/web"\nvisibility = "{visibility}"\nci_exports = ["gitlab-project:web.json"]\n'
        (credential,) = fleet.sweep(targets=fleet.listing(text))["credentials"]
        return int(credential["levels"]["exposure"])

    fleet.repo("web").commit({"a": "nothing\n"})
    fleet.export("web.json", {"NPM_TOKEN": TOKEN})
    assert exposure("private") == exposure("public")


def test_visibility_counts_although_nothing_is_read(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    text = '[[targets]]\npath = "clones/web"\n'
    (private,) = fleet.sweep(targets=fleet.listing(text))["credentials"]
    report = fleet.sweep(targets=fleet.listing(text + 'visibility = "public"\n'))
    (public,) = report["credentials"]
    assert counts(report) == {"web": (0, 1)}
    assert public["levels"]["exposure"] > private["levels"]["exposure"]


def test_an_export_that_changed_is_read_and_what_it_lost_has_ended(fleet: Fleet) -> None:
    targets = list_targets(fleet)
    fleet.sweep(targets=targets)
    fleet.export("ci/web.json", {"OTHER": "nothing"})
    report = fleet.sweep(targets=targets)
    assert counts(report)["gitlab-project@shop:ci/web.json"] == (1, 0)
    assert "gitlab-project@shop:ci/web.json" not in {container for container, _, _ in places(report)}
    assert sorted(slot["name"] for slot in report["slots"]) == ["OTHER", "PUBLISH_TOKEN", "REGION"]


def test_an_export_that_left_has_failed_and_what_it_held_stays(fleet: Fleet) -> None:
    targets = list_targets(fleet)
    first = fleet.sweep(targets=targets)
    (fleet.root / "ci" / "web.json").unlink()
    report = fleet.sweep(targets=targets, code=3)
    assert [name for name, state in states(report).items() if state != "ok"] == ["gitlab-project@shop:ci/web.json"]
    assert places(report) == places(first)


def test_exports_without_a_system_are_told_apart_by_their_folders(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a": "nothing\n"})
    for folder in ("one", "two"):
        fleet.export(f"{folder}/variables.json", {f"NPM_{folder.upper()}": TOKEN})
    text = '[[targets]]\npath = "clones/web"\nci_exports = ["one/variables.json", "two/variables.json"]\n'
    report = fleet.sweep(targets=fleet.listing(text))
    assert [container for container, _, _ in places(report)] == ["auto:one/variables.json", "auto:two/variables.json"]


@pytest.mark.parametrize("text", ["", "[[targets]]\npath = 'clones/web'\ncolour = 1\n", "[[targets]\n", "targets = 3\n", "other = 1\n"])
def test_a_listing_that_cannot_be_meant_is_refused_in_one_line(fleet: Fleet, text: str) -> None:
    run = fleet.run(targets=fleet.listing(text))
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert not fleet.store.exists()


def test_a_folder_without_repositories_is_refused_in_one_line(fleet: Fleet) -> None:
    run = fleet.run()
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)


BROKEN = [
    ("url = 'ext::sh -c true'", "the URL is malformed"),
    ("url = 'http://git.example.org/acme/web'", "http is not encrypted and only allowed to this machine"),
    ("url = 'ftp://git.example.org/acme/web'", "only https, ssh and file URLs are allowed"),
    ("url = 'file:///nowhere/at/all'", "there is no such repository"),
    ("path = 'nowhere'", "there is no folder {root}/nowhere"),
    ("path = 'home'", "{root}/home is no repository that can be read"),
    ("path = 'targets.toml'", "there is no folder {root}/targets.toml"),
    ("path = '" + "n" * 300 + "'", "there is no folder {root}/" + "n" * 300),
]


@pytest.mark.parametrize(("place", "reason"), BROKEN, ids=[place[:28] for place, _ in BROKEN])
def test_a_target_that_cannot_be_read_fails_alone_and_keeps_what_it_held(fleet: Fleet, place: str, reason: str) -> None:
    for name in ("infra", "web"):
        fleet.repo(name).commit({"a.env": LINE})
    infra = '[[targets]]\npath = "clones/infra"\n[[targets]]\nname = "web"\n'
    first = fleet.sweep(targets=fleet.listing(f'{infra}path = "clones/web"\n'))
    fleet.repo("infra").commit({"b.env": LINE})
    second = fleet.sweep(targets=fleet.listing(f"{infra}{place}\n"), code=3)
    assert states(second) == {"infra": "ok", "web": "failed"}
    assert why(second, "web") == reason.format(root=fleet.root)
    assert ("infra", "b.env", "head") in places(second)
    assert second["coverage"]["unscanned"] == [{"target": "web", "path": "", "reason": "unreadable", "detail": why(second, "web")}]

    def of_web(report: dict[str, list[dict[str, list[dict[str, str]]]]]) -> list[dict[str, str]]:
        return [o for c in report["credentials"] for o in c["occurrences"] if o["container"] == "web"]

    assert of_web(second) == of_web(first)
    third = fleet.sweep(targets=fleet.listing(f'{infra}path = "clones/web"\n'))
    assert states(third) == {"infra": "ok", "web": "ok"}
    assert counts(third)["web"] == (0, 1)
    assert third["coverage"]["unscanned"] == []


def test_a_clone_that_left_is_gone_and_what_it_held_stays(fleet: Fleet) -> None:
    fill(fleet)
    first = fleet.sweep()
    shutil.move(fleet.clones / "web", fleet.root / "web")
    second = fleet.sweep()
    assert states(second) == {"org/copy.git": "ok", "org/infra": "ok", "web": "gone"}
    assert lasting(second) == lasting(first)
    shutil.move(fleet.root / "web", fleet.clones / "web")
    assert states(fleet.sweep())["web"] == "ok"


def test_a_repository_without_commits_is_empty_and_its_own_files_are_read(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.git("config", "remote.origin.url", f"https://ada:{tokens.ghp(4)}@example.org/web")
    for _ in range(2):
        report = fleet.sweep()
        assert states(report) == {"web": "empty"}
        assert places(report) == [("web", ".git/config", None)]


def test_a_remote_that_was_emptied_keeps_what_it_held(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    targets = fleet.listing(f'[[targets]]\nurl = "file://{fleet.clones}/web"\n')
    first = fleet.sweep(targets=targets)
    shutil.rmtree(fleet.clones / "web")
    fleet.repo("web")
    second = fleet.sweep(targets=targets)
    assert states(second) == {"web": "empty"}
    assert lasting(second) == lasting(first)


def test_a_clone_that_was_emptied_keeps_what_it_held(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    first = fleet.sweep()
    shutil.rmtree(fleet.clones / "web")
    repo = fleet.repo("web")
    second = fleet.sweep()
    assert states(second) == {"web": "empty"}
    assert lasting(second) == lasting(first)
    repo.commit({"b.txt": "another history\n"})
    third = fleet.sweep()
    assert states(third) == {"web": "rewritten"}
    assert places(third) == [("web", "a.env", "rewritten")]


def test_what_could_not_be_read_is_said_in_every_run(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.env": LINE, "lost.txt": "lost\n"})
    fleet.repo("other").commit({"a": "other\n"})
    repo.loose(repo.git("rev-parse", "HEAD:lost.txt")).unlink()
    first = fleet.sweep()
    assert [entry["reason"] for entry in first["coverage"]["unscanned"]] == ["missing"]
    fleet.sweep(targets=fleet.listing('[[targets]]\npath = "clones/other"\n'))  # an edition by another listing lies between
    second = fleet.sweep()
    assert counts(second)["web"] == (0, 1)
    assert second["coverage"]["unscanned"] == first["coverage"]["unscanned"]
    repo.commit({"lost.txt": None})
    assert fleet.sweep()["coverage"]["unscanned"] == first["coverage"]["unscanned"]


def test_a_repository_none_of_whose_commits_can_be_read_has_failed(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.env": LINE})
    first = fleet.sweep()
    repo.loose(repo.git("rev-parse", "HEAD")).unlink()
    second = fleet.sweep(code=3)
    assert (states(second), why(second, "web")) == ({"web": "failed"}, "none of its commits can be read")
    assert second["coverage"]["status"] == "partial"
    assert lasting(second) == lasting(first)


def test_a_larger_bound_reads_what_was_too_large(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE + "#" * 15_000})
    small = fleet.sweep("--max-blob-size", "10000")
    assert (places(small), [entry["reason"] for entry in small["coverage"]["unscanned"]]) == ([], ["too-large"])
    assert counts(fleet.sweep("--max-blob-size", "10000")) == {"web": (0, 0)}
    large = fleet.sweep("--max-blob-size", "20000")
    assert (places(large), large["coverage"]["unscanned"]) == ([("web", "a.env", "head")], [])
    assert counts(large) == {"web": (1, 0)}


def test_other_detectors_make_no_rewritten_history(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE, "b.env": line(tokens.ghp(5), "GITHUB_TOKEN")})
    everything = fleet.sweep()
    some = fleet.sweep("--detector", "npm-token")
    assert states(some) == {"web": "ok"}
    assert places(some) == [("web", "a.env", "head")]
    again = fleet.sweep()
    assert (states(again), places(again)) == ({"web": "ok"}, places(everything))


def test_another_key_is_refused(fleet: Fleet) -> None:
    fill(fleet)
    fleet.sweep()
    run = fleet.run(env={"KEYTRAIL_KEY": "ab" * 32})
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "was made with another key" in run.stderr


def test_a_newer_store_is_refused(fleet: Fleet) -> None:
    fill(fleet)
    fleet.sweep()
    with sqlite3.connect(fleet.store) as link:
        link.execute("UPDATE alembic_version SET version_num = '9999'")
    link.close()
    run = fleet.run()
    assert (run.code, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "was made by a newer keytrail" in run.stderr
