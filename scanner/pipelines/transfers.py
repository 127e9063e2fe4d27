"""Which way a program copies between this machine and another, and whether that is something people install.

Sources: the manuals of the AWS CLI, gsutil, the Google Cloud CLI, the Azure CLI, AzCopy, rclone, OpenSSH, rsync and LFTP.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanner.pipelines.commands import Command
from scanner.records import replace

_STORES = re.compile(r"(?:s3|gs|gcs)://")
_ADDRESSES = re.compile(r"https?://")
_HOSTS = re.compile(r"(?:sftp|ftp|rsync)://|(?!\$env:)[^/\\:]{2,200}:", re.IGNORECASE)
_REMOTE = {"aws": _STORES, "gsutil": _STORES, "gcloud": _STORES, "azcopy": _ADDRESSES, "az": _ADDRESSES}
"""How the other side is written; as a host or a configured remote and a colon where nothing else is said."""
_ONE_SIDE = frozenset({"aws", "gsutil", "gcloud", "azcopy", "scp"})
"""Programs of whose two sides one is always remote."""
_LEFTOVERS = re.compile(
    r"""(?<![a-z]) (?: logs? | s?c?caches? | coverage | htmlcov | l?cov | junit | xunit | allure | reports? | test [-_.]? (?: results? | reports? )
      | results? | traces? | screenshots? | benchmarks? | backups? | dumps? | metrics | telemetry ) (?![a-z])""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a job leaves for those who look after it, by words in the name of a place."""
_COPIERS = frozenset({"scp", "rsync"})
"""Programs that copy to whatever machine, of which few are hosts that people fetch things from."""
_BUCKETS = frozenset({"aws", "gsutil", "gcloud", "azcopy", "az", "rclone"})
"""Programs that copy into buckets."""
_OFFERED = re.compile(
    r"""(?<![a-z]) (?: downloads? | dist | releases? | public (?: _? html)? | pub | www | htdocs | html | ftp | mirrors? | repos? (?: itory | itories )?
      | packages? | archives? | updates? | site | srv | files | artifacts? | deb (?: ian )? | rpms? | wheels? | tarballs? ) (?![a-z])
      | \.(?: tar | tgz | gz | xz | zip | deb | rpm | apk | whl | jar | exe | msi | dmg | pkg | iso | appimage )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What people install, or where it is offered to them, by words in the name of a place."""
_RELEASED = re.compile(
    r"""(?<![a-z]) (?: downloads? | dist | (?: pre )? releases? | nightly | nightlies | mirrors? | repos? (?: itory | itories )? | packages? | pkgs?
      | archives? | updates? | artifacts? | install (?: er )? s? | apt | yum | deb (?: ian )? | rpms? | wheels? | tarballs? | binar (?: y | ies ) | bin
      | versions? | tags? | ref_name | latest | stable | checksums? | sha(?: 256 | 512 ) (?: sums? )? ) (?![a-z])
      | (?<![a-z0-9]) v? \d{1,6} \. \d{1,6} (?![a-z])
      | (?<![a-z0-9]) v \$
      | \.(?: tar | tgz | gz | bz2 | xz | zst | zip | deb | rpm | apk | aab | ipa | whl | jar | gem | crate | exe | msi | msix | dmg | pkg | iso | vsix | appimage )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What speaks of releases in the name of a file, a bucket or a path in it; buckets hold pages, pictures and data as well."""
_SHELL_FLAGS = frozenset({"-e", "--rsh"})
_SENDS = re.compile(r"\bm?put\b|mirror\s{1,8}(?:-\S{1,40}\s{1,8}){0,8}(?:-R|--reverse)\b")
_FETCHES = re.compile(r"\bm?get\b|\bmirror\b")
_LONGEST = 4_000
_FIRST = re.compile(r"\$\{?(?P<name>[A-Za-z_]\w{0,200})\}?")
_REMOTE_ADDRESS = re.compile(r"(?:s3|gs|gcs|https?)://")
_DEEPEST = 4
"""Variables that are made of each other."""


def uploads(command: Command) -> bool | None:
    """Whether files go from here to another machine for others to have; None where only a run tells, or nothing says that people install them."""
    sent, places = _sent(command)
    if sent and any(_LEFTOVERS.search(place[:_LONGEST]) for place in places):
        return None
    offered = _OFFERED if command.program in _COPIERS else _RELEASED if command.program in _BUCKETS else None
    if sent and offered is not None and not any(offered.search(place[:_LONGEST]) for place in places):
        return None
    return sent


def addressed(command: Command, variables: Mapping[str, str]) -> Command:
    """A copy with the addresses in place of the variables that the same script plainly sets to one."""
    if command.program not in _REMOTE:
        return command
    return replace(command, argv=tuple(_address(word, variables) for word in command.argv))


def _address(word: str, variables: Mapping[str, str]) -> str:
    found = word
    for _ in range(_DEEPEST):
        match = _FIRST.match(found[:_LONGEST])
        if match is None or match["name"] not in variables:
            break
        found = f"{variables[match['name']]}{found[match.end() :]}"
    return found if _REMOTE_ADDRESS.match(found) else word


def _sent(command: Command) -> tuple[bool | None, tuple[str, ...]]:
    """Whether something is sent, and the places that are named for that."""
    if command.program in {"sftp", "lftp"}:
        return _session(command)
    words = command.argv[1:]
    if command.program == "az" and any(word.startswith("upload") for word in words):
        return True, words
    remote = [place for place, word in enumerate(words) if _is_remote(command.program, word)]
    if not remote:
        return _undecided(command)
    last = remote[-1]
    if last + 1 < len(words) and _is_place(words[last + 1]):
        return False, ()
    source = next((word for word in reversed(words[:last]) if _is_place(word)), "")
    return bool(source) and not _is_remote(command.program, source), (source, words[last])


def _undecided(command: Command) -> tuple[bool | None, tuple[str, ...]]:
    """What is told where no side is written as a remote one: variables may hold one."""
    named = [word for word in command.argv[1:] if _is_place(word)]
    if len(named) <= 1 or not named[-1].startswith("$"):
        return False, ()
    if command.program == "rsync" and not _SHELL_FLAGS.intersection(command.argv):
        return False, ()
    is_plain = command.program in _ONE_SIDE and not named[-2].startswith("$")
    return is_plain or None, (named[-2], named[-1])


def _session(command: Command) -> tuple[bool | None, tuple[str, ...]]:
    """What is told of a program that is handed its own commands."""
    said = " ".join((*command.argv[1:], *command.fed))[:_LONGEST]
    if _SENDS.search(said):
        return True, (said,)
    named = [word for word in command.argv[1:] if _is_place(word)]
    is_fetched = len(named) > 1 and _is_remote(command.program, named[-2])
    return (False if is_fetched or _FETCHES.search(said) else None), ()


def _is_place(word: str) -> bool:
    return word == "-" or not word.startswith("-")


def _is_remote(program: str, word: str) -> bool:
    return bool(_REMOTE.get(program, _HOSTS).match(word[:_LONGEST]))
