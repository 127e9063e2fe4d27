"""The compiled database: what it refuses, and when a file on disk stands in for compiling."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hyperscan as hs
import pytest

from scanner.contract import Anchor, RegexDetector
from scanner.engine import database
from scanner.engine.anchors import forms
from scanner.engine.form import WIDEST, Form, Via
from scanner.engine.marks import CUT, MORE, SEAM
from scanner.errors import PluginError
from scanner.registry import installed
from tests.scanner.engine.fakes import PASSWORD, TOKEN

WIDTH = 256


def anchored(anchor: Anchor) -> RegexDetector:
    return replace(TOKEN, id="careless", anchors=(anchor,))


def load(cache: Path | None, *detectors: RegexDetector) -> hs.Database:
    loaded = database.load(detectors or (TOKEN,), cache=cache, width=WIDTH)
    assert loaded is not None
    return loaded


def finds(loaded: hs.Database, text: bytes) -> bool:
    ends: list[int] = []
    loaded.scan(text, match_event_handler=lambda _number, _start, end, _flags, _context: ends.append(end))
    return bool(ends)


@pytest.mark.parametrize(
    "anchor",
    [
        Anchor(b""),
        Anchor(b"npm_", then=b".*x"),
        Anchor(b"npm_", then=b"[a-z]{300}"),
        Anchor(b"npm_", before=b"x[a-z]{0,300}"),
        Anchor(b"npm_", then=b"["),
        Anchor(b"n" * 300),
    ],
)
def test_an_anchor_without_bound_is_refused_by_the_name_of_its_detector(anchor: Anchor) -> None:
    with pytest.raises(PluginError, match="careless"):
        load(None, anchored(anchor))


@pytest.mark.parametrize("anchor", [Anchor(b"npm_", then=b"[a-z]{252}"), Anchor(b"n" * 256), Anchor(b"npm_", before=rb"\b", then=rb"x\b")])
def test_an_anchor_up_to_the_bound_is_taken(anchor: Anchor) -> None:
    load(None, anchored(anchor))


WORST = [
    Anchor(b"n" * 64 + b"_", encoded=True, nested=True),
    Anchor(b"n" * 64 + b"_", encoded=True, caseless=True),
    Anchor(b"_" * WIDTH, encoded=True, nested=True),
    Anchor(b"n" * (WIDTH - 11) + b"_", then=b"=x{0,9}", encoded=True),
    Anchor(b"n" * (WIDTH - 2) + b"_", then=b"/", encoded=True),
]


def _widest(forms: list[Form]) -> int:
    """Bytes of the widest match, as Hyperscan says it when it is asked for wider ones."""
    widest = 0
    for expression in {_with_seam(form) for form in forms}:
        one = hs.Database(mode=hs.HS_MODE_BLOCK)
        with pytest.raises(hs.HyperscanError, match="at most") as refused:
            one.compile(expressions=[expression], ids=[1], flags=[0], ext=[(hs.HS_EXT_FLAG_MIN_LENGTH, 0, 0, 1 << 30, 0, 0)])
        widest = max(widest, int(re.findall(r"[0-9]+", str(refused.value))[-1]))
    return widest


def _with_seam(form: Form) -> bytes:
    """What is looked at in the end: of a seam Hyperscan looks for the beginning only."""
    return form.expression.removesuffix(CUT) + SEAM + MORE if form.via is Via.JOINED else form.expression


def test_no_form_is_wider_than_is_said() -> None:
    assert _widest(list(forms(installed()))) <= WIDEST
    assert WIDEST - 9 <= _widest([form for anchor in WORST for form in forms([anchored(anchor)])]) <= WIDEST


def test_there_is_no_database_without_anchors() -> None:
    assert database.load((), cache=None, width=WIDTH) is None
    assert database.load((replace(TOKEN, anchors=()),), cache=None, width=WIDTH) is None


def test_a_compiled_database_is_kept_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path / "cache")
    monkeypatch.setattr(database, "compiled", _never)
    assert finds(load(tmp_path / "cache"), b"an npm_ token")


def test_nobody_else_can_read_what_is_kept(tmp_path: Path) -> None:
    load(tmp_path / "a" / "cache")
    (kept,) = (tmp_path / "a" / "cache").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_other_detectors_and_other_bounds_have_files_of_their_own(tmp_path: Path) -> None:
    load(tmp_path, TOKEN)
    load(tmp_path, PASSWORD)
    load(tmp_path, PASSWORD, TOKEN)
    database.load((TOKEN,), cache=tmp_path, width=WIDTH - 1)
    assert len(list(tmp_path.iterdir())) == 4


def test_every_property_of_an_anchor_has_a_file_of_its_own(tmp_path: Path) -> None:
    anchor = Anchor(b"npm_", encoded=False)
    for other in (anchor, replace(anchor, base64=True), replace(anchor, encoded=True), replace(anchor, encoded=True, nested=True)):
        load(tmp_path, replace(TOKEN, anchors=(other,)))
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:0],
        lambda content: content[:-100],
        lambda content: content[:2000] + bytes((content[2000] ^ 1,)) + content[2001:],
        lambda content: os.urandom(len(content)),
    ],
    ids=["empty", "cut", "flipped", "garbage"],
)
def test_a_spoiled_file_is_made_again(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    load(tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(spoil(whole))
    assert finds(load(tmp_path), b"an npm_ token")
    assert kept.read_bytes() == whole


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    load(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_others_can_write_to_is_not_read(tmp_path: Path) -> None:
    load(tmp_path, TOKEN)
    (kept,) = tmp_path.iterdir()
    load(tmp_path / "other", PASSWORD)
    (other,) = (tmp_path / "other").iterdir()
    kept.write_bytes(other.read_bytes())
    kept.chmod(0o666)
    assert finds(load(tmp_path, TOKEN), b"an npm_ token")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    load(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (kept,) = (tmp_path / "real").iterdir()
    before = kept.stat().st_mtime_ns
    load(tmp_path / "link")
    assert kept.stat().st_mtime_ns == before
    elsewhere = kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(elsewhere)
    assert finds(load(tmp_path / "real"), b"an npm_ token")
    assert not kept.is_symlink()


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert finds(load(tmp_path / "file" / "cache"), b"an npm_ token")


def test_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    load(tmp_path)
    assert [path.name.startswith("anchors-") for path in tmp_path.iterdir()] == [True]


def _never(*_arguments: object) -> hs.Database:
    message = "compiled again"
    raise AssertionError(message)
