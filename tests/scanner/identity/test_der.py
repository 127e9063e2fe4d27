"""The reader and writer of DER."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.identity import der


@given(st.integers(0, 2**4096))
def test_a_number_is_read_as_it_was_written(value: int) -> None:
    (element,) = der.elements(der.encode_number(value))
    assert der.number(element) == value


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_a_row_is_read_as_it_was_written(parts: list[bytes]) -> None:
    data = der.encode(der.SEQUENCE, *(der.encode(der.OCTET_STRING, part) for part in parts))
    assert [(element.content, element.whole) for element in der.members(data)] == [(part, True) for part in parts]


@given(st.binary(max_size=200))
def test_elements_never_hold_more_than_the_data(data: bytes) -> None:
    assert sum(len(element.content) + 2 for element in der.elements(data)) <= len(data)


@pytest.mark.parametrize(
    ("dotted", "content"),
    [("1.2.840.113549.1.1.1", "2a864886f70d010101"), ("1.3.101.112", "2b6570"), ("2.5.8.1.1", "55080101"), ("2.999.3", "883703")],
)
def test_object_identifiers(dotted: str, content: str) -> None:
    assert der.oid(dotted).hex() == content


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 65536])
def test_lengths(size: int) -> None:
    (element,) = der.elements(der.encode(der.OCTET_STRING, bytes(size)))
    assert len(element.content) == size
    assert element.whole


def test_a_cut_off_element_is_given_as_far_as_it_goes() -> None:
    (element,) = der.elements(der.encode(der.OCTET_STRING, b"abcdef")[:-2])
    assert (element.content, element.whole) == (b"abcd", False)


def test_a_bit_string_with_unused_bits_holds_no_octets() -> None:
    (element,) = der.elements(der.encode(der.BIT_STRING, b"\x03abc"))
    assert der.bits(element) is None
