"""Patches that git itself writes, of files of which nobody thought."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.sources.patches import after, before
from tests.scanner.sources.patches.reading import read, states
from tests.support.repos import Repo

LINES = st.lists(
    st.sampled_from(["a", "b", "c\r", "", " d", "+e", "-- f", "@@ -1 +1 @@", "\\ g", "diff --git a/x b/x", "From h"]), max_size=30
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))
NAMES = ["x", "with blank", "caf\u00e9", "d/y", 'q"uote', "b/z"]
OPTIONS = st.sampled_from(
    [
        ["-U0"],
        ["-U1"],
        [],
        ["--no-prefix"],
        ["--src-prefix=one/", "--dst-prefix=two/"],
        ["--color=always"],
        ["--color=always", "--color-moved=zebra", "--ws-error-highlight=all"],
        ["--full-index", "--binary"],
        ["--no-renames"],
        ["--patience", "--inter-hunk-context=3"],
    ]
)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(repo: Repo, old: dict[str, str], new: dict[str, str], options: list[str]) -> bytes:
    """What git says differs between two states of a repository."""
    repo.commit({name: text.encode() for name, text in old.items()})
    repo.git("rm", "--quiet", "-r", "--cached", ".")
    for name, text in new.items():
        repo._write(name, text.encode())  # noqa: SLF001 - as `commit` does, which would make a commit
        repo.git("add", "--force", "--", name)
    (repo.path / ".." / "out").unlink(missing_ok=True)
    repo.git("-c", "core.attributesFile=/dev/null", "diff", "--cached", "--text", f"--output={repo.path}/../out", *options)
    return (repo.path / ".." / "out").read_bytes()


@QUICK
@given(
    old=st.dictionaries(st.sampled_from(NAMES), TEXTS, min_size=1),
    new=st.dictionaries(st.sampled_from(NAMES), TEXTS, min_size=1),
    options=OPTIONS,
)
def test_what_is_shown_is_what_files_hold(old: dict[str, str], new: dict[str, str], options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = changed(Repo(Path(folder, "repo")), old, new, options)
    if not data:
        return
    patch = read(data)
    assert {diff.path for diff in patch.diffs} <= {*old, *new}
    for diff in patch.diffs:
        states_of = [(after(patch, diff), new.get(diff.path, ""))]
        states_of += [(one, old.get(diff.origin or diff.path, "")) for one in before(patch, diff)]
        for image, text in states_of:
            lines = text.split("\n")
            for number, line in enumerate(image.data.decode().split("\n") if image else [], 1):
                assert not line or lines[image.line(number) - 1] == line if image else True


@QUICK
@given(old=TEXTS, new=TEXTS)
def test_with_all_context_all_of_a_file_is_shown(old: str, new: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = changed(Repo(Path(folder, "repo")), {"x": old}, {"x": new}, ["-U99999"])
    found = states(data) if data else []
    assert [(one.path, one.old, one.new) for one in found] == ([("x", (old.encode(),), new.encode())] if old != new else [])


@pytest.mark.parametrize("content", [bytes(range(256)) * 3, b"\0", b"\0" * 5000 + b"end"])
def test_a_new_binary_file_is_read(tmp_path: Path, content: bytes) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"x": b"\0old"})
    (repo.path / "y").write_bytes(content)
    repo.git("add", "y")
    repo.git("diff", "--cached", "--binary", f"--output={tmp_path}/out")
    assert [(one.path, one.new) for one in states((tmp_path / "out").read_bytes())] == [("y", content)]


@QUICK
@given(old=st.binary(max_size=300), new=st.binary(max_size=300), both=st.binary(min_size=1, max_size=300), many=st.integers(1, 400))
def test_a_binary_file_that_changes_is_made_from_what_it_was(old: bytes, new: bytes, both: bytes, many: int) -> None:
    contents = [b"\0" + part + both * many for part in (old, new)]
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(Path(folder, "repo"))
        repo.commit({"x": contents[0]})
        (repo.path / "x").write_bytes(contents[1])
        repo.git("diff", "--binary", f"--output={folder}/out")
        data = Path(folder, "out").read_bytes()
        name = repo.git("rev-parse", "HEAD:x")
    if not data:
        return
    found = read(data)
    (diff,) = found.diffs
    image = after(found, diff, {name: contents[0]}.get)
    assert image is not None
    assert [image.data, *(one.data for one in before(found, diff, {name: contents[0]}.get))] == contents[::-1]


def test_a_merge_is_read_as_git_shows_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit({"x": "1\n2\n3\n4\n5\n"})
    repo.git("checkout", "--quiet", "-b", "other")
    repo.commit({"x": "1\n2\n3\n4\nfive\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"x": "one\n2\n3\n4\n5\n"})
    repo.git("merge", "--quiet", "--no-commit", "other")
    (repo.path / "x").write_text("one\n2\nevil\n3\n4\nfive\n")
    oid = repo.commit({"x": "one\n2\nevil\n3\n4\nfive\n"}, message="merge")
    (found,) = states(repo.git("show", "--cc", "-U9", oid).encode() + b"\n")
    assert (found.commit, found.path, found.new) == (oid, "x", b"one\n2\nevil\n3\n4\nfive\n")
    assert found.old == (b"one\n2\n3\n4\n5\n", b"1\n2\n3\n4\nfive\n")
