"""A short run of the fuzzer of the compiled part, with the same inputs each time; `make fuzz` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import fuzzing
from tests.support.deltas import CORPUS

RUNS = 300_000

pytestmark = pytest.mark.skipif(fuzzing.missing() is not None, reason=f"nothing is fuzzed: {fuzzing.missing()}")


def test_the_fuzzer_finds_nothing(tmp_path: Path) -> None:
    fresh = tmp_path / "corpus"
    fresh.mkdir()
    done = fuzzing.fuzzed(fuzzing.built(tmp_path), f"-runs={RUNS}", "-seed=1", str(fresh), str(CORPUS))
    assert done.returncode == 0, done.stderr[-8000:]
    assert f"Done {RUNS} runs" in done.stderr


FLAWS = {
    "a header is read to its end and further": ("if (place >= size || shift > 60) return;", "if (shift > 60) return;"),
    "an offset is read to its end and further": ("if (place >= size || bytes++ == LONGEST_VARINT", "if (bytes++ == LONGEST_VARINT"),
    "an id is cut short": ("if (width > size - place) return;", ""),
    "a base lies before the pack": ("if (back == 0 || back > offset) return;", "if (back == 0) return;"),
    "a size is too large": ("if (shift == 60 && (byte & 0x70)) return;", ""),
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


@pytest.mark.parametrize("name", FLAWS)
def test_a_check_that_is_missing_is_found_with_the_corpus_alone(tmp_path: Path, name: str) -> None:
    text = fuzzing.PRODUCT.read_text()
    assert FLAWS[name][0] in text
    assert fuzzing.fuzzed(fuzzing.built(tmp_path, text.replace(*FLAWS[name])), "-runs=0", str(CORPUS)).returncode != 0
