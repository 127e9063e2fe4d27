from __future__ import annotations

import pytest

from scanner.pipelines.shell import commands


def argvs(text: str, shell: str) -> list[tuple[str, ...]]:
    return [one.argv for one in commands(text, shell)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("npm ci; npm publish", [("npm", "ci"), ("npm", "publish")]),
        ("dotnet nuget push *.nupkg `\n  -k $env:KEY", [("dotnet", "nuget", "push", "*.nupkg", "-k", "$env:KEY")]),
        ('& "C:\\a b\\signtool.exe" sign /p "$env:PW"', [("C:\\a b\\signtool.exe", "sign", "/p", "$env:PW")]),
        ("# npm publish\n<# npm\npublish #> a", [("a",)]),
        ("$x = Get-Content f", [("Get-Content", "f")]),
        ("$x = 'npm publish'", [()]),
        ("if ($x -eq 'a') { a } else { b }", [("a",), ("b",)]),
        ("[IO.File]::Read('x')\n$x.Trim()", []),
        ("a 'it''s' \"b`\"c\"", [("a", "it's", 'b"c')]),
        ("function Publish-It($x) { npm publish }", [("npm", "publish")]),
        ("npx semantic-release@19", [("semantic-release",)]),
        ('a "${{ secrets.X }}"', [("a", "${{ secrets.X }}")]),
        ('dotnet coverage connect one "dotnet test a"', [("dotnet", "test", "a")]),
        ("dotnet-coverage collect -o b dotnet test a", [("dotnet", "test", "a")]),
        ("bash -c 'a b'", [("bash", "-c", "a b")]),
        ("a @'\nnpm publish\n'@\nb", [("a", "npm publish"), ("b",)]),
    ],
)
def test_powershell_is_split_into_commands(text: str, expected: list[tuple[str, ...]]) -> None:
    assert argvs(text, "pwsh") == expected


def test_powershell_tells_what_is_piped_and_written() -> None:
    first, second = commands("echo $env:T | docker login > log.txt", "pwsh")
    assert (first.argv, second.argv, second.fed, second.names, second.writes) == (
        ("echo", "$env:T"),
        ("docker", "login"),
        ("echo", "$env:T"),
        ("T",),
        ("log.txt",),
    )


def test_powershell_sets_variables_of_the_environment() -> None:
    (one,) = commands("$env:HUSKY = '0'", "pwsh")
    assert (one.argv, one.assigned) == ((), (("HUSKY", "0"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@echo off\ncall npm publish && nuget push ^\n a", [("echo", "off"), ("npm", "publish"), ("nuget", "push", "a")]),
        ('if "%X%"=="" (echo no & exit /b 1)', [("echo", "no"), ("exit", "/b", "1")]),
        ("rem npm publish\n:: npm publish\n:label\ngoto x", []),
        ("if not exist a b\nif errorlevel 1 c\nif %A% neq 1 d", [("b",), ("c",), ("d",)]),
        ("for %%i in (*.nupkg) do nuget push %%i", [("nuget", "push", "%%i")]),
        ('"C:\\x y\\signtool.exe" sign', [("C:\\x y\\signtool.exe", "sign")]),
        ("cmd /c npm publish", [("npm", "publish")]),
    ],
)
def test_batch_is_split_into_commands(text: str, expected: list[tuple[str, ...]]) -> None:
    assert argvs(text, "cmd") == expected


@pytest.mark.parametrize("shell", ["pwsh", "cmd"])
@pytest.mark.parametrize(
    "text", ["(" * 100_000, '"' * 99_999, "a;" * 50_000, "`" * 100_000, "^\n" * 50_000, "$x=" * 30_000, "if " * 30_000]
)
def test_hostile_text_is_read_within_bounds(text: str, shell: str) -> None:
    assert len(commands(text, shell)) <= 20_000
