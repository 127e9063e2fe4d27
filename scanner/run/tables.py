"""Tables of signatures that the settings name: read once, by the process that has to say what is wrong with them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from scanner.config import Settings
from scanner.errors import ConfigError
from scanner.records import replace
from scanner.run.examine import Setup

_MOST = 32
"""Files of one run."""


def with_tables(setup: Setup, settings: Settings) -> Setup:
    """The setup with these tables. Raises ConfigError for one that cannot be read or says something that it must not."""
    if not settings.signatures:
        return setup
    from scanner.pipelines.signatures import load  # noqa: PLC0415 - hardly a run has tables of its own

    if len(settings.signatures) > _MOST:
        message = f"signatures: more than {_MOST} files"
        raise ConfigError(message)
    tables = tuple((str(file), _content(file)) for file in settings.signatures)
    load(tables)
    return replace(setup, signatures=tables)


def mark_of(setup: Setup) -> str:
    """What tells these tables from others; empty where there are none. Where they lie is of no matter."""
    if not setup.signatures:
        return ""
    digests = [hashlib.sha256(content).hexdigest() for _, content in setup.signatures]
    return f":{hashlib.sha256(' '.join(digests).encode()).hexdigest()}"


def _content(file: Path) -> bytes:
    """As much of a file as tells whether it is too large."""
    from scanner.pipelines.signatures import LARGEST  # noqa: PLC0415 - as above

    try:
        if not file.is_file():
            message = f"no file of signatures {file}"
            raise ConfigError(message)
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        message = f"{file}: {error.strerror}"
        raise ConfigError(message) from None
