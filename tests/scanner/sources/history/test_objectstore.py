"""When git gets the store itself, and when only links to what is sound in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.sources.history.objectstore import mirror
from tests.scanner.sources.history.reading import look
from tests.support.repos import Repo

FILES = 60


pytestmark = pytest.mark.usefixtures("own_packs")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with loose objects in many folders."""
    made = Repo(tmp_path / "web")
    made.commit({f"{number}.txt": f"needle {number}\n" for number in range(FILES)})
    return made


def stores(repo: Repo, shadow: Path) -> tuple[list[str], int]:
    """The stores that git is told of beside its own, and how many links its own has."""
    mirror(repo.gitdir / "objects", shadow, "sha1", "web", ".git/objects/")
    links = sum(1 for path in shadow.rglob("*") if path.is_symlink())
    return (shadow / "info" / "alternates").read_text().splitlines(), links


def test_where_nothing_is_to_be_hidden_git_gets_the_store_itself(repo: Repo, tmp_path: Path) -> None:
    assert stores(repo, tmp_path / "shadow") == ([str(repo.gitdir / "objects")], 0)


def test_few_objects_are_linked(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({"a": "needle"})
    told, links = stores(repo, tmp_path / "shadow")
    assert told == []
    assert links == 3


def _pipe_for_an_object(objects: Path) -> None:
    victim = next(path for path in objects.glob("??/*") if path.is_file())
    victim.unlink()
    os.mkfifo(victim)


def _pipe_among_the_packs(objects: Path) -> None:
    os.mkfifo(objects / "pack" / "multi-pack-index")


def _pack_without_index(objects: Path) -> None:
    (objects / "pack" / f"pack-{'0' * 40}.pack").write_bytes(b"PACK")


def _alternates(objects: Path) -> None:
    (objects / "info" / "alternates").write_text(f"{objects.parent}/nowhere\n")


@pytest.mark.parametrize("spoil", [_pipe_for_an_object, _pipe_among_the_packs, _pack_without_index, _alternates])
def test_where_something_is_to_be_hidden_git_gets_links(repo: Repo, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(repo.gitdir / "objects")
    told, links = stores(repo, tmp_path / "shadow")
    assert str(repo.gitdir / "objects") not in told
    assert links > FILES // 2


def test_all_is_read_either_way(repo: Repo) -> None:
    before = look(repo.path)
    _pipe_among_the_packs(repo.gitdir / "objects")
    after = look(repo.path)
    assert len(before.blobs) == FILES
    assert (after.objects, after.complaints) == (before.objects, before.complaints)
