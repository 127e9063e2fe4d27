"""Places outside homes against file systems made here, and what variables name there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanner.model import Reason, Unscanned, Zone
from scanner.sources.fields.formats import Format, format_of, tool_of
from scanner.sources.files import Skipped
from scanner.sources.workstation import HomeFile, locate, locate_outside
from scanner.sources.workstation.catalogue import MACHINE, OWN, Row
from tests.scanner.sources.workstation.places import example, sample
from tests.scanner.sources.workstation.test_catalogue import READ

Unprivileged = Callable[[], AbstractContextManager[None]]


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")


def found(root: Path, environment: dict[str, str] | None = None, *homes: Path) -> list[tuple[str, str, str]]:
    met = locate_outside(root, "/", environment or {}, homes)
    return [(one.ref.path, one.tool, one.like) for one in met if isinstance(one, HomeFile)]


@pytest.mark.parametrize("tool", sorted({row.tool for row in MACHINE}))
def test_a_place_of_a_tool_is_found_once_as_what_it_is(tmp_path: Path, tool: str) -> None:
    for number, row in enumerate(row for row in MACHINE if row.tool == tool):
        root = tmp_path / str(number)
        write(root, example(row))
        [one] = locate_outside(root, "/")
        assert isinstance(one, HomeFile)
        assert (one.ref.container, one.ref.path, one.zone, one.tool, one.format) == ("/", example(row), row.zone, row.tool, row.format)


def test_no_pattern_is_written_twice_or_leaves_the_root() -> None:
    patterns = [row.pattern for row in MACHINE]
    assert sorted(set(patterns)) == sorted(patterns)
    assert [pattern for pattern in patterns if pattern.startswith(("/", "~", "*")) or ".." in pattern.split("/")] == []


def test_rows_say_where_they_begin() -> None:
    assert {row.root for row in MACHINE} == {"machine"}
    assert {row.mode for row in MACHINE} == {OWN, None}


def read_as(row: Row) -> str:
    return row.like or example(row)


def test_readers_take_each_file_for_what_the_catalogue_says(tmp_path: Path) -> None:
    assert [row.pattern for row in MACHINE if tool_of(read_as(row)) not in {None, row.tool}] == []
    formats = {row.pattern: format_of(read_as(row), sample(row, 0, tmp_path)) for row in MACHINE if row.format in READ}
    expected: dict[str, Format] = {row.pattern: READ[row.format] for row in MACHINE if row.format in READ}
    assert {pattern for pattern in expected if formats[pattern] is not expected[pattern]} == set()


def test_keys_are_their_owners() -> None:
    keys = [row for row in MACHINE if row.format in {"key", "keychain"}]
    assert [row.pattern for row in keys if (row.zone, row.mode) != (Zone.WORKSTATION_KEYSTORE, OWN)] == []


def test_what_is_not_there_is_not_mentioned(tmp_path: Path) -> None:
    assert list(locate_outside(tmp_path, "/")) == []
    assert list(locate_outside(tmp_path / "none", "/")) == []


def test_what_is_there_and_shut_is_said(reachable: Path, unprivileged: Unprivileged) -> None:
    write(reachable, "etc/ssl/private/server.key", "etc/npmrc")
    (reachable / "etc" / "ssl" / "private").chmod(0)
    with unprivileged():
        met = list(locate_outside(reachable, "/"))
    assert [one for one in met if not isinstance(one, HomeFile)] == [Unscanned("/", "etc/ssl/private", Reason.UNREADABLE, os.strerror(13))]
    assert [one.ref.path for one in met if isinstance(one, HomeFile)] == ["etc/npmrc"]


def test_a_file_that_a_variable_names_is_read_as_its_tool_would(tmp_path: Path) -> None:
    write(tmp_path, "data/npm settings", "data/prod", "data/test.conf", "data/who")
    named = {
        "NPM_CONFIG_USERCONFIG": f"{tmp_path}/data/npm settings",
        "KUBECONFIG": f"{tmp_path}/data/prod{os.pathsep}{os.pathsep}{tmp_path}/data/test.conf{os.pathsep}{tmp_path}/none",
        "NETRC": f"{tmp_path}/data/who",
    }
    assert found(tmp_path, named) == [
        ("data/who", "netrc", ".netrc"),
        ("data/npm settings", "npm", ".npmrc"),
        ("data/prod", "kubernetes", ".kube/config"),
        ("data/test.conf", "kubernetes", ".kube/config"),
    ]


def test_a_folder_that_was_moved_is_read_where_it_is(tmp_path: Path) -> None:
    write(tmp_path, "srv/docker/config.json", "srv/cargo/credentials.toml", "srv/cargo/registry/index")
    named = {"DOCKER_CONFIG": f"{tmp_path}/srv/docker", "CARGO_HOME": f"{tmp_path}/srv/cargo/"}
    assert found(tmp_path, named) == [
        ("srv/docker/config.json", "docker", ".docker/config.json"),
        ("srv/cargo/credentials.toml", "cargo", ".cargo/credentials"),
    ]


def test_what_lies_in_a_home_is_the_homes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home, "work/kube")
    (tmp_path / "link").symlink_to(home)
    named = {"KUBECONFIG": f"{home}/work/kube"}
    assert found(tmp_path, named, home) == found(tmp_path, named, tmp_path / "link") == []
    for container in (home, tmp_path / "link"):
        [one] = locate(container, "~", named)
        assert isinstance(one, HomeFile)
        assert (one.ref.path, one.tool, one.zone, one.like) == ("work/kube", "kubernetes", Zone.WORKSTATION_DOTFILE, ".kube/config")


def test_a_place_of_the_catalogue_speaks_before_a_variable(tmp_path: Path) -> None:
    write(tmp_path, "etc/npmrc")
    assert found(tmp_path, {"NETRC": f"{tmp_path}/etc/npmrc"}) == [("etc/npmrc", "npm", ".npmrc")]


def test_a_relative_name_begins_at_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "work/kube")
    monkeypatch.chdir(tmp_path / "work")
    assert found(tmp_path, {"KUBECONFIG": "kube"}) == [("work/kube", "kubernetes", ".kube/config")]


@pytest.mark.parametrize(
    "value", ["", ".", "/", "*", "/*/kube", "..", "../kube", "\0", "a\0b", "~/kube", "https://example.org/kube", "a" * 9000]
)
def test_values_that_name_no_file_are_passed_over(tmp_path: Path, value: str) -> None:
    write(tmp_path, "kube")
    assert list(locate_outside(tmp_path, "/", {"KUBECONFIG": value, "DOCKER_CONFIG": value})) == []


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    named = {"NETRC": f"{tmp_path}/pipe", "WGETRC": f"{tmp_path}/loop", "CONDARC": f"{tmp_path}/folder"}
    assert sorted(locate_outside(tmp_path, "/", named), key=repr) == [Skipped("/", "loop", "link"), Skipped("/", "pipe", "fifo")]


@pytest.mark.parametrize("value", ["/dev/null", "/proc/self/environ", "/sys/kernel/notes", "/dev/stdin"])
def test_what_only_the_kernel_has_is_not_looked_at(value: str) -> None:
    before = list(locate_outside(Path("/"), "/"))
    assert list(locate_outside(Path("/"), "/", {"HISTFILE": value})) == before


def test_a_current_folder_that_is_gone_names_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "work/kube")
    monkeypatch.chdir(tmp_path / "work")
    shutil.rmtree(tmp_path / "work")
    assert found(tmp_path, {"KUBECONFIG": "kube"}) == []


def test_logins_of_this_session_are_found_and_those_of_others_not_looked_for(tmp_path: Path) -> None:
    write(tmp_path, "run/user/1/containers/auth.json", "run/user/2/containers/auth.json")
    named = {"XDG_RUNTIME_DIR": f"{tmp_path}/run/user/1"}
    assert found(tmp_path, named) == [("run/user/1/containers/auth.json", "docker", ".config/containers/auth.json")]


@pytest.mark.parametrize(("shell", "format_"), [("/bin/bash", "history"), ("/usr/bin/zsh", "zsh-history"), ("", "history")])
def test_a_history_is_read_as_its_shell_writes_it(tmp_path: Path, shell: str, format_: str) -> None:
    write(tmp_path, "srv/history")
    [one] = locate_outside(tmp_path, "/", {"HISTFILE": f"{tmp_path}/srv/history", "SHELL": shell})
    assert isinstance(one, HomeFile)
    assert (one.format, one.zone) == (format_, Zone.WORKSTATION_SHELL)
