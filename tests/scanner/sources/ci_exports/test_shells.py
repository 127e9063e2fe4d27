"""The real programs' output, where they are installed: whatever a variable holds comes back byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scanner.sources.ci_exports.exports import filled, read, values, variable

DUMPS = {
    "env-0": ("env", "-0"),
    "printenv-0": ("printenv", "-0"),
    "bash-export-p": ("bash", "--norc", "-c", "export -p"),
    "bash-declare-x": ("bash", "--norc", "-c", "declare -x"),
    "bash-declare-p": ("bash", "--norc", "-c", "declare -p"),
    "dash-export-p": ("dash", "-c", "export -p"),
    "sh-export-p": ("sh", "-c", "export -p"),
    "busybox-export-p": ("busybox", "sh", "-c", "export -p"),
    "ksh-export-p": ("ksh93", "-c", "export -p"),
    "ksh-typeset-x": ("ksh93", "-c", "typeset -x"),
    "mksh-export-p": ("mksh", "-c", "export -p"),
    "mksh-typeset-x": ("mksh", "-c", "typeset -x"),
    "zsh-export-p": ("zsh", "-f", "-c", "export -p"),
    "zsh-typeset-x": ("zsh", "-f", "-c", "typeset -x"),
    "fish-set-x": ("fish", "--no-config", "-c", "set -xL"),
}
EVERY_BYTE = bytes(range(1, 256))
TELLING = {
    b"NEVER": b"'quoted'",
    b"ASCII": bytes(range(1, 128)),
    b"BLANKS": b" a  b\tc ",
    b"BREAKS": b"line1\nB=2\n\n",
    b"EMPTY": b"",
    b"EXPANDABLE": b"$HOME `id` $(id) ~ *",
    b"QUOTES": b'it\'s "quoted" \\\'\\"',
    b"TEXT": "é€😀".encode(),
}
AMBIGUOUS_IN_ZSH = b"\xdc"
"""zsh 5.9 writes this byte, in front of t, as it writes another one alone."""

installed = pytest.mark.parametrize(
    "dump",
    [
        pytest.param(name, marks=pytest.mark.skipif(shutil.which(command[0]) is None, reason="not installed"))
        for name, command in DUMPS.items()
    ],
)
small = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def dumped(dump: str, variables: Mapping[bytes, bytes], home: Path, locale: bytes = b"C.UTF-8") -> bytes:
    environment = {b"PATH": os.fsencode(os.environ["PATH"]), b"HOME": os.fsencode(home), b"LC_ALL": locale, **variables}
    return subprocess.run(DUMPS[dump], env=environment, capture_output=True, check=True).stdout


@installed
@pytest.mark.parametrize("locale", [b"C", b"C.UTF-8"])
def test_every_value_comes_back(tmp_path: Path, dump: str, locale: bytes) -> None:
    if dump.startswith("fish") and locale == b"C":
        pytest.skip("fish itself changes bytes beyond ASCII in this locale")

    export = read(tmp_path, dumped(dump, TELLING, tmp_path, locale))

    assert (export.container, export.platform, export.level) == ("shell:export", "shell", "unknown")
    assert {name: values(export)[name.decode()] for name in TELLING} == TELLING


@installed
def test_value_stands_where_it_is_said_to(tmp_path: Path, dump: str) -> None:
    data = dumped(dump, TELLING, tmp_path)
    lines = data.split(b"\n")

    export = read(tmp_path, data)

    for found in export.variables:
        if found.value is not None and found.value_offset is not None:
            assert data[found.value_offset :].startswith(found.value.reveal())
        if found.line is not None:
            assert found.name.encode() in lines[found.line - 1]
    plain = variable(export, "HOME")
    assert plain.value_offset is not None
    assert plain.encoding == ()


@pytest.mark.parametrize("dump", ["bash-export-p", "dash-export-p", "env-0"])
@given(
    value=st.one_of(st.binary(max_size=64), st.text("'\"\\$`\n=!abMC-\x7fé ").map(str.encode)).map(lambda value: value.replace(b"\0", b""))
)
@small
def test_any_value_survives(dump: str, value: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        export = read(Path(folder), dumped(dump, {b"VALUE": value, b"ZLAST": b"end"}, Path(folder)))

    assert (values(export)["VALUE"], values(export)["ZLAST"], export.problems) == (value, b"end", ())


@installed
def test_every_byte_comes_back(tmp_path: Path, dump: str) -> None:
    every = EVERY_BYTE.replace(AMBIGUOUS_IN_ZSH, b"") if dump.startswith("zsh") else EVERY_BYTE

    assert values(read(tmp_path, dumped(dump, {b"EVERY": every}, tmp_path)))["EVERY"] == every


def test_exported_function_of_bash_is_a_value(tmp_path: Path) -> None:
    script = "greet() { echo hello; }; export -f greet; exec env"
    home = {b"PATH": os.fsencode(os.environ["PATH"])}
    data = subprocess.run(["bash", "--norc", "-c", script], env=home, capture_output=True, check=True).stdout

    export = read(tmp_path, data)

    assert values(export)["BASH_FUNC_greet%%"] == b"() {  echo hello\n}"
    assert values(export)["SHLVL"] == b"0"


@pytest.mark.parametrize("value", [b"one", b"one two", b"a=b", b"first\nsecond line"])
def test_printenv_comes_back(tmp_path: Path, value: bytes) -> None:
    environment = {b"PATH": os.fsencode(os.environ["PATH"]), b"VALUE": value, b"ZLAST": b"end"}

    export = read(tmp_path, subprocess.run(["printenv"], env=environment, capture_output=True, check=True).stdout)

    assert (values(export)["VALUE"], values(export)["ZLAST"], export.problems) == (value, b"end", ())


def test_zsh_quoting_is_undone(tmp_path: Path) -> None:
    export = read(tmp_path, filled("zsh.txt"))

    assert export.problems == ()
    assert {name: value for name, value in values(export).items() if name != "NPM_TOKEN"} == {
        "A": b"plain",
        "CONTROL": b"x\x1b[0m\x01\x7f",
        "EMPTY": b"",
        "HIGH": "é€".encode(),
        "NL": b"line1\nB=2\n",
        "PATH": b"/bin",
        "SHLVL": b"1",
        "SQ": b"it's",
        "START": b"'a",
        "UNSET": None,
    }


def test_elements_of_a_tied_array_are_values_of_the_scalar(tmp_path: Path) -> None:
    export = read(tmp_path, filled("zsh.txt"))

    assert [v.value.reveal() for v in export.variables if v.name == "PATH" and v.value] == [b"/usr/bin", b"/bin"]


def test_ksh_quoting_is_undone(tmp_path: Path) -> None:
    export = read(tmp_path, filled("ksh.txt"))

    assert {name: value for name, value in values(export).items() if name != "NPM_TOKEN"} == {
        "A": b"plain",
        "BYTE": b"\x7fa\xff",
        "SHLVL": b"1",
        "SQ": b"it's",
        "_": None,
    }


def test_fish_escapes_are_undone(tmp_path: Path) -> None:
    export = read(tmp_path, filled("fish.txt"))

    assert {name: value for name, value in values(export).items() if name != "NPM_TOKEN"} == {
        "A": b"plain",
        "DQ": b'say "x" $y `z` \\w!',
        "EMPTY": b"",
        "ESC": b"x\x1b[0m\x01\x7f",
        "FOLDERS": b"a b c",
        "HOME": b"/root",
        "LONG": None,
        "NL": b"line1\nB=2\n",
        "PATH": b"/usr/bin:/bin",
        "SQ": b"it's",
    }


def test_value_that_fish_cut_is_a_problem(tmp_path: Path) -> None:
    export = read(tmp_path, filled("fish.txt"))

    assert [p.detail for p in export.problems] == ["line 7: expected the whole value, which set -xL prints"]
