"""A short run of the fuzzers of the compiled parts, with the same inputs each time; `make fuzz` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import fuzzing
from tests.support.fuzzing import Fuzzer

DELTAS, ENTRIES = fuzzing.FUZZERS
RUNS = {DELTAS.name: 150_000, ENTRIES.name: 30_000}

pytestmark = pytest.mark.skipif(fuzzing.missing() is not None, reason=f"nothing is fuzzed: {fuzzing.missing()}")


@pytest.mark.parametrize("fuzzer", fuzzing.FUZZERS, ids=lambda fuzzer: fuzzer.name)
def test_the_fuzzer_finds_nothing(tmp_path: Path, fuzzer: Fuzzer) -> None:
    fresh = tmp_path / "corpus"
    fresh.mkdir()
    runs = RUNS[fuzzer.name]
    done = fuzzing.fuzzed(fuzzing.built(fuzzer, tmp_path), f"-runs={runs}", "-seed=1", str(fresh), str(fuzzer.corpus))
    assert done.returncode == 0, done.stderr[-8000:]
    assert f"Done {runs} runs" in done.stderr


FLAWS = {
    "a copy is read to its end and further": ('if (in->at == in->end) return malformed("a delta\'s copy is cut short");', ""),
    "a copy goes on behind its base": ("if (offset > have || length > have - offset)", "if (offset > have)"),
    "a copy begins behind its base": ("if (offset > have || length > have - offset)", "if (length > have)"),
    "a text is read to its end and further": ('if (length > (u64)(in.end - in.at)) return malformed("a delta\'s text is cut short");', ""),
    "a child is larger than it says": ('if (length > work->size - made) return malformed("a delta makes more than it says");', ""),
    "a window is too narrow": ("? to + windows->reach : windows->size", "? to + windows->reach - 1 : windows->size"),
    "the end moved": (" || from != (u64)work->base.len", ""),
    "there is no memory": ("if (items == NULL) {", "if (0) {"),
    "a child is kept": ("    Py_DECREF(child);\n    return made;", "    return made;"),
}
FLAWS_OF_ENTRIES = {
    "a header is read to its end and further": ("if (place >= size || shift > 60) return none;", "if (shift > 60) return none;"),
    "an offset is read to its end and further": ("if (place >= size || bytes++ == LONGEST_VARINT", "if (bytes++ == LONGEST_VARINT"),
    "an id is cut short": ("if (pack->width > size - place) return none;", ""),
    "a base lies before the pack": ("if (back == 0 || back > offset) return none;", "if (back == 0) return none;"),
    "a size is too large": ("if (shift == 60 && (byte & 0x70)) return none;", ""),
    "an entry lies outside what was read": ("if (offset < pack->start || offset - pack->start >= size) return none;", ""),
    "a place of an index is anywhere": ("return place < pack->count ? place : NOTHING;", "return place;"),
    "there are fewer ids than entries": ("if ((size_t)pack->ids.len != pack->count * (size_t)width || ", "if ("),
    "a stretch ends behind the last entry": ("return first <= last && last <= pack->count &&", "return first <= last &&"),
    "an offset is in no table": ("if (offset - FAR >= many) {", "if (0) {"),
    "offsets are not in order": (
        "for (unsigned shift = 0; shift < 64 && count; shift += DIGIT)",
        "for (unsigned shift = 0; shift < 11 && count; shift += DIGIT)",
    ),
    "a circle has a type": ("if (at < count && types[at] != ON_THE_WAY) type = types[at];", "if (at < count) type = types[at];"),
    "a place asked for is outside": ("if (place >= tree->count) return 0;", ""),
    "a base is outside": ("if (place != NOTHING && place >= tree->count) return 0;", ""),
    "a circle is dealt": ("if (write_all(tree, deal, out) != tree->needed)", "if (write_all(tree, deal, out) == SIZE_MAX)"),
    "a batch is too large": ("deal->objects + objects > deal->most_objects", "0"),
    "bases are those of another batch": ("- deal->begin)", ")"),
    "a place is outside a column": ("if (place >= (size_t)(column.len / width)) {", "if (0) {"),
    "there are more flags than items": (
        "if (width < 1 || column.len % width || column.len / width != flags.len)",
        "if (width < 1 || column.len % width)",
    ),
    "equal items ascend": (
        "memcmp(items + i - width, items + i, (size_t)width) < 0",
        "memcmp(items + i - width, items + i, (size_t)width) <= 0",
    ),
    "an item is there twice": ("if (order >= 0) b += width;", "if (order > 0) b += width;"),
    "there is no memory": ("if (entries == NULL) {", "if (0) {"),
    "columns are kept": ("    drop(made, 3);\n", ""),
}
ALL_FLAWS = [(DELTAS, *flaw) for flaw in FLAWS.items()] + [(ENTRIES, *flaw) for flaw in FLAWS_OF_ENTRIES.items()]


@pytest.mark.parametrize(("fuzzer", "name", "flaw"), ALL_FLAWS, ids=lambda value: value if isinstance(value, str) else None)
def test_a_check_that_is_missing_is_found_with_the_corpus_alone(tmp_path: Path, fuzzer: Fuzzer, name: str, flaw: tuple[str, str]) -> None:
    assert sum(flaw[0] in product.read_text() for product in fuzzer.products) == 1, name
    program = fuzzing.built(fuzzer, tmp_path, flaw)
    assert fuzzing.fuzzed(program, "-runs=0", str(fuzzer.corpus)).returncode != 0
