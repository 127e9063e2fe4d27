"""A repository may be made to run programs, to hang, to lead elsewhere. None of it works."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scanner.sources.history.reading import look, snapshot
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")


def _repo(path: Path) -> Repo:
    """A repository with a bit of everything, so that git has reason to use whatever it is told to use."""
    repo = Repo(path)
    repo.commit({"a": "needle", ".gitattributes": "* diff=evil filter=evil text\n"})
    repo.commit({"a": "needle 2"}, message="second")
    repo.git("tag", "--annotate", "--message=x", "v1")
    return repo


def _script(folder: Path) -> tuple[Path, Path]:
    """A program, and the file that it leaves when it ran."""
    marker = folder / "marker"
    script = folder / "evil"
    script.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    script.chmod(0o755)
    return script, marker


SETTINGS = {
    "fsmonitor": "[core]\n fsmonitor = {script}\n",
    "hooks": "[core]\n hooksPath = {folder}\n",
    "pager": "[core]\n pager = {script}\n[pager]\n cat-file = {script}\n log = {script}\n rev-list = {script}\n",
    "editor": "[core]\n editor = {script}\n askPass = {script}\n sshCommand = {script}\n gitProxy = {script}\n",
    "external diff": "[diff]\n external = {script}\n",
    "textconv": '[diff "evil"]\n textconv = {script}\n command = {script}\n cachetextconv = true\n',
    "filter": '[filter "evil"]\n clean = {script}\n smudge = {script}\n process = {script}\n required = true\n',
    "signatures": "[gpg]\n program = {script}\n[log]\n showSignature = true\n[commit]\n gpgSign = true\n",
    "promisor": (
        '[extensions]\n partialClone = origin\n[remote "origin"]\n url = ext::{script}\n promisor = true\n uploadpack = {script}\n vcs = evil\n'
    ),
    "alternate refs": "[core]\n alternateRefsCommand = {script}\n",
    "aliases": '[alias]\n cat-file = "!{script}"\n rev-list = "!{script}"\n diff-tree = "!{script}"\n for-each-ref = "!{script}"\n',
    "credentials": "[credential]\n helper = !{script}\n",
    "elsewhere": "[core]\n worktree = /nowhere\n bare = true\n",
    "worktree config": "[extensions]\n worktreeConfig = true\n",
    "an unknown extension": "[core]\n repositoryformatversion = 1\n[extensions]\n evil = true\n",
    "an unknown version": "[core]\n repositoryformatversion = 99\n",
    "a broken file": '[core\n"',
    "a missing include": "[include]\n path = /nowhere\n",
    "an include that names itself": "[include]\n path = config\n",
    "bytes": "\0\1\2[\n=\n",
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_no_setting_of_a_repository_is_obeyed(tmp_path: Path, setting: str) -> None:
    repo = _repo(tmp_path / "x")
    script, marker = _script(tmp_path)
    for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(script, tmp_path / hook)
        shutil.copy(script, repo.gitdir / "hooks" / hook)
    lost = repo.git("rev-parse", "HEAD~1:a")
    repo.loose(lost).unlink()
    (repo.gitdir / "config").write_text(setting.format(script=script, folder=tmp_path))
    (repo.gitdir / "config.worktree").write_text(SETTINGS["fsmonitor"].format(script=script))
    seen = look(repo.path)
    assert not marker.exists()
    assert seen.complaints == {(f"object:{lost}", "missing")}
    assert b"needle 2" in seen.blobs


def test_an_include_that_never_answers_is_not_asked(tmp_path: Path) -> None:
    repo = _repo(tmp_path / "x")
    os.mkfifo(tmp_path / "fifo")
    with (repo.gitdir / "config").open("a") as config:
        config.write(f'[include]\n path = {tmp_path}/fifo\n[includeIf "gitdir:/"]\n path = {tmp_path}/fifo\n')
    assert look(repo.path).complaints == set()


def test_the_users_configuration_is_not_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, marker = _script(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[core]\n fsmonitor = {script}\n pager = {script}\n[alias]\n cat-file = !{script}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    assert look(_repo(tmp_path / "x").path).complaints == set()
    assert not marker.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "/nowhere"),
        ("GIT_WORK_TREE", "/nowhere"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/nowhere"),
        ("GIT_COMMON_DIR", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_CONFIG_PARAMETERS", "'core.bare=maybe'"),
        ("GIT_CONFIG_COUNT", "x"),
        ("GIT_SHALLOW_FILE", "/nowhere"),
        ("GIT_EXEC_PATH", "/nowhere"),
        ("GIT_TRACE", "2"),
    ],
)
def test_no_variable_of_git_reaches_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    repo = _repo(tmp_path)
    monkeypatch.setenv(name, value)
    seen = look(repo.path)
    assert (seen.complaints, set(seen.chronicle.head)) == (set(), {"a"})
    assert os.environ[name] == value


def test_replacements_and_grafts_are_not_obeyed(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    first = repo.commit({"a": "needle"})
    second = repo.commit({"a": "clean"})
    other = repo.commit({"b": "x"})
    repo.git("replace", second, first)
    repo.git("replace", repo.git("rev-parse", f"{first}:a"), repo.git("rev-parse", f"{second}:a"), "-f")
    (repo.gitdir / "info/grafts").write_text(f"{other}\n{second}\n")
    seen = look(tmp_path)
    assert [(commit, after is not None) for commit, _, _, after in seen.changes()] == [(first, True), (second, True)]
    assert {b"needle", b"clean", b"x"} == seen.blobs
    assert seen.graph.ancestry((first, other))(first, other)


def _fifo(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize("replace", [_fifo, _link])
@pytest.mark.parametrize(
    "name", ["HEAD", "config", "packed-refs", "shallow", "index", "refs/heads/main", "refs/heads/new", "logs/HEAD", "ORIG_HEAD"]
)
def test_a_file_of_gits_that_is_none_is_not_opened(tmp_path: Path, name: str, replace: Callable[[Path], None]) -> None:
    repo = _repo(tmp_path)
    repo.git("pack-refs", "--all")
    replace(repo.gitdir / name)
    seen = look(tmp_path)
    assert {b"needle", b"needle 2"} < seen.blobs
    expected = set() if name == "ORIG_HEAD" else {(f".git/{name}", "malformed")}
    assert seen.complaints <= expected
    assert name in {"ORIG_HEAD", "logs/HEAD"} or seen.complaints == expected


@pytest.mark.parametrize("name", ["refs", "logs"])
def test_a_folder_of_gits_that_leads_elsewhere_is_not_entered(tmp_path: Path, name: str) -> None:
    repo = _repo(tmp_path / "x")
    shutil.move(repo.gitdir / name, tmp_path / "elsewhere")
    (repo.gitdir / name).symlink_to(tmp_path / "elsewhere")
    assert look(repo.path).complaints == {(f".git/{name}", "malformed")}


@pytest.mark.parametrize(
    "name", ["objects/info/alternates", "objects/info/commit-graph", "objects/pack/multi-pack-index", "info/grafts", "info/attributes"]
)
def test_a_fifo_beside_the_objects_is_not_opened(tmp_path: Path, name: str) -> None:
    repo = _repo(tmp_path)
    _fifo(repo.gitdir / name)
    assert look(tmp_path).complaints == ({(f".git/{name}", "malformed")} if name.endswith("alternates") else set())


def test_a_fifo_among_the_objects_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    oid = repo.blob("hello")
    fifo = repo.loose(oid[:2] + "0" * 38)
    os.mkfifo(fifo)
    packed = repo.gitdir / "objects/pack/pack-x"
    os.mkfifo(packed.with_suffix(".pack"))
    os.mkfifo(packed.with_suffix(".idx"))
    seen = look(tmp_path)
    assert seen.complaints == {(f".git/objects/{oid[:2]}/{'0' * 38}", "malformed"), (".git/objects/pack/pack-x.pack", "malformed")}
    assert seen.blobs == {b"hello"}


def test_the_old_kind_of_symbolic_ref_is_understood_without_following_it(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    head = repo.git("rev-parse", "HEAD")
    (repo.gitdir / "HEAD").unlink()
    (repo.gitdir / "HEAD").symlink_to("refs/heads/main")
    (repo.gitdir / "refs/heads/link").symlink_to("refs/heads/main")
    seen = look(tmp_path)
    assert (seen.head, seen.at, seen.complaints) == (head, "refs/heads/main", set())


def test_refs_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / "HEAD").write_text("ref: refs/heads/one\n")
    (repo.gitdir / "refs/heads/one").write_text("ref: refs/heads/two\n")
    (repo.gitdir / "refs/heads/two").write_text("ref: refs/heads/one\n")
    seen = look(tmp_path)
    assert (seen.head, seen.at, seen.complaints) == (None, "refs/heads/one", set())


@pytest.mark.parametrize(
    "content", ["", "\n", "garbage\n", "ref: ../../etc/passwd\n", "ref: refs/heads/a b\n", "0" * 39 + "\n", "x" * 100_000]
)
@pytest.mark.parametrize("name", ["HEAD", "refs/heads/bad"])
def test_a_ref_that_is_none_is_named(tmp_path: Path, name: str, content: str) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / name).write_text(content)
    ((path, reason),) = look(tmp_path).complaints
    assert path == f".git/{name}"
    assert reason == ("too-large" if len(content) > 1000 else "malformed")


def test_strange_lines_in_packed_refs_are_counted_and_not_shown(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    head = repo.git("rev-parse", "HEAD")
    token = "t0k3n" * 8
    (repo.gitdir / "packed-refs").write_text(f"# pack-refs\n{token}\n{head} refs/heads/kept\n^{head}\n{head} refs/heads/../x\n{head}\n")
    seen = look(tmp_path)
    assert [(entry.path, entry.detail) for entry in seen.unscanned] == [(".git/packed-refs", "3 lines are no refs")]
    assert "refs/heads/kept" in {tip.name for tip in seen.graph.tips}


def test_locks_and_leftovers_below_refs_are_no_refs(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    for name in ("main.lock", ".DS_Store"):
        (repo.gitdir / "refs/heads" / name).write_text("x")
    assert look(tmp_path).complaints == set()


def test_refs_kept_as_reftable_are_named_and_objects_read(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / "reftable").mkdir()
    (repo.gitdir / "HEAD").write_text("ref: refs/heads/.invalid\n")
    seen = look(tmp_path)
    assert seen.complaints == {(".git/reftable", "malformed")}
    assert b"needle" in seen.blobs


def test_an_unknown_object_format_is_named(tmp_path: Path) -> None:
    repo = _repo(tmp_path)
    (repo.gitdir / "config").write_text("[extensions]\n objectFormat = md5\n")
    seen = look(tmp_path)
    assert seen.complaints == {(".git/config", "malformed")}
    assert b"needle" in seen.blobs


@pytest.mark.parametrize("bare", [False, True])
def test_nothing_is_written_into_a_repository(tmp_path: Path, *, bare: bool) -> None:
    repo = _repo(tmp_path / "x")
    path = repo.path
    if bare:
        repo.git("clone", "--quiet", "--bare", ".", "../bare")
        path = tmp_path / "bare"
    (repo.path / "a").write_text("needle changed")
    for parent, folders, _ in os.walk(path):
        for folder in folders:
            Path(parent, folder).chmod(stat.S_IRUSR | stat.S_IXUSR)
    before = snapshot(path)
    assert look(path).complaints == set()
    assert snapshot(path) == before


def test_nothing_of_ours_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    look(_repo(tmp_path / "x").path)
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_somebody_else_is_read(tmp_path: Path) -> None:
    repo = _repo(tmp_path / "x")
    for parent, folders, files in os.walk(repo.path):
        for name in (*folders, *files):
            os.chown(Path(parent, name), 12345, 12345)
    os.chown(repo.path, 12345, 12345)
    assert look(repo.path).complaints == set()
