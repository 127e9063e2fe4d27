"""The table of curves, against OpenSSL's."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from scanner.identity import curves, der
from scanner.identity.curves import Curve


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
@pytest.mark.parametrize("form", ["named_curve", "explicit"])
@pytest.mark.parametrize("curve", curves.CURVES, ids=lambda curve: curve.name)
def test_openssl_agrees(curve: Curve, form: str) -> None:
    name = {"P-192": "prime192v1", "P-256": "prime256v1"}.get(curve.name, curve.library.lower())
    names = {"brainpoolp256r1": "brainpoolP256r1", "brainpoolp384r1": "brainpoolP384r1", "brainpoolp512r1": "brainpoolP512r1"}
    command = ["openssl", "ecparam", "-name", names.get(name, name), "-param_enc", form, "-outform", "DER"]
    (parameters,) = der.elements(subprocess.run(command, capture_output=True, check=True).stdout)
    assert curves.of_parameters(parameters) == curve


@pytest.mark.parametrize("tag", [der.NULL, der.OCTET_STRING, der.SEQUENCE])
def test_other_parameters_name_no_curve(tag: int) -> None:
    assert curves.of_parameters(der.Element(tag, b"", whole=True)) is None
