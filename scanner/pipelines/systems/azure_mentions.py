"""What texts of Azure Pipelines name: macros `$(x)`, expressions `${{ }}` and `$[ ]`, service connections, secure files.

A macro is put into a script before it runs; what it names may be secret, and no secret gets into the environment without being named.
Source: Azure Pipelines' documentation, "Define variables", "Expressions", "Predefined variables", and the tasks' reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from scanner.pipelines.definition import Mention, Named, Setting, Text
from scanner.pipelines.systems.azure_places import found, is_block
from scanner.pipelines.yamltree import Scalar
from scanner.records import dataclass, replace

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,127}+"
_EXPRESSION = re.compile(
    r"\$\((" + _NAME + r")\)"
    r"|\$\{\{([^{}]{0,1000}+)\}\}"
    r"|\$\[((?:[^\[\]\n]|\[[^\[\]\n]{0,100}+\]){0,300}+)\]"
)
_REFERENCE = re.compile(
    r"\b(variables|parameters|dependencies|stageDependencies)"
    r"(?:\.([A-Za-z_][A-Za-z0-9_.-]{0,127}+)|\[\s{0,4}'([^'\n]{1,128})'\s{0,4}\])(?:\.?outputs\[\s{0,4}'([^'\n]{1,128})'\s{0,4}\])?"
)
_PREDEFINED = re.compile(
    r"(?i)(?:agent|build|checks|common|endpoint|environment|pipeline|release|resources|strategy|system|task|tf|runner|azurehttp)"
    r"(?:\.|_build)"
)
_CREDENTIAL = re.compile(r"TOKEN|SECRET|PASS|PWD|KEY|CRED|AUTH|CERT|PAT\Z|SIGN|WEBHOOK", re.IGNORECASE)
"""What names in scripts say that hold credentials: a single word there may as well be a command that the shell is to run."""
_TOKEN = "system.accesstoken"  # noqa: S105 - a name
_SHELL = frozenset(
    {
        "arch",
        "basename",
        "cat",
        "cd",
        "command",
        "date",
        "dirname",
        "echo",
        "env",
        "false",
        "find",
        "getconf",
        "git",
        "groups",
        "hostname",
        "hash",
        "history",
        "id",
        "jobs",
        "locale",
        "ls",
        "lsb_release",
        "mktemp",
        "nproc",
        "printenv",
        "ps",
        "pwd",
        "realpath",
        "sw_vers",
        "true",
        "tput",
        "tty",
        "uname",
        "uptime",
        "users",
        "which",
        "who",
        "whoami",
        "Get-Date",
        "Get-Location",
        "Get-ChildItem",
        "Get-Random",
        "New-Guid",
        "node",
        "npm",
        "python",
    }
)
"""Commands that a script may start as `$(pwd)`, which Azure leaves alone since no variable is called so."""

_CONNECTION = re.compile(
    r"(?i)azureSubscription[a-z]{0,20}|[a-z]{0,40}(?:serviceConnections?|connectedServiceName[a-z]{0,20}|endpoints?|feedCredentials)"
    r"|(?:gitHub|azureResourceManager|jfrogPlatform|distribution|artifactory|backend|environment)[a-z]{0,20}(?:connection|service[a-z]{0,4}|arm)"
    r"|containerRegistry(?:Endpoint)?|awsCredentials|SonarQube|SonarCloud|repositoryEndpoint|twine[a-z]{0,10}|artifactFeeds?Credentials"
)
_SECURE_FILE = re.compile(r"(?i)[a-z]{0,30}secureFile|(?:apksigner|jarsigner)?keystoreFile")
_SLOT = re.compile(r"(?:^|(?<=,))\s{0,99}([^\s,](?:[^,\n]{0,198}[^\s,])?)")


@dataclass(frozen=True, slots=True)
class Known:
    """What a file itself sets, in lower case, so that it is no slot."""

    variables: tuple[frozenset[str], ...] = ()
    """Of the pipeline, the stage and the job."""
    steps: AbstractSet[str] = frozenset()
    """Names of steps, which stand before a dot and the name of what they give."""
    given: AbstractSet[str] = frozenset()
    """Variables that scripts set for what follows them."""


def mentions(scalar: Scalar, known: Known, in_script: bool = False) -> tuple[Mention, ...]:
    """All that a text names. `in_script` leaves out what a shell would run."""
    told: list[Mention] = []
    if "$" not in scalar.value:
        return ()
    for match, line, column in found(_EXPRESSION, scalar):
        if match[1] is not None:
            told += _macro(match[1], line, column, known, in_script)
        else:
            told += _references(match[2] or match[3] or "", line, column, known)
    return tuple(told)


def _macro(name: str, line: int, column: int, known: Known, in_script: bool) -> Iterator[Mention]:
    if in_script and name in _SHELL:
        return
    if name.lower() == _TOKEN:
        yield Mention(name, Named.JOB_TOKEN, line, column)
    elif any(name.lower() in names for names in known.variables):
        yield Mention(name, Named.ENV, line, column)
    elif name.lower() in known.given or name.lower().partition(".")[0] in known.steps:
        yield Mention(name, Named.OUTPUT, line, column)
    elif not _PREDEFINED.match(name):
        yield Mention(name, Named.VARIABLE if in_script and not _CREDENTIAL.search(name) else Named.SECRET, line, column)


def _references(expression: str, line: int, column: int, known: Known) -> Iterator[Mention]:
    for match in _REFERENCE.finditer(expression):
        name = match[2] or match[3]
        if match[1] == "parameters":
            yield Mention(name, Named.INPUT, line, column)
        elif match[1] == "variables":
            named = _macro(name, line, column, known, in_script=False)
            yield from (replace(one, named=Named.VARIABLE) if one.named is Named.SECRET else one for one in named)
        else:
            yield Mention(match[0], Named.OUTPUT, line, column)


Said = tuple[Scalar, str] | None
"""A text and the file that says so; None where there is no text."""


def setting(key: Scalar, said: Said, known: Known) -> Setting:
    """A variable or input that is given a text; an empty one where it is given something else."""
    if said is None:
        return Setting(key.value, "", key.line, key.column)
    value, file = said
    return Setting(key.value, value.value, value.line, value.column, mentions(value, known), file)


def task_input(key: Scalar, said: Said, known: Known) -> Setting:
    """An input of a task; names of service connections and secure files in it are slots."""
    made = setting(key, said, known)
    names_slots = _CONNECTION.fullmatch(key.value) or _SECURE_FILE.fullmatch(key.value)
    if said is None or not names_slots or "://" in made.value or "$" in made.value:
        return made
    return replace(made, mentions=_slots(said[0]))


def vault_input(key: Scalar, said: Said, known: Known) -> Setting:
    """An input of the task that gets secrets from a vault: those that it asks for are slots."""
    made = task_input(key, said, known)
    if said is None or key.value.lower() != "secretsfilter" or "$" in made.value:
        return made
    return replace(made, mentions=_slots(said[0]))


def _slots(value: Scalar) -> tuple[Mention, ...]:
    """The names in a list that commas divide; a star is all of them."""
    return tuple(
        Mention(match[1], Named.ALL if match[1] == "*" else Named.SECRET, line, column + match.start(1) - match.start())
        for match, line, column in found(_SLOT, value)
    )


def script(said: tuple[Scalar, str], shell: str, known: Known) -> Text:
    """The text of a script with what it names."""
    scalar, file = said
    return Text(scalar.value, scalar.line, scalar.column, is_block(scalar), shell, mentions(scalar, known, in_script=True), file)
