"""What definitions name in their own repository and that is not there, or cannot be read: includes, called pipelines, templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import CallDefinition, PipelineDefinition
from scanner.pipelines.library import Library, Unread
from scanner.pipelines.yamltree import Entries, parse

_PLAIN = re.compile(r"[^\x00-\x1f$*?{}<>|\\]{1,1024}\.ya?ml", re.IGNORECASE)
_GENERATES = "circleci"
"""The system whose setups often write the definition that they go on with."""
_MOST = 1_000
"""Files of a repository that are said to be missing or broken."""


def say_missing(pipelines: Iterable[PipelineDefinition], library: Library, is_there: Callable[[str], bool]) -> None:
    """Says what is named and could not be read; `is_there` knows of files that are not read at all."""
    met = {one.path for one in library.unread}
    most = len(met) + _MOST
    for pipeline in pipelines:
        is_cut = False
        for call, is_included in _named(pipeline):
            path = call.target.removeprefix("./")
            is_here = path in library.paths
            if path in met or len(met) >= most or (is_cut and is_here) or not _is_plain(path):
                continue
            met.add(path)
            if not is_here:
                if not call.is_optional and not is_there(path):
                    library.say(Unread(path, Reason.MISSING, f"{pipeline.file} names it, and it is not there"))
            elif (broken := _broken(path, pipeline, library)) is not None:
                library.say(broken)
            elif is_included and pipeline.platform == "gitlab":
                is_cut = True
                detail = f"{pipeline.file} includes too many files, or from too deep, for this and what comes after it to be read"
                library.say(Unread(path, Reason.TOO_DEEP, detail))


def _is_plain(path: str) -> bool:
    """Whether it is known before anything runs where a path leads, and that this is inside the repository."""
    return _PLAIN.fullmatch(path) is not None and {"", ".", ".."}.isdisjoint(path.split("/"))


def _named(pipeline: PipelineDefinition) -> Iterator[tuple[CallDefinition, bool]]:
    """What a definition names in its own repository, and whether it includes it; GitLab's says only what of that was not read.

    A definition that nothing starts by itself may be an example, or lie elsewhere in the end.
    """
    if pipeline.is_reusable or (pipeline.platform == "gitlab" and "/" in pipeline.file):
        return
    yield from ((call, True) for call in pipeline.includes if call.is_local)
    if pipeline.platform != _GENERATES:
        yield from ((job.call, False) for job in pipeline.jobs if job.call is not None and job.call.is_local)


def _broken(path: str, pipeline: PipelineDefinition, library: Library) -> Unread | None:
    """Why something that is there could not be read with the definition that names it; None where it could."""
    try:
        documents = parse(library.content(path))
    except UnreadableError as error:
        return Unread(path, Reason(error.reason), error.detail)
    is_mapping = any(isinstance(one, Entries) for one in documents)
    return None if is_mapping else Unread(path, Reason.MALFORMED, f"{pipeline.file} names it, and it is no mapping")
