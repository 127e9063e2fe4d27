"""Containers of private keys, whichever it is: what they say without a passphrase.

No passphrase is tried and no key derivation is run, whatever a container asks for.
"""

from __future__ import annotations

from scanner.contract import Form
from scanner.identity.beside import open_beside
from scanner.identity.opened import Opened
from scanner.identity.openpgp import open_openpgp
from scanner.identity.openssh import MAGIC, open_openssh, open_putty
from scanner.identity.pkcs import open_der


def open_container(data: bytes, form: Form | None) -> Opened:
    """The public side of the key in `data`. What the bytes are counts more than what `form` says they are; damage is no error."""
    if data.startswith(MAGIC):
        return open_openssh(data)
    if form is Form.OPENPGP:
        return open_openpgp(data)
    if form is Form.PUTTY:
        return open_putty(data)
    if form is Form.BESIDE:
        return open_beside(data)
    return open_der(data, form)
