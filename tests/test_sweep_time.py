"""`keytrail sweep` over time: how findings live, what a rewritten history leaves, and what several listings make of one store."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import tokens
from tests.support.fleet import Fleet, counts, lasting, line, lives, places, states, why
from tests.support.repos import Repo

TOKEN = tokens.npm(32)
LINE = line(TOKEN)


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def test_a_finding_is_new_open_resolved_and_reopened(fleet: Fleet) -> None:
    repo = fleet.repo("web")

    def tells(content: str | None) -> dict[str, str]:
        repo.commit({"a.env": content})
        return lives(fleet.sweep())

    assert tells(LINE) == {"TB001": "new"}
    assert tells(LINE + "# more\n") == {"TB001": "open"}
    assert tells(None) == {"TB001": "resolved", "TB302": "new"}
    assert tells("TOKEN=\n") == {"TB001": "resolved", "TB302": "open"}
    assert tells(LINE) == {"TB001": "reopened", "TB302": "resolved"}
    assert tells(LINE + "# again\n") == {"TB001": "open", "TB302": "resolved"}


def test_what_is_resolved_fails_no_run(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.txt": "a\n"})
    fleet.export("web.json", {"NPM_TOKEN": TOKEN, "PUBLISH_TOKEN": TOKEN})
    targets = fleet.listing('[[targets]]\npath = "clones/web"\nci_exports = ["gitlab-project:web.json"]\n')
    assert fleet.sweep("--fail-on", "low", targets=targets, code=1)["verdict"]["status"] == "fail"
    fleet.export("web.json", {"REGION": "north"})
    report = fleet.sweep("--fail-on", "low", targets=targets)
    assert set(lives(report).values()) == {"resolved"}
    assert report["verdict"]["status"] == "pass"


def forget(repo: Repo) -> None:
    """Nothing that no ref leads to is there any more."""
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")


def test_what_a_reset_threw_away_stays_open_as_rewritten(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    repo.commit({"a.env": LINE})
    first = fleet.sweep()
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    forget(repo)
    second = fleet.sweep()
    assert (states(second), places(second)) == ({"web": "rewritten"}, [("web", "a.env", "rewritten")])
    assert lives(second) == {"TB001": "resolved", "TB302": "new"}
    assert second["credentials"][0]["first_seen"] == first["credentials"][0]["first_seen"]
    third = fleet.sweep()
    assert (states(third), places(third)) == ({"web": "ok"}, [("web", "a.env", "rewritten")])
    repo.commit({"a.env": LINE})
    fourth = fleet.sweep()
    assert states(fourth) == {"web": "ok"}
    assert ("web", "a.env", "head") in places(fourth)


def test_what_was_thrown_away_in_two_steps_stays_open_as_rewritten(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    repo.commit({"a.env": LINE})
    fleet.sweep()
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    between = fleet.sweep()
    assert (states(between), places(between)) == ({"web": "rewritten"}, [("web", "a.env", "reflog")])
    forget(repo)
    after = fleet.sweep()
    assert (states(after), places(after)) == ({"web": "ok"}, [("web", "a.env", "rewritten")])


def test_what_was_pushed_away_stays_open_as_rewritten(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    repo.commit({"a.env": LINE})
    targets = fleet.listing(f'[[targets]]\nurl = "file://{repo.path}"\n')
    assert places(fleet.sweep(targets=targets)) == [("web", "a.env", "head")]
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    forget(repo)
    second = fleet.sweep(targets=targets)
    assert (states(second), places(second)) == ({"web": "rewritten"}, [("web", "a.env", "rewritten")])
    shutil.rmtree(next(fleet.home.glob(".cache/keytrail/mirrors/*.git")))  # the objects that it was still known by
    repo.commit({"b.txt": "b\n"})
    third = fleet.sweep(targets=targets)
    assert (states(third), places(third)) == ({"web": "ok"}, [("web", "a.env", "rewritten")])


def test_a_rewrite_is_seen_though_detectors_changed_in_the_same_run(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    repo.commit({"a.env": LINE})
    fleet.sweep("--detector", "npm-token")
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    forget(repo)
    report = fleet.sweep()
    assert (states(report), places(report)) == ({"web": "rewritten"}, [("web", "a.env", "rewritten")])


def test_a_branch_that_was_merged_and_deleted_is_no_rewrite(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit({"a.env": LINE})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"b.txt": "b\n"})
    assert places(fleet.sweep()) == [("web", "a.env", "branch")]
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    repo.git("branch", "--quiet", "-d", "topic")
    report = fleet.sweep()
    assert (states(report), places(report)) == ({"web": "ok"}, [("web", "a.env", "head")])


def test_a_branch_that_was_deleted_unmerged_is_a_rewrite(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit({"a.env": LINE})
    repo.git("checkout", "--quiet", "main")
    fleet.sweep()
    repo.git("branch", "--quiet", "-D", "topic")
    assert states(fleet.sweep()) == {"web": "rewritten"}


def test_a_shallow_clone_that_moves_on_is_no_rewrite(fleet: Fleet) -> None:
    origin = Repo(fleet.root / "origin")
    origin.commit({"a.env": LINE})
    clone = fleet.repo("web")
    for number in range(3):
        clone.git("fetch", "--quiet", "--depth=1", f"file://{origin.path}", "main")
        clone.git("reset", "--quiet", "--hard", "FETCH_HEAD")
        report = fleet.sweep()
        assert states(report) == {"web": "ok"}
        assert ("web", "a.env", "head") in places(report)
        origin.commit({"b.txt": f"{number}\n"})


def test_a_damaged_commit_is_no_rewrite(fleet: Fleet) -> None:
    repo = fleet.repo("web")
    repo.commit({"a.txt": "a\n"})
    middle = repo.commit({"a.env": LINE})
    repo.commit({"b.txt": "b\n"})
    fleet.sweep()
    file = repo.loose(middle)
    content = file.read_bytes()
    file.unlink()
    damaged = fleet.sweep()
    assert states(damaged) == {"web": "ok"}
    assert damaged["coverage"]["status"] == "partial"
    file.write_bytes(content)
    mended = fleet.sweep()
    assert (states(mended), places(mended)) == ({"web": "ok"}, [("web", "a.env", "head")])
    assert mended["coverage"]["status"] == "complete"


def test_the_same_name_in_another_listing_goes_on_where_it_was(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    first = fleet.sweep()
    second = fleet.sweep(targets=fleet.listing('[[targets]]\npath = "clones/web"\n'))
    assert counts(second) == {"web": (0, 1)}
    assert lasting(second) == lasting(first)


def test_another_name_in_another_listing_is_another_target(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    fleet.sweep()
    report = fleet.sweep(targets=fleet.listing('[[targets]]\npath = "clones/web"\nname = "shop"\n'))
    assert places(report) == [("shop", "a.env", "head"), ("web", "a.env", "head")]
    assert states(report) == {"shop": "ok"}


def test_a_target_that_failed_in_another_listing_is_no_failure_of_this_one(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    targets = fleet.listing('[[targets]]\npath = "nowhere"\nname = "lost"\n')
    assert states(fleet.sweep(targets=targets, code=3)) == {"lost": "failed"}
    assert states(fleet.sweep()) == {"web": "ok"}


def test_another_repository_by_the_same_name_is_refused(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    first = fleet.sweep()
    Repo(fleet.root / "elsewhere").commit({"b.txt": "b\n"})
    targets = fleet.listing('[[targets]]\npath = "elsewhere"\nname = "web"\n')
    report = fleet.sweep(targets=targets, code=3)
    assert why(report, "web").startswith(f"the store knows another repository by this name, from {fleet.clones}")
    assert lasting(report) == lasting(first)
    assert states(fleet.sweep()) == {"web": "ok"}


def test_names_that_differ_by_case_are_two_targets(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    fleet.repo("Web").commit({"b.env": LINE})
    for blobs in ((1, 0), (0, 1)):
        report = fleet.sweep()
        assert counts(report) == {"Web": blobs, "web": blobs}
        assert places(report) == [("Web", "b.env", "head"), ("web", "a.env", "head")]


def test_names_that_are_no_text_are_escaped(fleet: Fleet) -> None:
    raw = os.fsencode(fleet.clones) + b"/w\xffb"
    fleet.repo("good").commit({"a.env": LINE})
    shutil.move(fleet.clones / "good", os.fsdecode(raw))
    for blobs in ((1, 0), (0, 1)):
        report = fleet.sweep()
        assert counts(report) == {"w\\xffb": blobs}
        assert places(report) == [("w\\xffb", "a.env", "head")]


def test_a_listing_whose_own_name_is_no_text_is_escaped(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    folder = Path(os.fsdecode(os.fsencode(fleet.root) + b"/\xff"))
    shutil.move(fleet.clones, folder)
    for blobs in ((1, 0), (0, 1)):
        assert counts(fleet.sweep(targets=folder)) == {"web": blobs}
    shutil.rmtree(folder / "web" / ".git" / "objects")
    assert states(fleet.sweep(targets=folder, code=3)) == {"web": "failed"}


def hostile_include(repo: Repo) -> None:
    os.mkfifo(repo.gitdir / "more")
    repo.git("config", "user.name", "x")
    with (repo.gitdir / "config").open("a") as config:
        config.write("[include]\n\tpath = more\n")


def lying_pack(repo: Repo) -> None:
    pack = repo.pack()
    pack.chmod(0o600)
    data = bytearray(pack.read_bytes())
    data[12:20] = b"\xff" * 8
    pack.write_bytes(data)


def circular_refs(repo: Repo) -> None:
    (repo.gitdir / "refs" / "heads" / "one").write_text("ref: refs/heads/two\n")
    (repo.gitdir / "refs" / "heads" / "two").write_text("ref: refs/heads/one\n")


def fifo_for_head(repo: Repo) -> None:
    (repo.gitdir / "HEAD").unlink()
    os.mkfifo(repo.gitdir / "HEAD")


def circular_alternates(repo: Repo) -> None:
    (repo.gitdir / "objects" / "info" / "alternates").write_text(f"{repo.gitdir / 'objects'}\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="no folder is closed to root")
def test_clones_in_a_folder_that_cannot_be_listed_have_failed_and_are_not_gone(fleet: Fleet) -> None:
    fleet.repo("web").commit({"a.env": LINE})
    fleet.repo("org/infra").commit({"a.env": LINE})
    first = fleet.sweep()
    (fleet.clones / "org").chmod(0)
    second = fleet.sweep(code=3)
    (fleet.clones / "org").chmod(0o700)
    assert states(second) == {"org/infra": "failed", "web": "ok"}
    assert lasting(second) == lasting(first)


@pytest.mark.parametrize("spoil", [hostile_include, lying_pack, circular_refs, fifo_for_head, circular_alternates])
def test_a_hostile_repository_spoils_nothing_but_itself(fleet: Fleet, spoil: Callable[[Repo], None]) -> None:
    fleet.repo("alpha").commit({"a.env": LINE})
    fleet.repo("zeta").commit({"a.env": LINE})
    hostile = fleet.repo("hostile")
    hostile.commit({"a.env": LINE})
    spoil(hostile)
    for blobs in ((1, 0), (0, 1)):
        run = fleet.run()
        assert run.code in {0, 3}, run.stderr
        report = json.loads(run.stdout)
        assert counts(report)["alpha"] == counts(report)["zeta"] == blobs
        assert [place for place in places(report) if place[0] != "hostile"] == [("alpha", "a.env", "head"), ("zeta", "a.env", "head")]
