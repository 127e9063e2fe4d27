from __future__ import annotations

from pathlib import Path

import pytest

from scanner.sources.history import packs
from tests.support.repos import Repo

pytestmark = pytest.mark.skipif(not packs.AVAILABLE, reason="there is no compiler")


@pytest.fixture
def pack(tmp_path: Path) -> tuple[Repo, Path]:
    repo = Repo(tmp_path / "r")
    for number in range(30):
        repo.commit({"a.txt": "".join(f"line {line}\n" for line in range(40 + number)), f"{number}.txt": f"{number}\n"})
    repo.git("repack", "-adfq")
    return repo, next((repo.path / ".git" / "objects" / "pack").glob("*.pack"))


def test_the_floor_has_every_blob(pack: tuple[Repo, Path]) -> None:
    from tests.bench.floor import blobs  # noqa: PLC0415 - needs the extension

    repo, path = pack
    kinds = repo.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)").split()
    assert len(blobs(path)) == kinds.count("blob")


def test_the_parts_inflate_every_blob_once(pack: tuple[Repo, Path]) -> None:
    from tests.bench.floor import blobs, inflate  # noqa: PLC0415 - needs the extension

    found = blobs(pack[1])
    assert inflate(pack[1], found, 0, 1) == sum(found.sizes) == sum(inflate(pack[1], found, part, 3) for part in range(3))
