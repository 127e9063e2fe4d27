from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from scanner.contract import Form
from scanner.identity.keys import open_container
from scanner.identity.opened import AtRest
from scanner.identity.publickey import ssh_string

KEY = ed25519.Ed25519PrivateKey.generate()
SPKI = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "release")])
CERTIFICATE = (
    x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 1, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    .sign(KEY, None)
    .public_bytes(Encoding.DER)
)


@pytest.mark.parametrize("public", [SPKI, CERTIFICATE], ids=["public key", "certificate"])
def test_what_lies_beside_tells_the_key(public: bytes) -> None:
    opened = open_container(ssh_string(b"encrypted") + ssh_string(public) + ssh_string(b"sealed"), Form.BESIDE)
    assert opened.at_rest is AtRest.ENCRYPTED
    assert opened.key is not None
    assert opened.key.spki == SPKI


@pytest.mark.parametrize("data", [b"", ssh_string(b"plain"), ssh_string(b"plain") + ssh_string(b"no DER"), b"\xff" * 40])
def test_nothing_is_made_up(data: bytes) -> None:
    assert open_container(data, Form.BESIDE).key is None
