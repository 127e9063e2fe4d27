"""TB705: files of a home that others can get at."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scanner.model import Finding, Folder, Keeping, Occurrence, Suppression, Zone
from tests.scanner.policies.graphs import DOTFILE, GITHUB, HEAD, HISTORY, KEY, finding, graph, identified, judged, severities

ADA, EVE, STAFF, ROOT = 1000, 1001, 50, 0
MILD = replace(GITHUB, privilege=2)

HOME = Folder("", 0o755, ADA, STAFF)
CLOSED = Folder("", 0o700, ADA, STAFF)
CONFIG = Folder(".config", 0o755, ADA, STAFF)


def kept(
    mode: int | None = 0o644,
    *folders: Folder,
    wanted: int | None = 0o600,
    owner: int = ADA,
    group: int = STAFF,
    path: str = ".npmrc",
    real: str | None = None,
    container: str = "home",
    zone: Zone = Zone.WORKSTATION_DOTFILE,
) -> Occurrence:
    """A file of a home, below these folders."""
    keeping = Keeping(real or path, wanted, owner, group, folders or (HOME,))
    octal = None if mode is None else f"{mode:04o}"
    return replace(DOTFILE, id=path, zone=zone, container=container, path=path, mode=octal, keeping=keeping)


def said(*places: Occurrence) -> Finding | None:
    _, findings, _ = judged(graph(identified(kind=MILD), *places))
    return next((one for one in findings if one.policy == "TB705"), None)


def text(*places: Occurrence) -> str:
    found = said(*places)
    assert found is not None
    return found.message.partition(": ")[2]


def test_a_file_that_others_can_read_is_medium_and_the_command_mends_it() -> None:
    found = finding(graph(identified(kind=MILD), kept()), "TB705")
    assert (found.severity.word, found.grade) == ("medium", "E1")
    assert found.message == (
        "The GitHub token #a lies where others can get at it: home:.npmrc has the mode 0644 where 0600 is enough, "
        "so its group and everybody else can read it (chmod go-r home/.npmrc)."
    )


def test_a_file_as_it_should_be_is_no_finding() -> None:
    assert said(kept(0o600)) is None
    assert said(kept(0o400)) is None


@pytest.mark.parametrize(
    ("mode", "who", "command"),
    [
        (0o640, "so its group can read it", "chmod g-r home/.npmrc"),
        (0o604, "so everybody else can read it", "chmod o-r home/.npmrc"),
        (0o602, "so everybody else can write it", "chmod o-w home/.npmrc"),
        (0o666, "so its group and everybody else can read and write it", "chmod go-rw home/.npmrc"),
        (0o664, "so its group and everybody else can read and write it", "chmod g-rw,o-r home/.npmrc"),
        (0o755, "so its group and everybody else can read it", "chmod go-rx home/.npmrc"),
    ],
)
def test_which_bits_are_too_many_is_said(mode: int, who: str, command: str) -> None:
    assert text(kept(mode)) == f"home:.npmrc has the mode {mode:04o} where 0600 is enough, {who} ({command})."


@pytest.mark.parametrize("mode", [0o700, 0o711, 0o601, 0o610])
def test_to_execute_a_file_of_settings_is_no_harm(mode: int) -> None:
    assert said(kept(mode)) is None


def chmod(mode: int, clause: str) -> int:
    """What `chmod CLAUSE` makes of a mode."""
    for part in clause.split(","):
        who, _, letters = part.partition("-")
        bits = sum({"r": 4, "w": 2, "x": 1}[letter] for letter in letters)
        mode &= ~((bits << 3 if "g" in who else 0) | (bits if "o" in who else 0))
    return mode


@given(st.integers(0, 0o7777), st.integers(0, 0o7777))
def test_what_the_command_leaves_is_no_finding(mode: int, wanted: int) -> None:
    found = said(kept(mode, wanted=wanted))
    assume(found is not None)
    assert found is not None
    left = chmod(mode, found.message.partition("(chmod ")[2].partition(" ")[0])
    assert said(kept(left, wanted=wanted)) is None
    assert mode & ~left == mode & ~wanted & 0o077


def test_another_wanted_mode_is_another_measure() -> None:
    assert said(kept(0o640, wanted=0o640)) is None
    assert "where 0640 is enough, so everybody else can read it" in text(kept(0o644, wanted=0o640))


@pytest.mark.parametrize(
    "where",
    [
        pytest.param(kept(None), id="no mode was seen"),
        pytest.param(kept(0o644, wanted=None), id="others may read such files"),
        pytest.param(replace(kept(), keeping=None), id="a member of an archive"),
        pytest.param(replace(HEAD, mode="0644"), id="a work tree"),
        pytest.param(HISTORY, id="a history"),
    ],
)
def test_nothing_is_claimed_where_modes_say_nothing(where: Occurrence) -> None:
    assert said(where) is None


@pytest.mark.parametrize(
    ("mode", "folders", "open_"),
    [
        pytest.param(0o644, (HOME, CONFIG), True, id="all may enter"),
        pytest.param(0o604, (CLOSED,), False, id="nobody enters the home"),
        pytest.param(0o644, (HOME, replace(CONFIG, mode=0o700)), False, id="nobody enters a folder"),
        pytest.param(0o640, (replace(HOME, mode=0o750),), True, id="the group enters the home"),
        pytest.param(0o640, (replace(HOME, mode=0o705),), False, id="the group alone does not"),
        pytest.param(0o640, (replace(HOME, mode=0o705, group=7),), True, id="the group enters as everybody else"),
        pytest.param(0o604, (replace(HOME, mode=0o750),), False, id="only the group enters, which may not read"),
        pytest.param(0o604, (replace(HOME, mode=0o750, group=7),), True, id="another group enters, and may read"),
        pytest.param(0o604, (replace(HOME, mode=0o750, group=ADA),), False, id="the owner's own group enters"),
        pytest.param(0o604, (replace(HOME, mode=0o744),), False, id="reading a folder is not entering it"),
    ],
)
def test_folders_may_keep_others_out(mode: int, folders: tuple[Folder, ...], open_: bool) -> None:
    found = said(kept(mode, *folders))
    assert found is not None
    assert found.severity.word == ("medium" if open_ else "low")
    assert ("where others can get at it" in found.message) is open_
    assert ("keeps others out" in found.message) is not open_


def test_only_those_who_get_in_are_named() -> None:
    assert "so its group can read it (chmod go-r " in text(kept(0o644, replace(HOME, mode=0o750)))
    assert "so everybody else can read it (chmod g-rw,o-r " in text(kept(0o664, group=ADA))


def test_a_loose_mode_in_a_closed_home_is_said_beside_the_rest() -> None:
    of = graph(identified(), kept(0o644, CLOSED))
    assert severities(of) == {"TB701": "high", "TB705": "low"}
    assert finding(of, "TB705").message == (
        "The npm token #a lies in files that are kept loosely: home:.npmrc has the mode 0644 where 0600 is enough, though the folder home (0700) "
        "keeps others out (chmod go-r home/.npmrc)."
    )


def test_what_is_said_aside_leaves_the_place_to_tb003() -> None:
    strong = replace(GITHUB, privilege=3)
    assert severities(graph(identified(kind=strong), kept(0o644, CLOSED))) == {"TB003": "high", "TB705": "low"}
    assert severities(graph(identified(kind=strong), kept(0o644))) == {"TB705": "high"}


def test_a_group_of_the_owners_own_is_no_others() -> None:
    found = said(kept(0o640, group=ADA))
    assert found is not None
    assert found.severity.word == "low"
    assert "though its group has the number of its owner and is most likely theirs alone" in found.message
    others = said(kept(0o644, group=ADA))
    assert others is not None
    assert others.severity.word == "medium"


def test_a_file_of_a_third_account() -> None:
    assert text(kept(0o600, owner=EVE)) == "home:.npmrc belongs to account 1001, the home to account 1000 (sudo chown 1000 home/.npmrc)."
    assert said(kept(0o600, owner=ROOT)) is None
    closed = said(kept(0o600, CLOSED, owner=EVE))
    assert closed is not None
    assert closed.severity.word == "low"


def test_a_folder_of_a_third_account() -> None:
    assert text(kept(0o600, HOME, replace(CONFIG, owner=EVE))) == (
        "home:.config belongs to account 1001, the home to account 1000 (sudo chown 1000 home/.config)."
    )


@pytest.mark.parametrize(
    ("folder", "begin", "command"),
    [
        (
            replace(CONFIG, mode=0o777),
            "its group and everybody else can write to the folder home:.config (0777) and so put other files there",
            "chmod go-w home/.config",
        ),
        (replace(CONFIG, mode=0o775), "its group can write to the folder home:.config (0775)", "chmod g-w home/.config"),
        (replace(CONFIG, mode=0o757), "everybody else can write to the folder home:.config (0757)", "chmod o-w home/.config"),
    ],
)
def test_a_folder_that_others_may_write_to(folder: Folder, begin: str, command: str) -> None:
    said_of = text(kept(0o600, HOME, folder))
    assert said_of.startswith(begin)
    assert said_of.endswith(f"({command}).")


@pytest.mark.parametrize(
    "folders",
    [
        pytest.param((HOME, replace(CONFIG, mode=0o1777)), id="only their own files"),
        pytest.param((CLOSED, replace(CONFIG, mode=0o777)), id="nobody gets there"),
        pytest.param((HOME, replace(CONFIG, mode=0o766)), id="nobody else may enter what they may write to"),
        pytest.param((HOME, replace(CONFIG, mode=0o775, group=ADA)), id="a group of the owner's own"),
    ],
)
def test_a_folder_that_others_cannot_use(folders: tuple[Folder, ...]) -> None:
    assert said(kept(0o600, *folders)) is None


def test_the_home_itself_may_be_written_to() -> None:
    assert text(kept(0o600, replace(HOME, mode=0o757), container="/home/ada")) == (
        "everybody else can write to the folder /home/ada (0757) and so put other files there (chmod o-w /home/ada)."
    )


@pytest.mark.parametrize(
    ("real", "service"),
    [
        ("Dropbox/dotfiles/npmrc", "Dropbox"),
        ("Dropbox (Acme)/npmrc", "Dropbox"),
        ("OneDrive - Acme/npmrc", "OneDrive"),
        ("Google Drive/npmrc", "Google Drive"),
        ("Library/Mobile Documents/com~apple~CloudDocs/npmrc", "iCloud Drive"),
        ("Library/CloudStorage/Box-Box/npmrc", "a cloud storage"),
        ("Nextcloud/npmrc", "Nextcloud"),
    ],
)
def test_a_folder_that_a_service_copies(real: str, service: str) -> None:
    where = kept(0o600, real=real)
    assert text(where) == f"home:.npmrc lies, as {real}, in a folder that {service} copies to other machines."
    assert text(replace(where, mode=None)) == text(where)


@pytest.mark.parametrize("real", ["Dropbox", "Dropboxes/npmrc", "src/Dropbox/npmrc", ".dropbox/npmrc", "Boxes/npmrc"])
def test_other_folders_are_nobodys_copies(real: str) -> None:
    assert said(kept(0o600, real=real)) is None


def test_an_encrypted_key_may_be_copied_and_is_at_most_medium() -> None:
    sealed = identified(kind=KEY, facts={"at_rest": "encrypted"})
    key = kept(0o600, path=".ssh/id_ed25519", real="Dropbox/id_ed25519", zone=Zone.WORKSTATION_KEYSTORE)
    assert "TB705" not in severities(graph(sealed, key))
    assert severities(graph(sealed, replace(key, mode="0644")))["TB705"] == "medium"
    assert severities(graph(identified(kind=KEY), replace(key, mode="0644")))["TB705"] == "high"


def test_a_few_places_are_told_and_all_are_named() -> None:
    many = [kept(path=f".env.{number}") for number in range(9)]
    found = said(*many)
    assert found is not None
    assert found.message.endswith("(chmod go-r home/.env.2); 6 more.")
    assert [one.path for one in found.locations] == [f".env.{number}" for number in range(9)]


def test_what_is_open_is_told_first() -> None:
    found = said(kept(0o644, CLOSED, path="a", container="one"), kept(0o644, path="z", container="two"))
    assert found is not None
    assert [one.path for one in found.locations] == ["z", "a"]


def test_one_folder_is_told_once() -> None:
    folders = (HOME, replace(CONFIG, mode=0o757))
    assert text(kept(0o600, *folders, path=".config/a"), kept(0o600, *folders, path=".config/b")).count("chmod") == 1


def test_a_place_that_is_accepted_is_not_told() -> None:
    accepted = replace(kept(), suppression=Suppression("baseline", "known"))
    assert said(accepted, HEAD) is None
    assert said(kept(), HEAD) is not None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda path: not path.startswith("/")))
def test_a_shell_takes_the_path_as_it_is(path: str) -> None:
    found = said(kept(path=path, container="my home"))
    assert found is not None
    assert shlex.quote(f"my home/{path}") in found.message


MODES = st.integers(0, 0o1777)
FOLDERS = st.builds(Folder, st.just("x"), MODES, st.sampled_from([ADA, EVE, ROOT]), st.sampled_from([STAFF, ADA, 7]))


@given(MODES, st.lists(FOLDERS, max_size=4), st.sampled_from([ADA, EVE, ROOT]), st.sampled_from([STAFF, ADA]))
def test_closing_the_home_to_others_leaves_nothing_open(mode: int, folders: list[Folder], owner: int, group: int) -> None:
    closed = Folder("", 0o700, ADA, STAFF)
    found = said(kept(mode, closed, *folders, owner=owner, group=group))
    assert found is None or found.severity.word == "low" or "belongs to account" in found.message


@given(MODES, st.lists(FOLDERS, max_size=4), st.integers(0, 8))
def test_fewer_bits_never_make_it_worse(mode: int, folders: list[Folder], bit: int) -> None:
    before, after = (said(kept(one, HOME, *folders)) for one in (mode, mode & ~(1 << bit)))
    assert after is None or (before is not None and after.severity <= before.severity)
