"""Scripts of Cake and of PowerShell that commands lead to."""

from __future__ import annotations

import json

import pytest

from tests.support.pipelines import WORKFLOW, act, jobs, roles

CAKE = """
var target = Argument("target", "All");
Task("Make").Does(() => { DotNetBuild("a.sln", new DotNetBuildSettings { }); });
Task("Look").Does(ctx => { ctx.DotNetFormatStyle("a.sln"); StartProcess("mocha", "--bail"); });
Task("Pack").IsDependentOn("Make").Does(() => DotNetCorePack("a.csproj"));
Task("Before").IsDependeeOf("All").Does(() => { NpmRunScript("style"); });
Task("All").IsDependentOn("Pack");
Task("Ship")
    .Does(() => { foreach (var one in GetFiles("*.nupkg")) { DotNetNuGetPush(one.FullPath, new DotNetNuGetPushSettings { ApiKey = key }); } });
RunTarget(target);
"""
BUILD = """
[CmdletBinding()]
Param(
    [string]$Script = "build.cake",
    [string]$Target = 'Look',
    [switch]$Quick
)
$Other = "x"
& dotnet cake $Script "--target=$Target" $Other
"""
FILES = {
    "build.cake": CAKE,
    "sub/build.cs": CAKE,
    "sub/other.cs": CAKE,
    "no/build.cs": 'class Build { static void Main() { DotNetBuild("a"); } }',
    "package.json": json.dumps({"scripts": {"style": "eslint ."}}),
    "build.ps1": BUILD,
}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dotnet cake", {"build", "package", "lint"}),
        ("dotnet cake build.cake --target=look", {"lint", "test"}),
        ("dotnet cake --target Make", {"build"}),
        ("dotnet-cake -t=make", {"build"}),
        ("dotnet tool run dotnet-cake --target=make", {"build"}),
        ("dotnet run --file sub/build.cs -- --target=pack", {"build", "package"}),
        ("dotnet run sub/build.cs", {"build", "package"}),
        ("dotnet cake sub/other.cs", set[str]()),
        ("dotnet run no/build.cs", set[str]()),
        ("dotnet make ship", {"publish"}),
        ("./build.ps1", {"lint", "test"}),
        ("./build.ps1 -Target Make", {"build"}),
        ("./build.ps1 -target:pack", {"build", "package"}),
        ("./build.ps1 -Target $TARGET", set[str]()),
    ],
)
def test_scripts_of_cake(command: str, expected: set[str]) -> None:
    text = f"on: push\njobs:\n  ci:\n    steps:\n      - {{run: {json.dumps(command)}}}\n"
    assert {role for role, status in roles(jobs({**FILES, WORKFLOW: text})["ci"]).items() if status == "set"} == expected


def test_what_cake_publishes_is_said_where_it_stands() -> None:
    job = jobs({**FILES, WORKFLOW: "on: push\njobs:\n  ci:\n    steps:\n      - {run: dotnet make ship}\n"})["ci"]
    found = act(job, "publish")
    assert (found.target, found.at.path, found.at.line) == ("nuget", "build.cake", 9)
