"""Scripts that are called by a path which only a run knows, in two shells at once, and the tasks that they hand on."""

from __future__ import annotations

import json

import pytest

from tests.support.pipelines import WORKFLOW, jobs, roles

HEREDOC = ':<<"::CMDLITERAL"\n@CALL build\\build.bat %*\n@GOTO :EOF\n::CMDLITERAL\n"$(cd "$(dirname "$0")"; pwd)/build/build.sh" "$@"'
MARKED = (
    ':; set -eo pipefail\n:; HERE=$(cd "$(dirname "$0")" && pwd)\n:; ${HERE}/build/build.sh "$@"\n:; exit $?\n\n'
    '@ECHO OFF\npowershell -ExecutionPolicy ByPass -NoProfile -File "%~dp0other.ps1" %*\n'
)
RUN = 'dotnet run -c Release --project "$ROOT/build/Build.csproj" -- "$@"\n'
FILES = {
    "heredoc.cmd": HEREDOC,
    "marked.cmd": MARKED,
    "other.ps1": "golangci-lint run\n",
    "build/build.sh": f"#!/usr/bin/env bash\n{RUN}",
    "build/build.bat": "@ECHO OFF\nPowerShell -NoLogo -Command \"$x = 1; & '%~dp0build.ps1' %*; exit $LASTEXITCODE\"\n",
    "build/build.ps1": "& dotnet run --project build/Build.csproj -- $args\n",
    "ci/go.sh": '#!/bin/sh\n"$(dirname "$0")/step.sh"\n',
    "ci/step.sh": "mocha\n",
    "web/step.sh": "golangci-lint run\n",
    "ci/up.sh": '#!/bin/bash\n"$(cd "$(dirname "${BASH_SOURCE[0]}")/../web" && pwd)/step.sh"\n',
    "ci/top.sh": '#!/bin/bash\nROOT=x\n"$(cd "$(dirname "$0")/.." && pwd)/web/step.sh"\n',
    "ci/go.bat": "call %~dp0step.bat\n",
    "ci/step.bat": "mocha\n",
    "step.bat": "golangci-lint run\n",
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("./heredoc.cmd", {"build": "set"}),
        ("./heredoc.cmd pack", {"build": "set", "package": "suspected"}),
        ("./heredoc.cmd unit-tests -e", {"build": "set", "test": "suspected"}),
        ("./marked.cmd pack", {"build": "set", "package": "suspected", "lint": "set"}),
        ("./build/build.sh pack", {"build": "set", "package": "suspected"}),
        ("./build/build.sh --pack", {"build": "set"}),
        ("./build/build.bat", {"build": "set"}),
        ("ci/go.sh", {"test": "set"}),
        ("ci/up.sh", {"lint": "set"}),
        ("ci/top.sh", {"lint": "set"}),
        ("ci/go.bat", {"test": "set"}),
        ("./absent.cmd pack", {"package": "suspected"}),
        ("mage release", {"publish": "suspected"}),
        ("./${{ inputs.release-script }}.sh", dict[str, str]()),
        ("npm run ${{ needs.build-package.outputs.test }}-lint", {"lint": "suspected"}),
        ("bazel run //release", dict[str, str]()),
        ("dotnet run --project tools/Build -- ${{ inputs.task }}", {"build": "set"}),
    ],
)
def test_a_script_calls_others_that_lie_beside_it(command: str, expected: dict[str, str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert roles(jobs({**FILES, WORKFLOW: text})["ci"]) == expected
