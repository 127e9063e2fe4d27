from __future__ import annotations

import random
from pathlib import Path

import pytest

from scanner.sources.history import ChangeBatch, Graph
from scanner.sources.history.parts import change_batches
from scanner.sources.history.shadow import Shadow
from tests.scanner.sources.history.reading import Seen, flip, look
from tests.support.repos import Repo

pytestmark = pytest.mark.usefixtures("own_packs")

_NAMES = ("a", "b", "d/a", "d/e/a", "d/e/b", "d", "x y", "tab\t", ":100644", "0" * 40)
_COMMITS = 40


def _by_git(repo: Repo) -> set[tuple[str, str]]:
    """What git itself misses on its walk from all refs."""
    told = repo.git("rev-list", "--objects", "--missing=print", "--all", "--reflog").splitlines()
    return {(f"object:{line[1:]}", "missing") for line in told if line.startswith("?")}


def _stream(rng: random.Random) -> bytes:
    """A past with merges, branches, roots, copies, removals, folders that become files and the other way round, modes and submodules."""
    lines: list[str] = []
    for number in range(_COMMITS):
        parents = rng.sample(range(1, number + 1), min(number, rng.choice((0, 1, 1, 1, 1, 2, 2, 3)))) if number else []
        lines += [
            f"commit refs/heads/b{number}",
            f"mark :{number + 1}",
            f"committer A <a@example.org> {1_700_000_000 + number} +0000",
            "data 1",
            "x",
        ]
        lines += [f"{'merge' if place else 'from'} :{parent}" for place, parent in enumerate(parents)]
        for name in rng.sample(_NAMES, rng.randrange(4)):
            quoted = f'"{name}"'.replace("\t", "\\t")
            match rng.randrange(6):
                case 0:
                    lines.append(f"D {quoted}")
                case 1:
                    lines.append(f"M 160000 {rng.choice('12') * 40} {quoted}")
                case _:
                    text = f"{rng.choice(('needle', 'hay'))} {rng.randrange(8)}"
                    lines += [f"M {rng.choice(('100644', '100755', '120000'))} inline {quoted}", f"data {len(text)}", text]
        lines.append("")
    return "\n".join(lines).encode()


def _made(path: Path, seed: int) -> tuple[Repo, random.Random]:
    rng = random.Random(seed)
    repo = Repo(path)
    repo.git("-c", "fastimport.unpackLimit=100000", "fast-import", "--quiet", "--force", stdin=_stream(rng))
    for number in rng.sample(range(_COMMITS), _COMMITS // 2):
        repo.git("update-ref", "-d", f"refs/heads/b{number}")
    return repo, rng


def _blobs(repo: Repo) -> list[str]:
    listed = repo.git("cat-file", "--batch-all-objects", "--batch-check").splitlines()
    return [line.split()[0] for line in listed if line.split()[1] == "blob"]


def _whole(seen: Seen) -> bool:
    return all(part is not None for part in seen.parts)


@pytest.mark.parametrize("seed", range(6))
def test_any_past_is_told_in_parts_as_git_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    repo, rng = _made(tmp_path, seed)
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 7)
    monkeypatch.setattr("scanner.sources.history.parts._CHUNK", (1 << 18, 61)[seed % 2])
    for oid in rng.sample(_blobs(repo), 5):
        repo.loose(oid).unlink()
    loose = look(tmp_path)
    assert _whole(loose)
    assert loose.complaints == _by_git(repo)
    assert loose.changes() != []


@pytest.mark.parametrize("seed", range(6, 9))
def test_a_past_is_told_alike_however_it_is_packed(tmp_path: Path, seed: int) -> None:
    repo, _ = _made(tmp_path, seed)
    before = look(tmp_path)
    repo.pack()
    after = look(tmp_path)
    assert _whole(before)
    assert _whole(after)
    reached = {commit for commit, reach in before.chronicle.reach.items() if reach.value == "branch"}
    assert [change for change in before.changes() if change[0] in reached] == [change for change in after.changes() if change[0] in reached]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_root_brings_all_its_files(tmp_path: Path, object_format: str) -> None:
    repo = Repo(tmp_path, object_format=object_format)
    repo.commit({"a": "needle", "d/b": "2"})
    lost = repo.git("rev-parse", "HEAD:d/b")
    repo.loose(lost).unlink()
    seen = look(tmp_path)
    assert (_whole(seen), seen.complaints) == (True, {(f"object:{lost}", "missing")})


def test_what_only_a_merge_brings_is_missed(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    base = repo.commit({"a": "base"})
    repo.commit({"a": "left"})
    repo.git("checkout", "--quiet", "-b", "side", base)
    repo.commit({"a": "right"})
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--no-commit", "--strategy=ours", "side")
    repo.commit({"a": "evil"})
    lost = repo.git("rev-parse", "HEAD:a")
    repo.loose(lost).unlink()
    seen = look(tmp_path)
    assert (_whole(seen), seen.complaints) == (True, {(f"object:{lost}", "missing")})


def test_what_only_unreachable_commits_bring_is_nobodys_loss(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    lost = repo.blob("2")
    repo.git("commit-tree", "-p", "HEAD", "-m", "x", repo.git("mktree", stdin=f"100644 blob {lost}\ta\n".encode()))
    repo.loose(lost).unlink()
    seen = look(tmp_path)
    assert (_whole(seen), len(seen.parts), seen.complaints) == (True, 2, set())


def test_what_is_too_large_or_damaged_is_not_missing(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"large": "x" * 100, "damaged": "y"})
    damaged = repo.git("rev-parse", "HEAD:damaged")
    flip(repo.loose(damaged), 0)
    seen = look(tmp_path, max_blob_size=50)
    assert (_whole(seen), seen.missing) == (True, ())


def test_trees_that_cannot_be_opened_leave_no_answer(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    root = repo.git("rev-parse", "HEAD^{tree}")
    repo.commit({"a": "1", "d/b": "2"})
    folder = repo.git("rev-parse", "HEAD:d")
    for oid in (root, folder):
        content = repo.loose(oid).read_bytes()
        repo.loose(oid).unlink()
        seen = look(tmp_path)
        assert [part for part in seen.parts if part is not None] == []
        assert (f"object:{oid}", "missing") in seen.complaints or (f"tree:{oid}", "missing") in seen.complaints
        repo.loose(oid).write_bytes(content)
    assert _whole(look(tmp_path))


def test_a_pair_that_git_passes_over_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 1)
    repo = Repo(tmp_path)
    repo.commit({"a": "1"})
    repo.commit({"a": "needle"})
    repo.loose(repo.git("rev-parse", "HEAD~1^{tree}")).unlink()
    assert look(tmp_path).parts == (None, None)


def test_commits_that_change_nothing_are_not_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 1)
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    repo.commit()
    repo.git("commit-tree", "-p", "HEAD", "-p", "HEAD~1", "-m", "merge", "HEAD^{tree}")
    assert len(look(tmp_path).parts) == 1


@pytest.mark.parametrize("spec", ["HEAD", "HEAD^{tree}"])
def test_a_file_that_is_no_blob_takes_a_walk(tmp_path: Path, spec: str) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle"})
    tree = repo.forge("tree", b"100644 b\0" + bytes.fromhex(repo.git("rev-parse", spec)))
    repo.git("update-ref", "refs/heads/odd", repo.git("commit-tree", "-m", "x", tree))
    assert [path for _, path, _, _ in look(tmp_path).changes()] == ["a"]


def test_files_are_asked_for_by_any_of_their_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 1)
    repo = Repo(tmp_path)
    repo.commit({"a": "same", "link": "x"})
    repo.commit({"d/told.key": "same"})
    repo.commit({"d/told.key": None})
    seen = look(tmp_path, asked=lambda path: path.endswith(b"told.key"), again=False)
    assert seen.named == {repo.git("rev-parse", "HEAD:a")}
    assert [path for _, path, _, _ in seen.changes()] == ["a", "d/told.key", "d/told.key"]


def test_every_file_that_lay_under_a_path_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.parts._CHUNK", 50)
    repo = Repo(tmp_path)
    oids = set()
    for content in ("1", "2", "3"):
        repo.commit({"told.key": content})
        oids.add(repo.git("rev-parse", "HEAD:told.key"))
    assert look(tmp_path, asked=lambda path: path == b"told.key").named == oids


@pytest.mark.parametrize(("name", "room"), [("KEPT", 300), ("_BROUGHT", 1), ("_ALL_BROUGHT", 1), ("BUDGET", 1)])
def test_what_is_too_much_for_parts_is_told_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, room: int) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a": "needle 1", "b": "needle 2"})
    monkeypatch.setattr(f"scanner.sources.history.parts.{name}", room)
    seen = look(tmp_path)
    assert (seen.parts, [path for _, path, _, _ in seen.changes()]) == ((None,), ["a", "b"])


def test_a_path_that_looks_like_a_record_is_none(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    record = f":100644 100644 {'1' * 40} {'2' * 40} M"
    repo.commit({record: "needle", "a": "x"})
    repo.commit({record: "needle 2"})
    seen = look(tmp_path)
    assert (_whole(seen), seen.complaints, [path for _, path, _, _ in seen.changes()]) == (True, set(), [record, record])


def test_merges_are_asked_about_first_and_in_smaller_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", 4)
    dealt: list[tuple[ChangeBatch, ...]] = []

    def kept(shadow: Shadow, graph: Graph, hits: frozenset[str], together: int) -> tuple[ChangeBatch, ...]:
        dealt.append(change_batches(shadow, graph, hits, together))
        return dealt[-1]

    monkeypatch.setattr("scanner.sources.history.repository.change_batches", kept)
    repo = Repo(tmp_path)
    commits = [repo.commit({"a": f"{number}"}) for number in range(5)]
    tree = repo.git("mktree", stdin=b"")
    for number in range(3):
        merge = repo.git("commit-tree", "-m", "x", "-p", commits[number], "-p", commits[number + 1], tree)
        repo.git("update-ref", f"refs/heads/b{number}", merge)
    assert _whole(look(tmp_path, again=False))
    assert [(batch.merges, batch.count, len(batch.request.splitlines())) for batch in dealt[0]] == [
        (True, 2, 2),
        (True, 1, 1),
        (False, 4, 4),
        (False, 1, 1),
    ]
