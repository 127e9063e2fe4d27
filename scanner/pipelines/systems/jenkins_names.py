"""What the words of a definition of Jenkins mean: steps that only surround others, directives, credentials that steps bind to variables.

Source: Jenkins' documentation, "Pipeline Syntax", "Pipeline Steps Reference" and "Credentials Binding".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.model import Trust
from scanner.pipelines.definition import Mention, Setting, TriggerDefinition
from scanner.pipelines.systems.jenkins_calls import Argument, Call, Values, arguments, assigned, calls
from scanner.pipelines.systems.jenkins_groovy import Group, Node, Token

SHELLS = {"sh": "bash", "bat": "cmd", "powershell": "pwsh", "pwsh": "pwsh"}
QUIET = frozenset(
    {
        *(
            "if",
            "while",
            "for",
            "switch",
            "catch",
            "each",
            "eachWithIndex",
            "collect",
            "collectEntries",
            "times",
            "node",
            "script",
            "timeout",
        ),
        *("retry", "timestamps", "ansiColor", "wrap", "ws", "lock", "throttle", "waitUntil", "echo", "println", "print", "error", "sleep"),
        *("unstable", "catchError", "warnError", "dir", "withEnv", "withCredentials", "container", "podTemplate", "deleteDir", "cleanWs"),
        *("stash", "unstash", "milestone", "isUnix", "pwd", "fileExists", "readFile", "writeFile", "readJSON", "readYaml", "properties"),
        *("Library", "library", "steps", "skipDefaultCheckout", "buildDiscarder", "logRotator", "disableConcurrentBuilds", "tool", "load"),
        *("parallel", "failFast", "label", "image", "args", "any", "none", "docker", "kubernetes", "disableResume", "durabilityHint"),
    }
)
"""Steps that neither publish nor need anything by themselves."""
ALWAYS = frozenset({"always", "failure", "cleanup", "unsuccessful", "unstable", "aborted", "regression"})
FORGIVING = frozenset({"catchError", "warnError"})
_TELLING = re.compile(
    r"docker\..{1,200}|.{1,200}\.(?:with[A-Z][A-Za-z]{0,60}|[a-z]{0,20}[Pp]ublish[A-Za-z]{0,40}|[a-z]{0,20}[Uu]pload[A-Za-z]{0,40}"
    r"|[a-z]{0,20}[Dd]eploy[A-Za-z]{0,40}|push|release[A-Za-z]{0,40}|sign[A-Za-z]{0,40}|login)"
)
_VARIABLE = re.compile(r"(?i)variable|[a-z]{1,40}variable")
_AWS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_BY_ITSELF = {"aws": _AWS, "AmazonWebServicesCredentialsBinding": _AWS}
"""Variables of bindings that need not name any ("CloudBees AWS Credentials")."""
_LEVELS = 3
"""Brackets around a binding."""
_ID = frozenset({"credentialsId", "fileId", "credentials", "credential"})
_CAUSES = {"timertrigger": ("cron", Trust.TIMER), "useridcause": ("manual", Trust.MAINTAINER)}
_EVENTS = {
    "cron": Trust.TIMER,
    "parameterizedCron": Trust.TIMER,
    "pollSCM": Trust.CONTRIBUTOR,
    "upstream": Trust.CONTRIBUTOR,
    "githubPush": Trust.CONTRIBUTOR,
    "gitlab": Trust.CONTRIBUTOR,
    "issueCommentTrigger": Trust.UNTRUSTED,
    "GenericTrigger": Trust.REMOTE,
}


def is_task(name: str) -> bool:
    """Whether a call does something of its own. Methods of variables do, where their names say so."""
    return bool(name) and name not in QUIET and ("." not in name or _TELLING.fullmatch(name) is not None)


def bound(call: Call, values: Values) -> tuple[Setting, ...]:
    """The variables that `withCredentials` and its like give to what is in their block, each with the slot that it holds."""
    told: list[Setting] = []
    waiting: list[tuple[tuple[Node, ...], int, str]] = [(call.arguments, 0, call.name)]
    while waiting:
        nodes, level, word = waiting.pop()
        given = arguments(nodes)
        told += _bound(given, values, word)
        before = ("", *(node.text if isinstance(node, Token) else "" for node in nodes))
        inner = [
            (node, said)
            for said, node in zip(before, nodes, strict=False)
            if isinstance(node, Group) and node.kind != "{" and level < _LEVELS
        ]
        waiting += ((group.nodes, level + 1, said) for group, said in reversed(inner))
    return tuple(told)


def _bound(given: tuple[Argument, ...], values: Values, word: str) -> Iterator[Setting]:
    """The variables of one binding, which `word` names; where it names none, those that its plugin takes by itself."""
    slots = tuple(mention for one in given if one.name in _ID for mention in values.ids(one.nodes))
    said = [(name, one) for one in given if _VARIABLE.fullmatch(one.name) and one.nodes and (name := values.text(one.nodes))]
    for name, one in said if slots else ():
        yield Setting(name, "", *values.source.place(one.nodes[0].at), slots)
    kinds = (word, *(values.text(one.nodes) for one in given if one.name == "$class"))
    for name in () if said or not slots else (name for kind in kinds for name in _BY_ITSELF.get(kind, ())):
        yield Setting(name, "", slots[0].line, slots[0].column, slots)


def with_env(call: Call, values: Values) -> Iterator[Setting]:
    """The variables of `withEnv(['NAME=value'])`."""
    for group in call.arguments:
        for one in arguments(group.nodes) if isinstance(group, Group) else ():
            name, equals, value = values.text(one.nodes).partition("=")
            if equals and name and one.nodes:
                yield Setting(name, value, *values.source.place(one.nodes[0].at), values.mentions(one.nodes))


def environment(block: Group, values: Values) -> Iterator[Setting]:
    """The variables of an `environment` block. Stored credentials come with their user and password under names of their own."""
    for statement in block.statements:
        found = assigned(statement)
        if found is None or not found[1]:
            continue
        token, value = found
        line, column = values.source.place(value[0].at)
        stored = next((one for one in calls(value) if one.name == "credentials"), None)
        if stored is None:
            yield Setting(token.text, values.text(value), line, column, values.mentions(value))
            continue
        slots = values.ids(stored.arguments)
        for name in (token.text, f"{token.text}_USR", f"{token.text}_PSW"):
            yield Setting(name, "", line, column, slots)


def names(root: Group, values: Values) -> frozenset[str]:
    """All variables that a file sets, wherever it does."""
    told: set[str] = set()
    waiting: list[Group] = [root]
    while waiting:
        group = waiting.pop()
        for statement in group.statements:
            for call in calls(statement):
                if call.name == "environment":
                    told |= {one.name for block in call.blocks for one in environment(block, values)}
                elif call.name == "withEnv":
                    told |= {one.name for one in with_env(call, values)}
                elif call.name in {"withCredentials", "configFileProvider"}:
                    told |= {one.name for one in bound(call, values)}
            waiting += (node for node in statement if isinstance(node, Group))
    return frozenset(told)


def when(block: Group, values: Values) -> tuple[TriggerDefinition, ...] | None:
    """What `when` lets in; None where it does not say so without doubt."""
    told: list[TriggerDefinition] = []
    waiting = [block]
    while waiting:
        for statement in waiting.pop().statements:
            word = statement[0]
            found = list(calls(statement))
            name = found[0].name if found else word.text if isinstance(word, Token) else ""
            if name in {"not", "expression"}:
                return None
            if name in {"allOf", "anyOf"}:
                waiting += (group for call in found for group in call.blocks)
                continue
            told += _let_in(name, found, word, values)
    tags = tuple(one for one in told if one.event == "push:tags")
    return tags if tags and not _is_any(block) else tuple(told) or None


def _is_any(block: Group) -> bool:
    return any(call.name == "anyOf" for statement in block.statements for call in calls(statement))


def _let_in(name: str, found: list[Call], word: Node, values: Values) -> Iterator[TriggerDefinition]:
    line, column = values.source.place(word.at)
    said = [values.text(one.nodes) for call in found[:1] for one in arguments(call.arguments) if one.name in {"", "pattern"}]
    filters = tuple(one for one in said if one)
    if name in {"tag", "buildingTag"}:
        yield TriggerDefinition("push:tags", Trust.MAINTAINER, line, column, filters)
    elif name == "branch":
        yield TriggerDefinition("push:branches", Trust.CONTRIBUTOR, line, column, filters)
    elif name == "changeRequest":
        yield TriggerDefinition("change_request", Trust.CONTRIBUTOR, line, column, filters)
    elif name == "triggeredBy" and filters:
        event = _CAUSES.get(filters[0].lower())
        if event is not None:
            yield TriggerDefinition(event[0], event[1], line, column)


def triggers(nodes: tuple[Node, ...], values: Values) -> Iterator[TriggerDefinition]:
    """What a list or block of triggers says."""
    waiting: list[tuple[Node, ...]] = [nodes]
    while waiting:
        for call in calls(waiting.pop()):
            trust = _EVENTS.get(call.name)
            if trust is not None:
                filters = tuple(text for one in arguments(call.arguments) if not one.name and (text := values.text(one.nodes)))
                yield TriggerDefinition(call.name, trust, *values.source.place(call.at), filters)
            else:
                waiting += [call.arguments] if call.arguments else []


def parameters(nodes: tuple[Node, ...], values: Values) -> Iterator[str]:
    """The names of a definition's parameters."""
    for call in calls(nodes):
        yield from (values.text(one.nodes) for one in arguments(call.arguments) if one.name == "name")


def container(block: Group, values: Values) -> Iterator[Mention]:
    """The credentials with which an agent's image is fetched."""
    waiting = [block]
    while waiting:
        for statement in waiting.pop().statements:
            for call in calls(statement):
                if call.name == "registryCredentialsId":
                    yield from values.ids(call.arguments)
                waiting += call.blocks
