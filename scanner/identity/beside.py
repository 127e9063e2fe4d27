"""Containers that hide the private half and have the public one beside it: key stores with their certificates."""

from __future__ import annotations

from itertools import islice

from scanner.identity.anchors import key_of
from scanner.identity.opened import AtRest, Opened
from scanner.identity.openssh import strings

_STATES = {b"plain": AtRest.PLAIN, b"encrypted": AtRest.ENCRYPTED}


def open_beside(data: bytes) -> Opened:
    """The public side of three strings: how the private half lies there, its certificate or public key in DER, the container."""
    state, public = (*islice(strings(data), 2), b"", b"")[:2]
    return Opened(_STATES.get(state, AtRest.UNKNOWN), key_of(public))
