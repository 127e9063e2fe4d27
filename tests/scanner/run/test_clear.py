"""What holds nothing is examined once: again only where it may be another thing, or be seen in another way."""

from __future__ import annotations

import shutil
import tarfile
from collections import Counter
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from scanner.config import Settings
from scanner.identity import OrgKey, StretchBudget
from scanner.run.clear import Clear, pack, readable, unpack
from scanner.run.examine import Examination, Examiner, Setup
from scanner.run.inside import Text
from scanner.run.manner import exact_manner
from scanner.run.notice import Noticed
from scanner.run.plan import Plan
from scanner.run.read import Read
from scanner.run.recollect import Means, Recollection, recollect
from scanner.run.request import Progress, Request
from scanner.run.work import Answer, Changes, Cleared, Objects, Task, Worker
from scanner.sources.history import RawObject, Repository, discover, packs
from scanner.store.clean import CleanBlobs
from tests.support import archives, keys, tokens
from tests.support.command import DETECTORS, keytrail, warm
from tests.support.packs import Forged, blob_id, forge_pack, whole
from tests.support.repos import Repo

SETUP = Setup(OrgKey(bytes(32), "abc123", None), StretchBudget(), (), (), DETECTORS)
TOKEN = f"TOKEN={tokens.ghp(1)}\n".encode()
NOTHING = {
    "no anchor": b"lorem ipsum\n" * 9,
    "anchors of which nothing comes": b"see ghp_ and https://example.com/ and npm_\n",
    "empty": b"",
    "in UTF-16": "lorem ipsum".encode("utf-16"),
}
WITHIN = {"a.txt": NOTHING["no anchor"], "b.txt": NOTHING["anchors of which nothing comes"]}
NOTHING |= {"archive": archives.zipped(WITHIN), "archive in an archive": archives.zipped({"inner.tar": archives.tar(WITHIN)})}
BESIDE = {
    "a public key": keys.public_pem("ed25519").encode(),
    "a public key in an archive": archives.zipped({**WITHIN, "key.pem": keys.public_pem("p256").encode()}),
    "a link": archives.tar(WITHIN, special={"link": tarfile.SYMTYPE}),
}
SOMETHING = {
    "a token": TOKEN,
    "a token in UTF-16": TOKEN.decode().encode("utf-16"),
    "a token in an archive": archives.zipped({**WITHIN, "c.env": TOKEN}),
    "a masked token": f"TOKEN={tokens.ghp(1)[:4]}{'*' * 32}{tokens.ghp(1)[-4:]}\n".encode(),
    "what cannot be read": archives.zipped(WITHIN)[:-40],
}


@pytest.fixture(scope="module")
def worker() -> Worker:
    return Worker(SETUP)


def cleared(worker: Worker, repo: Repo, clear: Clear = Clear.CHECKED) -> Cleared:
    layout, _ = discover(repo.path)
    assert layout is not None
    with Repository("box", layout) as repository:
        answers = [worker(Objects(0, batch, clear)) for batch in repository.inventory().batches]
    return {oid: kept for answer in answers for oid, kept in answer.cleared.items()}


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_blobs_are_named_that_hold_nothing_in_whatever_repository(worker: Worker, tmp_path: Path, *, packed: bool) -> None:
    repo = Repo(tmp_path)
    contents = (*NOTHING.values(), *BESIDE.values(), *SOMETHING.values())
    repo.commit({f"{number}.txt": content for number, content in enumerate(contents)})
    if packed:
        repo.pack()
    found = cleared(worker, repo)
    assert {oid: size for oid, (size, _) in found.items()} == {blob_id(one): len(one) for one in (*NOTHING.values(), *BESIDE.values())}
    assert {oid for oid, (_, beside) in found.items() if beside} == {blob_id(one) for one in BESIDE.values()}
    assert cleared(worker, repo, Clear.NOT_ASKED) == {}


def test_what_is_kept_of_a_blob_says_the_same_as_reading_it(worker: Worker, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({f"{number}.txt": content for number, content in enumerate(BESIDE.values())})
    layout, _ = discover(repo.path)
    assert layout is not None
    with Repository("box", layout) as repository:
        answers = [worker(Objects(0, batch, Clear.CHECKED)) for batch in repository.inventory().batches]
    noted, skipped = [], Counter[str]()
    for answer in answers:
        for oid, (_, beside) in answer.cleared.items():
            again = unpack(beside, "box", f"blob:{oid.hex()}", oid.hex())
            noted += again[0]
            skipped += again[1]
    assert noted == [one for answer in answers for one in answer.noted] != []
    assert skipped == sum((answer.skipped for answer in answers), Counter()) == {"link": 1}


@pytest.mark.parametrize("packed", [b"{", b"[]", b"[1,2]", b'[[["a"]],{}]', b'[[["a","zz"]],{}]', b"[[],[1]]", b'[[],{"a":"b"}]', b"\xff"])
def test_what_is_no_more_what_was_kept_is_not_believed(packed: bytes) -> None:
    good = pack([Text("blob:1!/inner", Examination((), {"too-many": 1}, Noticed(b"marks")))], "blob:1")
    assert good is not None
    assert readable({b"1": (1, packed), b"2": (2, b""), b"3": (3, good)}) == {b"2": (2, b""), b"3": (3, good)}


def test_of_blobs_that_are_made_from_others_too(worker: Worker, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    lines = [f"line {number} of something\n".encode() for number in range(500)]
    texts = [b"".join([*lines[:number], b"%d\n" % number, *lines[number:]]) for number in range(0, 500, 25)]
    for number, text in enumerate((*texts, texts[0] + TOKEN)):
        repo.commit({"a.txt": text, "b.txt": f"{number}"})
    repo.git("repack", "-adfq")
    found = cleared(worker, repo)
    assert found.keys() >= {blob_id(text) for text in texts}
    assert blob_id(texts[0] + TOKEN) not in found


def test_digits_that_only_this_repository_knows_for_an_object_are_something(worker: Worker, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    known = repo.commit({"a.txt": "a"})
    repo.commit({"b.sh": f"GITHUB_TOKEN={known}\n"})
    assert blob_id(f"GITHUB_TOKEN={known}\n".encode()) not in cleared(worker, repo)


def test_a_blob_under_the_name_of_another_is_not_cleared(worker: Worker, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    forge_pack(repo.gitdir / "objects/pack", [Forged(blob_id(TOKEN), 3, b"harmless"), whole(b"honest")])
    assert cleared(worker, repo) == {blob_id(b"honest"): (6, b"")}
    assert cleared(worker, repo, Clear.AS_INDEXED).keys() == {blob_id(b"honest"), blob_id(TOKEN)}


def steps(cache: Path, *targets: Path, settings: Settings | None = None) -> tuple[list[Read], int]:
    """The sources of a run, and how many objects of them were dealt out; every task is done before the next is asked for."""
    given, worker, dealt = settings or Settings(), Worker(SETUP), 0
    with ExitStack() as stack:
        clean = stack.enter_context(CleanBlobs(cache, partial(exact_manner, SETUP, given)))
        plan = Plan(Request(tuple(map(str, targets))), given, stack, Progress(), clean=clean)
        for step in plan.steps():
            if isinstance(step, Objects):
                dealt += step.batch.objects
                answer = worker(step)
                plan.reads[step.source].take(answer)
                plan.clear(answer)
    return plan.reads, dealt


def test_a_second_run_reads_only_what_holds_something_and_what_is_new(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({**{f"{number}.txt": f"text {number}\n" for number in range(50)}, "a.env": TOKEN})
    (first,), dealt = steps(tmp_path / "cache", repo.path)
    assert dealt == 52
    (second,), dealt = steps(tmp_path / "cache", repo.path)
    assert dealt == 2
    assert (second.blobs, second.bytes, second.hits, second.commits) == (first.blobs, first.bytes, first.hits, first.commits)
    repo.commit({"new.txt": "new\n"})
    assert steps(tmp_path / "cache", repo.path)[1] == 4
    assert steps(tmp_path / "cache", repo.path, settings=Settings(archives=False))[1] == 54


def test_what_is_in_a_pack_is_checked_when_it_is_met_a_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not packs.AVAILABLE:
        pytest.skip("there is no compiler")
    checked: list[str] = []

    def genuine(item: RawObject) -> bool:
        checked.append(item.oid)
        return True

    monkeypatch.setattr(RawObject, "genuine", property(genuine))
    repo = Repo(tmp_path / "repo")
    repo.commit({f"{number}.txt": f"text {number}\n" for number in range(50)})
    repo.pack()
    copies = [repo.path, *(tmp_path / f"copy{number}" for number in range(2))]
    seen = []
    for copy in copies:
        if copy != repo.path:
            shutil.copytree(repo.path, copy)
        seen += [(steps(tmp_path / "cache", copy)[1], len(checked)) for _ in range(2)]
    assert seen == [(51, 0), (1, 0), (51, 50), (1, 50), (1, 50), (1, 50)]
    repo.git("repack", "-adfq", "--depth=1")
    assert steps(tmp_path / "cache", repo.path)[1] == 1


def test_a_blob_that_two_packs_have_counts_once(tmp_path: Path) -> None:
    if not packs.AVAILABLE:
        pytest.skip("there is no compiler")
    repo = Repo(tmp_path / "repo")
    folder = repo.gitdir / "objects/pack"
    texts = [f"text {number}\n".encode() for number in range(9)]
    forge_pack(folder, [whole(text) for text in texts], name="pack-m")
    (first,), _ = steps(tmp_path / "cache", repo.path)
    for name in ("pack-a", "pack-z"):  # read before and after the other one
        forge_pack(folder, [whole(text) for text in texts[:3]], name=name)
        (second,), _ = steps(tmp_path / "cache", repo.path)
        assert (second.blobs, second.bytes) == (first.blobs, first.bytes) == (9, 63)


def test_one_run_reads_what_two_repositories_have_once(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({f"{number}.txt": f"text {number}\n" for number in range(50)})
    shutil.copytree(repo.path, tmp_path / "copy")
    reads, dealt = steps(tmp_path / "cache", repo.path, tmp_path / "copy")
    assert dealt == 50 + 2
    assert [(read.blobs, read.bytes) for read in reads] == [(50, reads[0].bytes)] * 2


def test_a_sweep_examines_what_its_repositories_share_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[str] = []
    examine = Examiner.examine

    def counted(self: Examiner, path: str, data: bytes) -> Examination:
        examined.append(path)
        return examine(self, path, data)

    monkeypatch.setattr(Examiner, "examine", counted)
    repo = Repo(tmp_path / "repo")
    repo.commit({**{f"{number}.txt": f"text {number}\n" for number in range(50)}, "key.pem": keys.public_pem("ed25519"), "a.env": TOKEN})
    shutil.copytree(repo.path, tmp_path / "copy")
    read = []
    with CleanBlobs(tmp_path / "cache", partial(exact_manner, SETUP, Settings())) as clean:
        for path in (repo.path, tmp_path / "copy"):
            examined.clear()
            layout, _ = discover(path)
            assert layout is not None
            with Repository("box", layout) as repository:
                means = Means(SETUP, Settings(), clean, several=True)
                reading = recollect(repository, Recollection(), means, Progress(), shown=False)
            read.append((reading, sum(path.startswith("blob:") for path in examined)))
    assert [count for _, count in read] == [52, 1]
    assert read[0][0] == read[1][0]
    assert (read[0][0].blobs, len(read[0][0].recollection.beside.marks)) == (52, 1)


def test_a_sweep_asks_about_a_long_past_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo(tmp_path / "repo")
    for number in range(12):
        repo.commit({f"{number % 3}.env": TOKEN + b"# %d\n" % number})
    asked: list[int] = []
    work = Worker.__call__

    def counted(self: Worker, task: Task) -> Answer:
        if isinstance(task, Changes):
            asked.append(task.batch.count)
        return work(self, task)

    monkeypatch.setattr(Worker, "__call__", counted)
    readings = []
    for together in (1000, 4):
        monkeypatch.setattr("scanner.sources.history.repository._TOGETHER", together)
        layout, _ = discover(repo.path)
        assert layout is not None
        with Repository("box", layout) as repository:
            readings.append(recollect(repository, Recollection(), Means(SETUP, Settings(), None, several=False), Progress(), shown=False))
    assert readings[0] == readings[1]
    assert len(readings[0].recollection.occurrences) == 3
    assert sum(asked) > 4
    assert len(asked) > 2


@pytest.mark.parametrize("compiled", [True, False], ids=["extension", "no extension"])
def test_reports_of_all_runs_are_the_same(tmp_path: Path, *, compiled: bool) -> None:
    home = tmp_path / "home"
    warm(home)
    repo = Repo(tmp_path / "repo")
    for number, content in enumerate((*NOTHING.values(), *BESIDE.values(), *SOMETHING.values())):
        repo.commit({"a.bin": content, f"{number}.txt": content, ".npmrc": f"//h.example/:_authToken={tokens.npm(number)}\n"})
    command = ("scan", "--format", "json", "--no-color", "repo")
    runs = [keytrail(*command, *more, cwd=tmp_path, home=home, compiled=compiled) for more in ((), (), ("-j", "3"))]
    assert [run.code for run in runs] == [1] * 3
    assert len({run.stdout for run in runs}) == 1
    assert len(list((home / ".cache/keytrail").glob("clean-*"))) == 1


def test_without_the_cache_nothing_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    warm(home)
    Repo(tmp_path / "repo").commit({"a.txt": "text\n", "a.env": TOKEN})
    command = ("scan", "--format", "json", "repo")
    without = keytrail(*command, "--no-cache", cwd=tmp_path, home=home)
    assert keytrail(*command, "--no-history", cwd=tmp_path, home=home).code == 1
    assert not list((home / ".cache/keytrail").glob("clean-*"))
    assert keytrail(*command, cwd=tmp_path, home=home) == without == keytrail(*command, cwd=tmp_path, home=home)


@pytest.mark.parametrize("where", ["elsewhere", "in the same place", "in the same run"])
def test_an_honest_repository_is_read_whatever_a_forged_one_said_before(tmp_path: Path, where: str) -> None:
    home = tmp_path / "home"
    warm(home)
    forged, honest = Repo(tmp_path / "forged"), Repo(tmp_path / "honest")
    forge_pack(forged.gitdir / "objects/pack", [Forged(blob_id(TOKEN), 3, b"harmless")])
    honest.commit({"a.env": TOKEN})
    honest.commit({"a.env": None})
    honest.pack()
    if where == "in the same run":
        assert keytrail("scan", "forged", "honest", cwd=tmp_path, home=home).code == 1
        return
    assert keytrail("scan", "forged", cwd=tmp_path, home=home).code == 0
    if where == "in the same place":
        shutil.rmtree(forged.path)
        honest.path.rename(forged.path)
    assert keytrail("scan", "forged" if where == "in the same place" else "honest", cwd=tmp_path, home=home).code == 1
