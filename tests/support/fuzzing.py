"""`python -m tests.support.fuzzing MINUTES`: fuzzes the compiled reader of deltas, on all processors.

What it finds is written to `.fuzz/`; what reaches code that no input in fixtures/deltas reaches is added there.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.deltas import CORPUS

ROOT = Path(__file__).parents[2]
PRODUCT = ROOT / "scanner/sources/history/packs/_delta.c"
HARNESS = ROOT / "tests/fuzz"
LONGEST = 2048
"""Bytes of an input."""
_SANITISERS = "address,undefined,integer"
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


def built(folder: Path, product: str | None = None) -> Path:
    """A fuzzer in `folder`, of the extension as it is, or of the text that is given in its place."""
    made = folder / "fuzzer"
    (folder / "_delta.c").write_text(PRODUCT.read_text() if product is None else product)
    done = _compiled(HARNESS / "deltas.c", made, f"-I{HARNESS}", f"-I{folder}")
    assert done.returncode == 0, done.stderr
    return made


def _compiled(source: Path, made: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    sanitised = [f"-fsanitize=fuzzer,{_SANITISERS}", "-fno-sanitize-recover=all"]
    command = ["clang", "-std=c11", "-O1", "-g", *sanitised, *flags, str(source), "-o", str(made)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def fuzzed(fuzzer: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of a fuzzer with libFuzzer's arguments. It looks for leaks itself, where nobody may trace a process too."""
    return subprocess.run(
        [str(fuzzer), f"-artifact_prefix={fuzzer.parent}/", f"-max_len={LONGEST}", *arguments],
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
    folder = ROOT / ".fuzz"
    found = folder / "corpus"
    found.mkdir(parents=True, exist_ok=True)
    fuzzer = built(folder)
    processors = os.cpu_count() or 1
    done = fuzzed(fuzzer, f"-fork={processors}", f"-max_total_time={int(60 * minutes)}", "-print_final_stats=1", str(found), str(CORPUS))
    print(done.stderr[-8000:])  # noqa: T201
    if done.returncode == 0:
        fuzzed(fuzzer, "-merge=1", "-use_counters=0", str(CORPUS), str(found))
        for path in CORPUS.iterdir():
            if _BY_THE_FUZZER.fullmatch(path.name):
                path.rename(path.with_name(f"found-{path.name[:12]}"))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
