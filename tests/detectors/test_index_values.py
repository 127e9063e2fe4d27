from __future__ import annotations

import pytest

from detectors import _index_values


@pytest.mark.parametrize("value", ["\u00abyour password\u00bb", "\u00abhunter2!\u00bb", "<password>", "${PASSWORD}", "changeme"])
def test_what_says_that_a_password_belongs_there_is_none(value: str) -> None:
    assert _index_values.is_reference(value.encode())


@pytest.mark.parametrize("value", ["hunter2!", "correct horse", "pa$$word\u00bb"])
def test_a_password_is_one(value: str) -> None:
    assert not _index_values.is_reference(value.encode())
