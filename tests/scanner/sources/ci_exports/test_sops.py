from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Reason
from tests.scanner.sources.ci_exports.exports import details, filled, read, values
from tests.support import tokens

SEALED = "ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]"


@pytest.mark.parametrize("system", ["", "sops:"])
def test_names_are_in_clear_and_values_said_to_be_encrypted(tmp_path: Path, system: str) -> None:
    data = filled("sops.json")

    export = read(tmp_path, data, "prod.json", system)

    assert (export.container, export.platform, export.level, export.text_fallback) == ("sops:prod.json", "sops", "project", data)
    assert values(export) == {"NPM_TOKEN": None, "nested.GH_TOKEN_unencrypted": tokens.ghp(2).encode()}
    assert [(p.reason, p.detail) for p in export.problems] == [(Reason.ENCRYPTED, "expected values without encryption")]
    assert {v.slot.environment_scope for v in export.variables} == {"prod"}


def test_yaml_says_the_same(tmp_path: Path) -> None:
    export = read(tmp_path, f"a:\n- {SEALED}\nsops:\n  mac: x\n".encode(), "secrets.yaml")

    assert (export.platform, values(export)) == ("sops", {"a[0]": None})


@pytest.mark.parametrize("name", ["export", ".env"])
def test_dotenv_says_the_same(tmp_path: Path, name: str) -> None:
    export = read(tmp_path, f"A={SEALED}\nB_unencrypted=x\nsops_mac=y\nsops_version=3.9.0\n".encode(), name)

    assert (export.platform, values(export), [p.reason for p in export.problems]) == (
        "sops",
        {"A": None, "B_unencrypted": b"x"},
        [Reason.ENCRYPTED],
    )


@pytest.mark.parametrize("data", [b"sops: x\na: b\n", b'{"sops": {"a": "b"}}', b"sopsy: {mac: x}\n"])
def test_other_files_are_not_of_sops(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data).platform != "sops"
    assert details(read(tmp_path, b"some prose", system="sops:")) == ["expected a file that SOPS encrypted, as YAML, JSON or dotenv"]
