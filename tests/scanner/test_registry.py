from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from scanner import registry
from scanner.errors import PluginError, UsageError
from tests.support.fixtures import BUILTIN

DETECTOR = """
from scanner.contract import Anchor, Kind, RegexDetector, rx

def detector(name, anchor=Anchor(b"acme")):
    return RegexDetector(name, name, (Kind(name, name, "acme"),), (anchor,), rx("acme"), lambda match: None)
"""


@dataclass(frozen=True, slots=True)
class Distribution:
    name: str


@dataclass(frozen=True, slots=True)
class Point:
    """An entry point of a distribution that is not installed."""

    value: str
    dist: Distribution | None = Distribution("acme-detectors")
    name: str = "acme"


Maker = Callable[..., Point]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    """Makes a package of these modules, whose names are told apart from those of other tests by `name`."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, **modules: str) -> Point:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "_helper.py").write_text(DETECTOR)
        for module, text in modules.items():
            (folder / f"{module}.py").write_text(f"from {name}._helper import *\n{text}\n")
        return Point(name, Distribution(name.replace("_", "-")))

    return make


def ids(points: list[Point]) -> list[str]:
    return [detector.id for detector in registry.load(points)]


def test_the_built_in_detectors_come_through_the_same_door() -> None:
    modules = sorted(path.stem for path in (Path(__file__).parents[2] / "detectors").glob("[!_]*.py"))
    assert {"github", "npm", "pypi", "private_keys", "openpgp"} <= set(modules)
    built_in = [detector.id for name in modules for detector in import_module(f"detectors.{name}").DETECTORS]
    assert [detector.id for detector in registry.load([BUILTIN])] == sorted(built_in)


def test_detectors_of_all_modules_are_sorted_by_id(package: Maker) -> None:
    first = package("kt_sorted_a", z="DETECTORS = (detector('b'), detector('d'))", y="DETECTORS = (detector('c'),)")
    second = package("kt_sorted_b", x="DETECTORS = (detector('a'),)")
    assert ids([first, second]) == ["a", "b", "c", "d"]


def test_modules_with_an_underscore_are_not_asked(package: Maker) -> None:
    assert ids([package("kt_private", _template="raise RuntimeError", a="DETECTORS = ()")]) == []


def test_an_id_that_two_distributions_claim_names_both(package: Maker) -> None:
    points = [package(name, a="DETECTORS = (detector('acme-token'),)") for name in ("kt_twice_b", "kt_twice_a")]
    with pytest.raises(PluginError, match=r"^kt-twice-a and kt-twice-b: the detector id acme-token is taken twice$"):
        registry.load(points)


def test_an_id_that_one_distribution_claims_twice_is_told(package: Maker) -> None:
    with pytest.raises(PluginError, match=r"^kt-same and kt-same: the detector id a is taken twice$"):
        registry.load([package("kt_same", a="DETECTORS = (detector('a'), detector('a'))")])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("missing", "", "kt_missing.a has no tuple DETECTORS"),
        ("list", "DETECTORS = [detector('a')]", "kt_list.a has no tuple DETECTORS"),
        ("other", "DETECTORS = ('a',)", "kt_other.a has something in DETECTORS that is no detector"),
        ("syntax", "DETECTORS = (", "kt_syntax.a cannot be imported: SyntaxError"),
        ("raises", "raise RuntimeError('no')", "kt_raises.a cannot be imported: RuntimeError: no"),
        ("short", "DETECTORS = (detector('a', Anchor(b'ghp')),)", "an anchor of a has fewer than 4 bytes and no reason for that"),
    ],
)
def test_what_is_wrong_with_a_distribution_is_told_with_its_name(package: Maker, name: str, text: str, message: str) -> None:
    with pytest.raises(PluginError) as raised:
        registry.load([package(f"kt_{name}", a=text)])
    assert str(raised.value).startswith(f"kt-{name}: {message}")


def test_a_short_anchor_with_a_reason_is_accepted(package: Maker) -> None:
    assert ids([package("kt_reason", a="DETECTORS = (detector('a', Anchor(b'ghp', reason='measured')),)")]) == ["a"]


@pytest.mark.parametrize(
    ("value", "message"), [("kt_nowhere", "kt_nowhere cannot be imported"), ("tomllib._re", "tomllib._re is not a package")]
)
def test_an_entry_point_names_a_package(value: str, message: str) -> None:
    with pytest.raises(PluginError, match=rf"^acme-detectors: {message}"):
        registry.load([Point(value)])


def test_an_entry_point_without_a_distribution_is_called_by_its_own_name() -> None:
    with pytest.raises(PluginError, match=r"^acme: "):
        registry.load([Point("kt_nowhere", dist=None)])


def test_what_is_installed_is_asked_by_group(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def points(group: str) -> tuple[EntryPoint, ...]:
        asked.append(group)
        return (BUILTIN,)

    monkeypatch.setattr("scanner.registry.installed_points", points)
    assert registry.load() == registry.load([BUILTIN])
    assert asked == ["keytrail.detectors"]


def test_what_only_the_library_knows_is_asked_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def entry_points(**wanted: str) -> list[EntryPoint]:
        asked.append(wanted)
        return [BUILTIN]

    monkeypatch.setattr("scanner.registry.installed_points", lambda _: ())
    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    assert registry.load() == registry.load([BUILTIN])
    assert asked == [{"group": "keytrail.detectors"}]


ALL = registry.load([BUILTIN])


@pytest.mark.parametrize(
    ("only", "without", "chosen"),
    [
        ((), (), [detector.id for detector in ALL if detector.anchors]),
        (("upstream",), (), ["upstream"]),
        (("upstream", "npm-token"), (), ["npm-token", "upstream"]),
        (("pypi-token", "npm-token"), (), ["npm-token", "pypi-token"]),
        (("pypi-token", "npm-token"), ("npm-token",), ["pypi-token"]),
        (("pypi-token",), ("pypi-token",), []),
        ((), tuple(detector.id for detector in ALL[1:]), [ALL[0].id]),
    ],
)
def test_detectors_are_chosen_by_id(only: tuple[str, ...], without: tuple[str, ...], chosen: list[str]) -> None:
    assert [detector.id for detector in registry.select(ALL, only, without)] == chosen


@pytest.mark.parametrize(("only", "without"), [(("acme", "pypi-token"), ()), ((), ("acme",))])
def test_an_id_that_nobody_has_is_usage(only: tuple[str, ...], without: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"^no such detector: acme \(keytrail detectors list\)$"):
        registry.select(ALL, only, without)
