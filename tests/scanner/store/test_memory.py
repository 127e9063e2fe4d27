"""What a sweep keeps for itself."""

from __future__ import annotations

from pathlib import Path

from scanner.store import Mark, Memory, open_store
from tests.scanner.store.worlds import KID, WEB, holds, night, occurrence, opened

MEMORY = Memory("refs@1", b"\x00document", b"\xffobjects")


def test_nothing_is_remembered_of_a_target_that_was_never_read(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        assert store.memory("web") is None
        assert store.remembered() == {}


def test_a_memory_is_there_for_the_next_process_to_open_the_store(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        store.remember("web", MEMORY)
        with open_store(str(tmp_path / "s.db"), kid=KID, write=False) as other:
            assert other.memory("web") == MEMORY
            assert other.remembered() == {"web": Mark("refs@1", shown=False)}


def test_a_later_memory_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    later = Memory("refs@2", b"", b"")
    with opened(tmp_path / "s.db") as store:
        store.remember("web", MEMORY)
        store.remember("web", later)
        assert store.memory("web") == later


def test_publishing_says_in_which_edition_a_memory_was_shown(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        for name in ("web", "infra"):
            store.remember(name, MEMORY)
        night(store, 1, holds(occurrence()))
        shown, hidden = store.memory("web"), store.memory("infra")
        assert (shown and shown.edition, hidden and hidden.edition) == (1, None)
        night(store, 2, lambda edition: edition.touch(WEB))
        shown = store.memory("web")
        assert shown is not None
        assert shown.edition == 2


def test_a_target_that_failed_shows_nothing_of_a_new_memory(tmp_path: Path) -> None:
    with opened(tmp_path / "s.db") as store:
        store.remember("web", MEMORY)
        night(store, 1, lambda edition: edition.retain(WEB))
        assert store.memory("web") == MEMORY
