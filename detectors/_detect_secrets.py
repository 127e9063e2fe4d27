"""How modules of detect-secrets are loaded: without the HTTP client with which its plugins would ask issuers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_CLIENT = "requests"


def load(name: str) -> ModuleType:
    """The module `detect_secrets.` + `name`.

    Nothing here asks an issuer whether a secret is live, and the client for that takes twenty times as long to load as all else.
    """
    with _without_client():
        return import_module(f"detect_secrets.{name}")


@contextmanager
def _without_client() -> Iterator[None]:
    """While it lasts, importing the client gives a module that can ask nobody."""
    before = sys.modules.get(_CLIENT)
    sys.modules[_CLIENT] = _Nobody(_CLIENT)
    try:
        yield
    finally:
        sys.modules.pop(_CLIENT, None)
        if before is not None:
            sys.modules[_CLIENT] = before


class _Nobody(ModuleType):
    """Has nothing but the name that plugins write into their annotations."""

    Response = object
