"""What Docker, Podman and Skopeo say of containers, images, services, secrets and configs, and the configuration in an image.

- `docker inspect` of containers and images: arrays with `Config.Env`; Podman's the same; `skopeo inspect`: `Env`
- the configuration of an image (OCI Image Specification: `config.Env`, `history[].created_by`), and `docker history --format json`
- `docker service inspect`: `Spec.TaskTemplate.ContainerSpec`, with `Env` and the names of `Secrets` and `Configs`
- `docker secret inspect`: names; with Podman's `--showsecret` also `SecretData`; `docker config inspect`: `Spec.Data` in base64

(Docker's Engine API reference.) The owner is the name of what was inspected. Steps of a build keep their arguments: `ENV`, `ARG` and `RUN |1 NAME=value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TypeAlias

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.records import replace
from scanner.sources.ci_exports import encoded, jsontext
from scanner.sources.ci_exports.assigned import environment, literally
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.shapes import Entry, Item, Listing, Loose, System, entry_of, held, listed, records

_Reader: TypeAlias = Callable[[Record], Iterator[Item]]

_WORDS = (b'"Config"', b'"config"', b'"Spec"', b'"Env"', b'"CreatedBy"', b'"ContainerConfig"')
"""One of them is in everything that is read here."""
_CONFIGS = ("Config", "config", "ContainerConfig", "container_config")
_NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,255}"
_STEP = re.compile(rf"(?:/bin/sh -c #\(nop\)\s{{1,8}})?(?P<word>ENV|ARG) (?={_NAME}(?:[=\s]|\Z))")
_RUN = re.compile(rf"(?:RUN )?\|(?P<count>[0-9]{{1,3}}) (?={_NAME}=)")
_BEGIN = re.compile(rf"(?:^| )(?={_NAME}=)")
_COMMAND = re.compile(r" (?=/bin/\S{1,64} |cmd |powershell )")
"""Where the command of a step begins, behind its arguments."""


def _recognise(content: Content) -> Listing | None:
    if not content.mentions(*_WORDS):
        return None
    return _read(content) if any(_reader(item) for item in _items(content)) else None


def _read(content: Content) -> Listing | None:
    items = tuple(_items(content))
    if not any(_reader(item) for item in items):
        return None
    return listed(chain(records(items, _entries), (Loose(),)))


def _items(content: Content) -> Iterator[Json]:
    """What was inspected, one after the other; an index of images by platform has several."""
    for page in jsontext.pages(content.documents or ()):
        images = [value for _, value in page.members] if isinstance(page, Record) else []
        if images and all(isinstance(image, Record) and _is_image(image) for image in images):
            yield from images
        else:
            yield page


def _entries(record: Record) -> Iterator[Item]:
    reader = _reader(record)
    if reader is None:
        raise UnreadableError(Reason.MALFORMED, "expected a container, an image, a service, a secret or a config")
    yield from reader(record)


def _reader(item: Json) -> _Reader | None:
    if not isinstance(item, Record):
        return None
    kinds: tuple[tuple[Callable[[Record], bool], _Reader], ...] = (
        (_is_service, _service),
        (_is_secret, _secret),
        (lambda one: _is_inspected(one) or _is_image(one), _container),
        (_is_copied, _copied),
        (_is_step, _step),
    )
    return next((read for tells, read in kinds if tells(item)), None)


def _is_inspected(item: Record) -> bool:
    """Whether it is a container or an image of an engine."""
    is_engine = item.names >= {"Id", "Created"} and bool(item.names & {"Image", "RepoTags", "RootFS", "GraphDriver"})
    return is_engine and any(isinstance(jsontext.peek(item, name), Record) for name in _CONFIGS)


def _is_image(item: Record) -> bool:
    """Whether it is the configuration of an image."""
    return "rootfs" in item.names and isinstance(jsontext.peek(item, "config"), Record)


def _is_service(item: Record) -> bool:
    return "ID" in item.names and isinstance(jsontext.below(item, "Spec", "TaskTemplate"), Record)


def _is_secret(item: Record) -> bool:
    return item.names >= {"ID", "CreatedAt", "UpdatedAt"} and isinstance(jsontext.below(item, "Spec", "Name"), str)


def _is_copied(item: Record) -> bool:
    return item.names >= {"Digest", "Layers"} and isinstance(jsontext.peek(item, "Env"), list)


def _is_step(item: Record) -> bool:
    return item.names >= {"CreatedBy", "CreatedSince"} and isinstance(jsontext.peek(item, "CreatedBy"), str)


def _container(record: Record) -> Iterator[Item]:
    """A container or an image: its environment, and what its history says that is not in there."""
    holder = Entry("", None, group=_name(record))
    seen: set[tuple[str, bytes]] = set()
    for name in _CONFIGS:
        if record.get(name) is not None:
            yield from _new(environment(jsontext.inner(record, name), "Env", holder), seen)
    for name, member in (("history", "created_by"), ("History", "created_by")):
        for step in jsontext.objects(record, name):
            yield from _new(held(_arguments(jsontext.optional_text(step, member) or ""), holder), seen)


def _new(items: Iterator[Item], seen: set[tuple[str, bytes]]) -> Iterator[Item]:
    """The items without variables that were seen with the same value before."""
    for item in items:
        if isinstance(item, Entry):
            said = (item.name, b"" if item.value is None else item.value.reveal())
            if said in seen:
                continue
            seen.add(said)
        yield item


def _name(record: Record) -> str | None:
    """What a container or an image is called, its id where it has no name."""
    tags = jsontext.peek(record, "RepoTags")
    tag = tags[0] if isinstance(tags, list) and tags and isinstance(tags[0], str) else None
    name = jsontext.word(record, "Name").removeprefix("/") or tag
    return name or jsontext.word(record, "Id").removeprefix("sha256:")[:12] or None


def _arguments(created_by: str) -> Iterator[Item]:
    """The variables and arguments in a step of a build. Where one ends and the next begins nobody wrote down: at what looks like a name."""
    step, run = _STEP.match(created_by), _RUN.match(created_by)
    if step is not None:
        text = created_by[step.end() :].removesuffix(" # buildkit")
        most = len(text) if step["word"] == "ENV" else 1
    elif run is not None:
        text = _COMMAND.split(created_by[run.end() :], maxsplit=1)[0]
        most = int(run["count"])
    else:
        return
    begins = [begin.end() for begin in _BEGIN.finditer(text)][:most] or [0]
    for start, end in zip(begins, [*begins[1:], len(text)], strict=True):
        entry = literally(text[start:end].removesuffix(" "))
        yield replace(entry, name=entry.name.partition(" ")[0])


def _service(record: Record) -> Iterator[Item]:
    """A service's environment, now and before its last update, and the names of the secrets and configs that it gets."""
    for kind in ("Spec", "PreviousSpec"):
        spec = jsontext.inner(record, kind)
        holder = Entry("", None, group=jsontext.optional_text(spec, "Name"))
        container = jsontext.inner(jsontext.inner(spec, "TaskTemplate"), "ContainerSpec")
        yield from environment(container, "Env", holder)
        for name, member in (("Secrets", "SecretName"), ("Configs", "ConfigName")):
            for reference in jsontext.objects(container, name):
                yield replace(holder, name=jsontext.text(reference, member), is_file=True)


def _secret(record: Record) -> Iterator[Item]:
    """A secret, whose value only Podman shows, or a config, whose value everybody sees."""
    spec = jsontext.inner(record, "Spec")
    shown, data = jsontext.optional_text(record, "SecretData"), jsontext.optional_text(spec, "Data")
    entry = entry_of(jsontext.text(spec, "Name"), shown, updated_at=jsontext.time(record, "UpdatedAt"))
    yield replace(entry if data is None else encoded.opened(entry, data, "Data"), is_file=True)


def _copied(record: Record) -> Iterator[Item]:
    return environment(record, "Env", Entry("", None, group=jsontext.optional_text(record, "Name")))


def _step(record: Record) -> Iterator[Item]:
    return _arguments(jsontext.text(record, "CreatedBy"))


SYSTEM = System(
    platform="docker",
    levels={},
    expects="what docker inspect prints, or the configuration of an image, as JSON",
    recognise=_recognise,
    read=_read,
    level="project",
)
