from __future__ import annotations

import inspect
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scanner.config import Settings
from scanner.errors import UsageError
from scanner.run.plan import Plan, Step
from scanner.run.read import Read
from scanner.run.request import Depth, Progress, Request
from scanner.run.work import Files, Objects
from scanner.sources.workstation import HomeFile
from tests.support.repos import Repo


class Told(Progress):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int, int]] = []
        self.searched: list[tuple[int, int]] = []
        self.expected = 0

    def search(self, folders: int, repositories: int) -> None:
        self.searched.append((folders, repositories))

    def expect(self, size: int, files: int = 0) -> None:
        del size
        self.expected += files

    def begin(self, what: str, number: int = 0, among: int = 0) -> None:
        self.begun.append((what, number, among))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def recursion() -> Iterator[None]:
    """Little room for calls inside calls."""
    kept = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 120)
    yield
    sys.setrecursionlimit(kept)


def plan(stack: ExitStack, request: Request, progress: Progress | None = None, *, settings: Settings | None = None) -> Plan:
    return Plan(request, settings or Settings(), stack, progress or Progress())


def targets(steps: Iterator[Step]) -> list[str]:
    """The sources, as they are said to be whole."""
    return [step.target for step in steps if isinstance(step, Read)]


def files(made: Plan) -> list[tuple[str, str]]:
    """Container and path of every file that is not git's own."""
    refs = [ref for step in made.steps() if isinstance(step, Files) for ref in step.refs]
    met = [ref.ref if isinstance(ref, HomeFile) else ref for ref in refs]
    return sorted((ref.container, ref.path) for ref in met if ".git" not in ref.path and "HEAD" not in ref.path)


def gitdir(path: Path) -> None:
    for folder in ("objects", "refs"):
        (path / ".git" / folder).mkdir(parents=True)
    (path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")


def test_a_source_is_whole_once_and_after_its_tasks(tmp_path: Path, stack: ExitStack) -> None:
    Repo(tmp_path / "a").commit({"a": "a"})
    made = plan(stack, Request(targets=(str(tmp_path / "a"),)))
    *tasks, last = made.steps()
    assert last is made.reads[0]
    assert {type(task) for task in tasks} == {Files, Objects}
    assert {task.source for task in tasks if not isinstance(task, Read)} == {0}


def test_repositories_below_a_home(tmp_path: Path, stack: ExitStack) -> None:
    for name in ("b", "a", "a/inner"):
        gitdir(tmp_path / name)
    made = plan(stack, Request(homes=(tmp_path,), below=(tmp_path,)))
    assert targets(made.steps()) == [str(tmp_path), f"{tmp_path}/a", f"{tmp_path}/a/inner", f"{tmp_path}/b"]


def test_a_link_to_a_home_is_named_as_the_user_did(tmp_path: Path, stack: ExitStack) -> None:
    gitdir(tmp_path / "home" / "a")
    (tmp_path / "link").symlink_to("home")
    assert targets(plan(stack, Request(below=(tmp_path / "link",))).steps()) == [f"{tmp_path}/link", f"{tmp_path}/link/a"]


def test_what_is_named_is_read_under_that_name(tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("src/a", "src/b"):
        gitdir(tmp_path / name)
        (tmp_path / name / "file").touch()
    monkeypatch.chdir(tmp_path / "src")
    made = plan(stack, Request(targets=(".", "b"), below=(tmp_path,)))
    assert files(made) == [("./a", "file"), ("b", "file")]
    assert [read.target for read in made.reads] == [".", "./a", "b", str(tmp_path)]


def test_one_home_inside_another(tmp_path: Path, stack: ExitStack) -> None:
    gitdir(tmp_path / "me" / "a")
    made = plan(stack, Request(below=(tmp_path / "me", tmp_path)))
    assert targets(made.steps()) == [f"{tmp_path}/me", f"{tmp_path}/me/a", str(tmp_path)]


def test_a_store_and_its_own_files_are_read_once_and_every_work_tree_is(tmp_path: Path, stack: ExitStack) -> None:
    web = Repo(tmp_path / "web")
    web.commit({"file": "a"})
    web.git("worktree", "add", "--quiet", "../linked")
    made = plan(stack, Request(below=(tmp_path,)))
    steps = list(made.steps())
    assert {made.reads[step.source].target for step in steps if isinstance(step, Objects)} == {f"{tmp_path}/web"}
    own = [ref for step in steps if isinstance(step, Files) for ref in step.refs if getattr(ref, "path", "").startswith(".git/")]
    assert {ref.container for ref in own if not hasattr(ref, "ref")} == {f"{tmp_path}/web"}
    assert [(read.target, read.history) for read in made.reads] == [
        (str(tmp_path), False),
        (f"{tmp_path}/web", True),
        (f"{tmp_path}/linked", False),
    ]


@pytest.mark.usefixtures("recursion")
def test_repositories_inside_each_other_to_any_depth(tmp_path: Path, stack: ExitStack) -> None:
    folder = tmp_path / "r"
    for _ in range(60):
        gitdir(folder)
        folder /= "r"
    settings = Settings(history=False)
    made = plan(stack, Request(targets=(str(tmp_path / "r"),)), settings=settings)
    for step in made.steps():
        if isinstance(step, Read):
            step.forget()
    assert len(made.reads) == 60


def test_a_repository_inside_what_only_looks_like_one(tmp_path: Path, stack: ExitStack) -> None:
    (tmp_path / "top" / "claims").mkdir(parents=True)
    (tmp_path / "top" / "claims" / ".git").write_text("gitdir: /no/such/folder\n")
    gitdir(tmp_path / "top" / "claims" / "real")
    made = plan(stack, Request(targets=(str(tmp_path / "top"),)))
    assert targets(made.steps()) == [f"{tmp_path}/top{rest}" for rest in ("", "/claims", "/claims/real")]


def test_a_source_that_is_forgotten_has_nothing_open(tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    gitdir(tmp_path / "a")
    made = plan(stack, Request(targets=(str(tmp_path / "a"),)))
    list(made.steps())
    assert len(list((tmp_path / "temporary").iterdir())) == 1
    made.reads[0].forget()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_dotfile_below_a_home_is_left_out_of_its_work_tree_unless_history_is(tmp_path: Path, stack: ExitStack) -> None:
    gitdir(tmp_path / ".config")
    (tmp_path / ".config" / "npm").mkdir()
    (tmp_path / ".config" / "npm" / "npmrc").touch()
    (tmp_path / ".config" / "other").touch()
    request = Request(homes=(tmp_path,), below=(tmp_path,))
    home, config = str(tmp_path), f"{tmp_path}/.config"
    assert files(plan(stack, request)) == [(home, ".config/npm/npmrc"), (config, "other")]
    without = plan(stack, request, settings=Settings(history=False))
    assert files(without) == [(home, ".config/npm/npmrc"), (config, "npm/npmrc"), (config, "other")]


def test_the_search_and_what_it_found_are_told(tmp_path: Path, stack: ExitStack) -> None:
    for name in ("a", "b"):
        gitdir(tmp_path / name)
    told = Told()
    list(plan(stack, Request(below=(tmp_path,)), told).steps())
    assert told.searched == [(1, 0), (2, 1), (3, 2)]
    assert told.begun == [(f"{tmp_path}/a", 1, 2), (f"{tmp_path}/b", 2, 2)]


@pytest.mark.parametrize("request_", [Request(homes=(Path("/no/home"),)), Request(below=(Path("/no/home"),))], ids=["home", "below"])
def test_a_home_that_is_not_there_is_wrong_usage(stack: ExitStack, request_: Request) -> None:
    with pytest.raises(UsageError):
        plan(stack, request_)


@pytest.mark.parametrize(
    "named",
    [Request(homes=(Path(),)), Request(below=(Path(),)), Request(environment=True), Request(ci_exports=("f",)), Request(ci_logs=("f",))],
)
def test_the_current_folder_is_read_only_where_nothing_is_named(named: Request) -> None:
    assert (named.named_targets, Request().named_targets) == ((), (".",))


def test_a_work_tree_inside_a_bare_repository_is_a_source_of_its_own(tmp_path: Path, stack: ExitStack) -> None:
    Repo(tmp_path / "first").commit({"a": "a"})
    store = Repo(tmp_path / "web", bare=True)
    store.git("fetch", "--quiet", str(tmp_path / "first"), "main:main")
    store.git("worktree", "add", "--quiet", "main", "main")
    made = plan(stack, Request(targets=(str(tmp_path / "web"),)))
    assert files(made).count((f"{tmp_path}/web/main", "a")) == 1
    assert [read.target for read in made.reads] == [f"{tmp_path}/web", f"{tmp_path}/web/main"]


def test_as_many_files_are_expected_as_are_read(tmp_path: Path, stack: ExitStack) -> None:
    gitdir(tmp_path / "web")
    for name in (".npmrc", "a", "notes/b", ".cache/c", "web/d", "web/node_modules/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    told = Told()
    steps = list(plan(stack, Request(homes=(tmp_path,), below=(tmp_path,), depth=Depth.FULL), told).steps())
    assert told.expected == sum(len(step.refs) for step in steps if isinstance(step, Files))
    assert len([None for step in steps if isinstance(step, Files) and step.source == 0 for _ in step.refs]) == 4
