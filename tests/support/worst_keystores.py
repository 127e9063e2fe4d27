"""The worst a text can do to the detectors of key stores, again and again."""

from __future__ import annotations

WORST = {
    "pkcs12-key-store": b"\x30\x83\x0f\xff\xff\x02\x01\x03\x30\x83\x0f\xff\xf0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x83\x0f\xff\xe0"
    b"\x04\x83\x0f\xff\xd0\x30\x83\x0f\xff\xc0",
    "java-key-store": b"\xfe\xed\xfe\xed\0\0\0\2\0\xff\xff\xff\0\0\0\2" + bytes(16),
    "java-keystore-password": b"{storePassword '" + b"hunter2x'",
    "xml-rsa-private-key": b"<RSAKeyValue><D>AAAA",
    "windows-private-key": b"\7\2\0\0\0\x24\0\0RSA2\0\x40\0\0\1\0\1\0",
}
