from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.sources.mirrors.mirror import mirror_folder, remote_refs, update
from scanner.sources.mirrors.transfer import NetLimits
from scanner.sources.mirrors.url import Url, parse_url
from tests.scanner.sources.history.reading import look
from tests.scanner.sources.mirrors.servers import complaint, mirrored
from tests.support.repos import Repo

QUICK = NetLimits(patience=0.5)
PASSWORD = "correct-horse-battery"  # noqa: S105  # a word, and nobody's


@pytest.fixture
def source(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "served/web")
    repo.commit({"a": "one"})
    repo.commit({"a": "two"})
    return repo


def _url(repo: Repo) -> Url:
    return parse_url(f"file://{repo.path}")


def _refs(repo: Repo) -> str:
    return repo.git("for-each-ref")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_mirror_has_all_refs_and_objects(tmp_path: Path, object_format: str) -> None:
    repo = Repo(tmp_path / "source", object_format=object_format)
    commit = repo.commit({"a": "needle"})
    repo.git("tag", "--annotate", "--message=release", "v1")
    repo.git("update-ref", "refs/pull/1/head", commit)
    repo.git("notes", "add", "--message=noted", commit)
    mirrored(_url(repo), tmp_path / "cache/web.git")
    seen = look(tmp_path / "cache/web.git")
    assert seen.objects == look(repo.path).objects
    assert (seen.head, seen.at, seen.complaints) == (commit, "refs/heads/main", set())
    assert Repo(tmp_path / "cache/web.git", bare=True, object_format=object_format).git("for-each-ref") == _refs(repo)


def test_the_digest_changes_with_any_ref(source: Repo) -> None:
    digests = [remote_refs(_url(source)).digest for _ in range(2)]
    for command in (("branch", "side"), ("symbolic-ref", "HEAD", "refs/heads/side"), ("branch", "-D", "main")):
        source.git(*command)
        digests.append(remote_refs(_url(source)).digest)
    source.commit({"a": "three"})
    digests.append(remote_refs(_url(source)).digest)
    assert digests[0] == digests[1]
    assert len(set(digests)) == 5


def test_what_a_rewritten_history_lost_stays_and_its_refs_do_not(tmp_path: Path, source: Repo) -> None:
    folder = tmp_path / "cache/web.git"
    lost = source.git("rev-parse", "HEAD")
    source.git("branch", "side")
    mirrored(_url(source), folder)
    source.git("branch", "-D", "side")
    source.git("reset", "--hard", "HEAD~1")
    kept = source.commit({"a": "rewritten"})
    mirrored(_url(source), folder)
    seen = look(folder)
    assert {lost, kept} <= seen.objects.keys()
    assert seen.head == kept
    assert not (folder / "refs/heads/side").exists()


def test_head_is_the_remotes_default_branch(tmp_path: Path, source: Repo) -> None:
    folder = tmp_path / "cache/web.git"
    mirrored(_url(source), folder)
    source.git("checkout", "--quiet", "-b", "release/2")
    mirrored(_url(source), folder)
    assert (folder / "HEAD").read_text() == "ref: refs/heads/release/2\n"


def test_a_detached_head_that_no_ref_reaches_is_fetched(tmp_path: Path, source: Repo) -> None:
    source.git("checkout", "--quiet", "--detach")
    commit = source.commit({"b": "only here"})
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert look(tmp_path / "cache/web.git").head == commit


def test_an_empty_repository_has_an_empty_mirror(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "source", bare=True)
    refs = mirrored(_url(repo), tmp_path / "cache/web.git")
    assert (refs.empty, refs.head) == (True, None)
    assert look(tmp_path / "cache/web.git").objects == {}


def test_a_repository_that_was_emptied_leaves_its_objects(tmp_path: Path, source: Repo) -> None:
    folder = tmp_path / "cache/web.git"
    mirrored(_url(source), folder)
    before = look(folder).objects
    source.git("update-ref", "-d", "refs/heads/main")
    assert mirrored(_url(source), folder).empty
    assert look(folder).objects == before


def test_two_do_not_update_one_mirror_at_a_time(tmp_path: Path, source: Repo) -> None:
    folder = tmp_path / "cache/web.git"
    folder.parent.mkdir()
    with (folder.parent / "web.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(TargetError, match="another sweep is updating the mirror"):
            update(_url(source), folder, remote_refs(_url(source)))
    update(_url(source), folder, remote_refs(_url(source)))
    assert look(folder).objects == look(source.path).objects


def test_the_draft_of_a_process_that_was_killed_is_removed(tmp_path: Path, source: Repo) -> None:
    stale = tmp_path / "cache/.new-web.git-killed"
    (stale / "objects").mkdir(parents=True)
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert sorted(path.name for path in stale.parent.iterdir()) == ["web.git", "web.lock"]


def test_a_mirror_is_for_nobody_else_to_read(tmp_path: Path, source: Repo) -> None:
    folder = tmp_path / "cache/web.git"
    mirrored(_url(source), folder)
    assert {stat.S_IMODE(path.lstat().st_mode) for path in (folder, folder.parent)} == {0o700}


def test_what_an_interrupted_fetch_left_is_removed(tmp_path: Path, source: Repo) -> None:
    folder = tmp_path / "cache/web.git"
    mirrored(_url(source), folder)
    leavings = [
        folder / name
        for name in (
            "objects/pack/tmp_pack_a",
            "objects/ab/tmp_obj_b",
            "objects/tmp_objdir-x/pack/y",
            "packed-refs.lock",
            "refs/heads/main.lock",
        )
    ]
    for path in leavings:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    source.commit({"a": "three"})
    mirrored(_url(source), folder)
    assert [path for path in leavings if path.exists()] == []
    assert look(folder).head == source.git("rev-parse", "HEAD")


def _foreign_config(folder: Path) -> None:
    (folder / "config").write_text((folder / "config").read_text() + "[core]\n\tfsmonitor = true\n")


def _linked_config(folder: Path) -> None:
    (folder / "config").rename(folder / "other")
    (folder / "config").symlink_to("other")


def _piped_config(folder: Path) -> None:
    (folder / "config").unlink()
    os.mkfifo(folder / "config")


def _linked(folder: Path) -> None:
    folder.rename(folder.with_name("other"))
    folder.symlink_to("other")


@pytest.mark.parametrize("spoil", [_foreign_config, _linked_config, _piped_config, _linked])
def test_a_folder_that_is_no_mirror_of_ours_is_left_alone(tmp_path: Path, source: Repo, spoil: Callable[[Path], None]) -> None:
    folder = tmp_path / "cache/web.git"
    refs = mirrored(_url(source), folder)
    spoil(folder)
    with pytest.raises(TargetError, match="is there and no mirror of this URL"):
        update(_url(source), folder, refs)


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path, source: Repo) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(TargetError, match="no mirror of this URL"):
        update(_url(source), tmp_path / "notes", remote_refs(_url(source)))
    assert list((tmp_path / "notes").iterdir()) == []


def test_a_mirror_of_another_url_is_left_alone(tmp_path: Path, source: Repo) -> None:
    other = Repo(tmp_path / "other")
    other.commit({"a": "a"})
    mirrored(_url(source), tmp_path / "cache/web.git")
    with pytest.raises(TargetError, match="no mirror of this URL"):
        mirrored(_url(other), tmp_path / "cache/web.git")


def test_another_object_format_is_told(tmp_path: Path, source: Repo) -> None:
    mirrored(_url(source), tmp_path / "cache/web.git")
    source.path.rename(tmp_path / "old")
    Repo(source.path, object_format="sha256").commit({"a": "a"})
    with pytest.raises(TargetError, match="names its objects in another way"):
        mirrored(_url(source), tmp_path / "cache/web.git")


def test_a_mirror_that_cannot_be_written_fails_its_target(tmp_path: Path, source: Repo) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(TargetError, match="cannot be written"):
        mirrored(_url(source), tmp_path / "cache/web.git")


@pytest.mark.parametrize(
    "settings",
    [
        {"uploadpack.packObjectsHook": "touch {marker};"},
        {"core.fsmonitor": "touch {marker}", "core.pager": "touch {marker}", "pager.upload-pack": "touch {marker}"},
        {"core.alternateRefsCommand": "touch {marker};", "core.askPass": "touch {marker}", "alias.upload-pack": "!touch {marker}"},
        {"core.hooksPath": "{hooks}", "include.path": "/dev/null", "core.worktree": "/", "core.bare": "false"},
    ],
)
def test_a_hostile_repository_runs_nothing(tmp_path: Path, source: Repo, settings: dict[str, str]) -> None:
    marker, hooks = tmp_path / "marker", tmp_path / "hooks"
    for name in ("post-checkout", "post-upload-pack", "pre-auto-gc", "reference-transaction", "post-update"):
        for folder in (hooks, source.gitdir / "hooks"):
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
            (folder / name).chmod(0o755)
    objects = look(source.path).objects
    for name, value in settings.items():
        source.git("config", name, value.format(marker=marker, hooks=hooks))
    marker.unlink(missing_ok=True)
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert not marker.exists()
    assert look(tmp_path / "cache/web.git").objects == objects


def test_a_promise_of_missing_objects_is_not_redeemed(tmp_path: Path, source: Repo) -> None:
    source.loose(source.git("rev-parse", "HEAD:a")).unlink()
    settings = {"url": "file:///", "promisor": "true", "uploadpack": f"touch {tmp_path / 'marker'};"}
    for name, value in {"core.repositoryFormatVersion": "1", "extensions.partialClone": "away"}.items():
        source.git("config", name, value)
    for name, value in settings.items():
        source.git("config", f"remote.away.{name}", value)
    with pytest.raises(TargetError):
        mirrored(_url(source), tmp_path / "cache/web.git")
    assert not (tmp_path / "marker").exists()


def test_the_users_configuration_is_not_used(tmp_path: Path, source: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = f"touch {tmp_path / 'marker'};"
    (tmp_path / ".gitconfig").write_text(f'[uploadpack]\n\tpackObjectsHook = "{hook}"\n[url "file:///nowhere"]\n\tinsteadOf = file://\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert not (tmp_path / "marker").exists()


def test_a_repository_that_lost_an_object_fails(tmp_path: Path, source: Repo) -> None:
    source.loose(source.git("rev-parse", "HEAD:a")).unlink()
    with pytest.raises(TargetError):
        mirrored(_url(source), tmp_path / "cache/web.git")


def test_a_repository_of_another_user_is_read(tmp_path: Path, source: Repo) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser can give files away")
    for path in (source.path, *source.path.rglob("*")):
        os.chown(path, 65_534, 65_534)
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert look(tmp_path / "cache/web.git").head


def test_alternates_of_the_source_do_not_reach_the_mirror(tmp_path: Path, source: Repo) -> None:
    other = Repo(tmp_path / "other")
    secret = other.commit({"b": "borrowed, and reached by no ref"})
    (source.gitdir / "objects/info/alternates").write_text(f"{other.gitdir}/objects\n")
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert secret not in look(tmp_path / "cache/web.git").objects


def test_a_pipe_in_place_of_head_is_not_waited_for(tmp_path: Path, source: Repo) -> None:
    (source.gitdir / "HEAD").unlink()
    os.mkfifo(source.gitdir / "HEAD")
    assert complaint(f"file://{source.path}", tmp_path / "x.git", QUICK) == "the server is silent for too long"


def test_no_variable_of_ours_reaches_git(tmp_path: Path, source: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "nonsense")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    mirrored(_url(source), tmp_path / "cache/web.git")
    assert not (tmp_path / "trace").exists()


def test_folders_are_told_apart_by_their_url(tmp_path: Path) -> None:
    texts = ("https://forge.test/acme/web", "https://forge.test/acme/web.git", "ssh://forge.test/acme/web", "forge.test:acme/web")
    folders = [mirror_folder(tmp_path, parse_url(text)) for text in texts]
    assert len(set(folders)) == len(texts)
    assert all(folder.parent == tmp_path and folder.name.startswith("forge.test-acme-web-") for folder in folders)


def test_a_folder_does_not_depend_on_the_login(tmp_path: Path) -> None:
    assert mirror_folder(tmp_path, parse_url(f"https://ada:{PASSWORD}@forge.test/web")) == mirror_folder(
        tmp_path, parse_url("https://forge.test/web")
    )


@pytest.mark.parametrize("text", ["file:///../../etc", "file:///" + "a/" * 800, "https://forge.test/..", "file:///..%2f..%2f"])
def test_a_folder_stays_in_the_cache(tmp_path: Path, text: str) -> None:
    folder = mirror_folder(tmp_path, parse_url(text))
    assert folder.parent == tmp_path
    assert not folder.name.startswith((".", "-"))
    assert len(folder.name) < 100
