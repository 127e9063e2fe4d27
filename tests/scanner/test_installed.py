from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from scanner.installed import distributions, entry_points, version_of


def test_what_is_installed_is_what_the_library_finds() -> None:
    known = {one.name.lower().replace("-", "_"): one.version for one in metadata.distributions()}
    ours = {one.name.lower().replace("-", "_").replace(".", "_"): one.version for one in distributions()}
    assert ours == {name.replace(".", "_"): version for name, version in known.items()}


@pytest.mark.parametrize("group", ["keytrail.detectors", "console_scripts", "pytest11", "no.such.group"])
def test_entry_points_are_those_that_the_library_finds(group: str) -> None:
    plain = {(point.name, point.value) for point in metadata.entry_points(group=group) if " " not in point.value and "[" not in point.value}
    assert {(point.name, point.value) for point in entry_points(group)} == plain


def test_our_own_version_is_known() -> None:
    assert version_of("keytrail") == metadata.version("keytrail")
    assert version_of("no-such-distribution") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"[a]\nx = y.z\n", [("x", "y.z")]),
        (b"[b]\nx = y\n\n[a]\n\nx=y:z\n q = r\n[c]\nv = w\n", [("x", "y:z"), ("q", "r")]),
        (b"[a]\n# x = y\nbroken\n= y\nx =\n", []),
        (b"[aa]\nx = y\n", []),
        (b"\xff[a]\nx = y\n", []),
        (b"", []),
    ],
)
def test_lists_of_entry_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, found: list[tuple[str, str]]) -> None:
    folder = tmp_path / "acme-1.2.dist-info"
    folder.mkdir()
    (folder / "entry_points.txt").write_bytes(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "nowhere")])
    assert [(point.name, point.value, point.dist.name, point.dist.version) for point in entry_points("a")] == [
        (name, value, "acme", "1.2") for name, value in found
    ]
