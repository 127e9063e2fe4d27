"""The page about policies: what each one reports, and the examples that tests hold it to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.run.rules import rules
from tests.support.policies import tables

_LANGUAGES = {"yml": "yaml", "yaml": "yaml", "json": "json", "sh": "sh", "toml": "toml", "groovy": "groovy"}
_FENCE = re.compile(r"`{3,16}")


def page() -> Iterator[str]:
    """The page in pieces."""
    every = rules()
    examples = tables()
    yield (
        "# Policies\n\nWhat a finding means, and what to do; `keytrail policies show ID` says the same. The base severity is raised to the band of the\n"
        "credential's score, and never above the band that its privilege allows; some findings have another base, which the text names. Grade E1:\n"
        "the same credential was seen in both places; E2: the same slot, with what a file or an export says of it; E3: the same name, which is never\n"
        "above low. References name what a policy supports; no standard asks for it in so many words.\n\n"
        "Examples are those of the tests. What stands in angle brackets there (`<npm:1>`) is a value of that kind: the same number, the same value.\n\n"
        "| id | title | severity | grade | references |\n|---|---|---|---|---|\n"
    )
    for rule in every:
        references = ", ".join(one.id for one in rule.references)
        yield f"| [{rule.id}](#{rule.id.lower()}) | {rule.title} | {rule.severity.word} | {rule.grade} | {references} |\n"
    for rule in every:
        yield f"\n## {rule.id}\n\n**{rule.title}.** {rule.summary}\n\n*What to do:* {rule.remediation}\n\n"
        yield f"*Base severity* {rule.severity.word}, *grade* {rule.grade}. "
        yield f"*References:* {'; '.join(f'{one.id} {one.name}' for one in rule.references)}.\n"
        if rule.id in examples:
            yield from _examples(examples[rule.id])


def _examples(table: Mapping[str, Any]) -> Iterator[str]:
    found = table["violating"]
    yield f"\nViolating ({found['severity']}, {found['grade']}, `{found['place']}`): {table['why']}\n"
    yield from _example(found)
    yield "\nClean:\n"
    yield from _example(table["clean"])


def _example(example: Mapping[str, Any]) -> Iterator[str]:
    for state in example.get("earlier", ()):
        yield from _files(state, "in an earlier commit")
    yield from _files(example.get("files", {}), "")
    for name, files in example.get("others", {}).items():
        yield from _files(files, f"in the repository {name}")
    modes = example.get("modes", {})
    for path, text in example.get("home", {}).items():
        yield from _files({path: text}, f"in a home, mode {modes[path]}" if path in modes else "in a home")
    yield from _files(example.get("exports", {}), "what an export of a CI system says")
    yield from _files(example.get("logs", {}), "a log")
    for said in ("committed", "as_of"):
        if said in example:
            yield f"\n{'Committed on' if said == 'committed' else 'Judged on'} {example[said]}.\n"


def _files(files: Mapping[str, str], where: str) -> Iterator[str]:
    for path, text in files.items():
        fence = "`" * max(3, 1 + max(map(len, _FENCE.findall(text)), default=0))
        language = _LANGUAGES.get(path.rpartition(".")[2], "text")
        yield f"\n`{path}`{f' ({where})' if where else ''}\n\n{fence}{language}\n{text.rstrip()}\n{fence}\n"
