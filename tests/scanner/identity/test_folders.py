"""Where the user's files are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.identity import default_cache_dir, default_config_dir, default_data_dir

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")

FOLDERS = [
    (default_config_dir, "XDG_CONFIG_HOME", ".config"),
    (default_cache_dir, "XDG_CACHE_HOME", ".cache"),
    (default_data_dir, "XDG_DATA_HOME", ".local/share"),
]


@pytest.mark.parametrize(("folder", "variable", "name"), FOLDERS, ids=["config", "cache", "data"])
class TestFolders:
    def test_it_is_below_the_home(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Callable[[], Path | None], variable: str, name: str
    ) -> None:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert folder() == tmp_path / name / "keytrail"
        assert list(tmp_path.iterdir()) == []

    def test_it_is_where_the_variable_says(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Callable[[], Path | None], variable: str, name: str
    ) -> None:
        monkeypatch.setenv("HOME", "/nonexistent")
        monkeypatch.setenv(variable, str(tmp_path / name))
        assert folder() == tmp_path / name / "keytrail"

    def test_it_is_nowhere_without_a_home(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Callable[[], Path | None], variable: str, name: str
    ) -> None:
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HOME", str(tmp_path / name / "nobody"))
        assert folder() is None
