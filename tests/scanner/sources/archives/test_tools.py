"""What real programs make is opened as they would open it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scanner.sources.archives.opened import opened

TEXT = b"first line\nsecond line\n" * 200
FOLDER = ["d" * 60 + "/" + "long-name-" * 9 + "end.txt", "d/e.txt", "f.txt"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with files, and a link among them."""
    root = tmp_path / "tree"
    for name in FOLDER:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(TEXT)
    (root / "link").symlink_to("f.txt")
    return root


def made(name: str, *command: str, cwd: Path) -> bytes:
    """The file that a command makes; the test is skipped where there is no such program."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    return (cwd / name).read_bytes()


def names(data: bytes) -> list[str]:
    """The paths of the members, which all have the same content."""
    told = opened(data)
    assert {content for _, content in told.contents} == {TEXT}
    assert told.problems == []
    assert {reason for _, reason in told.skipped} <= {"link"}
    return sorted(path.replace("!/./", "!/") for path, _ in told.contents)


ALL = [f"a!/{name}" for name in sorted(FOLDER)]


@pytest.mark.parametrize("form", ["v7", "ustar", "gnu", "oldgnu", "pax"])
def test_tar(tree: Path, form: str) -> None:
    files = ["f.txt", "d/e.txt"] if form == "v7" else ["."]
    data = made("../x.tar", "tar", "-c", f"--format={form}", "-f", "../x.tar", *files, cwd=tree)
    assert names(data) == (["a!/d/e.txt", "a!/f.txt"] if form == "v7" else ALL)


@pytest.mark.parametrize("program", ["gzip", "bzip2", "xz", "zstd"])
def test_compressed_tar(tree: Path, program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program} here")
    assert names(made("../x", "tar", "-c", f"--use-compress-program={program}", "-f", "../x", ".", cwd=tree)) == ALL


@pytest.mark.parametrize("form", ["--format=gnu", "--format=pax"])
def test_sparse_files(tree: Path, form: str) -> None:
    with (tree / "sparse").open("wb") as stream:
        for number in range(40):
            stream.seek(number << 16)
            stream.write(b"piece\n" * 800)
    told = opened(made("../x.tar", "tar", "-cS", form, "-f", "../x.tar", "sparse", "f.txt", cwd=tree))
    stored, after = told.contents
    assert (stored[0], stored[1].count(b"piece\n"), after) == ("a!/sparse", 32_000, ("a!/f.txt", TEXT))
    assert told.problems == []


@pytest.mark.parametrize("options", [["-r"], ["-r", "-0"], ["-r", "-Z", "bzip2"]])
def test_zip(tree: Path, options: list[str]) -> None:
    assert names(made("../x.zip", "zip", "-y", *options, "../x.zip", ".", cwd=tree)) == ALL


def test_zip_through_a_pipe(tree: Path) -> None:
    if shutil.which("zip") is None:
        pytest.skip("no zip here")
    (tree / "link").unlink()  # zip does not write links to a pipe
    data = subprocess.run(["zip", "-r", "-", "."], cwd=tree, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    assert names(data) == ALL


def test_encrypted_zip(tree: Path) -> None:
    data = made("../x.zip", "zip", "-P", "word", "../x.zip", "f.txt", cwd=tree)
    told = opened(data)
    assert (told.contents, told.problems) == ([], [("a!/f.txt", "encrypted", "")])


def test_what_was_deleted_from_a_zip_without_rewriting_it(tree: Path) -> None:
    """A program adds a newer copy and leaves the old one where it lies."""
    script = "import zipfile, sys\nfor text in (b'old', b'new'):\n with zipfile.ZipFile('../x.zip', 'a') as z: z.writestr('f', text)"
    data = made("../x.zip", sys.executable, "-Wignore", "-c", script, cwd=tree)
    assert [content for _, content in opened(data).contents] == [b"old", b"new"]


def test_ar(tree: Path) -> None:
    shutil.copy(tree / FOLDER[0], tree / "a-longer-name.txt")
    assert names(made("x.a", "ar", "rc", "x.a", "f.txt", "a-longer-name.txt", cwd=tree)) == ["a!/a-longer-name.txt", "a!/f.txt"]


@pytest.mark.parametrize("form", ["gzip", "xz", "zstd", "none"])
def test_debian_package(tree: Path, form: str) -> None:
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text("Package: p\nVersion: 1\nArchitecture: all\nMaintainer: a <a@example.org>\nDescription: p\n")
    data = made("../p.deb", "dpkg-deb", "--build", "--root-owner-group", f"-Z{form}", ".", "../p.deb", cwd=tree)
    told = opened(data, "p.deb")
    ending = {"gzip": ".gz", "xz": ".xz", "zstd": ".zst", "none": ""}[form]
    assert [path for path, content in told.contents if content == TEXT] == [f"p.deb!/data.tar{ending}!/./{name}" for name in sorted(FOLDER)]
    assert any(path.endswith("!/./control") for path, _ in told.contents)
    assert told.problems == []


def test_zip_application(tree: Path) -> None:
    (tree / "__main__.py").write_bytes(TEXT)
    (tree / "link").unlink()
    data = made("../x.pyz", sys.executable, "-m", "zipapp", "-p", "/usr/bin/env python3", "-o", "../x.pyz", ".", cwd=tree)
    assert data.startswith(b"#!")
    assert names(data) == sorted([*ALL, "a!/__main__.py"])
