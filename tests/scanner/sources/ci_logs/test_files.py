"""The files that an argument stands for."""

from __future__ import annotations

from pathlib import Path

from scanner.sources.ci_logs.files import logs_at
from scanner.sources.files import FileRef
from scanner.sources.ignore import EVERYTHING
from tests.support.repos import Repo


def paths(root: Path) -> list[str]:
    return [met.path for met in logs_at(root, "logs", EVERYTHING) if isinstance(met, FileRef)]


def test_a_file_is_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "job.log").write_text("x")
    assert paths(tmp_path / "job.log") == ["job.log"]


def test_every_file_below_a_folder_is_one(tmp_path: Path) -> None:
    for name in ("0_build.txt", "build/1_a.txt", "build/system.txt", "deep/er/x.zip"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert paths(tmp_path) == ["0_build.txt", "build/1_a.txt", "build/system.txt", "deep/er/x.zip"]


def test_a_repository_below_a_folder_is_a_folder_of_logs(tmp_path: Path) -> None:
    Repo(tmp_path / "logs" / "kept").commit({"a.log": "x\n", "b/c.log": "y\n"})
    found = list(logs_at(tmp_path / "logs", "logs", EVERYTHING))
    assert [met.path for met in found] == ["kept/a.log", "kept/b/c.log"]
    assert all(isinstance(met, FileRef) and Path(met.root, met.raw.decode()).is_file() for met in found)


def test_links_are_counted_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("x")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "link.log").symlink_to(tmp_path / "outside")
    (met,) = logs_at(tmp_path / "logs", "logs", EVERYTHING)
    assert (met.path, not isinstance(met, FileRef)) == ("link.log", True)
