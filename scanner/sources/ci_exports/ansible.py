"""Ansible's variables: files of variables, inventories in YAML and JSON, playbooks; inventories in INI are in `inventory`, AWX's credentials in `awx`.

- files of `group_vars` and `host_vars`: a map, told by `!vault` or by what begins with `ansible_`
- inventories: groups of `hosts`, `children` and `vars`; `ansible-inventory --list`: `_meta.hostvars`
- playbooks: lists of plays with `hosts` and `vars` or `environment`
- what `ansible-vault` encrypted: a value under `!vault`, or a whole file that begins with `$ANSIBLE_VAULT;`

(Ansible's documentation.) The environment scope is the group, the host or what the play is for; a nested variable is called by its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from scanner.records import replace
from scanner.sources.ci_exports import awx, inventory, jsontext
from scanner.sources.ci_exports.content import Content
from scanner.sources.ci_exports.jsontext import Json, Record
from scanner.sources.ci_exports.sealed import VAULT, flaw
from scanner.sources.ci_exports.settings import settings
from scanner.sources.ci_exports.shapes import Entry, Flaw, Item, Listing, Loose, System, broken, listed, mistakes, records
from scanner.sources.ci_exports.stages import stage_of

_LOOKS = re.compile(rb"!vault\b|\bansible_[a-z]|^[ -]{0,16}(?:hosts|children|vars)[ ]{0,16}:", re.MULTILINE)
_VAULTED = re.compile(rb"^[\w.-]{1,256}:[ ]{1,16}!vault\b", re.MULTILINE)
_OF_GROUP = frozenset({"hosts", "children", "vars"})
_OF_PLAY = frozenset({"tasks", "roles", "vars", "vars_files", "pre_tasks", "post_tasks", "become", "gather_facts"})
_OWN = "ansible_"
_NOBODY = Entry("", None)
_DEEPEST = 32
"""Groups within groups."""


def _recognise(content: Content) -> Listing | None:
    if content.text.startswith(VAULT.encode()):
        return Listing((), (flaw(),))
    if (exported := awx.recognise(content)) is not None:
        return exported
    if content.is_lines:
        if (listing := inventory.recognise(content)) is not None:
            return listing
        if not _LOOKS.search(content.text):
            return None
    trees = content.trees
    if any(_is_hosts(tree) or _is_groups(tree) or _is_playbook(tree) or _is_own(tree) for tree in trees):
        return _read(content)
    return broken(content) if not trees and _VAULTED.search(content.text) else None


def _read(content: Content) -> Listing | None:
    if content.text.startswith(VAULT.encode()):
        return Listing((), (flaw(),))
    for read in (awx.read, inventory.read):
        if (listing := read(content)) is not None:
            return listing
    trees = [tree for tree in content.trees if isinstance(tree, Record) or _is_playbook(tree)]
    if not trees or (content.documents is not None and not any(_is_hosts(tree) or _is_groups(tree) for tree in trees)):
        return None
    stage = stage_of(content.name)
    return listed(chain(_said(trees, stage), mistakes(content), (Loose(),)))


def _said(trees: list[Json], stage: str | None) -> Iterator[Item]:
    for tree in trees:
        if isinstance(tree, list):
            yield from records(tree, _play)
        elif isinstance(tree, Record) and _is_hosts(tree):
            yield from records([tree], _hosts)
        elif isinstance(tree, Record) and _is_groups(tree):
            yield from records([tree], _groups)
        else:
            yield from settings(tree, replace(_NOBODY, environment_scope=stage))


def _is_own(tree: Json) -> bool:
    """Whether it is a map of variables that only Ansible has: encrypted ones, or its own."""
    if not isinstance(tree, Record):
        return False
    return any(name.startswith(_OWN) or (isinstance(value, Record) and "!vault" in value.names) for name, value in tree.members)


def _is_hosts(tree: Json) -> bool:
    """Whether it is what `ansible-inventory --list` and inventory scripts print."""
    return isinstance(jsontext.below(tree, "_meta", "hostvars"), Record)


def _is_groups(tree: Json) -> bool:
    """Whether it is an inventory: nothing but groups, and at least one of them with hosts or variables."""
    if not isinstance(tree, Record) or not tree.members:
        return False
    groups = [value for _, value in tree.members]
    if not all(value is None or (isinstance(value, Record) and value.names <= _OF_GROUP) for value in groups):
        return False
    return any(isinstance(jsontext.peek(group, name), Record) for group in groups if isinstance(group, Record) for name in _OF_GROUP)


def _is_playbook(tree: Json) -> bool:
    """Whether it is a list of plays."""
    return isinstance(tree, list) and any(isinstance(play, Record) and "hosts" in play.names and play.names & _OF_PLAY for play in tree)


def _play(play: Record) -> Iterator[Item]:
    hosts = play.get("hosts")
    holder = replace(_NOBODY, environment_scope=hosts if isinstance(hosts, str) else None)
    for name in ("vars", "environment"):
        yield from settings(play.get(name), holder) if isinstance(play.get(name), Record) else ()


def _hosts(tree: Record) -> Iterator[Item]:
    """The variables of hosts, and of groups where they are told apart."""
    for host, variables in jsontext.inner(jsontext.inner(tree, "_meta"), "hostvars").members:
        yield from settings(variables, replace(_NOBODY, environment_scope=host))
    for name, group in tree.members:
        if isinstance(group, Record) and "vars" in group.names:
            yield from settings(jsontext.inner(group, "vars"), replace(_NOBODY, environment_scope=name))


def _groups(tree: Record) -> Iterator[Item]:
    """The variables of groups, of groups in them, and of hosts."""
    waiting: list[tuple[str, Json, int]] = [(name, group, 0) for name, group in reversed(tree.members)]
    while waiting:
        name, group, depth = waiting.pop()
        if group is None:
            continue
        if not isinstance(group, Record):
            yield Flaw("expected a group to be an object")
            continue
        yield from settings(jsontext.inner(group, "vars"), replace(_NOBODY, environment_scope=name))
        for host, variables in jsontext.inner(group, "hosts").members:
            yield from settings(variables, replace(_NOBODY, environment_scope=host)) if isinstance(variables, Record) else ()
        inner = jsontext.inner(group, "children").members
        if inner and depth >= _DEEPEST:
            yield Flaw(f"expected at most {_DEEPEST} groups in each other")
        else:
            waiting += ((name, child, depth + 1) for name, child in reversed(inner))


SYSTEM = System(
    platform="ansible",
    levels={},
    expects="variables, an inventory or a playbook of Ansible, or credentials of AWX",
    recognise=_recognise,
    read=_read,
    level="environment",
    is_yaml=True,
)
