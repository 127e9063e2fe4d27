"""Programs of Python that jobs run, tasks of invoke, sessions of nox: what they call."""

from __future__ import annotations

import json

import pytest

from scanner.model import Reason
from tests.support.pipelines import WORKFLOW, jobs, pipelines, roles

FILES = {
    "tasks.py": (
        "from invoke import run, task\nSUITE = 'x'\n\ndef helper():\n    return run('npm publish')\n\n"
        "@task\ndef unit_tests(c, fast=False):\n    extra = '-x' if fast else ''\n    if fast:\n        run(f'pytest {extra} tests')\n\n"
        "@task(help={'x': 'y'})\ndef linters(c):\n    c.run('ruff check .')\n\n"
        "@task(linters)\ndef everything(ctx):\n    unit_tests(ctx)\n\n"
        "@task(name='wheel')\ndef make_wheel(ctx):\n    ctx.run('python -m build')\n\n"
        "@task\ndef nothing(c):\n    print('twine upload dist/*')\n"
    ),
    "tools/release.py": (
        "import os, subprocess, sys\n\ndef sh(*words):\n    subprocess.check_call(words)\n\n"
        "def main():\n    command = ['twine', 'upload', 'dist/*']\n    sh('python', '-m', 'build')\n    subprocess.run(command, check=True)\n"
        "    os.system('git push origin main')\n    subprocess.run([sys.executable, '-m', 'pytest', f'-n={os.cpu_count()}'])\n"
        "    venv = os.path.join(base, 'bin/python')\n    sh(venv, '-m', 'pip', 'install', '.')\n"
    ),
    "tools/quiet.py": "import subprocess\n\ndef f(words):\n    subprocess.run(words)\n    print('npm publish')\n    subprocess.run(unknown + ['npm'])\n",
    "noxfile.py": "import nox\n\n@nox.session(python=['3.9'])\ndef unit(session):\n    session.run('pytest')\n",
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("invoke unit-tests", {"test"}),
        ("inv unit_tests --fast", {"test"}),
        ("invoke linters", {"lint"}),
        ("invoke everything --level 3", {"lint", "test"}),
        ("invoke wheel", {"package"}),
        ("invoke nothing", set[str]()),
        ("python tools/release.py", {"build", "package", "publish", "test", "write_source"}),
        ("cd tools && python3 -u release.py --yes", {"build", "package", "publish", "test", "write_source"}),
        ("./tools/release.py", {"build", "package", "publish", "test", "write_source"}),
        ("python tools/quiet.py", set[str]()),
        ("nox -s unit-3.9", {"test"}),
        ("nox -s unit-$PYTHON_VERSION", {"test"}),
    ],
)
def test_what_programs_of_python_call_is_what_they_do(command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert roles(jobs({**FILES, WORKFLOW: text})["ci"]) == dict.fromkeys(expected, "set")


def test_a_call_is_said_to_be_where_it_stands() -> None:
    job = jobs({**FILES, WORKFLOW: "on: push\njobs:\n  ci:\n    steps:\n      - {run: python tools/release.py}\n"})["ci"]
    assert [(act.at.path, act.at.line) for act in job.acts if act.role == "publish"] == [("tools/release.py", 9)]


def test_a_program_that_also_calls_others_is_still_one_nobody_can_read() -> None:
    step = "{run: python tools/quiet.py, env: {TWINE_PASSWORD: '${{ secrets.X }}'}}"
    files = {**FILES, "tools/quiet.py": "import os\nos.system('git describe')\nupload()\n"}
    job = jobs({**files, WORKFLOW: f"on: push\njobs:\n  ci:\n    steps:\n      - {step}\n"})["ci"]
    assert [(act.role, act.target) for act in job.acts] == [("publish", "pypi")]


@pytest.mark.parametrize(("path", "command"), [("noxfile.py", "nox -s unit"), ("tasks.py", "invoke unit-tests")])
def test_what_python_would_warn_of_does_not_matter(path: str, command: str) -> None:
    checked = FILES[path].replace("'pytest'", "'ruff', 'check'").replace("pytest", "ruff check")
    program = f"PATTERN = '\\d'\n{checked}"
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {command}}}\n"
    assert roles(jobs({**FILES, path: program, WORKFLOW: text})["ci"])["lint"] == "set"


def test_formatted_strings_without_end_are_not_taken_apart() -> None:
    program = FILES["tools/release.py"] + "x = f'" + "{a}" * 100_000 + "'\n"
    text = "on: push\njobs:\n  ci:\n    steps:\n      - {run: python tools/release.py}\n"
    found = pipelines({**FILES, "tools/release.py": program, WORKFLOW: text})
    assert [(one.path, one.reason) for one in found.unread] == [("tools/release.py", Reason.TOO_LARGE)]
