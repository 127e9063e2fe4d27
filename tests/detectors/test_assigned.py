"""How a name is given its value, and which values no generator makes."""

from __future__ import annotations

import pytest

from detectors._assigned import AssignedDetector, Form, Place, random
from scanner.contract import Kind, Window
from tests.support.fixtures import read

KIND = Kind(id="acme-token", title="Acme token", provider="acme")
VALUE = b"0a1b2c3d4e5f60718293"
DETECTOR = AssignedDetector(
    "acme-token",
    "Acme token",
    (Form(KIND, r"[0-9a-f]{20}", names=("acme (ci) api|auth token",), places=(Place(r"acme[ ]login[ ]", b"acme login", then=" "),)),),
)


def found(text: bytes) -> list[bytes]:
    return [text[one.start : one.end] for one in read(DETECTOR, text)]


@pytest.mark.parametrize(
    "spelling",
    [
        b"ACME_API_TOKEN=@",
        b"acme-auth-token: @",
        b"acmeCiApiToken = '@'",
        b"acme.api.token=@",
        b'{"ACME_API_TOKEN" : "@"}',
        b'{\\"ACME_API_TOKEN\\": \\"@\\"}',
        b"setx ACME_API_TOKEN @",
        b"tool --acme-api-token @",
        b"ENV ACME_API_TOKEN @",
        b"set -gx ACME_API_TOKEN @",
        b'setenv("ACME_API_TOKEN", "@")',
        b"ENV['ACME_API_TOKEN'] ||= nil; ENV['ACME_API_TOKEN'] = '@'",
        b"<acmeApiToken>@</acmeApiToken>",
        b"<acmeApiToken><![CDATA[@]]></acmeApiToken>",
        b"<key>ACME_API_TOKEN</key>\n\t<string>@</string>",
        b'<add key="ACME_API_TOKEN" value="@"/>',
        b"- name: ACME_API_TOKEN\n  value: @\n",
        b'{"key": "ACME_API_TOKEN",\n "value": "@"}',
        b"ACME_API_TOKEN=${X:-@}",
        b"Acme-Api-Token: Bearer @\r\n",
        b"mvn -Dacme.api.token=@",
        b"ACME_API_TOKEN_PROD: @",
        b"echo ACME_API_TOKEN=@ >> $GITHUB_ENV",
        b"${ACME_API_TOKEN:-@}",
        b"ACME_API_TOKEN ?= @",
        b'process.env.ACME_API_TOKEN || "@"',
        b'process.env.ACME_API_TOKEN ?? "@"',
        b"ENV['ACME_API_TOKEN'] ||= '@'",
        b'ENV.fetch("ACME_API_TOKEN") { "@" }',
        b'$ENV{ACME_API_TOKEN} = "@";',
        b'set(ENV{ACME_API_TOKEN} "@")',
        b'Set-Item Env:ACME_API_TOKEN "@"',
        b'const ACME_API_TOKEN: string = "@";',
        b'const ACME_API_TOKEN: &str = "@";',
        b'gh secret set ACME_API_TOKEN --body "@"',
        b"gh secret set ACME_API_TOKEN -b @",
        b'variable "acme_api_token" {\n  type = string\n  default = "@"\n}',
        b"| `ACME_API_TOKEN` | `@` |",
        b"ACME_API_TOKEN,@\n",
        b"acme login @",
    ],
)
def test_every_spelling_of_an_assignment_is_read(spelling: bytes) -> None:
    assert found(spelling.replace(b"@", VALUE)) == [VALUE]


@pytest.mark.parametrize(
    "spelling",
    [
        b"ACME_API_TOKEN_ID=@",
        b"ACME_API_TOKEN_SHA: @",
        b"ACME_API_TOKENS=@",
        b"xacme_api_token=@",
        b"ACME_TOKEN=@",
        b"ACME_API_TOKEN @",
        b"the ACME_API_TOKEN is @",
        b"ACME_API_TOKEN=x@",
        b"ACME_API_TOKEN=@0",
        b"ACME_API_TOKEN=@=",
        b"ACME_API_TOKEN=@-a",
        b"ACME_API_TOKEN=@.a",
        b"ACME_API_TOKEN=@:a",
        b"ACME_API_TOKEN=\n@",
        b"ACME_API_TOKEN == x && @",
    ],
)
def test_what_is_no_assignment_of_the_name_is_not_read(spelling: bytes) -> None:
    assert found(spelling.replace(b"@", VALUE)) == []


@pytest.mark.parametrize(
    "value",
    [
        b"00000000-0000-0000-0000-000000000000",
        b"11111111-2222-3333-4444-555555555555",
        b"12345678-1234-1234-1234-123456789012",
        b"123e4567-e89b-12d3-a456-426614174000",
        b"0123456789abcdef0123456789abcdef",
        b"abababababababababab",
        b"thisisnotarealtokenx",
        b"98127365419827364519",
        b"d41d8cd98f00b204e9800998ecf8427e",
        b"D41D8CD98F00B204E9800998ECF8427E",
    ],
)
def test_no_generator_makes_such_a_value(value: bytes) -> None:
    assert not random(value)


def test_the_first_form_decides_and_a_value_is_said_once() -> None:
    other = Kind(id="acme-other", title="Acme other", provider="acme")
    names = ("acme api token",)
    detector = AssignedDetector("acme", "Acme", (Form(KIND, r"[0-9a-f]{20}", names=names), Form(other, r"[0-9a-f]{20}", names=names)))
    text = b"ACME_API_TOKEN=" + VALUE
    assert [one.kind for one in detector.read(Window(text, 0, len(text)))] == ["acme-token"]
    assert len(detector.anchors) == 1
