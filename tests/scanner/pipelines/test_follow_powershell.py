"""Scripts of PowerShell: what their parameters rule out, and texts that they run as commands."""

from __future__ import annotations

import pytest

from scanner.pipelines.shell import commands
from tests.support.pipelines import jobs, roles, workflow

MAKE = """\
[CmdletBinding()]
Param(
    [Parameter(Position = 1)]
    [String] $Target = 'build',
    [String] $Image = 'x',
    [switch] $Dry = $false
)
function Test-Image { param([String] $Name) Invoke-Pester -Path "{ $Name" }
Function Get-It() { npm run lint; Test-Other }
function Test-Other { shellcheck a.sh }
if ($target -eq 'build') { dotnet build }
elseif ($Target -eq "test" -or $target -ieq 'check') {
    Test-Image a # }
    Get-It
} else {
    dotnet pack
}
$cmd = 'docker-compose --file={0}' -f $Image
if ($Target -eq 'publish') { Invoke-Expression "$cmd push" }
"""


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("./make.ps1", {"build", "package"}),
        ("./make.ps1 build -Image y", {"build", "package"}),
        ("./make.ps1 -Dry test", {"test", "lint", "package"}),
        ("./make.ps1 -Image y publish", {"publish", "package"}),
        ("./make.ps1 $TARGET", {"build", "test", "lint", "package", "publish"}),
        ("./make.ps1 @given", {"build", "test", "lint", "package", "publish"}),
    ],
)
def test_branches_for_other_targets_are_left_out(call: str, found: set[str]) -> None:
    files = {".github/workflows/ci.yml": workflow("{run: '" + call + "', shell: pwsh}"), "make.ps1": MAKE}
    assert {role for role, status in roles(jobs(files)["release"]).items() if status == "set"} == found


def test_a_parameter_that_the_script_sets_rules_nothing_out() -> None:
    files = {".github/workflows/ci.yml": workflow("{run: ./make.ps1 build, shell: pwsh}"), "make.ps1": MAKE + "$Target = 'all'\n"}
    assert roles(jobs(files)["release"])["publish"] == "set"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Invoke-Expression 'npm publish; git push'", [("npm", "publish"), ("git", "push")]),
        ('iex -Command "npm publish"', [("npm", "publish")]),
        ("$c = 'npm'\niex \"$c publish\"", [("npm", "publish")]),
        ("$c = 'npm'\n$d = '{0} publish --tag {1}' -f $c, $tag\niex $d", [("npm", "publish", "--tag", "$tag")]),
        ("$c = 'npm'\n$c = 'gem'\niex \"$c publish\"", [("iex", "$c publish")]),
        ("iex $code", [("iex", "$code")]),
        ('iex "iex a"', [("iex", "iex a")]),
        ("iex a b", [("iex", "a", "b")]),
    ],
)
def test_a_text_that_is_run_is_commands(text: str, found: list[tuple[str, ...]]) -> None:
    assert [command.argv for command in commands(text, "pwsh") if command.argv] == found


def test_a_script_of_any_size_is_read_whole_where_it_is_too_large_to_leave_out_a_part() -> None:
    files = {".github/workflows/ci.yml": workflow("{run: ./make.ps1 build, shell: pwsh}"), "make.ps1": MAKE + "# a\n" * 60_000}
    assert roles(jobs(files)["release"])["publish"] == "set"
