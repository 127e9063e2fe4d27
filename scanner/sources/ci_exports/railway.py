"""Railway's variables, of a service in one environment.

Shape: the map that `railway variables --json` prints, and the lines of `--kv` (Railway's command line). Railway puts the name of the
environment among them. Others print the same, so that the user has to say whose it is.
"""

from __future__ import annotations

from scanner.sources.ci_exports import flat
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.shapes import Listing, System, never

_ENVIRONMENT = ("RAILWAY_ENVIRONMENT_NAME", "RAILWAY_ENVIRONMENT")


def _read(content: Content) -> Listing | None:
    listing = flat.SYSTEM.read(content)
    return None if listing is None else flat.scoped(listing, *_ENVIRONMENT)


SYSTEM = System(
    platform="railway",
    levels={},
    expects="Railway variables as JSON",
    recognise=never,
    read=_read,
    level="project",
)
