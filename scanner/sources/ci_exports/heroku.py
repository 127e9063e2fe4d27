"""Heroku's config vars, of an application.

Shapes: the map of `GET /apps/{id}/config-vars` and `heroku config --json`, and the lines of `heroku config -s` (Heroku's Platform API
reference and command line). Others print the same, so that the user has to say whose it is.
"""

from __future__ import annotations

from scanner.sources.ci_exports import flat
from scanner.sources.ci_exports.shapes import System, never

SYSTEM = System(
    platform="heroku",
    levels={},
    expects="Heroku config vars as JSON or shell lines",
    recognise=never,
    read=flat.SYSTEM.read,
    level="project",
)
