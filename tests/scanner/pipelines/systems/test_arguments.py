"""Lists of words as commands."""

from __future__ import annotations

import pytest

from scanner.pipelines.systems.arguments import command, script
from scanner.pipelines.yamltree import parse, texts


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("[npm, publish]", "npm publish"),
        ("[npm, publish, --tag, 'a b']", "npm publish --tag 'a b'"),
        ("[docker, push, '$_REPO/x']", 'docker push "$_REPO/x"'),
        ("[echo, '$$TOKEN']", "echo '$TOKEN'"),
        ("[bash, -c, npm publish]", "npm publish"),
        ("[/bin/bash, -ceu, 'npm publish $$TAG']", "npm publish $TAG"),
        ("[bash, -eo, pipefail, -c, npm publish]", "npm publish"),
        ("[bash, -c, npm publish, x]", "npm publish"),
        ("[bash, deploy.sh, x]", "bash deploy.sh x"),
        ("[bash, --login, -x, deploy.sh]", "bash --login -x deploy.sh"),
        ("[bash, -c]", "bash -c"),
        ("[sh]", "sh"),
        ("[]", None),
    ],
)
def test_command(words: str, expected: str | None) -> None:
    found = command(texts(parse(words.encode())[0]))
    assert (found and found.value) == expected


@pytest.mark.parametrize(
    ("first", "shell"),
    [
        ("#!/usr/bin/env python3", "python"),
        ("#!/usr/bin/env bash", "bash"),
        ("#!/bin/sh -e", "bash"),
        ("#!/usr/bin/env -S pwsh -File", "pwsh"),
        ("#!node", "node"),
        ("true", "bash"),
    ],
)
def test_the_first_line_names_the_shell(first: str, shell: str) -> None:
    (scalar,) = texts(parse(f"|\n  {first}\n  x $$Y\n".encode())[0])
    found = script(scalar)
    assert (found.shell, found.value, found.line, found.column, found.is_block) == (shell, f"{first}\nx $Y\n", 2, 3, True)
