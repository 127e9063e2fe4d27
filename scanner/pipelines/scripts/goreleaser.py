"""goreleaser's settings: the parts of a release that no command names. Source: goreleaser's documentation of its customisation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.errors import UnreadableError
from scanner.model import Reason
from scanner.pipelines.definition import Mention, Named, Text
from scanner.pipelines.scripts.nouns import Denial, ReleasePart, ScriptFile, Target
from scanner.pipelines.scripts.reader import ScriptReader
from scanner.pipelines.scripts.text import MOST, Lines, of_scalar
from scanner.pipelines.yamltree import Entries, Items, Node, Scalar, at, items, parse, text

_PARTS: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "signs": ("sign", None, ("GPG_FINGERPRINT", "COSIGN_PASSWORD", "COSIGN_PRIVATE_KEY")),
    "binary_signs": ("sign", None, ("GPG_FINGERPRINT", "COSIGN_PASSWORD", "COSIGN_PRIVATE_KEY")),
    "docker_signs": ("sign", None, ("COSIGN_PASSWORD", "COSIGN_PRIVATE_KEY")),
    "notarize": ("sign", None, ("MACOS_SIGN_P12", "MACOS_SIGN_PASSWORD", "MACOS_NOTARY_KEY")),
    "dockers": ("publish", "container", ()),
    "dockers_v2": ("publish", "container", ()),
    "docker_manifests": ("publish", "container", ()),
    "kos": ("publish", "container", ()),
    "brews": ("publish", "homebrew", ("HOMEBREW_TAP_GITHUB_TOKEN", "GITHUB_TOKEN")),
    "homebrew_casks": ("publish", "homebrew", ("HOMEBREW_TAP_GITHUB_TOKEN", "GITHUB_TOKEN")),
    "scoops": ("publish", "scoop", ("GITHUB_TOKEN",)),
    "winget": ("publish", "winget", ("GITHUB_TOKEN",)),
    "nix": ("publish", "nix", ("GITHUB_TOKEN",)),
    "krews": ("publish", "krew", ("GITHUB_TOKEN",)),
    "aurs": ("publish", "aur", ("AUR_KEY",)),
    "aur_sources": ("publish", "aur", ("AUR_KEY",)),
    "chocolateys": ("publish", "chocolatey", ("CHOCOLATEY_API_KEY",)),
    "snapcrafts": ("publish", "snap", ("SNAPCRAFT_STORE_CREDENTIALS",)),
    "furies": ("publish", "gemfury", ("FURY_TOKEN",)),
    "gemfury": ("publish", "gemfury", ("FURY_TOKEN",)),
    "cloudsmiths": ("publish", "cloudsmith", ("CLOUDSMITH_TOKEN",)),
    "npms": ("publish", "npm", ("NPM_TOKEN",)),
    "uploads": ("publish", "file", ()),
    "artifactories": ("publish", "file", ()),
    "blobs": ("publish", "file", ()),
    "publishers": ("publish", None, ()),
    "announce": ("notify", None, ()),
}
_SIGNED = "nfpms"
_ENV = re.compile(r"\{\{[^{}\n]{0,200}?\.Env\.([A-Za-z_]\w{0,127})")
_CREDENTIAL = re.compile(r"(?!.{0,60}_id\Z).{0,60}(?:token|key|password|secret|certificate|credential)", re.IGNORECASE)
_OFF = frozenset({"true", "1"})


def _read(file: str, data: bytes) -> ScriptFile:
    root = next(iter(parse(data)), None) or Entries((), 1, 1)
    if not isinstance(root, Entries):
        raise UnreadableError(Reason.MALFORMED, "no settings at the top")
    parts = [part for name in _PARTS for part in _part(root, name)]
    release = at(root, "release")
    denials = (Denial("goreleaser", "release_page", None),) if text(at(release, "disable")) in _OFF else ()
    if not denials:
        place = release if release is not None else root
        parts.append(
            ReleasePart(
                "release_page", None, "goreleaser release", place.line, place.column, ("GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN")
            )
        )
    for one in items(at(root, _SIGNED))[:MOST]:
        for kind in ("rpm", "deb", "apk"):
            signature = at(one, kind, "signature")
            if isinstance(signature, Entries):
                parts.append(
                    ReleasePart(
                        "sign", None, f"goreleaser {_SIGNED}.{kind}.signature", signature.line, signature.column, ("NFPM_PASSPHRASE",)
                    )
                )
    return ScriptFile(file, "goreleaser", _targets(root), parts=tuple(parts), mentions=_mentions(Lines(data)), denials=denials)


def _part(root: Node, name: str) -> list[ReleasePart]:
    node = at(root, name)
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return []
    listed = items(node)[:MOST]
    active = [one for one in listed if not _is_off(one)]
    if not active or (name == "announce" and not any(text(at(one, "enabled")) == "true" for _, one in _members(node))):
        return []
    role, target, sinks = _PARTS[name]
    named = tuple(dict.fromkeys(variable for one in active for variable in _keys(one)))
    return [ReleasePart(role, target, f"goreleaser {name}", active[0].line, active[0].column, named or sinks)]


def _keys(node: Node) -> Iterator[str]:
    """The variables that a part takes its credentials from, where it says so: they stand under keys that are called like one."""
    waiting = [(node, "")]
    while waiting:
        one, key = waiting.pop()
        if isinstance(one, Scalar) and _CREDENTIAL.match(key):
            yield from (found[1] for found in _ENV.finditer(one.value))
        waiting += ((inner, name.value) for name, inner in reversed(_members(one)))
        waiting += ((inner, key) for inner in reversed(one.items)) if isinstance(one, Items) else ()


def _members(node: Node) -> tuple[tuple[Scalar, Node], ...]:
    return node.entries if isinstance(node, Entries) else ()


def _is_off(node: Node) -> bool:
    return any(text(at(node, name)) in _OFF for name in ("disable", "skip_upload", "skip_push")) or text(at(node, "artifacts")) == "none"


def _targets(root: Node) -> tuple[Target, ...]:
    """Hooks and what `signs` and `publishers` run."""
    found: list[Target] = []
    for name in ("before", "after"):
        hooks = items(at(root, name, "hooks"))[:MOST]
        texts = tuple(of_scalar(one) for hook in hooks if isinstance(one := hook if isinstance(hook, Scalar) else at(hook, "cmd"), Scalar))
        if texts:
            found.append(Target(name, texts[0].line, texts[0].column, texts))
    found += (
        Target("publishers", command.line, command.column, (of_scalar(command),))
        for one in items(at(root, "publishers"))[:MOST]
        if isinstance(command := at(one, "cmd"), Scalar)
    )
    for name in ("signs", "docker_signs", "binary_signs"):
        for one in items(at(root, name))[:MOST]:
            if isinstance(command := at(one, "cmd"), Scalar):
                words = [part.value for part in items(at(one, "args")) if isinstance(part, Scalar)]
                line = " ".join((command.value, *words))
                found.append(Target(name, command.line, command.column, (Text(line, command.line, command.column, is_block=False),)))
    return tuple(found[:MOST])


def _mentions(lines: Lines) -> tuple[Mention, ...]:
    return tuple(Mention(found[1], Named.VARIABLE, *lines.place(found.start(1))) for found in list(_ENV.finditer(lines.text))[:MOST])


READERS = (ScriptReader("goreleaser", re.compile(r"(?s:(?:.{0,4096}/)?)(?:\.goreleaser|goreleaser)(?:[.-][\w-]{1,64})?\.ya?ml"), _read),)
