"""Heroku's config vars, of an application.

Shapes: the map of `GET /apps/{id}/config-vars` and `heroku config --json`, and the lines of `heroku config -s` (Heroku's Platform API
reference and command line). Others print the same, so that the user has to say whose it is. And `app.json`: `env` and `environments`, names with a value
or with an object that has one (Heroku's app.json schema); what Heroku makes itself has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scanner.sources.ci_exports import flat, jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, entry_of, held, listed, members

_FILE = "app.json"
_ENV = "env"
_TELLING = frozenset({"formation", "addons", "buildpacks", "stack", "environments", "success_url"})


def _recognise(content: Content) -> Listing | None:
    manifest = _manifest(content)
    is_told = manifest is not None and (content.name == _FILE or bool(manifest.names & _TELLING))
    return _read(content) if is_told else None


def _read(content: Content) -> Listing | None:
    manifest = _manifest(content)
    return flat.SYSTEM.read(content) if manifest is None else listed(chain(_said(manifest), (Loose(),)))


def _manifest(content: Content) -> Record | None:
    """The content of an `app.json`; None for any other."""
    only = content.documents[0] if content.documents is not None and len(content.documents) == 1 else None
    if not isinstance(only, Record):
        return None
    return only if isinstance(jsontext.peek(only, _ENV), Record) or isinstance(jsontext.peek(only, "environments"), Record) else None


def _said(manifest: Record) -> Iterator[Item]:
    """The variables of the application, and those that only one environment has."""
    env = jsontext.peek(manifest, _ENV)
    yield from members(env if isinstance(env, Record) else Record(()), _variable)
    environments = jsontext.peek(manifest, "environments")
    for name, environment in environments.members if isinstance(environments, Record) else ():
        own = jsontext.below(environment, _ENV)
        if isinstance(own, Record):
            yield from held(members(own, _variable), Entry("", None, environment_scope=name))


def _variable(name: str, value: Json) -> Iterator[Item]:
    yield entry_of(name, value.get("value") if isinstance(value, Record) else value)


SYSTEM = System(
    platform="heroku",
    levels={},
    expects="Heroku config vars as JSON or shell lines",
    recognise=_recognise,
    read=_read,
    level="project",
)
