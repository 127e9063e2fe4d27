"""The list of installed detectors that is kept between runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from scanner import registry
from scanner.contract import Detector, Window
from scanner.errors import PluginError
from scanner.installed import Distribution, EntryPoint
from scanner.run import roster

ROOT = Path(__file__).parents[3]
MODULE = """
from scanner.contract import Anchor, Kind, Lifetime, Reading, RegexDetector, Secret, rx

def judge(match):
    return Reading(match.start(), match.end(), "acme-token", Secret(match[0]))

KIND = Kind("acme-token", "Acme token", "acme", actions=frozenset({"read", "publish"}), lifetime=Lifetime.STATIC, rotate=("Revoke it",))
ANCHORS = (Anchor(b"acme_\\xff", then=rb"[a-z]", encoded=False, reason="why"), Anchor(b"acme-", nested=True, caseless=True))
DETECTORS = (RegexDetector("acme-token", "Acme token", (KIND,), ANCHORS, rx("acme_[0-9]{4}"), judge, (7, 9)),)
"""
Start = Callable[[], tuple[Detector, ...]]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of detectors, the only one that is installed. What was loaded of it is forgotten afterwards."""
    folder = tmp_path / "kt_listed"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "acme.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    installed(monkeypatch, "kt_listed")
    yield folder
    forget()


@pytest.fixture
def start(package: Path) -> Start:
    """What a run is told that begins now, in a process of its own as it were."""

    def started() -> tuple[Detector, ...]:
        forget()
        return roster.installed(package.parent / "cache")

    return started


def installed(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    points = tuple(EntryPoint(name, name, Distribution(name, "1", "")) for name in packages)
    monkeypatch.setattr("scanner.registry.installed_points", lambda _: points)


def forget() -> None:
    registry.installed.cache_clear()
    roster.installed.cache_clear()
    for name in [name for name in sys.modules if name.startswith("kt_listed")]:
        del sys.modules[name]


def kept(package: Path) -> Path:
    (file,) = (package.parent / "cache").glob("*.json")
    return file


def imported(package: Path) -> bool:
    return f"{package.name}.acme" in sys.modules


def test_the_second_run_imports_nothing_until_something_is_read(package: Path, start: Start) -> None:
    first, first_imported = start(), imported(package)
    second, second_imported = start(), imported(package)
    assert (first_imported, second_imported) == (True, False)
    window = Window(b"an acme_1234", 0, 12)
    assert [reading.start for one in (*first, *second) for reading in one.read(window)] == [3, 3]
    assert imported(package)


def test_the_list_says_what_detectors_say(start: Start) -> None:
    first, second = start(), start()
    assert isinstance(second[0], Detector)
    assert said(second) == said(first)


def test_the_list_says_of_ours_what_they_say(tmp_path: Path) -> None:
    forget()
    first = roster.installed(tmp_path)
    roster.installed.cache_clear()
    second = roster.installed(tmp_path)
    forget()
    assert {type(one) for one in second} == {roster.Listed}
    assert said(second) == said(first) == said(registry.load())


def said(detectors: tuple[Detector, ...]) -> list[object]:
    return [(one.id, one.title, one.kinds, one.anchors, one.reach) for one in detectors]


def test_no_module_of_detectors_is_imported_to_start(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from scanner.run import roster; roster.installed(Path(sys.argv[1]));"
        "print(len([name for name in sys.modules if name.startswith('detectors')]))"
    )
    runs = [subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, check=True) for _ in range(2)]
    assert (int(runs[0].stdout) > 100, int(runs[1].stdout)) == (True, 0)


def edit(package: Path) -> None:
    (package / "acme.py").write_text(MODULE.replace("acme-token", "acme-other"))


def rewrite_with_equal_size(package: Path) -> None:
    file = package / "acme.py"
    before = file.stat()
    file.write_text(MODULE.replace("acme-token", "acme-other"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def edit_a_helper(package: Path) -> None:
    (package / "_helper.py").touch()


def add_below(package: Path) -> None:
    (package / "more").mkdir()
    (package / "more" / "anchors.py").touch()


@pytest.mark.parametrize("change", [edit, rewrite_with_equal_size, edit_a_helper, add_below])
def test_what_changes_in_a_package_counts_at_once(package: Path, start: Start, change: Callable[[Path], None]) -> None:
    start()
    change(package)
    assert [one.id for one in start()] == [one.id for one in registry.load()]
    assert imported(package)


def test_what_is_installed_later_counts_at_once(package: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    start()
    other = package.parent / "kt_listed_too"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "acme.py").write_text(MODULE.replace("acme-token", "acme-too"))
    installed(monkeypatch, "kt_listed", "kt_listed_too")
    assert [one.id for one in start()] == ["acme-token", "acme-too"]


def test_another_version_of_anything_counts_at_once(package: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    start()
    monkeypatch.setattr("scanner.run.roster.distributions", lambda: (Distribution("other", "2", ""),))
    start()
    assert imported(package)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20])


def rewrite(file: Path, change: Callable[[list[object]], list[object]]) -> None:
    rows, kinds = file.read_text().splitlines()
    file.write_text(f"{json.dumps([change(row) for row in json.loads(rows)])}\n{kinds}\n")


def name_other_code(file: Path) -> None:
    rewrite(file, lambda row: [0, "acme.os", *row[2:]])


def name_another_package(file: Path) -> None:
    rewrite(file, lambda row: [1, *row[1:]])


def leave_out(file: Path) -> None:
    rewrite(file, lambda row: row[:-1])


def lose_kinds(file: Path) -> None:
    file.write_text(file.read_text().splitlines(keepends=True)[0])


def let_others_write(file: Path) -> None:
    file.chmod(0o666)


def link(file: Path) -> None:
    file.rename(file.with_suffix(".moved"))
    file.symlink_to(file.with_suffix(".moved"))


def block(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("harm", [cut, name_other_code, name_another_package, leave_out, lose_kinds, let_others_write, link, block])
def test_a_list_that_is_not_ours_and_whole_is_made_anew(package: Path, start: Start, harm: Callable[[Path], None]) -> None:
    start()
    harm(kept(package))
    assert [one.id for one in start()] == ["acme-token"]
    assert imported(package)
    start()
    assert (imported(package), kept(package).stat().st_mode & 0o777) == (False, 0o600)


def test_a_folder_to_which_others_write_is_not_used(package: Path, start: Start) -> None:
    folder = package.parent / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    start()
    assert ([*folder.iterdir()], imported(package)) == ([], True)


def test_nothing_is_kept_where_no_cache_is_wanted(package: Path) -> None:
    forget()
    assert [one.id for one in roster.installed(None)] == ["acme-token"]
    assert not (package.parent / "cache").exists()


def test_nothing_is_kept_of_what_does_not_lie_in_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ZipFile(tmp_path / "zipped.zip", "w") as archive:
        archive.writestr("kt_listed_zipped/__init__.py", "")
        archive.writestr("kt_listed_zipped/acme.py", MODULE)
    monkeypatch.syspath_prepend(str(tmp_path / "zipped.zip"))
    installed(monkeypatch, "kt_listed_zipped")
    forget()
    assert [one.id for one in roster.installed(tmp_path / "cache")] == ["acme-token"]
    forget()
    assert not [*(tmp_path / "cache").iterdir()]


def test_what_cannot_be_imported_is_said_each_time(package: Path, start: Start) -> None:
    (package / "broken.py").write_text("import kt_nowhere")
    for _ in range(2):
        with pytest.raises(PluginError, match="broken cannot be imported"):
            start()
