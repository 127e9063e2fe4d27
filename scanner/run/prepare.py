"""The beginning of every run: what can be wrong is said before anything is read, and workers get what they need."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Mapping
from pathlib import Path

from scanner.config import Settings
from scanner.identity import StretchBudget, default_cache_dir, default_config_dir, load_key, not_asked
from scanner.run.examine import Setup
from scanner.run.inside import limits_of


def prepare(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    salt: bytes | None = None,
    inline: bool = True,
    targets: Iterable[str | Path] = (),
) -> Setup:
    """What examining takes in this run. No core is dumped from here on: it would hold what is read.

    `salt` is that of the baseline which the run has to do with; `inline` says whether markers beside values count; no plugin may lie
    in one of `targets`. Raises UsageError for policies, detectors and plugins that do not exist and for a key that cannot be had.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if settings.policy or settings.no_policy or settings.severity or settings.accepted:
        from scanner.policies import check  # noqa: PLC0415 - a gate seldom has anything to judge, and starts sooner without

        check(settings.policy, settings.no_policy)
        check((policy for policy, _ in settings.severity), (), "severity")
        check((one.policy for one in settings.accepted), (), "accepted")
    key = load_key(key_file=settings.key_file, environ=environ, config_dir=default_config_dir())
    cache = default_cache_dir() if settings.cache else None
    if settings.plugin:
        from scanner.plugins import check as check_plugins  # noqa: PLC0415 - as above

        check_plugins(settings.plugin, targets)
    budget, archives = StretchBudget(), limits_of(settings)
    setup = Setup(
        key, budget, settings.detector, settings.no_detector, cache, salt=salt, inline=inline, archives=archives, plugin=settings.plugin
    )
    setup.detectors()
    return setup


def notes_of(setup: Setup, *, ids: bool = True) -> list[str]:
    """What the key and the cap on stretching have to say, once all was read; where no `ids` are shown nobody has to know which key was not asked for."""
    note = setup.key.note or (not_asked(setup.key) if ids else None)
    notes = [note] if note else []
    if setup.budget.exhausted:
        notes.append("More than 256 different guessable values: the ids of the others hold for this run only.")
    return notes
