from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import Blob
from scanner.sources.large import LargeFile
from scanner.sources.workstation import HomeFile, locate, read_home_file
from scanner.sources.workstation.metafied import unmetafied, unmetafy

SPECIAL = {0x00, *range(0x83, 0xA3)}
"""The bytes that zsh replaces: NUL, its mark, and its tokens."""


def metafy(data: bytes) -> bytes:
    """What zsh writes for `data`."""
    return b"".join(bytes((0x83, byte ^ 0x20)) if byte in SPECIAL else bytes((byte,)) for byte in data)


@given(st.binary())
def test_what_zsh_wrote_is_what_was_typed(data: bytes) -> None:
    assert unmetafy(metafy(data)) == data


@given(st.one_of(st.binary(), st.lists(st.sampled_from([0x83, 0x83, 0xA3, 0x41])).map(bytes)), st.integers(1, 5))
def test_in_pieces_it_is_the_same(written: bytes, size: int) -> None:
    pull = unmetafied(BytesIO(written).read)
    assert b"".join(iter(lambda: pull(size), b"")) == unmetafy(written)


@pytest.mark.parametrize(
    ("written", "typed"),
    [(b"", b""), (b"plain", b"plain"), (b"\x83", b"\x83"), (b"a\x83", b"a\x83"), (b"\xc3\x83\xa9", b"\xc3\x89"), (b"\x83\x2a", b"\n")],
)
def test_single_marks(written: bytes, typed: bytes) -> None:
    assert unmetafy(written) == typed


@pytest.mark.parametrize(("path", "expected"), [(".zsh_history", "export Ã=é".encode()), (".bash_history", metafy("export Ã=é".encode()))])
def test_only_zsh_histories_are_decoded(tmp_path: Path, path: str, expected: bytes) -> None:
    (tmp_path / path).write_bytes(metafy("export Ã=é".encode()))
    [file] = locate(tmp_path, "~")
    assert isinstance(file, HomeFile)
    blob = read_home_file(file, 100)
    assert isinstance(blob, Blob)
    assert blob.data == expected


def test_a_history_that_cannot_be_held_is_decoded_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.sources.large.HELD", 100)
    typed = "export Ã=é\n".encode() * 50
    (tmp_path / ".zsh_history").write_bytes(metafy(typed))
    [file] = locate(tmp_path, "~")
    assert isinstance(file, HomeFile)
    large = read_home_file(file, 10_000)
    assert isinstance(large, LargeFile)
    with large.opened() as flow:
        assert b"".join(iter(lambda: flow.pull(64), b"")) == typed
