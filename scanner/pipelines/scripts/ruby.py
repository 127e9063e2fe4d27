"""Rakefiles and fastlane's Fastfiles, by pattern: tasks and lanes with the commands and actions in them.

Sources: rake's documentation, fastlane's list of actions.
"""

from __future__ import annotations

import re

from scanner.pipelines.definition import Text
from scanner.pipelines.scripts.nouns import ReleasePart, ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.ruby_loops import Loops, here_documents, lists_in, needed
from scanner.pipelines.scripts.text import MOST, Lines
from scanner.records import replace

_HEAD = re.compile(
    r"(?m)^[ \t]{0,64}+(?P<kind>task|namespace|lane|private_lane|multitask)[ (]{1,4}+(?:\:|[\"'])?(?P<name>[A-Za-z_](?:[\w.-]|:(?=\w)){0,127}+)[\"']?(?P<rest>[^\n]{0,1024}+)"
)
_NEED = re.compile(r"(?:=>|:\s)\s{0,8}+(?P<needs>\[[^\]\n]{0,1024}\]|[:\"'][\w:\"']{1,128})")
_NAME = re.compile(r"[:\"'](?P<name>[A-Za-z_][\w:]{0,127})")
_SHELL = re.compile(
    r"(?m)(?:^|[\s(=])(?:sh|system|run|`)[ (]{0,4}+(?P<quote>[\"'`])(?P<text>[^\"'`\n]{1,4096}+)(?P=quote)|`(?P<tick>[^`\n]{1,4096}+)`"
)
_MADE = re.compile(
    r"(?m)^[ \t]{0,64}+(?P<library>RSpec::Core::RakeTask|Rake::TestTask|Minitest::TestTask|RuboCop::RakeTask|Cucumber::Rake::Task|Rake::ExtensionTask|Rake::JavaExtensionTask"
    r"|Gem::PackageTask|Standard::RakeTask|Reek::Rake::Task)\.(?:new|create)(?:[ \t]{0,8}+\(?[ \t]{0,8}+(?::|[\"'])(?P<name>[A-Za-z_][\w:]{0,127}+))?"
)
_LIBRARIES = {
    "RSpec::Core::RakeTask": ("spec", "rspec"),
    "Rake::TestTask": ("test", "minitest"),
    "Minitest::TestTask": ("test", "minitest"),
    "Cucumber::Rake::Task": ("cucumber", "cucumber"),
    "RuboCop::RakeTask": ("rubocop", "rubocop"),
    "Standard::RakeTask": ("standard", "standardrb"),
    "Reek::Rake::Task": ("reek", "reek"),
    "Rake::ExtensionTask": ("compile", "make"),
    "Rake::JavaExtensionTask": ("compile", "make"),
    "Gem::PackageTask": ("package", "gem build"),
}
"""Libraries that define a task: its usual name, and a command that does the same."""
_OF_WHAT = frozenset({"make", "gem build"})
"""Commands of tasks that are given the name of what they make, not their own."""
_ACTION = re.compile(r"(?m)^[ \t]{1,64}+(?P<name>[a-z_]{2,64}+)(?:[ \t(]|$)")
_ACTIONS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "match": ("sign", None, ("MATCH_PASSWORD", "MATCH_GIT_BASIC_AUTHORIZATION")),
    "sync_code_signing": ("sign", None, ("MATCH_PASSWORD",)),
    "import_certificate": ("sign", None, ()),
    "gym": ("build", None, ()),
    "build_app": ("build", None, ()),
    "resign": ("sign", None, ()),
    "notarize": ("sign", None, ("FASTLANE_PASSWORD",)),
    "deliver": ("publish", "appstore", ("FASTLANE_PASSWORD", "APP_STORE_CONNECT_API_KEY")),
    "upload_to_app_store": ("publish", "appstore", ("FASTLANE_PASSWORD", "APP_STORE_CONNECT_API_KEY")),
    "pilot": ("publish", "appstore", ("FASTLANE_PASSWORD", "APP_STORE_CONNECT_API_KEY")),
    "upload_to_testflight": ("publish", "appstore", ("FASTLANE_PASSWORD", "APP_STORE_CONNECT_API_KEY")),
    "supply": ("publish", "googleplay", ("SUPPLY_JSON_KEY_DATA",)),
    "upload_to_play_store": ("publish", "googleplay", ("SUPPLY_JSON_KEY_DATA",)),
    "firebase_app_distribution": ("publish", "firebase", ("FIREBASE_TOKEN",)),
    "pod_push": ("publish", "cocoapods", ("COCOAPODS_TRUNK_TOKEN",)),
    "set_github_release": ("release_page", None, ("FL_GITHUB_RELEASE_API_TOKEN",)),
    "push_to_git_remote": ("write_source", None, ()),
    "slack": ("notify", None, ("SLACK_URL",)),
}


def _rake(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    targets = _targets(lines)
    if (gem := re.search(r"bundler/gem_tasks|Bundler::GemHelper", lines.text)) is not None:
        targets = (
            *targets,
            Target("release", lines.place(gem.start())[0], 1, (Text("gem push", *lines.place(gem.start()), is_block=False),)),
        )
    targets += tuple(_made(lines, match) for match in list(_MADE.finditer(lines.text))[:MOST])
    names = {target.name for target in targets}
    return ScriptFile(file, "rake", targets[:MOST], "default" if "default" in names else None)


def _made(lines: Lines, match: re.Match[str]) -> Target:
    """A task that a library defines: its name may be given."""
    default, command = _LIBRARIES[match["library"]]
    line, column = lines.place(match.start())
    name = default if command in _OF_WHAT else match["name"] or default
    return Target(name, line, column, (Text(command, line, column, is_block=False),))


def _targets(lines: Lines) -> tuple[Target, ...]:
    """Tasks, those of a namespace with its name; what stands up to the next one is theirs."""
    heads = list(_HEAD.finditer(lines.text))[:MOST]
    lists = lists_in(lines.text)
    loops = Loops(lines.text, lists)
    found: list[Target] = []
    spaces: list[tuple[int, str]] = []
    for head, after in zip(heads, [*heads, None][1:], strict=True):
        indent = len(head[0]) - len(head[0].lstrip())
        spaces = [one for one in spaces if one[0] < indent]
        if head["kind"] == "namespace":
            spaces.append((indent, head["name"]))
            continue
        outer, names = loops.around(head["name"], head.start(), indent) if _is_variable(head) else (indent, ())
        around = [space for place, space in spaces if place < outer]
        needs = _NEED.search(head["rest"])
        texts = _texts(lines, head.start("rest"), after.start() if after is not None else len(lines.text))
        line, _ = lines.place(head.start("kind"))
        wanted = tuple(one["name"] for one in _NAME.finditer(needs["needs"])) if needs is not None and head["kind"] == "task" else ()
        wanted += needed(head["rest"], lists) if head["kind"] == "task" else ()
        every = (names or (head["name"],))[: MOST - len(found)]
        found += (Target(":".join((*around, name)), line, indent + 1, texts, wanted) for name in every)
    names_of_all = {target.name for target in found}
    return tuple(
        replace(target, needs=tuple(_in_its_namespace(target.name, need, names_of_all) for need in target.needs)) for target in found
    )


def _is_variable(head: re.Match[str]) -> bool:
    """Whether the name of a task is what a variable holds: it stands for itself, without quotes or colon."""
    before = head[0][: head.start("name") - head.start()]
    return not before.endswith((":", '"', "'")) and not head["rest"].startswith(":")


def _in_its_namespace(name: str, need: str, names: set[str]) -> str:
    """What a task needs, by its whole name: the nearest namespace that has it."""
    space = name.rpartition(":")[0]
    while space:
        if f"{space}:{need}" in names:
            return f"{space}:{need}"
        space = space.rpartition(":")[0]
    return need


def _texts(lines: Lines, start: int, end: int) -> tuple[Text, ...]:
    found: list[Text] = []
    for match in _SHELL.finditer(lines.text, start, end):
        kind = "text" if match["text"] is not None else "tick"
        found.append(lines.cut(*match.span(kind), is_block=False))
    found += (lines.cut(*one) for one in here_documents(lines.text, start, end))
    return tuple(found[:MOST])


def _fastlane(file: str, data: bytes) -> ScriptFile:
    lines = Lines(data)
    parts = [
        ReleasePart(role, target, f"fastlane {match['name']}", *lines.place(match.start("name")), sinks)
        for match in _ACTION.finditer(lines.text)
        if (known := _ACTIONS.get(match["name"])) is not None
        for role, target, sinks in (known,)
    ]
    return ScriptFile(file, "fastlane", _targets(lines), parts=tuple(parts[:MOST]))


READERS = (
    ScriptReader("rake", re.compile(r"(?s:(?:.{0,4096}/)?)(?:[Rr]akefile(?:\.rb)?|[^/]{1,255}\.rake)"), _rake),
    ScriptReader("fastlane", re.compile(r"(?s:(?:.{0,4096}/)?)Fastfile"), _fastlane),
)
