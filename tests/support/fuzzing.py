"""`python -m tests.support.fuzzing MINUTES`: fuzzes the compiled readers of packs, one after the other and on all processors.

What it finds is written to `.fuzz/`; what reaches code that no input in the fixtures reaches is added there.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support import deltas, entries

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "scanner/sources/history/packs"
HARNESS = ROOT / "tests/fuzz"
LONGEST = 2048
"""Bytes of an input."""
_LONGEST_CALL = 10
"""Seconds that one input may take: what takes longer is a circle."""
_SANITISERS = "address,undefined,integer"


@dataclass(frozen=True, slots=True)
class Fuzzer:
    """What it is called, as its harness is; the sources that are fuzzed, and the inputs to begin with."""

    name: str
    products: tuple[Path, ...]
    corpus: Path


FUZZERS = (
    Fuzzer("deltas", (PACKS / "_delta.c",), deltas.CORPUS),
    Fuzzer("entries", (PACKS / "_entries.c", PACKS / "_families.c", PACKS / "columns.h"), entries.CORPUS),
)
_BY_THE_FUZZER = re.compile(r"[0-9a-f]{40}")


@functools.cache
def missing() -> str | None:
    """Why nothing can be fuzzed here; None where it can."""
    if shutil.which("clang") is None:
        return "there is no clang"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "empty.c")
        source.write_text("int LLVMFuzzerTestOneInput(void) { return 0; }\n")
        return None if _compiled(source, Path(folder, "empty")).returncode == 0 else "clang has no fuzzer with these sanitisers"


def built(fuzzer: Fuzzer, folder: Path, flaw: tuple[str, str] | None = None) -> Path:
    """The fuzzer as a program in `folder`, of the extensions as they are, or with one text in the place of another."""
    made = folder / fuzzer.name
    for product in fuzzer.products:
        text = product.read_text()
        (folder / product.name).write_text(text if flaw is None else text.replace(*flaw))
    manner = ("-O1", "-g") if flaw is None else ("-O0",)  # a flaw is shown by a few inputs: compiling takes longer than running them
    done = _compiled(HARNESS / f"{fuzzer.name}.c", made, *manner, f"-I{HARNESS}", f"-I{folder}")
    assert done.returncode == 0, done.stderr
    return made


def _compiled(source: Path, made: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    sanitised = [f"-fsanitize=fuzzer,{_SANITISERS}", "-fno-sanitize-recover=all"]
    command = ["clang", "-std=c11", *sanitised, *flags, str(source), "-o", str(made)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def fuzzed(fuzzer: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of a fuzzer with libFuzzer's arguments. It looks for leaks itself, where nobody may trace a process too."""
    return subprocess.run(
        [str(fuzzer), f"-artifact_prefix={fuzzer.parent}/", f"-max_len={LONGEST}", f"-timeout={_LONGEST_CALL}", *arguments],
        cwd=fuzzer.parent,
        env=os.environ | {"ASAN_OPTIONS": "detect_leaks=0"},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def main(minutes: float) -> int:
    """Fuzzes for so long. 0: nothing was found."""
    if why := missing():
        print(f"nothing is fuzzed: {why}", file=sys.stderr)  # noqa: T201
        return 2
    return max(_fuzz(fuzzer, minutes / len(FUZZERS)) for fuzzer in FUZZERS)


def _fuzz(fuzzer: Fuzzer, minutes: float) -> int:
    folder = ROOT / ".fuzz"
    found = folder / f"corpus-{fuzzer.name}"
    found.mkdir(parents=True, exist_ok=True)
    program = built(fuzzer, folder)
    processors = os.cpu_count() or 1
    done = fuzzed(
        program, f"-fork={processors}", f"-max_total_time={int(60 * minutes)}", "-print_final_stats=1", str(found), str(fuzzer.corpus)
    )
    print(done.stderr[-8000:])  # noqa: T201
    if done.returncode == 0:
        fuzzed(program, "-merge=1", "-use_counters=0", str(fuzzer.corpus), str(found))
        for path in fuzzer.corpus.iterdir():
            if _BY_THE_FUZZER.fullmatch(path.name):
                path.rename(path.with_name(f"found-{path.name[:12]}"))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
