from __future__ import annotations

import pytest

from detectors import _annotated
from tests.support import tokens_registries

ISSUERS_EXAMPLE = b"a" * 52 + b"JQQJ99" + b"ALN5Z0000LZENeS003NUGT" + b"3OrW"
"""The key in the tests of NuGetGallery, which nobody could have been given."""


def test_marvin32_gives_what_symcrypt_documents() -> None:
    assert _annotated.marvin32(b"abc", 0xD53CD9CECD0893B7) == 0x22C74339 ^ 0x492769BF


def test_the_checksum_is_the_issuers() -> None:
    assert _annotated.holds(ISSUERS_EXAMPLE)


@pytest.mark.parametrize("at", [0, 51, 62, 75, 80, 83])
def test_another_character_spoils_it(at: int) -> None:
    assert not _annotated.holds(ISSUERS_EXAMPLE[:at] + b"z" + ISSUERS_EXAMPLE[at + 1 :])


@pytest.mark.parametrize("coding", [0, 1])
@pytest.mark.parametrize("seed", range(20))
def test_both_ways_to_write_it_hold(seed: int, coding: int) -> None:
    assert _annotated.holds(tokens_registries.azure_devops(seed, coding=coding).encode())


def test_the_month_is_read() -> None:
    made = _annotated.made(ISSUERS_EXAMPLE)
    assert made is not None
    assert made.isoformat() == "2024-12-01T00:00:00+00:00"


@pytest.mark.parametrize("moment", [(31, 0, 0), (0, 24, 0), (0, 0, 60)])
def test_what_no_calendar_has_is_none(moment: tuple[int, int, int]) -> None:
    day, hour, minute = moment
    assert _annotated.made(ISSUERS_EXAMPLE, day, hour, minute) is None
