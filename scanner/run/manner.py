"""The manner of a run's reading: whether what another run has found in an object, or has not, still holds."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path

from scanner import registry
from scanner.config import Settings
from scanner.installed import distributions
from scanner.model.codec import encode
from scanner.run.examine import Setup
from scanner.run.version import tool_version
from scanner.store.clean import CleanBlobs


def manner(setup: Setup, settings: Settings, *more: str) -> str:
    """A digest of how this run reads: two runs that answer the same here find the same in the same objects."""
    detectors = setup.detectors()
    kinds = (json.dumps(encode(kind), sort_keys=True) for detector in detectors for kind in detector.kinds)
    parts = (tool_version(), *(detector.id for detector in detectors), *kinds, str(settings.max_blob_size), str(settings.archives), *more)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def exact_manner(setup: Setup, settings: Settings) -> str:
    """The same, and another one too when a single line of ours or a version of anything that is installed has changed."""
    installed = (f"{one.name} {one.version}" for one in distributions())
    return manner(setup, settings, sys.version, *installed, *map(_digest, _packages()))


def clean_blobs(setup: Setup, settings: Settings) -> CleanBlobs | None:
    """What runs that read like this one know to hold nothing; None where that is not kept. Of plugins nobody knows what they would find."""
    return clean_contents(setup, settings, "clean")[0]


def clean_contents(setup: Setup, settings: Settings, *sorts: str) -> Sequence[CleanBlobs | None]:
    """The same for several sorts of contents."""
    if setup.cache is None or setup.plugin:
        return [None] * len(sorts)
    exact = cache(partial(exact_manner, setup, settings))
    return [CleanBlobs(setup.cache, exact, sort) for sort in sorts]


def _packages() -> Iterator[Path]:
    """Where the code lies that reads, and that of all detectors, whether it was imported or not."""
    names = dict.fromkeys([__name__.partition(".")[0], *(entry.value.partition(".")[0] for entry in registry.points())])
    for name in names:
        spec = find_spec(name)
        yield from map(Path, (spec.submodule_search_locations if spec is not None else None) or ())


def _digest(folder: Path) -> str:
    """Of every file of a package but what Python compiles it to."""
    digest = hashlib.sha256()
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            content = Path(here, name).read_bytes()
            digest.update(os.fsencode(f"{name}\0{len(content)}\0"))
            digest.update(content)
    return digest.hexdigest()
