"""Distributions whose detectors run as well."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner import registry
from scanner.contract import Window
from scanner.errors import PluginError, UsageError
from scanner.plugins import check, extended
from tests.support.command import keytrail

PLUGIN = """
import re
from detect_secrets.plugins.base import RegexBasedDetector

class Acme(RegexBasedDetector):
    secret_type = "Acme Token"
    denylist = (re.compile(r"acme-[a-z]{8}"),)
"""
UPSTREAM = tuple(detector for detector in registry.load() if detector.id == "upstream")
TEXT = b"the acme-qwzxvbnm\n"

Maker = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Installs a distribution of one module into a folder that is on the path, and returns the folder."""

    def install(name: str, source: str) -> Path:
        site = tmp_path / "site"
        module = name.replace("-", "_")
        info = site / f"{module}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "RECORD").write_text(f"{module}.py,,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
        (site / f"{module}.py").write_text(source)
        monkeypatch.syspath_prepend(str(site))
        return site

    return install


def test_a_plugin_runs_beside_what_was_chosen(installed: Maker) -> None:
    installed("kt-acme-a", PLUGIN)
    (alone,) = extended(UPSTREAM, ("kt-acme-a",), ())
    assert [kind.id for kind in alone.kinds] == ["upstream-acme-token"]
    assert [(one.start, one.end, one.kind) for one in alone.read(Window(TEXT, 0, len(TEXT)))] == [(4, 17, "upstream-acme-token")]


def test_a_plugin_joins_the_others_where_those_were_named(installed: Maker) -> None:
    installed("kt-acme-b", PLUGIN)
    (both,) = extended(UPSTREAM, ("kt-acme-b",), UPSTREAM)
    assert {"upstream-acme-token", "upstream-slack-token"} <= {kind.id for kind in both.kinds}


def test_without_plugins_nothing_changes() -> None:
    assert extended(UPSTREAM, (), UPSTREAM) == UPSTREAM


def test_a_distribution_that_is_not_there_is_usage() -> None:
    with pytest.raises(UsageError, match=r"^no distribution called kt-nowhere is installed$"):
        check(("kt-nowhere",), ())


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("kt-empty", "x = 1", "kt-empty: it defines no plugin of detect-secrets"),
        ("kt-broken", "raise RuntimeError('no')", "kt-broken cannot be used: RuntimeError: no"),
    ],
)
def test_what_is_wrong_with_a_distribution_is_told_with_its_name(installed: Maker, name: str, source: str, message: str) -> None:
    installed(name, source)
    with pytest.raises(PluginError) as raised:
        extended(UPSTREAM, (name,), ())
    assert str(raised.value) == message


def test_code_below_a_target_is_refused_before_it_is_run(installed: Maker, tmp_path: Path) -> None:
    site = installed("kt-inside", "raise RuntimeError('it was run')")
    check(("kt-inside",), (tmp_path / "elsewhere",))
    for target in (site, tmp_path, site / "kt_inside.py"):
        with pytest.raises(UsageError, match=r"^the plugin kt-inside lies in what is scanned"):
            check(("kt-inside",), (target,))
    assert "kt_inside" not in sys.modules


def test_a_link_is_no_way_around(installed: Maker, tmp_path: Path) -> None:
    site = installed("kt-linked", PLUGIN)
    (tmp_path / "link").symlink_to(site)
    with pytest.raises(UsageError, match="lies in what is scanned"):
        check(("kt-linked",), (tmp_path / "link",))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_command_hands_plugins_to_its_processes(installed: Maker, tmp_path: Path, jobs: str) -> None:
    site = installed("kt-command", PLUGIN)
    place = tmp_path / "place"
    place.mkdir()
    (place / "a.txt").write_bytes(TEXT)
    path = {"PYTHONPATH": f"{Path(__file__).parents[2]}:{site}"}
    arguments = ("scan", "place", "--plugin", "kt-command", "-j", jobs, "--format", "json")
    run = keytrail(*arguments, cwd=tmp_path, env=path)
    assert (run.code, run.stderr) == (1, "")
    assert [one["kind"] for one in json.loads(run.stdout)["credentials"]] == ["upstream-acme-token"]
    refused = keytrail("scan", ".", "--plugin", "kt-command", cwd=tmp_path, env=path)
    assert (refused.code, refused.stdout) == (2, "")


def test_no_file_can_name_a_plugin(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "keytrail.toml").write_text('plugin = ["kt-acme"]\n')
    run = keytrail("scan", "place", cwd=tmp_path)
    assert (run.code, run.stdout) == (2, "")
    assert "plugin names code, which no file can do" in run.stderr
