"""Whom and where a value is for, as a command, a URL inside another one or another element of the file says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from scanner import hosts
from scanner.sources.fields import Named, nuget
from tests.scanner.sources.fields.places import HOST, flat, named, nested

COMMANDS = [
    (f"curl -H 'Authorization: Bearer @@' https://{HOST}/user", flat("Authorization", HOST)),
    (f"curl https://{HOST}/user -H 'Authorization: Bearer @@'", flat("Authorization", HOST)),
    (f"curl \\\n  -H 'Authorization: Bearer @@' \\\n  https://{HOST}/user", flat("Authorization", HOST)),
    (f"curl -x http://proxy.example -H 'Authorization: Bearer @@' https://{HOST}/", flat("Authorization", HOST)),
    (f"TOKEN=@@; curl https://{HOST}/", flat("TOKEN")),
    (f"docker login {HOST}:5000 -u ada -p @@", flat("-p", f"{HOST}:5000", "ada")),
    (f"echo @@ | docker login -u ada --password-stdin {HOST}", flat(None, HOST, "ada")),
    ("echo @@ | docker login -u ada --password-stdin", flat(None, account="ada")),
    (f"twine upload --repository-url https://{HOST}/x -u ada -p @@ dist/*", flat("-p", HOST, "ada")),
    (f"nuget push a.nupkg -Source https://{HOST}/v3 -ApiKey @@", flat("-ApiKey", HOST)),
    ("poetry config pypi-token.pypi @@", flat("pypi-token.pypi", hosts.spell(hosts.PYPI_UPLOAD))),
    ("poetry config http-basic.acme ada @@", flat(None, account="ada")),
    (f"composer config -g github-oauth.{HOST} @@", flat(f"github-oauth.{HOST}", HOST)),
    (f"composer config --auth http-basic.{HOST} ada @@", flat(None, HOST, "ada")),
    (f"git config http.https://{HOST}/.extraheader 'AUTHORIZATION: bearer @@'", flat(f"http.https://{HOST}/.extraheader", HOST)),
    (f"git -c http.https://{HOST}/.extraheader='AUTHORIZATION: bearer @@' fetch", flat(f"http.https://{HOST}/.extraheader", HOST)),
    (f"machine {HOST}\nlogin ada\npassword @@\n", flat("password", HOST, "ada")),
    (f"git clone https://${{WHO}}:@@@{HOST}/a", flat("userinfo", HOST)),
    (f"next=https%3A%2F%2Fada%3A@@%40{HOST}%2Fa&x=y@z", flat("next", HOST, "ada")),
    (f"https://other.example/?to=https%3A%2F%2Fa%2540da%3A@@%40{HOST}%3A8443", flat("to", f"{HOST}:8443", "a@da")),
    (f"to=https%253A%252F%252F@@%2540{HOST}", flat("to", HOST)),
]


@pytest.mark.parametrize(("text", "expected"), COMMANDS)
def test_commands_and_urls(text: str, expected: Named) -> None:
    assert named("run.sh", text) == expected


SOURCES = f'<packageSources><add key="My Feed" value="https://{HOST}/v3/index.json"/></packageSources>'
NUGET = [
    (
        (
            f'{SOURCES}<packageSourceCredentials><My_x0020_Feed><add key="Username" value="ada"/><add key="ClearTextPassword" value="@@"/>'
            '</My_x0020_Feed><Other><add key="Username" value="eve"/></Other></packageSourceCredentials>'
        ),
        nested("packageSourceCredentials", "My_x0020_Feed", "ClearTextPassword", service=HOST, account="ada", tool="nuget"),
    ),
    (
        '<packageSourceCredentials>\n<Feed>\n<add key="ClearTextPassword" value="@@" />\n</Feed>\n</packageSourceCredentials>',
        nested("packageSourceCredentials", "Feed", "ClearTextPassword", tool="nuget"),
    ),
    (f'<apikeys><add key="https://{HOST}/" value="@@"/></apikeys>', flat(f"https://{HOST}/", HOST, tool="nuget")),
    ("<!-- token: @@ -->", flat("token", tool="nuget")),
]


@pytest.mark.parametrize(("text", "expected"), NUGET)
@pytest.mark.parametrize("path", ["nuget.config", "NuGet.Config", "AppData/Roaming/NuGet/NuGet.Config"])
def test_nuget(path: str, text: str, expected: Named) -> None:
    assert named(path, text) == expected


def test_the_sources_of_nuget_are_listed_once_however_many_values_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    value = '<Feed><add key="ClearTextPassword" value="@@" /></Feed>'
    head = f'<packageSources><add key="Feed" value="https://{HOST}/v3" /></packageSources><packageSourceCredentials>'
    text = (head + value * 50).encode()
    listed: list[int] = []
    added = nuget._ADDED  # noqa: SLF001 - how often it is asked cannot be seen from outside

    class Counting:
        match = staticmethod(added.match)

        @staticmethod
        def finditer(searched: bytes, start: int, end: int | None = None) -> Iterator[re.Match[bytes]]:
            listed.extend([start] if end is None else [])
            return added.finditer(searched, start, len(searched) if end is None else end)

    monkeypatch.setattr(nuget, "_ADDED", Counting)
    namer = nuget.NuGet(text)
    places = [match.span() for match in re.finditer(b"@@", text)]
    assert {named.service for start, end in places if (named := namer.name(start, end))} == {HOST}
    assert (len(places), len(listed)) == (50, 1)
