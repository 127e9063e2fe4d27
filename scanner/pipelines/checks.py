"""What the tables of signatures cannot say in a pattern: one small question each, named by a row's `check`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping

from scanner.pipelines.commands import Command
from scanner.pipelines.transfers import uploads


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_URL_WITH_USER = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^/@\s]{1,2000}@", re.IGNORECASE)
_EXPANDED = re.compile(r"\$\{\{|\$\{?[A-Za-z_]|%[A-Za-z_]{1,60}%|\$\(")
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|PRIVATE|CREDENTIAL|API_?KEY|_PAT\Z|_KEY\Z|\APAT\Z|_PSW\Z|_AUTH\Z|WEBHOOK",
    re.IGNORECASE,
)
_NOT_SECRET = re.compile(
    r"_(?:FILE|PATH|URL|NAME|ID|USER|USERNAME|EXPIRES?|LENGTH|TYPE|HASH|PUBLIC)\Z|CACHE_?KEY|PUBLIC_?KEY", re.IGNORECASE
)
_FETCHERS = frozenset({"curl", "wget"})
_INSTALLS = frozenset({"install", "wheel", "i", "add", "pip", "sync"})
"""Sub-commands that install."""
_TOOLS = _words(
    """build cibuildwheel flit hatch hatchling lerna maturin np npm ovsx pdm pip pipx pkginfo poetry poetry-core semantic-release setuptools tox
    nox twine uv virtualenv vsce @vscode/vsce wheel yarn pnpm pre-commit python-semantic-release corepack awscli bundler
    platformio @changesets/cli release-it auto standard-version netlify-cli vercel firebase-tools wrangler surge gh-pages"""
)
"""What is installed to pack, to publish or to start something else."""
_INSTALLED = re.compile(r"\b(?:install|dpkg|rpm|systemctl|service|supervisorctl|docker[ -]compose|docker (?:load|pull|run|restart)|pm2)\b")
"""What a machine is told to do with what it was sent, for its own use."""
_CHOSEN = re.compile(r"(?:[^@:/$]{0,200}@)?\$[({]?\w{1,200}[)}]?:|\$[({]?\w{1,200}[)}]?@\$[({]?\w{1,200}[)}]?:")
"""The side of a copy on a machine that a variable names, and whatever folder there."""
_DEFAULT_BRANCHES = frozenset({"main", "master", "trunk", "develop", "HEAD"})
_LONGEST = 4_000


def has_expanded_user_in_url(command: Command) -> bool:
    """Whether a word is an address whose user or password is expanded from a variable."""
    found = (match for word in command.argv[1:] for match in _URL_WITH_USER.finditer(word[:_LONGEST]))
    return any(_EXPANDED.search(match[0]) for match in found)


def stands_alone(command: Command) -> bool:
    """Whether a command is its program and nothing else."""
    return len(command.argv) == 1


def prints_secret(command: Command) -> bool:
    """Whether a variable whose name says that it is a secret is printed, other than to have it masked."""
    masks = any(word.startswith(("::add-mask::", "##vso[task.setsecret")) for word in command.argv[1:3])
    return not masks and any(is_secret_name(name) for name in command.names)


def pushes_default_branch(command: Command) -> bool:
    """Whether a `git push` names a default branch. Which branch it is where none is named, only a run tells."""
    words = [word for word in command.argv[1:] if not word.startswith("-")]
    after = words[words.index("push") + 1 :] if "push" in words else []
    branches = [word.rpartition(":")[2].removeprefix("refs/heads/").lstrip("+") for word in after[1:]]
    return any(branch in _DEFAULT_BRANCHES for branch in branches)


def runs_from_variable(command: Command) -> bool:
    """Whether a one-time password is computed, or taken from a variable."""
    given = (word.partition("=")[2] or following for word, following in _pairs(command) if word.partition("=")[0] == "--otp")
    return any(_EXPANDED.search(value[:_LONGEST]) or value.startswith("`") for value in given)


def builds_with_secret(command: Command) -> bool:
    """Whether a build argument of an image has the name of a secret."""
    given = (word.partition("=")[2] or following for word, following in _pairs(command) if word.partition("=")[0] == "--build-arg")
    return any(is_secret_name(value.partition("=")[0]) for value in given)


def imports_secret_key(command: Command) -> bool:
    """Whether a key that is imported is said to be a private one: by its variable, its file, or a flag."""
    if command.fed and command.fed[0] in _FETCHERS:
        return False
    words = " ".join(command.argv[1:])[:_LONGEST].lower()
    named = any(is_secret_name(name) or "SIGNING" in name.upper() for name in command.names if "PUB" not in name.upper())
    return named or any(part in words for part in ("private", "secret", "secring", "signing"))


def copies_to_registry(command: Command) -> bool:
    """Whether the last word is an image in a registry that is not this machine, and the one before it is none."""
    source, target = _sides(command)
    return _is_in_registry(target) and not _is_in_registry(source)


def copies_between_registries(command: Command) -> bool:
    """Whether the last two words are images in registries that are not this machine."""
    return all(_is_in_registry(side) for side in _sides(command))


def _sides(command: Command) -> tuple[str, str]:
    words = ["", "", *(word for word in command.argv[1:] if not word.startswith("-"))]
    return words[-2], words[-1]


def _is_in_registry(side: str) -> bool:
    return side.startswith("docker://") and not side.removeprefix("docker://").startswith(("localhost", "127.0.0.1"))


def installs_project(command: Command) -> bool:
    """Whether more is installed than tools for packing and publishing: a group of dependencies is a list of the project's own."""
    if "--group" in command.argv:
        return True
    words = [word for word in command.argv[1:] if not word.startswith("-")]
    named = itertools.dropwhile(lambda word: word in _INSTALLS, words)
    names = [re.split(r"[<>=~!\[;]", word, maxsplit=1)[0].lower() for word in named]
    tools = [name.rpartition("@")[0] or name for name in names]
    return not tools or any(tool not in _TOOLS for tool in tools)


def is_secret_name(name: str) -> bool:
    """Whether a variable's name says that its value is a secret."""
    return bool(_SECRET_NAME.search(name[:200])) and not _NOT_SECRET.search(name[:200])


def installs_elsewhere(command: Command) -> bool:
    """Whether another machine is told to install or to start something."""
    return _INSTALLED.search(" ".join(command.argv[1:])[:_LONGEST]) is not None


def copies_to_variable(command: Command) -> bool:
    """Whether files go to a machine that only a variable names."""
    return any(_CHOSEN.match(word[:_LONGEST]) for word in command.argv[-1:])


def _pairs(command: Command) -> list[tuple[str, str]]:
    """Each word with the one after it."""
    return list(zip(command.argv, (*command.argv[1:], ""), strict=True))


CHECKS: Mapping[str, Callable[[Command], bool | None]] = {
    "has_expanded_user_in_url": has_expanded_user_in_url,
    "stands_alone": stands_alone,
    "prints_secret": prints_secret,
    "pushes_default_branch": pushes_default_branch,
    "runs_from_variable": runs_from_variable,
    "builds_with_secret": builds_with_secret,
    "imports_secret_key": imports_secret_key,
    "uploads": uploads,
    "copies_to_registry": copies_to_registry,
    "copies_between_registries": copies_between_registries,
    "installs_project": installs_project,
    "installs_elsewhere": installs_elsewhere,
    "copies_to_variable": copies_to_variable,
}
"""By the names that rows call them. None is for what only a run tells: a signature is then no more than a suspicion, a remark is none."""
