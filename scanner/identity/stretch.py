"""The cap on stretching: guessable values cost a tenth of a second each, and whoever writes the input decides how many there are."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, MutableSequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from scanner.identity.fingerprint import ID_OCTETS

if TYPE_CHECKING:  # a short run has one process
    from multiprocessing.context import BaseContext

LIMIT = 256
"""Distinct values a run that are stretched for their ids, and as many again for their names in baselines."""

COUNT, EXHAUSTED, HEADER = slice(0, 2), 2, 3
SLOT = 2 * ID_OCTETS
UNKNOWN = bytes(ID_OCTETS)


class StretchBudget:
    """At most `LIMIT` distinct values a run are stretched, by all worker processes together, and each of them once if it can be helped.

    Names in baselines have another salt, and a limit of their own: there, a value counts once for each salt.

    Made once a run, in the parent process, which is the only one that may use it until it is shared. It reaches the workers as an argument of
    their start, `context.Process(args=…)` or `initargs=…` of a pool, never through a queue. Forked and spawned workers then share its
    tables with the parent.

    The tables hold ids, never values: for each value an id under a key that is made here and dies with the run, and the digest of the
    stretched value once a process knows it.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes()
        self._ids = _Table()
        self._baselines = _Table()
        self._owner: int | None = os.getpid()
        """The process that has it for itself."""

    def share(self, context: BaseContext | None = None) -> None:
        """Processes that are started from here on may use it too; `context` is that of multiprocessing that starts them, if not the usual one."""
        if self._owner is None:
            return
        from multiprocessing import get_context  # noqa: PLC0415 - see above

        for table in (self._ids, self._baselines):
            table.share(context or get_context())
        self._owner = None

    def __getstate__(self) -> object:
        if self._owner is not None:
            message = "a budget reaches other processes by inheritance, once it is shared"
            raise RuntimeError(message)
        return super().__getstate__()

    @property
    def exhausted(self) -> bool:
        """Whether a value was turned away, in any process: its id holds for this run only, and no baseline knows it."""
        return self._ids.exhausted or self._baselines.exhausted

    def digest(self, value: bytes, stretched: Callable[[bytes], bytes]) -> bytes:
        """`stretched(value)`, 16 octets, while the budget lasts; beyond it 16 octets that every worker of this run has for this value."""
        ticket = self._ticket(value)
        return self._ids.digest(ticket, value, stretched) or ticket

    def baseline_digest(self, value: bytes, salt: bytes, stretched: Callable[[bytes], bytes]) -> bytes | None:
        """`stretched(value)`, 16 octets that depend on nothing but the value and `salt`; None beyond the budget."""
        return self._baselines.digest(self._ticket(b"%d:%b%b" % (len(salt), salt, value)), value, stretched)

    def _ticket(self, octets: bytes) -> bytes:
        if self._owner not in {None, os.getpid()}:
            message = "a budget that was not shared is used in another process"
            raise RuntimeError(message)
        return hmac.digest(self._key, octets, "sha256")[:ID_OCTETS]


class _Table:
    """Tickets and what they were exchanged for, shared by all processes of a run. A full table takes no new ones."""

    def __init__(self) -> None:
        self._lock: AbstractContextManager[object] = nullcontext()
        self._table: MutableSequence[int] = bytearray(HEADER + LIMIT * SLOT)
        self._slots: dict[bytes, int] = {}
        self._digests: dict[bytes, bytes] = {}

    def share(self, context: BaseContext) -> None:
        shared = context.RawArray("B", len(self._table))
        shared[:] = self._table
        self._lock, self._table = context.Lock(), shared

    @property
    def exhausted(self) -> bool:
        return bool(self._table[EXHAUSTED])

    def digest(self, ticket: bytes, value: bytes, stretched: Callable[[bytes], bytes]) -> bytes | None:
        """`stretched(value)`, worked out by the first who has this ticket; None where the table is full of others."""
        known = self._digests.get(ticket)
        if known is not None:
            return known
        slot = self._claim(ticket)
        if slot is None:
            self._table[EXHAUSTED] = 1
            return None
        digest = self._read(slot)
        if digest == UNKNOWN:
            digest = stretched(value)
            self._write(slot, digest)
        self._digests[ticket] = digest
        return digest

    def _claim(self, ticket: bytes) -> int | None:
        """The slot of this value, taken now if it is new; None when there is none left. A full table never changes again."""
        if ticket not in self._slots and len(self._slots) < LIMIT:
            with self._lock:
                count = int.from_bytes(bytes(self._table[COUNT]), "big")
                for index in range(len(self._slots), count):
                    at = HEADER + index * SLOT
                    self._slots[bytes(self._table[at : at + ID_OCTETS])] = index
                if ticket not in self._slots and count < LIMIT:
                    at = HEADER + count * SLOT
                    self._table[at : at + ID_OCTETS] = ticket
                    self._table[COUNT] = (count + 1).to_bytes(2, "big")
                    self._slots[ticket] = count
        return self._slots.get(ticket)

    def _read(self, slot: int) -> bytes:
        at = HEADER + slot * SLOT + ID_OCTETS
        with self._lock:
            return bytes(self._table[at : at + ID_OCTETS])

    def _write(self, slot: int, digest: bytes) -> None:
        at = HEADER + slot * SLOT + ID_OCTETS
        with self._lock:
            self._table[at : at + ID_OCTETS] = digest
