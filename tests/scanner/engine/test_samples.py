"""What stands around a value may say that nobody means it there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.contract import Check, Confidence, Reading, Secret, Sort
from scanner.engine.samples import sample_reason
from tests.support import tokens

VALUE = tokens.base62(3, 32).encode()
READING = Reading(0, 0, "token", Secret(VALUE), confidence=Confidence.MEDIUM, vague=True)
MADE_UP = "its name says that it is made up"
SCHEMA = "it is the example of a schema"


def reason(text: bytes, reading: Reading = READING) -> str | None:
    """What is said of the value that stands for `@` in a text."""
    start = text.index(b"@@")
    return sample_reason(reading, text.replace(b"@@", VALUE), start)


@pytest.mark.parametrize(
    "text",
    [
        b"export const MOCK_ACME_API_KEY = '@@'",
        b"const mockAcmeSecret: string = '@@'",
        b'ACME_FAKE_TOKEN="@@"',
        b"  acmeDummyKey: '@@',",
        b"my $fake_key => '@@'",
        b'setenv("MOCKED_KEY", "@@")',
    ],
)
def test_a_name_says_that_its_value_is_made_up(text: bytes) -> None:
    assert reason(text) == MADE_UP


@pytest.mark.parametrize(
    "text",
    [b"MOCKINGBIRD_API_KEY = '@@'", b"FAKER_KEY = '@@'", b"fakerKey: '@@'", b"ACME_KEY = '@@' # mock", b"mock(key)\nACME_KEY = '@@'"],
)
def test_other_names_do_not(text: bytes) -> None:
    assert reason(text) is None


@pytest.mark.parametrize(
    "reading",
    [
        replace(READING, check=Check.PASSED),
        replace(READING, confidence=Confidence.HIGH),
        replace(READING, sort=Sort.SPKI),
    ],
)
def test_nothing_is_said_of_what_an_issuer_proves(reading: Reading) -> None:
    assert reason(b"MOCK_KEY = '@@'", reading) is None


@pytest.mark.parametrize("text", [b"#   Acme.login('x') #=> { password: '@@' }", b"login('x') // => '@@'"])
def test_what_a_call_returned_in_documentation_is_a_sample(text: bytes) -> None:
    assert reason(text) == "it is what an example shows as its output"


@pytest.mark.parametrize("text", [b"{ 'password' => '@@' }", b"# old #=> 1\npassword = '@@'"])
def test_an_arrow_alone_is_none(text: bytes) -> None:
    assert reason(text) is None


STORY = b"import type { Meta } from '@storybook/react';\n\nexport const One = () => <Card secret='@@' />;\n"


def test_a_story_shows_values_that_only_their_names_tell() -> None:
    assert reason(STORY) == "it is shown in a story of Storybook"
    assert reason(STORY, replace(READING, vague=False)) is None
    assert (
        reason(STORY.replace(b"{ Meta } from '@storybook/react'", b"{ StoryMeta } from '../types'"))
        == "it is shown in a story of Storybook"
    )
    assert reason(STORY.replace(b"@storybook/react", b"storyboard")) is None


IN_SOURCE = b"""\
tokens: {
    type: 'array',
    description: 'All tokens',
    example: [
        {
            name: 'x',

            secret: '@@',
"""
IN_YAML = b"""\
schema:
  type: object
  example:
    id: 1
    token: @@
"""


@pytest.mark.parametrize("text", [IN_SOURCE, IN_YAML, IN_YAML.replace(b"example:", b'"examples":')])
def test_the_example_of_a_schema_is_a_sample(text: bytes) -> None:
    assert reason(text) == SCHEMA


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"services:\n  example:\n    environment:\n      TOKEN: @@\n", id="a service of that name"),
        pytest.param(IN_YAML.replace(b"    token", b"  token"), id="beside the example"),
        pytest.param(IN_YAML.replace(b"  type: object\n", b"type: object\n"), id="a type of something else"),
        pytest.param(b"@@", id="nothing before it"),
        pytest.param(b"\n\n  @@", id="empty lines before it"),
    ],
)
def test_what_only_looks_like_one_is_none(text: bytes) -> None:
    assert reason(text) is None
