"""Environments of tox that commands ask for: by names with braces and variables, by factors and by labels."""

from __future__ import annotations

import json

import pytest

from scanner.pipelines.follow import followed
from scanner.pipelines.library import Library
from scanner.pipelines.scripts import tox
from scanner.pipelines.shell import commands
from tests.support.pipelines import WORKFLOW, jobs, roles

INI = """
[tox]
env_list =
    3.1{0-2}-{unit,types},
    all-{mypy,ty}, pages-{html,doctests}
labels =
    quick = all-mypy, 3.12-types
[testenv]
commands =
    unit: pytest {posargs}
    types: mypy a
    3.12-types,!unit: twine check a
[testenv:3.1{0,2}-unit{,-fast}]
deps = a
commands = coverage run -m pytest
[testenv:all-{mypy,ty}]
labels = slow
commands =
    mypy: mypy b
    ty: ty check
[testenv:pages-{html,doctests}]
commands =
    html: sphinx-build -b html a b
    doctests: sphinx-build -b doctest a b
[testenv:color-{no,force}]
commands = python -c "print(1)"
[testenv:up]
commands =
    build: python -m build
    twine upload dist/*
"""
TOML = """
[tool.tox]
env_list = ["a-unit", "a-style"]
labels = {static = ["a-style"]}
[tool.tox.env_run_base]
commands = [["pytest"]]
[tool.tox.env.a-style]
labels = ["quick"]
commands = [["ruff", "check", "."]]
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("tox run -e pages-doctests", {"test"}),
        ("tox run -e pages-html", {"build"}),
        ("tox -e '${PYTHON}-types'", {"lint"}),
        ("tox -e '$PYTHON-types'", {"lint"}),
        ("tox -e '${{ fromJson(needs.build-package.outputs.it) }}-types'", {"lint"}),
        ("tox -e '3.1{0,1}-types'", {"lint"}),
        ("tox -e 3.10-unit,3.10-types", {"test", "lint"}),
        ("tox -e3.13-unit", {"test"}),
        ("tox run -f all", {"lint"}),
        ("tox run -f types 3.12", {"lint"}),
        ("tox run -f ${PYTHON}-unit", {"test"}),
        ("tox run -f color", set[str]()),
        ("tox run -m quick", {"lint"}),
        ("tox run -m quick -e 3.10-unit", {"lint", "test"}),
        ("tox run --factors=html", {"build"}),
        ("tox -e up", {"publish"}),
        ("tox -f absent", {"test"}),
    ],
)
@pytest.mark.parametrize("file", ["tox.ini", "pyproject.toml"])
def test_environments_are_told_by_names_factors_and_labels(file: str, command: str, expected: set[str]) -> None:
    ini = INI if file == "tox.ini" else f"[tool.tox]\nlegacy_tox_ini = '''{INI}'''\n"
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    found = roles(jobs({file: ini, WORKFLOW: text})["ci"])
    assert found == dict.fromkeys(expected, "set")


@pytest.mark.parametrize(
    ("command", "expected"),
    [("tox -m static", {"lint"}), ("tox -m quick", {"lint"}), ("tox -f style", {"lint"}), ("tox -e a-unit", {"test"})],
)
def test_environments_of_a_table_are_told_likewise(command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {command}}}\n"
    assert roles(jobs({"pyproject.toml": TOML, WORKFLOW: text})["ci"]) == dict.fromkeys(expected, "set")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", ["a"]),
        ("py3{9-11}", ["py39", "py310", "py311"]),
        ("{a,b}-{c, d}", ["a-c", "a-d", "b-c", "b-d"]),
        ("a{,-b}", ["a", "a-b"]),
        ("a{b", ["a{b"]),
    ],
)
def test_a_name_with_braces_stands_for_several(name: str, expected: list[str]) -> None:
    assert tox.expanded(name) == expected


def test_a_name_stands_for_no_more_than_can_be_told() -> None:
    assert len(tox.expanded("{0-9999}{0-9999}{0-9999}")) == 500


def test_lists_of_environments_that_are_written_to_cost_end() -> None:
    many = "{0-499}" * 8 + "," + "{a,b}" * 400
    rows = "".join(f"    {many}\n" for _ in range(3_000))
    lines = "".join(f"    {'{0-499}' * 8}: mocha\n" for _ in range(500))
    ini = f"[tox]\nenv_list =\n{rows}[testenv]\ncommands =\n{lines}[testenv:{'{0-9}' * 8}]\ncommands = mocha\n"
    run = f"tox {'-f 1 ' * 500} -e '{many},$A,$B$C'"
    found = jobs(
        {
            "tox.ini": ini,
            WORKFLOW: f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(run)}}}\n" + f"      - run: {run}\n" * 50,
        }
    )
    assert roles(found["ci"]) == {"test": "set"}


SAME = "[tox]\nenv_list = 3.1{0-9}-{unit,style}-v{1-9}\n[testenv]\ncommands =\n    unit: pytest\n    style: ruff check .\n"


def test_environments_in_which_the_same_is_run_are_looked_at_once() -> None:
    library = Library(frozenset({"tox.ini"}), {"tox.ini": SAME.encode()}.get)
    (command,) = commands('tox -e "$NAMES"')
    found = followed(command, ".", library)
    assert [[text.value for text in one.target.texts] for one in found if one.target is not None] == [["pytest"], ["ruff check ."]]
