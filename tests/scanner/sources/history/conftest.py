"""What is true of a repository is so whoever reads its packs."""

from __future__ import annotations

import pytest

from scanner.sources.history import packs


@pytest.fixture(
    params=[
        pytest.param(True, id="packs", marks=pytest.mark.skipif(not packs.AVAILABLE, reason="there is no compiler")),
        pytest.param(False, id="git"),
    ]
)
def own_packs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether packs are read here; else git reads them."""
    monkeypatch.setattr(packs, "AVAILABLE", request.param)
    return bool(request.param)
