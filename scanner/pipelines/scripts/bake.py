"""Files of `docker buildx bake`: which of their targets push what they build, and from which cache.

Of HCL only blocks, lists of texts and the defaults of variables are read. Source: Docker's reference of Bake files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.pipelines.definition import Text
from scanner.pipelines.scripts.nouns import ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines
from scanner.records import dataclass

_BLOCK = re.compile(r'(?m)^[ \t]{0,16}+(?P<kind>target|group|variable)[ \t]{1,16}+"(?P<name>[\w.-]{1,128}+)"[ \t]{0,16}+\{')
_LIST = r"[ \t]{0,16}+=[ \t]{0,16}+\[(?P<list>[^\]]{0,8192}+)\]"
_OUTPUT = re.compile(r"(?m)^[ \t]{0,64}+output" + _LIST)
_NEEDS = re.compile(r"(?m)^[ \t]{0,64}+targets" + _LIST)
_INHERITS = re.compile(r"(?m)^[ \t]{0,64}+inherits" + _LIST)
_ATTESTS = re.compile(r"(?m)^[ \t]{0,64}+attest" + _LIST)
_TAGS = re.compile(r"(?m)^[ \t]{0,64}+tags" + _LIST)
_DEFAULT = re.compile(r'(?m)^[ \t]{0,64}+default[ \t]{0,16}+=[ \t]{0,16}+"(?P<value>[^"\n]{0,512}+)"')
_PUSHES = re.compile(r"""\btype["']?\s{0,8}+[=:]\s{0,8}+["']?registry\b|\bpush["']?\s{0,8}+[=:]\s{0,8}+["']?true\b""")
_CACHED = re.compile(r"(?m)^[ \t]{0,64}+cache-from" + _LIST)
_SHARED = re.compile(r"""\btype["']?\s{0,8}+[=:]\s{0,8}+["']?gha\b""")
_TEXT = re.compile(r'"(?P<text>[^"\n]{1,512}+)"')
_NAMED = re.compile(r"\$\{([A-Za-z_]\w{0,127}+)\}")
_TAG = re.compile(r"[\w./:@${}-]{1,512}+")
_MOST_KIN = 50


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of the file: what stands up to the next one."""

    kind: str
    name: str
    start: int
    body: str


def _read(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    blocks = tuple(_blocks(lines.text))
    values = {one.name: found["value"] for one in blocks if one.kind == "variable" and (found := _DEFAULT.search(one.body)) is not None}
    targets = {one.name: one for one in blocks if one.kind == "target"}
    made = [_target(one, targets, values, lines) for one in targets.values()]
    groups = [Target(one.name, *lines.place(one.start), needs=tuple(_texts(_NEEDS, one.body))) for one in blocks if one.kind == "group"]
    return ScriptFile(file, "bake", (*groups, *made)[:MOST], "default")


def _blocks(text: str) -> Iterator[_Block]:
    heads = list(_BLOCK.finditer(text))[:MOST]
    for head, after in zip(heads, [*heads, None][1:], strict=True):
        yield _Block(head["kind"], head["name"], head.start("kind"), text[head.end() : after.start() if after is not None else len(text)])


def _target(block: _Block, targets: dict[str, _Block], values: dict[str, str], lines: Lines) -> Target:
    """A target as the build that it is where it pushes, by itself or as one that it inherits from."""
    line, column = lines.place(block.start)
    kin = list(_kin(block, targets))
    output = next((found for one in kin if (found := _OUTPUT.search(one.body)) is not None), None)
    if output is None or _PUSHES.search(output["list"]) is None:
        return Target(block.name, line, column)
    tags = next((tags for one in kin if (tags := _texts(_TAGS, one.body))), ())
    named = [_NAMED.sub(lambda found: values.get(found[1], found[0]), tag) for tag in tags]
    cached = next((found for one in kin if (found := _CACHED.search(one.body)) is not None), None)
    shared = ["--cache-from type=gha"] if cached is not None and _SHARED.search(cached["list"]) is not None else []
    attests = next((listed for one in kin if (listed := _texts(_ATTESTS, one.body))), ())
    unproven = ["--provenance=false"] if any("type=provenance" in one and "disabled=true" in one for one in attests) else []
    names = [f"--tag {tag}" for tag in named if _TAG.fullmatch(tag)]
    command = " ".join(["docker buildx build --output type=registry", *shared, *unproven, *names])
    return Target(block.name, line, column, (Text(command, line, column, is_block=False),))


def _kin(block: _Block, targets: dict[str, _Block]) -> Iterator[_Block]:
    """A target and those that it inherits from, the nearest first; of several the last counts."""
    waiting, met = [block], {block.name}
    while waiting and len(met) <= _MOST_KIN:
        one = waiting.pop()
        yield one
        for name in _texts(_INHERITS, one.body):
            if name in targets and name not in met:
                met.add(name)
                waiting.append(targets[name])


def _texts(key: re.Pattern[str], body: str) -> tuple[str, ...]:
    found = key.search(body)
    return () if found is None else tuple(one["text"] for one in _TEXT.finditer(found["list"]))


READERS = (ScriptReader("bake", re.compile(r"(?s:(?:.{0,4096}/)?)docker-bake(?:[.-][\w.-]{1,64})?\.hcl"), _read),)
