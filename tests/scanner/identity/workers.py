"""What worker processes of the tests do; a module of its own, so that spawned ones can import it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from scanner.contract import Kind, Reading, Secret
from scanner.identity import Identifier, OrgKey, StretchBudget, load_key

PASSWORD = Kind("generic-password", "password", "generic")


def cheap(value: bytes) -> bytes:
    """16 octets that say which process made them from which value."""
    return value.ljust(8, b"\0") + os.getpid().to_bytes(8, "big")


def spend(budget: StretchBudget, values: Iterable[bytes], answer: Connection) -> None:
    """Sends the digest of each value."""
    answer.send([budget.digest(value, cheap) for value in values])


def spend_on_baseline(budget: StretchBudget, values: Iterable[bytes], answer: Connection) -> None:
    """Sends the digest of each value for a baseline."""
    answer.send([budget.baseline_digest(value, b"salt", cheap) for value in values])


def identify(key: OrgKey, budget: StretchBudget, values: Iterable[bytes], answer: Connection) -> None:
    """Sends the id of each value."""
    identifier = Identifier(key, budget)
    readings = (Reading(0, len(value), PASSWORD.id, Secret(value)) for value in values)
    answer.send([identifier.identify(reading, PASSWORD, detector="d", dummy=None).id for reading in readings])


def first_use(folder: Path, barrier: Barrier, answer: Connection) -> None:
    """Sends the key that is loaded when all processes ask at the same moment."""
    barrier.wait()
    answer.send(load_key(key_file=None, environ={}, config_dir=folder).material)
