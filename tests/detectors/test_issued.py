from __future__ import annotations

import pytest

from detectors import _issued

VALUE = b"tok_abc"


@pytest.mark.parametrize("before", [b"", b" ", b'"', b"=", b"${KEY:-", b"\\n", b"%3D", b"z\x07"])
def test_a_token_begins_after_what_is_no_word(before: bytes) -> None:
    assert _issued.stands(before + VALUE + b" ", len(before), len(before) + len(VALUE))


@pytest.mark.parametrize("before", [b"x", b"_", b"x-", b"${KEY-", b"\\x"])
def test_it_is_part_of_the_word_before_it(before: bytes) -> None:
    assert not _issued.stands(before + VALUE, len(before), len(before) + len(VALUE))


@pytest.mark.parametrize("after", [b"x", b"_", b"-", b"="])
def test_it_is_part_of_the_word_behind_it(after: bytes) -> None:
    assert not _issued.stands(VALUE + after, 0, len(VALUE))


def test_a_length_before_it_ends_it() -> None:
    assert _issued.stands(b"z\x07" + VALUE + b"N", 2, 2 + len(VALUE))
