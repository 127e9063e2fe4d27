from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from scanner.model import Blob, Reason, Unscanned, Zone
from scanner.sources.files import Skipped
from scanner.sources.workstation import HomeFile, locate, read_home_file
from scanner.sources.workstation.catalogue import CATALOGUE

Unprivileged = Callable[[], AbstractContextManager[None]]

DOTFILE, SHELL, KEYSTORE = Zone.WORKSTATION_DOTFILE, Zone.WORKSTATION_SHELL, Zone.WORKSTATION_KEYSTORE


def write(home: Path, path: str, data: bytes = b"x", mode: int = 0o600) -> None:
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    file.chmod(mode)


def found(met: Iterator[HomeFile | Unscanned | Skipped]) -> list[str]:
    return [thing.ref.path for thing in met if isinstance(thing, HomeFile)]


def others(met: Iterator[HomeFile | Unscanned | Skipped]) -> list[Unscanned | Skipped]:
    return [thing for thing in met if not isinstance(thing, HomeFile)]


PLACES = [
    (".npmrc", "npm", DOTFILE),
    (".npmrc.bak", "npm", DOTFILE),
    (".npm-global/etc/npmrc", "npm", DOTFILE),
    (".nvm/versions/node/v22.1.0/etc/npmrc", "npm", DOTFILE),
    ("AppData/Roaming/npm/etc/npmrc", "npm", DOTFILE),
    (".config/pnpm/auth.ini", "pnpm", DOTFILE),
    ("Library/Preferences/pnpm/rc", "pnpm", DOTFILE),
    (".yarnrc.yml", "yarn", DOTFILE),
    (".pypirc", "pip", DOTFILE),
    (".netrc", "netrc", DOTFILE),
    ("_netrc", "netrc", DOTFILE),
    (".authinfo", "netrc", DOTFILE),
    (".git-credentials", "git", DOTFILE),
    (".config/git/credentials", "git", DOTFILE),
    (".gitconfig", "git", DOTFILE),
    (".config/git/config", "git", DOTFILE),
    (".config/gh/hosts.yml", "gh", DOTFILE),
    ("AppData/Roaming/GitHub CLI/hosts.yml", "gh", DOTFILE),
    (".docker/config.json", "docker", DOTFILE),
    (".dockercfg", "docker", DOTFILE),
    (".cargo/credentials", "cargo", DOTFILE),
    (".cargo/credentials.toml", "cargo", DOTFILE),
    (".gem/credentials", "gem", DOTFILE),
    (".local/share/gem/credentials", "gem", DOTFILE),
    (".bashrc", "shell", SHELL),
    (".zshenv", "shell", SHELL),
    (".config/fish/config.fish", "shell", SHELL),
    (".config/fish/conf.d/keys.fish", "shell", SHELL),
    (".config/environment.d/50-tokens.conf", "shell", SHELL),
    ("Documents/PowerShell/profile.ps1", "shell", SHELL),
    (".bash_history", "shell", SHELL),
    (".zsh_history", "shell", SHELL),
    (".local/share/fish/fish_history", "shell", SHELL),
    ("AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt", "shell", SHELL),
    (".python_history", "shell", SHELL),
    (".viminfo", "shell", SHELL),
    (".ssh/id_ed25519", "ssh", KEYSTORE),
    (".ssh/work/any.pem", "ssh", KEYSTORE),
    (".ssh/config", "ssh", DOTFILE),
    (".ssh/environment", "ssh", SHELL),
    (".gnupg/private-keys-v1.d/0A.key", "gnupg", KEYSTORE),
    (".gnupg/secring.gpg", "gnupg", KEYSTORE),
    (".gnupg/backup.asc", "gnupg", KEYSTORE),
    (".gnupg/openpgp-revocs.d/0A.rev", "gnupg", KEYSTORE),
]


@pytest.mark.parametrize(("path", "tool", "zone"), PLACES)
def test_a_place_of_the_catalogue_is_found(tmp_path: Path, path: str, tool: str, zone: Zone) -> None:
    write(tmp_path, path)
    [file] = locate(tmp_path, "~")
    assert isinstance(file, HomeFile)
    assert (file.ref.container, file.ref.path, file.tool, file.zone) == ("~", path, tool, zone)
    assert read_home_file(file, 10) == Blob("~", path, b"x", mode=0o600)


@pytest.mark.parametrize(
    "path", ["src/.npmrc", "notes.txt", ".config/other/hosts.yml", ".gnupg/gpg.conf", ".nvm/versions/node/a/b/etc/npmrc", "xnpmrc"]
)
def test_the_rest_of_the_home_is_not(tmp_path: Path, path: str) -> None:
    write(tmp_path, path)
    assert list(locate(tmp_path, "~")) == []


def test_every_pattern_stays_inside_the_home() -> None:
    assert [row.pattern for row in CATALOGUE if row.pattern.startswith("/") or ".." in row.pattern.split("/")] == []


def test_no_pattern_is_written_twice() -> None:
    patterns = [row.pattern for row in CATALOGUE]
    assert sorted(set(patterns)) == sorted(patterns)


def test_the_mode_is_that_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, ".npmrc", mode=0o644)
    [file] = locate(tmp_path, "~")
    assert isinstance(file, HomeFile)
    blob = read_home_file(file, 10)
    assert isinstance(blob, Blob)
    assert blob.mode == 0o644


def test_a_place_that_is_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / ".npmrc").mkdir()
    assert list(locate(tmp_path, "~")) == []


def test_a_place_that_is_a_fifo_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".netrc")
    assert list(locate(tmp_path, "~")) == [Skipped("~", ".netrc", "fifo")]


def test_a_link_inside_the_home_is_followed_and_keeps_its_name(tmp_path: Path) -> None:
    write(tmp_path, "dotfiles/npm/npmrc", b"token", 0o640)
    (tmp_path / ".npmrc").symlink_to("dotfiles/npm/npmrc")
    [file] = locate(tmp_path, "~")
    assert isinstance(file, HomeFile)
    assert read_home_file(file, 10) == Blob("~", ".npmrc", b"token", mode=0o640)


def test_a_linked_folder_inside_the_home_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "dotfiles/gh/hosts.yml")
    write(tmp_path, "dotfiles/ssh/id_rsa")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "gh").symlink_to("../dotfiles/gh")
    (tmp_path / ".ssh").symlink_to("dotfiles/ssh")
    assert found(locate(tmp_path, "~")) == [".config/gh/hosts.yml", ".ssh/id_rsa"]


@pytest.mark.parametrize("goal", ["/etc/passwd", "../outside", "gone", ".npmrc", "/dev/zero"])
def test_a_link_that_leads_elsewhere_is_counted(tmp_path: Path, goal: str) -> None:
    home = tmp_path / "home"
    write(home, "x")
    write(tmp_path, "outside")
    (home / ".npmrc").symlink_to(goal)
    assert list(locate(home, "~")) == [Skipped("~", ".npmrc", "link")]


@pytest.mark.parametrize("goal", ["/", "..", ".", "gone", ".ssh"])
def test_a_key_folder_that_leads_elsewhere_is_not_searched(tmp_path: Path, goal: str) -> None:
    home = tmp_path / "home"
    write(home, "project/secret")
    write(tmp_path, "outside")
    (home / ".ssh").symlink_to(goal)
    assert found(locate(home, "~")) == []
    assert Skipped("~", ".ssh", "link") in list(locate(home, "~"))


def test_links_below_a_key_folder_are_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "project/secret")
    write(tmp_path, ".ssh/id_rsa")
    (tmp_path / ".ssh" / "more").symlink_to("../project")
    assert list(locate(tmp_path, "~"))[1:] == [Skipped("~", ".ssh/more", "link")]


def test_a_long_chain_of_links_is_counted(tmp_path: Path) -> None:
    write(tmp_path, "l0")
    for number in range(1, 3_000):
        (tmp_path / f"l{number}").symlink_to(f"l{number - 1}")
    (tmp_path / ".npmrc").symlink_to("l2999")
    assert list(locate(tmp_path, "~")) == [Skipped("~", ".npmrc", "link")]


def test_a_key_folder_of_endless_size_is_bounded(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    for number in range(10_001):
        (tmp_path / ".ssh" / f"{number:05}").touch()
    met = list(locate(tmp_path, "~"))
    assert len(found(iter(met))) == 10_000
    assert others(iter(met)) == [Unscanned("~", ".ssh", Reason.TOO_LARGE, "more than 10000 files")]


def test_a_refused_folder_is_unscanned_once(reachable: Path, unprivileged: Unprivileged) -> None:
    write(reachable, ".config/gh/hosts.yml", mode=0o644)
    write(reachable, ".npmrc", mode=0o644)
    (reachable / ".config").chmod(0o000)
    with unprivileged():
        met = list(locate(reachable, "~"))
    assert found(iter(met)) == [".npmrc"]
    assert others(iter(met)) == [Unscanned("~", ".config", Reason.UNREADABLE, "Permission denied")]


@pytest.mark.parametrize("mode", [0o000, 0o111])
def test_a_refused_key_folder_is_unscanned(reachable: Path, unprivileged: Unprivileged, mode: int) -> None:
    write(reachable, ".ssh/id_rsa")
    (reachable / ".ssh").chmod(mode)
    with unprivileged():
        assert Unscanned("~", ".ssh", Reason.UNREADABLE, "Permission denied") in list(locate(reachable, "~"))


def test_a_key_folder_that_can_only_be_listed_is_unscanned_by_file(reachable: Path, unprivileged: Unprivileged) -> None:
    write(reachable, ".ssh/id_rsa")
    (reachable / ".ssh").chmod(0o444)
    with unprivileged():
        assert Unscanned("~", ".ssh/id_rsa", Reason.UNREADABLE, "Permission denied") in list(locate(reachable, "~"))


def test_a_home_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert list(locate(tmp_path / "none", "~")) == [Unscanned("~", "", Reason.MISSING)]


def test_a_home_that_is_refused_is_unreadable(reachable: Path, unprivileged: Unprivileged) -> None:
    (reachable / "home").mkdir(0o000)
    with unprivileged():
        assert list(locate(reachable / "home", "~")) == [Unscanned("~", "", Reason.UNREADABLE, "Permission denied")]


def test_a_home_that_is_a_file_is_unscanned(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    [met] = locate(tmp_path / "home", "~")
    assert isinstance(met, Unscanned)


def test_names_that_are_no_text_are_shown_with_escapes(tmp_path: Path) -> None:
    write(tmp_path, os.fsdecode(b".ssh/\xff\n"))
    assert found(locate(tmp_path, "~")) == [".ssh/\\xff\n"]


MOVES = [
    ("XDG_CONFIG_HOME", "cfg/x", "cfg/x/gh/hosts.yml"),
    ("XDG_DATA_HOME", ".data", ".data/fish/fish_history"),
    ("CARGO_HOME", "cargo", "cargo/credentials.toml"),
    ("GNUPGHOME", "keys", "keys/secring.gpg"),
    ("DOCKER_CONFIG", "d", "d/config.json"),
]


@pytest.mark.parametrize(("variable", "folder", "path"), MOVES)
def test_a_folder_that_the_environment_moved_is_found_there(tmp_path: Path, variable: str, folder: str, path: str) -> None:
    write(tmp_path, path)
    assert found(locate(tmp_path, "~")) == []
    assert found(locate(tmp_path, "~", {variable: str(tmp_path / folder)})) == [path]


@pytest.mark.parametrize("value", ["", "relative", "/", "{home}", "{home}/..", "{home}/../outside"])
def test_a_folder_that_the_environment_moved_out_of_the_home_is_not(tmp_path: Path, value: str) -> None:
    home = tmp_path / "home"
    write(home, "relative/gh/hosts.yml")
    write(tmp_path, "outside/gh/hosts.yml")
    write(tmp_path, "gh/hosts.yml")
    write(home, "gh/hosts.yml")
    assert list(locate(home, "~", {"XDG_CONFIG_HOME": value.format(home=home)})) == []
