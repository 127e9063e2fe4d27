"""TB705: files of a home that others can get at, told by modes, owners, folders and what copies them elsewhere."""

from __future__ import annotations

import re
import shlex
import stat
from collections.abc import Iterator, Sequence

from scanner.model import Folder, Keeping, Occurrence, Severity, Sprawl
from scanner.policies import facts, places
from scanner.policies.plain import at_rest_ceiling
from scanner.policies.policy import Draft, Policy, View, each
from scanner.records import dataclass

_USE = 0o066
"""Reading and writing, by the group and by everybody else. To execute a file of settings is no harm."""
_ROOT = 0
"""The number of the account that gets at everything anyway."""
_TOLD = 3

_SYNCED = (
    (re.compile(r"Dropbox(?: \([^/]+\))?/"), "Dropbox"),
    (re.compile(r"OneDrive(?: - [^/]+)?/"), "OneDrive"),
    (re.compile(r"(?:Google ?Drive|My Drive)/"), "Google Drive"),
    (re.compile(r"Library/Mobile Documents/|iCloudDrive/"), "iCloud Drive"),
    (re.compile(r"Library/CloudStorage/"), "a cloud storage"),
    (re.compile(r"Nextcloud/"), "Nextcloud"),
    (re.compile(r"ownCloud/"), "ownCloud"),
    (re.compile(r"Box(?: Sync)?/"), "Box"),
    (re.compile(r"MEGA/"), "MEGA"),
    (re.compile(r"p[Cc]loud ?Drive/"), "pCloud"),
    (re.compile(r"Yandex\.Disk(?:\.localized)?/"), "Yandex Disk"),
)
"""Folders below a home that their services make, by the names that these give them, and copy to other machines."""


@dataclass(frozen=True, slots=True)
class _Flaw:
    """What is wrong with how one file is kept, in words, with the command that mends it."""

    text: str
    open: bool
    """Whether others get at the file, rather than would if something else did not keep them out."""


def _reachable(_view: View, sprawl: Sprawl) -> Draft | None:
    found = [(one, flaw) for one in sprawl.occurrences for flaw in _flaws(one, sealed=facts.sealed(sprawl.identified))]
    if not found:
        return None
    found.sort(key=lambda flawed: not flawed[1].open)
    others = found[0][1].open
    texts = list(dict.fromkeys(flaw.text for _, flaw in found))
    more = [f"{len(texts) - _TOLD} more"] if len(texts) > _TOLD else []
    message = (
        f"{places.called(sprawl)} lies {'where others can get at it' if others else 'in files that are kept loosely'}: "
        f"{'; '.join((*texts[:_TOLD], *more))}."
    )
    here = tuple(dict.fromkeys(one for one, _ in found))
    if others:
        return Draft((sprawl.id,), Severity.MEDIUM, message, here, at_rest_ceiling(sprawl))
    return Draft((sprawl.id,), Severity.LOW, message, here, Severity.LOW, aside=True)


def _flaws(one: Occurrence, *, sealed: bool) -> Iterator[_Flaw]:
    kept = one.keeping
    if kept is None:
        return
    service = next((name for folder, name in _SYNCED if folder.match(kept.path)), None)
    if service is not None and not sealed:
        real = "" if kept.path == one.path else f", as {kept.path},"
        yield _Flaw(f"{places.whereabouts(one)} lies{real} in a folder that {service} copies to other machines", open=True)
    if kept.wanted is not None and one.mode is not None:
        yield from _of_mode(one, kept, int(one.mode, 8) & ~kept.wanted & 0o077)
        yield from _of_owners(one, kept)
        yield from _of_folders(one, kept)


def _of_mode(one: Occurrence, kept: Keeping, loose: int) -> Iterator[_Flaw]:
    """Bits of the file's own mode that are too many."""
    if not loose & _USE:
        return
    group, everybody = loose >> 3 & 0o7, loose & 0o7
    sides = (
        ("its group", group, _bar_of_group(one, kept)),
        ("everybody else", everybody, _bar_of_others(one, kept.folders, kept.group)),
    )
    used = [side for side in sides if side[1] & 0o6]
    inside = [(who, bits) for who, bits, bar in used if bar is None]
    verbs = (verb for verb, bit in (("read", 0o4), ("write", 0o2)) if any(bits & bit for _, bits in inside))
    bars = dict.fromkeys(bar for _, _, bar in used if bar is not None)
    why = f"so {' and '.join(who for who, _ in inside)} can {' and '.join(verbs)} it" if inside else f"though {' and '.join(bars)}"
    begin = f"{places.whereabouts(one)} has the mode {one.mode} where {kept.wanted:04o} is enough"
    yield _Flaw(f"{begin}, {why} (chmod {_less(group, everybody)} {_quoted(one, one.path)})", open=bool(inside))


def _of_owners(one: Occurrence, kept: Keeping) -> Iterator[_Flaw]:
    """A file, or a folder on the way to it, that belongs to a third account."""
    if not kept.folders:
        return
    home = kept.folders[0].owner
    belongings = [(kept.owner, one.path), *((folder.owner, folder.path) for folder in kept.folders)]
    for owner, path in belongings:
        if owner not in {home, _ROOT}:
            text = f"{one.container}:{path} belongs to account {owner}, the home to account {home} (sudo chown {home} {_quoted(one, path)})"
            yield _Flaw(text, open=_bar_of_others(one, kept.folders[:1], kept.group) is None)


def _of_folders(one: Occurrence, kept: Keeping) -> Iterator[_Flaw]:
    """Folders in which others can put another file in the place of this one."""
    for number, folder in enumerate(kept.folders, 1):
        way = kept.folders[:number]
        group = folder.mode & 0o020 and folder.group != folder.owner and _bar(way, folder.group) is None
        everybody = folder.mode & 0o002 and _bar_of_others(one, way, folder.group) is None
        if folder.mode & stat.S_ISVTX or not (group or everybody):
            continue
        who = " and ".join([*(["its group"] if group else []), *(["everybody else"] if everybody else [])])
        bits = _less(0o2 if group else 0, 0o2 if everybody else 0)
        text = (
            f"{who} can write to the folder {_called(one, folder)} and so put other files there (chmod {bits} {_quoted(one, folder.path)})"
        )
        yield _Flaw(text, open=True)


def _bar_of_group(one: Occurrence, kept: Keeping) -> str | None:
    """What keeps the file's group out; None where nothing does."""
    if kept.group == kept.owner:
        return "its group has the number of its owner and is most likely theirs alone"
    return _keeps_out(one, _bar(kept.folders, kept.group))


def _bar_of_others(one: Occurrence, way: Sequence[Folder], group: int) -> str | None:
    """What keeps those out who are not of the `group`; None where nothing does. They may be of a folder's, other than its owner's own."""
    closed = (
        folder for folder in way if not folder.mode & 0o001 and not (folder.mode & 0o010 and folder.group not in {group, folder.owner})
    )
    return _keeps_out(one, next(closed, None))


def _bar(way: Sequence[Folder], group: int) -> Folder | None:
    """The first folder on the way that does not let in accounts of the `group`."""
    return next((folder for folder in way if not folder.mode & (0o010 if folder.group == group else 0o001)), None)


def _keeps_out(one: Occurrence, folder: Folder | None) -> str | None:
    return None if folder is None else f"the folder {_called(one, folder)} keeps others out"


def _called(one: Occurrence, folder: Folder) -> str:
    return f"{one.container}:{folder.path} ({folder.mode:04o})" if folder.path else f"{one.container} ({folder.mode:04o})"


def _less(group: int, everybody: int) -> str:
    """What chmod is told, to take these bits away from the group and from everybody else."""
    if group == everybody:
        return f"go-{_letters(group)}"
    parts = [f"{who}-{_letters(bits)}" for who, bits in (("g", group), ("o", everybody)) if bits]
    return ",".join(parts)


def _letters(bits: int) -> str:
    return "".join(letter for letter, bit in (("r", 0o4), ("w", 0o2), ("x", 0o1)) if bits & bit)


def _quoted(one: Occurrence, path: str) -> str:
    """A path of the home as a shell takes it, from the folder that keytrail was started in."""
    return shlex.quote(f"{one.container.rstrip('/')}/{path}" if path else one.container)


POLICIES = (
    Policy(
        id="TB705",
        title="Credential file readable by others",
        summary="A file of a home that is made for its owner only (docs/locations.md says which mode it should have) can be read or written by "
        "other accounts, belongs to another one, lies in a folder in which others can replace it, or in one that a service copies to other "
        "machines. Medium; low where the mode is too wide but a folder above keeps others out, or the group is its owner's own. Modes are "
        "not judged on Windows, in copied profiles of Windows and on file systems without them; access control lists are not read.",
        severity=Severity.MEDIUM,
        grade="E1",
        remediation="Run the command that the finding names; rotate the credential if others use the machine, and let a keychain hold it.",
        references=("NHI2:2025", "CICD-SEC-7", "PR.DS-01"),
        evaluate=each(_reachable),
    ),
)
