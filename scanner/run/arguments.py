"""What people write on the command line, in lists of targets and in baselines, looked at before any of it is repeated."""

from __future__ import annotations

from functools import cache

from scanner import registry
from scanner.engine import Engine, build
from scanner.identity import default_cache_dir
from scanner.run import roster
from scanner.run.listen import listeners


def holds_credential(text: str) -> bool:
    """Whether `text` is or holds something that a detector takes for a credential.

    Listeners listen too, though nobody asks them: so this needs what every run has compiled already.
    """
    engine, beside = _engine()
    return any(found.detector not in beside for found in engine.examine(text.encode(errors="surrogateescape")).found)


@cache
def _engine() -> tuple[Engine, frozenset[str]]:
    """An engine, and which of its detectors are none."""
    beside = listeners()
    folder = default_cache_dir()
    return build((*registry.select(roster.installed(folder)), *beside), cache=folder), frozenset(listener.id for listener in beside)
