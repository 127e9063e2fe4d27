from __future__ import annotations

import pytest

from detectors._offline import facts, instant, json_value, plain_text
from scanner.contract import Lifetime


def test_every_credential_has_four_facts() -> None:
    assert facts(Lifetime.STATIC, comment=None, bits=1) == {
        "lifetime": "static",
        "validity": "unknown",
        "at_rest": "plain",
        "scope": "unknown",
        "bits": 1,
    }


@pytest.mark.parametrize("moment", [-1, 2**63, 253_402_300_800, True, 1.5, "1", None, [1]])
def test_what_is_no_time_is_none(moment: object) -> None:
    assert instant(moment) is None


@pytest.mark.parametrize(("moment", "text"), [(0, "1970-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z")])
def test_times_are_rfc_3339(moment: int, text: str) -> None:
    assert instant(moment) == text


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 4000, b'{"a":' * 2000, b"9" * 5000])
def test_hostile_json_is_none(raw: bytes) -> None:
    assert json_value(raw) is None


def test_json_is_its_value() -> None:
    assert json_value(b'{"a": [1]}') == {"a": [1]}


@pytest.mark.parametrize(("raw", "text"), [(b"ann@host", "ann@host"), (b"a\x1b[2Jb", "a�[2J"), (b"\xff", "�"), ("ü".encode() * 9, "ü" * 5)])
def test_words_keep_only_what_readers_can_see(raw: bytes, text: str) -> None:
    assert plain_text(raw, 5) == text[:5]
