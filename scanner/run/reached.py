"""Whether anything that a change touches is part of a pipeline, told by names, before pipelines are read by meaning.

Definitions, build files and settings are found by their own names. A script, a program or some other YAML is part of a pipeline only where
one of those names it, or a script that does: whoever commits `util.py` need not wait until all workflows are understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from scanner.errors import IncompleteError, UnreadableError
from scanner.pipelines import calls, leads, may_be_included, may_be_read
from scanner.sources.changes import ChangeSet, files_after, files_before, touched
from scanner.sources.history import RawObject, Repository

_PLAIN = re.compile(
    r".{0,255}\.(?:sh|bash|zsh|ps1|psm1|bat|cmd|py|[cm]?[jt]sx?|ya?ml|toml|ini|cfg|conf|xml|properties)|[^.]{1,64}", re.DOTALL
)
"""Names that tell no tool to look there."""
_ITSELF = re.compile(
    r"""(?: setup | noxfile | tasks | fabfile ) \.py | setup\.cfg | pyproject\.toml | tox\.ini | pom\.xml | settings\.xml | gradle\.properties
      | (?: __main__ | main | index | mod | release\.config | \.releaserc | \.release-it | \.np-config ) \. [A-Za-z]{1,4}
      | [A-Za-z_-]{0,64} file | \.[a-z]{1,32}rc | action\.ya?ml""",
    re.VERBOSE | re.IGNORECASE,
)
"""Those of them that do, or that are run by the name of their folder."""
_WILD = re.compile(rb"\*\.ya?ml")
_GITLAB = re.compile(r"[^/]{0,128}gitlab-ci[^/]{0,128}", re.IGNORECASE)
Both = tuple[Mapping[str, str], Mapping[str, str]]
"""Path to blob, before and after."""
_Listing = tuple[tuple[str, str], ...]
_MOST_TIPS = 100
_MOST = 2_000
_MOST_BYTES = 16 << 20
"""Files and bytes that are looked through for names; where there is more everything may be named."""


def definitions(repository: Repository, change: ChangeSet) -> tuple[Both, ...]:
    """What may be a definition or script before and after a change, once for each of its tips; none where it touches none of a pipeline.

    Raises IncompleteError where the files cannot be listed, and where more branches than anybody pushes at once change them.
    """
    paths = [path for path in touched(change) if may_be_read(path) or may_be_included(path)]
    if not paths:
        return ()
    try:
        found = dict.fromkeys(_pairs(repository, change, paths))
    except UnreadableError as error:
        message = f"the pipelines of the change cannot be listed: {error.reason}"
        raise IncompleteError(message) from None
    return tuple((dict(before), dict(after)) for before, after in found)


def _pairs(repository: Repository, change: ChangeSet, paths: Collection[str]) -> Iterator[tuple[_Listing, _Listing]]:
    """The listings before and after, of each tip that has other files than were there."""
    ends: Sequence[tuple[str | None, str | None]] = change.ends or ((change.base, None),)
    for number, (begin, tip) in enumerate(ends):
        if number == _MOST_TIPS:
            message = f"more than {_MOST_TIPS} branches bring pipelines at once: push them in parts"
            raise IncompleteError(message)
        known = files_before(repository, begin, tip, may_be_read)
        if any(map(leads, (*known, *paths))) and _is_reached(repository, paths, known):
            after = files_after(repository, tip, may_be_read, known)
            if after != known:
                yield tuple(sorted(known.items())), tuple(sorted(after.items()))


def _is_reached(repository: Repository, paths: Collection[str], before: Mapping[str, str]) -> bool:
    """Whether one of `paths` may be part of a pipeline; `before` has what may be read of the repository as it was, path to blob."""
    if any(map(_is_by_itself, paths)):
        return True
    callers = {oid: path for path, oid in before.items() if calls(path)}
    return len(callers) > _MOST or _is_named(repository, paths, callers)


def _is_by_itself(path: str) -> bool:
    name = path.rpartition("/")[2]
    return _PLAIN.fullmatch(name) is None or _ITSELF.fullmatch(name) is not None or (leads(path) and name.endswith((".yml", ".yaml")))


def _is_named(repository: Repository, paths: Collection[str], callers: Mapping[str, str]) -> bool:
    """Whether one of the files that may call others has the name of one of `paths`, with its ending or without."""
    stems = sorted({_stem(path) for path in paths})
    names = re.compile(
        rb"(?<![A-Za-z0-9])(?:%b)(?![A-Za-z0-9])" % b"|".join(re.escape(stem.encode("utf-8", "surrogateescape")) for stem in stems)
    )
    is_yaml = any(map(may_be_included, paths))
    left = _MOST_BYTES
    for oid, data in _texts(repository, callers):
        left -= len(data)
        wild = is_yaml and _GITLAB.fullmatch(callers[oid].rpartition("/")[2]) is not None and _WILD.search(data) is not None
        if left < 0 or wild or names.search(data) is not None:
            return True
    return False


def _texts(repository: Repository, callers: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for batch in repository.batches(callers):
        for item in batch.read():
            if isinstance(item, RawObject) and item.type == "blob":
                yield item.oid, item.data


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0].removeprefix(".") or name
