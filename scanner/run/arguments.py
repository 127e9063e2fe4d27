"""What people write on the command line, in lists of targets and in baselines, and what files are called: looked at before any of it is repeated."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scanner import registry
from scanner.engine import Engine, build
from scanner.identity import default_cache_dir
from scanner.run import roster
from scanner.run.listen import listeners
from scanner.run.unsaid import said


def holds_credential(text: str) -> bool:
    """Whether `text` is or holds something that a detector takes for a credential.

    Listeners listen too, though nobody asks them: so this needs what every run has compiled already.
    """
    return bool(credentials_in(text.encode(errors="surrogateescape"), default_cache_dir()))


def public(text: str) -> str:
    """A name, or a sentence with names in it, as it may be told: without what is a credential in it."""
    return said(text, lambda raw: credentials_in(raw, default_cache_dir()))


def credentials_in(text: bytes, folder: Path | None) -> list[tuple[int, int]]:
    """The spans of `text` that detectors take for credentials; `folder` is that of caches."""
    engine, beside = _engine(folder)
    return [found.span for found in engine.examine(text).found if found.detector not in beside]


@cache
def _engine(folder: Path | None) -> tuple[Engine, frozenset[str]]:
    """An engine, and which of its detectors are none."""
    beside = listeners()
    return build((*registry.select(roster.installed(folder)), *beside), cache=folder), frozenset(listener.id for listener in beside)
