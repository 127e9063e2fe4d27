"""Exports for tests: templates from `fixtures/ci_exports` with their placeholders filled, and files made on the spot."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from pathlib import Path

from scanner.sources.ci_exports import Export, Variable, parse_spec, read_export
from tests.support import tokens

FIXTURES = Path(__file__).parents[4] / "fixtures" / "ci_exports"
MAX_SIZE = 4_000_000

_PLACEHOLDER = re.compile(r"<(base64-)?(npm|ghp|key|release):(\d+)>")


def key(seed: int) -> str:
    """Text in the armor of a private key; what is in it decodes to nothing."""
    body = "\n".join(tokens.base62(seed + line, 64) for line in range(3))
    armor = "-----{} RSA PRIVATE KEY-----"
    return f"{armor.format('BEGIN')}\n{body}\nTail{seed}=\n{armor.format('END')}"


def release(seed: int) -> str:
    """A release of Helm as a Secret keeps it, with an npm token among its values."""
    text = json.dumps({"name": "web", "namespace": "live", "config": {"npm": {"token": tokens.npm(seed)}}, "manifest": ""})
    return b64encode(b64encode(gzip.compress(text.encode(), mtime=0))).decode()


def filled(name: str) -> bytes:
    """The template `name` with values in it, escaped where it is JSON."""
    return _PLACEHOLDER.sub(lambda found: _value(found, escaped=name.endswith(".json")), (FIXTURES / name).read_text()).encode()


def _value(found: re.Match[str], *, escaped: bool) -> str:
    value = {"npm": tokens.npm, "ghp": tokens.ghp, "key": key, "release": release}[found[2]](int(found[3]))
    value = b64encode(value.encode()).decode() if found[1] else value
    return json.dumps(value)[1:-1] if escaped else value


def read(folder: Path, data: bytes, name: str = "export", system: str = "") -> Export:
    """What is read of a file `name` in `folder` with this content; `system` as the user writes it, colon included."""
    (folder / name).write_bytes(data)
    return read_export(parse_spec(f"{system}{folder / name}"), max_size=MAX_SIZE)


def values(export: Export) -> dict[str, bytes | None]:
    """Names and values, the last of each name."""
    return {variable.name: None if variable.value is None else variable.value.reveal() for variable in export.variables}


def details(export: Export) -> list[str]:
    """What the problems say."""
    return [problem.detail for problem in export.problems]


def variable(export: Export, name: str) -> Variable:
    """The only variable of this name."""
    (found,) = (variable for variable in export.variables if variable.name == name)
    return found
