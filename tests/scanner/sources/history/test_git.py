from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import Reason
from scanner.sources.history import Limits, Repository, discover
from scanner.sources.history.git import Failure, Handle, environment, executable, run
from tests.scanner.sources.history.reading import look
from tests.support.repos import Repo


@pytest.fixture
def handle(tmp_path: Path) -> Handle:
    """An empty repository that is as good as a shadow."""
    Repo(tmp_path / "shadow", bare=True)
    return Handle(str(tmp_path / "shadow"), limits=Limits(patience=60))


def _stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, body: str) -> None:
    """`git` is a Python program from now on; it finds the real one in `REAL` and its arguments behind our settings in `ARGUMENTS`."""
    (folder / "bin").mkdir()
    script = folder / "bin/git"
    prelude = f"import os, signal, subprocess, sys, time\nREAL = {shutil.which('git')!r}\n"
    prelude += "ARGUMENTS = sys.argv[next(i for i, a in enumerate(sys.argv) if i and a[0] != '-' and sys.argv[i - 1] != '-c'):]\n"
    script.write_text(f"#!{sys.executable} -I\n{prelude}{body}")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


def _end(handle: Handle, *arguments: str, request: bytes | None = None) -> tuple[bytes, Failure | None]:
    with run(handle, *arguments, request=request) as child:
        return child.out.read(), child.end()


def test_output_and_success(handle: Handle) -> None:
    out, failure = _end(handle, "hash-object", "--stdin", request=b"hello\n")
    assert (out, failure) == (b"ce013625030ba8dba906f756967f9e9ca394464a\n", None)


def test_failure_is_a_value_with_the_first_line_of_the_complaint(handle: Handle) -> None:
    out, failure = _end(handle, "cat-file", "-t", "1" * 40)
    assert out == b""
    assert failure == Failure(Reason.DAMAGED, "git cat-file failed: fatal: git cat-file: could not get object info")


def test_a_silent_child_is_ended(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path, "print('first', flush=True)\ntime.sleep(1000)")
    out, failure = _end(Handle(handle.gitdir, limits=Limits(patience=1)), "cat-file")
    assert out == b"first\n"
    assert failure == Failure(Reason.TIMEOUT, "git cat-file took too long and was ended")


def test_a_child_that_never_stops_talking_is_ended(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path, "while True:\n print('drip', flush=True)\n time.sleep(0.05)")
    out, failure = _end(Handle(handle.gitdir, limits=Limits(patience=1)), "cat-file")
    assert out.startswith(b"drip\n")
    assert failure is not None
    assert failure.reason is Reason.TIMEOUT


def test_a_child_that_closes_its_output_and_stays_is_ended(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path, "os.close(1)\nos.close(2)\ntime.sleep(1000)")
    _, failure = _end(Handle(handle.gitdir, limits=Limits(patience=1)), "cat-file")
    assert failure is not None
    assert failure.reason is Reason.TIMEOUT


def test_a_flood_of_complaints_is_drained(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path, "sys.stderr.write('words of git\\n' * 1_000_000)\nsys.stderr.flush()\nprint('done')")
    with run(handle, "cat-file") as child:
        assert child.out.read() == b"done\n"
        assert child.end() is None
        assert child.complaint == "words of git"


def test_a_crash_is_told_apart(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _stand_in(monkeypatch, tmp_path, "os.kill(os.getpid(), signal.SIGSEGV)")
    with run(handle, "cat-file") as child:
        assert child.out.read() == b""
        assert child.end() == Failure(Reason.DAMAGED, "git cat-file was ended by signal 11")
        assert child.crashed


def test_a_child_gets_no_variable_but_what_it_needs(monkeypatch: pytest.MonkeyPatch, handle: Handle, tmp_path: Path) -> None:
    for name in ("GIT_DIR", "GIT_EVIL", "XDG_CONFIG_HOME", "SECRET", "LD_PRELOAD"):
        monkeypatch.setenv(name, "/evil")
    _stand_in(monkeypatch, tmp_path, "print('\\n'.join(sorted(os.environ)))")
    out, _ = _end(handle, "version")
    names = set(out.decode().split()) - {"LC_CTYPE", "PWD"}
    assert names == set(environment(handle.gitdir))
    assert not names & {"GIT_EVIL", "XDG_CONFIG_HOME", "SECRET", "LD_PRELOAD"}
    assert environment(handle.gitdir)["HOME"] == handle.gitdir


def test_a_child_can_write_no_file_and_has_bounded_memory(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    body = "import resource\nprint([resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[0] for name in ('FSIZE', 'CORE', 'AS')])"
    _stand_in(monkeypatch, tmp_path, body)
    out, _ = _end(Handle(handle.gitdir, indexes=1 << 20, limits=Limits(memory=1 << 30)), "version")
    assert out == f"[0, 0, {(1 << 30) + (2 << 20)}]\n".encode()


def test_git_is_taken_from_absolute_folders_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = executable()
    (tmp_path / "git").write_text("#!/bin/sh\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", os.environ["PATH"])))
    assert executable() == real


def test_without_git_nothing_can_be_read_and_the_message_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Repo(tmp_path)
    layout, _ = discover(tmp_path)
    assert layout is not None
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is needed"), Repository("box", layout):
        pass


def test_a_repository_that_is_not_open_says_nothing(tmp_path: Path) -> None:
    Repo(tmp_path)
    layout, _ = discover(tmp_path)
    assert layout is not None
    with pytest.raises(ValueError, match="not open"):
        Repository("box", layout).inventory()


CRASHING = """
lines = sys.stdin.buffer.read().splitlines() if ARGUMENTS[0] in {commands!r} else None
if lines is None:
    os.execv(REAL, [REAL, *sys.argv[1:]])
bad = next((number for number, line in enumerate(lines) if line.startswith({oids!r})), len(lines))
done = subprocess.run([REAL, *sys.argv[1:]], input=b"".join(line + b"\\n" for line in lines[:bad]), stdout=subprocess.PIPE).stdout
if bad < len(lines):
    os.write(1, done[:-10] if "--buffer" in ARGUMENTS or ARGUMENTS[0] == "diff-tree" else done)
    os.kill(os.getpid(), signal.SIGKILL)
while done:
    done = done[os.write(1, done):]
"""
"""Dies when it is asked about one object, with its last words still in a buffer."""


def test_an_object_on_which_git_crashes_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "x")
    repo.commit({str(number): f"content {number}" for number in range(20)})
    bad = repo.git("rev-parse", "HEAD:7")
    _stand_in(
        monkeypatch,
        tmp_path,
        CRASHING.format(commands=("cat-file",), oids=(bad.encode(),)).replace("else None", "and '--batch' in ARGUMENTS else None"),
    )
    seen = look(repo.path)
    assert [(entry.path, entry.detail) for entry in seen.damaged] == [(f"blob:{bad}", "git cat-file was ended by signal 9")]
    assert len(seen.blobs) == 19


def test_a_commit_on_which_git_crashes_is_named_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "x")
    commits = [repo.commit({"a": f"needle {number}"}) for number in range(10)]
    tree = repo.git("rev-parse", f"{commits[5]}^{{tree}}")
    _stand_in(monkeypatch, tmp_path, CRASHING.format(commands=("diff-tree",), oids=(commits[6].encode(), tree.encode())))
    seen = look(repo.path)
    told = [commit for commit, _, _, _ in seen.changes()]
    assert f"commit:{commits[6]}" in {entry.path for entry in seen.unplaced}
    assert len(seen.unplaced) <= 2
    assert [commit for commit in commits if commit not in {entry.path.removeprefix("commit:") for entry in seen.unplaced}] == [
        commit for commit in told if f"commit:{commit}" not in {entry.path for entry in seen.unplaced}
    ]
    assert len(told) == len(set(told))


def test_a_git_that_changes_its_mind_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "x")
    good, bad = repo.blob("good"), repo.blob("bad")
    body = f"""
if "--batch" not in ARGUMENTS:
    os.execv(REAL, [REAL, *sys.argv[1:]])
out = subprocess.run([REAL, *sys.argv[1:]], input=sys.stdin.buffer.read(), stdout=subprocess.PIPE).stdout
os.write(1, out.replace(b"{bad} blob 3", b"{bad} blob 9999999999"))
"""
    _stand_in(monkeypatch, tmp_path, body)
    seen = look(repo.path)
    assert [(entry.path, entry.reason) for entry in seen.damaged] == [(f"blob:{bad}", Reason.DAMAGED)]
    assert good in seen.objects


@pytest.mark.parametrize("own_packs", [False], indirect=True)
@pytest.mark.usefixtures("own_packs")
def test_a_listing_that_fails_is_no_empty_listing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "x")
    repo.commit({"a": "x"})
    _stand_in(monkeypatch, tmp_path, "if 'cat-file' in ARGUMENTS: sys.exit('fatal: no')\nos.execv(REAL, [REAL, *sys.argv[1:]])")
    complaints = look(repo.path).complaints
    assert (".git/objects", "damaged") in complaints


def test_refs_that_cannot_be_listed_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "x")
    repo.commit({"a": "x"})
    _stand_in(monkeypatch, tmp_path, "if 'for-each-ref' in ARGUMENTS: sys.exit('fatal: no')\nos.execv(REAL, [REAL, *sys.argv[1:]])")
    assert ("refs", "damaged") in look(repo.path).complaints


def test_the_raw_value_of_a_complaint_is_not_shown(handle: Handle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    token = "t0k3n" * 8
    _stand_in(monkeypatch, tmp_path, f"sys.exit('fatal: unexpected line in packed-refs: {token}')")
    _, failure = _end(handle, "cat-file")
    assert failure is not None
    assert failure.detail == "git cat-file failed: fatal: unexpected line in packed-refs: …"
