r"""Templates in fixtures, so that no live-looking value is at rest: `<name arguments>` becomes a value when a fixture is loaded.

    <npm:7>  <ghp:3>  <gho:1>  <ghu:1>  <ghs:1>  <ghr:1>  <github_pat:2 user_id=5>  <stateless:1 app_id=5 expires=1800000000>
    <pypi:1 projects=a,b user=yes expires=1800000000 location=test>  <trusted:1 expires=1800000000>  <base62:32>  <hex:32>  <uuid:3>
    <pem:rsa2048:pkcs1>  <pem:p256:encrypted-pkcs8:1>  <public:rsa2048>  <pgp:ed25519>

and around other text, inside other templates too (`<said TEXT>` is TEXT: the file itself then says something else):

    <said TEXT>
    <spoiled TOKEN>  <b64 TEXT>  <b64url TEXT>  <cut:40 TEXT>  <skip:40 TEXT>  <lines:20 TEXT>
    <escaped TEXT>  <spaced TEXT>  <bare TEXT>  <crlf TEXT>  <after "PREFIX" TEXT>  <quoted "JOINT" TEXT>  <wrapped:60 "PREFIX" TEXT>

A word in brackets that is no template stays as it is. `\xNN` is that byte, for what TOML cannot hold.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

from scanner import hosts
from tests.support import (
    gpg,
    keys,
    stores,
    tokens,
    tokens_assigned,
    tokens_ci,
    tokens_cloud,
    tokens_core,
    tokens_gitlab,
    tokens_keys,
    tokens_providers,
    tokens_registries,
    tokens_runner,
    tokens_signing,
    windows,
)

_CALL = re.compile(r"<(?P<name>[a-z0-9_]+)(?P<options>(?::[A-Za-z0-9_-]+)*)(?:[ ](?P<text>[^<>]*))?>")
_NAMED = re.compile(r'"(?P<first>[^"]*)" (?P<text>.*)', re.DOTALL)


def expand(template: str) -> bytes:
    """The text of a fixture with every template in it replaced, innermost first."""
    before = None
    while before != template:
        before, template = template, _CALL.sub(_replaced, template)
    return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes.fromhex(match[1].decode()), template.encode())


def _replaced(match: re.Match[str]) -> str:
    options = match["options"].split(":")[1:]
    text = match["text"] or ""
    if match["name"] in _VALUES:
        return _VALUES[match["name"]](options, dict(pair.split("=", 1) for pair in text.split()))
    if match["name"] in _CHANGES and text:
        return _CHANGES[match["name"]](options, text)
    return match.group()


def _seed(options: list[str]) -> int:
    return int(options[0]) if options else 0


def _classic(prefix: str) -> Callable[[list[str], dict[str, str]], str]:
    return lambda options, _: tokens.ghp(_seed(options), prefix)


def _host(name: str) -> str:
    known = {"pypi": hosts.PYPI, "test": hosts.TEST_PYPI}
    return hosts.spell(known[name]) if name in known else name


def _pypi(options: list[str], more: dict[str, str]) -> str:
    return tokens.pypi(
        _seed(options),
        projects=more["projects"].split(",") if "projects" in more else None,
        user=tokens.uuid(_seed(options) + 1) if "user" in more else None,
        expires=int(more["expires"]) if "expires" in more else None,
        location=_host(more.get("location", "pypi")),
    )


def _macaroon(options: list[str], more: dict[str, str]) -> str:
    """One that PyPI would not make: another identifier, caveats in the old form, a flat signature."""
    caveats = {"user": ['{"version": 1, "permissions": "user"}'], "projects": ['{"version": 1, "permissions": {"projects": ["a", "b"]}}']}
    return tokens.macaroon(
        _host(more.get("location", "pypi")),
        more.get("identifier", tokens.uuid(_seed(options))),
        caveats.get(more.get("legacy", ""), []),
        signature=bytes(32) if "flat" in more else None,
    )


def _stateless(options: list[str], more: dict[str, str]) -> str:
    expires = int(more["expires"]) if "expires" in more else None
    return tokens.stateless(_seed(options), int(more.get("app_id", 123456)), prefix=more.get("prefix", "ghs_"), expires=expires)


_VALUES: dict[str, Callable[[list[str], dict[str, str]], str]] = {
    "npm": lambda options, _: tokens.npm(_seed(options)),
    **{prefix: _classic(f"{prefix}_") for prefix in ("ghp", "gho", "ghu", "ghs")},
    "ghr": lambda options, _: tokens.ghr(_seed(options)),
    "github_pat": lambda options, more: tokens.github_pat(_seed(options), int(more.get("user_id", 1))),
    "stateless": _stateless,
    "pypi": _pypi,
    "macaroon": _macaroon,
    "trusted": lambda options, more: tokens.trusted(_seed(options), expires=int(more["expires"])),
    **tokens_gitlab.TEMPLATES,
    **tokens_ci.TEMPLATES,
    **tokens_runner.TEMPLATES,
    **tokens_signing.TEMPLATES,
    **tokens_keys.TEMPLATES,
    **tokens_cloud.TEMPLATES,
    **tokens_providers.TEMPLATES,
    **stores.TEMPLATES,
    **windows.TEMPLATES,
    **tokens_assigned.TEMPLATES,
    "base62": lambda options, _: tokens.base62(1, int(options[0])),
    "hex": lambda options, _: hashlib.sha512(b"fixture").hexdigest()[: int(options[0])],
    "uuid": lambda options, _: tokens.uuid(_seed(options)),
    "pem": lambda options, _: keys.pem(options[0], options[1], int(options[2]) if len(options) > 2 else 0),
    "public": lambda options, _: keys.public_pem(options[0]),
    "pgp": lambda options, _: gpg.armored(options[0]),
    "host": tokens_core.host,
    **tokens_registries.VALUES,
    "registry": lambda _, more: hosts.spell({"npm": hosts.NPM, "github": hosts.GITHUB_NPM}[more["of"]]),
}


def _after(_: list[str], text: str) -> str:
    """Every line after a prefix, in which `9` counts."""
    prefix, body = _first(text)
    return "\n".join(prefix.replace("9", str(number)) + line for number, line in enumerate(body.split("\n"), 8))


def _quoted(_: list[str], text: str) -> str:
    """Every line a string in source, with what joins it to the next."""
    joint, body = _first(text)
    return joint.replace("~", "\n").join(json.dumps(line, ensure_ascii=False) for line in body.split("\n"))


def _wrapped(options: list[str], text: str) -> str:
    prefix, body = _first(text)
    width = int(options[0])
    return ("\n" + prefix).join(body[at : at + width] for at in range(0, len(body), width))


def _first(text: str) -> tuple[str, str]:
    match = _NAMED.fullmatch(text)
    assert match, f"a template without a first argument: {text[:20]}"
    return match["first"], match["text"]


_CHANGES: dict[str, Callable[[list[str], str], str]] = {
    "said": lambda _, text: text,
    "spoiled": lambda _, text: tokens.spoiled(text),
    "b64": lambda _, text: b64encode(text.encode()).decode(),
    "b64url": lambda _, text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "cut": lambda options, text: text[: int(options[0])],
    "skip": lambda options, text: text[int(options[0]) :],
    "lines": lambda options, text: "\n".join(text.split("\n")[: int(options[0])]),
    "escaped": lambda _, text: text.replace("\n", "\\n"),
    "spaced": lambda _, text: text.replace("\n", " "),
    "bare": lambda _, text: text.replace("\n", ""),
    "crlf": lambda _, text: text.replace("\n", "\r\n"),
    "after": _after,
    "quoted": _quoted,
    "wrapped": _wrapped,
}
