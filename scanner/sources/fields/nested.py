"""Naming values in YAML, JSON, XML, Erlang's terms and HashiCorp's language by the keys that lead to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import pairwise

from scanner import hosts
from scanner.sources.fields.beside import WANTED, account_in, bundled, service_in, user_before
from scanner.sources.fields.formats import Format
from scanner.sources.fields.json_tokens import read_json
from scanner.sources.fields.kubeconfig import REFERRED, cluster_of, servers_of, user_of
from scanner.sources.fields.lines import name_on_line
from scanner.sources.fields.named import Named, host_in, host_of
from scanner.sources.fields.outline import Found, Outline

NESTED = frozenset({Format.YAML, Format.JSON, Format.XML, Format.ERLANG, Format.HCL})
"""The formats that are read as an outline."""

_REGISTRY_MAPS = frozenset({"auths", "credHelpers"})
"""Maps of Docker's configuration whose keys are registries."""
_HOST_MAPS = frozenset(
    {
        "hosts",
        "github-oauth",
        "gitlab-oauth",
        "gitlab-token",
        "bitbucket-oauth",
        "forgejo-token",
        "http-basic",
        "bearer",
        "custom-headers",
    }
)
"""Maps of glab's and Composer's files whose keys are hosts."""
_LED_BY_HOST = frozenset({"gh", "hub", "copilot"})
"""Tools in whose files the first key is a host, with the id of a client behind a colon in one of them; in Terraform's the one below `credentials` is."""


class Nested:
    """A text of a format that nests, and what its values are called."""

    def __init__(self, text: bytes, format_: Format, tool: str | None) -> None:
        self._text = text
        self._tool = tool
        self._outline = Outline(WANTED | REFERRED)
        _reader(format_)(text, self._outline)

    def name(self, start: int, end: int) -> Named | None:
        """What the keys above it call the value at `start` to `end`; None where there is no scalar, for instance in a comment."""
        found = self._outline.find(start)
        if found is None:
            return None
        line = name_on_line(self._text, start, end)
        if not found.keys:
            return line
        service = line.service or _service(found, self._tool)
        account = line.account or _account(found, self._tool)
        user = user_of(found)
        if user is not None:
            account, service = account or user, service or cluster_of(user, self._servers)
        if account is None and bundled(found.keys[-1]) is not None:
            account = user_before(self._text, start)
        return Named(found.keys[-1], found.keys, service, account)

    @cached_property
    def _servers(self) -> Mapping[str, str]:
        return servers_of(self._outline)


def _reader(format_: Format) -> Callable[[bytes, Outline], None]:
    """What tells an outline a text of this format; loaded with the first such text, since most runs do without."""
    if format_ is Format.YAML:
        from scanner.sources.fields.yaml_events import read_yaml  # noqa: PLC0415 - see above

        return read_yaml
    if format_ is Format.XML:
        from scanner.sources.fields.xml_elements import read_xml  # noqa: PLC0415 - see above

        return read_xml
    if format_ is Format.ERLANG:
        from scanner.sources.fields.erlang_terms import read_erlang  # noqa: PLC0415 - see above

        return read_erlang
    if format_ is Format.HCL:
        from scanner.sources.fields.hcl import read_hcl  # noqa: PLC0415 - see above

        return read_hcl
    return read_json


def _service(found: Found, tool: str | None) -> str | None:
    """The host that the value's own mapping names, else the nearest key that is an address."""
    keys = found.keys
    led = keys[1:2] if tool == "terraform" and keys[0] == "credentials" else keys[:1] if tool in _LED_BY_HOST else ()
    if led:
        return host_of(led[0].partition(":")[0])
    if tool == "gem" and keys[-1] == ":rubygems_api_key":
        return hosts.spell(hosts.RUBYGEMS)
    registry = next((below for above, below in pairwise(keys) if above in _REGISTRY_MAPS), None)
    if registry is not None:
        return host_of(registry)
    if tool == "gem" and (host := bundled(keys[-1])) is not None:
        return host
    host = next((host for above, below in pairwise(keys) if above in _HOST_MAPS and (host := host_in(below))), None)
    if host is not None:
        return host
    return service_in(found.beside) or next((host for key in reversed(keys) if "//" in key and (host := host_in(key))), None)


def _account(found: Found, tool: str | None) -> str | None:
    """The account that is named beside the value; in gh's file of several accounts it is the key above."""
    if tool == "gh" and "users" in found.keys[-3:-2]:
        return found.keys[-2]
    return account_in(found.beside)
