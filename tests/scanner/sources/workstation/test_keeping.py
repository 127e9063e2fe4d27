"""Who else may get at the files of a home."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Keeping
from scanner.sources.workstation import HomeFile, locate
from scanner.sources.workstation.keeping import made_up


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o750)
    return folder


def write(home: Path, path: str, mode: int = 0o600) -> Path:
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x")
    file.chmod(mode)
    return file


def keeping(home: Path) -> dict[str, Keeping]:
    """How each file is kept, by the path that it was met under."""
    met = [found for found in locate(home, "home") if isinstance(found, HomeFile)]
    assert all(found.keeping for found in met)
    return {found.ref.path: found.keeping for found in met if found.keeping}


def test_owner_group_and_wanted_mode(home: Path) -> None:
    status = write(home, ".npmrc", 0o644).stat()
    kept = keeping(home)[".npmrc"]
    assert (kept.path, kept.wanted, kept.owner, kept.group) == (".npmrc", 0o600, status.st_uid, status.st_gid)


def test_every_folder_from_the_home_on(home: Path) -> None:
    write(home, ".config/gh/hosts.yml")
    (home / ".config").chmod(0o1777)
    (home / ".config/gh").chmod(0o700)
    folders = keeping(home)[".config/gh/hosts.yml"].folders
    assert [(folder.path, folder.mode) for folder in folders] == [("", 0o750), (".config", 0o1777), (".config/gh", 0o700)]
    assert {(folder.owner, folder.group) for folder in folders} == {(home.stat().st_uid, home.stat().st_gid)}


def test_a_link_is_kept_where_it_leads(home: Path) -> None:
    write(home, "Dropbox/dotfiles/npmrc", 0o644)
    (home / ".npmrc").symlink_to("Dropbox/dotfiles/npmrc")
    kept = keeping(home)[".npmrc"]
    assert kept.path == "Dropbox/dotfiles/npmrc"
    assert [folder.path for folder in kept.folders] == ["", "Dropbox", "Dropbox/dotfiles"]


def test_a_file_that_others_may_read_as_a_rule(home: Path) -> None:
    write(home, ".bashrc", 0o644)
    assert keeping(home)[".bashrc"] == Keeping(".bashrc")


def test_of_what_lies_deeper_than_anybody_puts_it_nothing_is_said(home: Path) -> None:
    deepest, deeper = (f".password-store/{'x/' * depth}a.gpg" for depth in (63, 64))
    for path in (deepest, deeper):
        write(home, path, 0o644)
    assert len(keeping(home)[deepest].folders) == 65
    assert keeping(home)[deeper] == Keeping(deeper)


@pytest.mark.parametrize("sign", ["AppData/Roaming/x", "NTUSER.DAT", "ntuser.dat"])
def test_a_profile_of_windows_has_no_modes(home: Path, sign: str) -> None:
    write(home, sign)
    write(home, ".npmrc", 0o644)
    assert keeping(home)[".npmrc"] == Keeping(".npmrc")


def test_windows_has_no_modes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, ".npmrc", 0o644)
    monkeypatch.setattr("scanner.sources.workstation.keeping._POSIX", False)
    assert keeping(home)[".npmrc"] == Keeping(".npmrc")


def test_names_that_are_no_text_are_shown(home: Path) -> None:
    write(home, ".config/gh/hosts.yml")
    raw = os.fsencode(home) + b"/.npmrc.\xff"
    Path(os.fsdecode(raw)).write_bytes(b"x")
    assert keeping(home)[".npmrc.\\xff"].path == ".npmrc.\\xff"


MOUNTS = rb"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
23 22 8:2 / /media/usb rw,relatime shared:2 - vfat /dev/sdb1 rw,fmask=0022
24 22 8:3 / /media/usb\040two rw,relatime - exfat /dev/sdb2 rw
25 22 0:40 / /mnt/c rw,noatime - 9p C:\134 rw,dirsync,aname=drvfs;path=C:\;uid=1000;symlinkroot=/mnt/,cache=5
26 22 0:41 / /mnt/d rw,noatime - 9p D:\134 rw,dirsync,aname=drvfs;path=D:\;uid=1000;metadata;symlinkroot=/mnt/,cache=5
27 22 0:42 / /shared rw - 9p share rw,trans=virtio
28 23 8:4 / /media/usb/real rw - ext4 /dev/sdb3 rw
29 22 8:5 / /twice rw - vfat /dev/sdb4 rw
30 29 8:6 / /twice rw - xfs /dev/sdb5 rw
31 22 0:43 / /nas rw - cifs //nas/home rw,vers=3.1.1
"""


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (b"/home/ada", False),
        (b"/", False),
        (b"/media/usb", True),
        (b"/media/usb/home", True),
        (b"/media/usbx/home", False),
        (b"/media/usb two/home", True),
        (b"/media/usb/real/home", False),
        (b"/mnt/c/Users/ada", True),
        (b"/mnt/d/Users/ada", False),
        (b"/shared/home", False),
        (b"/twice/home", False),
        (b"/nas/ada", True),
    ],
)
def test_file_systems_that_make_modes_up(place: bytes, found: bool) -> None:
    assert made_up(place, MOUNTS) is found


@pytest.mark.parametrize("cut", range(0, len(MOUNTS), 7))
def test_a_list_that_was_cut_is_read_as_far_as_it_goes(cut: int) -> None:
    assert made_up(b"/home/ada", MOUNTS[:cut]) is False


@given(st.binary(max_size=300))
def test_a_list_of_another_form_says_nothing_and_breaks_nothing(mounts: bytes) -> None:
    assert made_up(b"/home/ada", mounts) in {True, False}
