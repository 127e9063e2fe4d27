"""What values are called in the file of Python's keyring."""

from __future__ import annotations

import base64

import pytest

from scanner.sources.fields import Named, name_place
from tests.scanner.sources.fields.places import HOST, VALUE

PATH = ".local/share/python_keyring/keyring_pass.cfg"
WRITTEN = base64.b64encode(VALUE)


def escaped(name: str) -> bytes:
    """A name as `keyrings.alt` writes it."""
    return "".join(
        sign if sign.isascii() and sign.isalnum() else "".join(f"_{byte:02X}" for byte in sign.encode()) for sign in name
    ).encode()


def entry(service: str, account: str) -> bytes:
    """An entry with the value in it, as Python writes it."""
    return b"[%b]\n%b = \n\t%b\n\t\n\n" % (escaped(service), escaped(account).lower(), WRITTEN)


def named(text: bytes, path: str = PATH) -> Named:
    start = text.find(WRITTEN)
    return name_place(path, text, start, start + len(WRITTEN))


@pytest.mark.parametrize("path", [PATH, "AppData/Local/Python Keyring/keyring_pass.cfg", "moved/Keyring_Pass.cfg", f"{PATH}.bak"])
def test_a_secret_has_the_host_of_its_service_and_its_account(path: str) -> None:
    expected = Named("ada@corp.test", (f"https://{HOST}/legacy/", "ada@corp.test"), HOST, "ada@corp.test", "keyring")
    assert named(entry(f"https://{HOST}/legacy/", "ada@corp.test"), path) == expected


@pytest.mark.parametrize(
    ("service", "host"),
    [("npm.corp.test", "npm.corp.test"), (f"//{HOST}:8443", f"{HOST}:8443"), ("poetry-repository-corp", None), ("größe", None)],
)
def test_a_service_need_not_be_a_host(service: str, host: str | None) -> None:
    assert named(entry(service, "ada")) == Named("ada", (service, "ada"), host, "ada", "keyring")


def test_each_entry_has_its_own_names() -> None:
    other = entry("one.example", "a").replace(WRITTEN, b"QUJD")
    more = entry("two.example", "c").replace(b"[two_2Eexample]\n", b"")
    text = other + entry("two.example", "b").replace(WRITTEN, b"QUJD") + more
    assert named(text) == Named("c", ("two.example", "c"), "two.example", "c", "keyring")


def test_line_ends_may_be_those_of_windows() -> None:
    assert named(entry("a.example", "b").replace(b"\n", b"\r\n")).account == "b"


def test_an_entry_without_a_section_is_nobodys() -> None:
    assert named(b"ada = \n\t" + WRITTEN) == Named("ada", ("ada",), None, "ada", "keyring")


def test_a_user_and_a_password_in_a_service_are_not_told() -> None:
    found = named(entry(f"https://ada:hunter22@{HOST}/", "ada"))
    assert (found.service, found.field_path) == (HOST, (f"https://{HOST}/", "ada"))


@pytest.mark.parametrize(
    "text",
    [
        b"[",
        b"[]\n=\n\t",
        b"[a\n\t",
        b"[a]\n\t",
        b"a" * 500_000 + b" = ",
        b"[a]\n" * 200_000,
        b"_" * 500_000 + b"\n\t",
        b"[a]\n_ff_zz\xff =\n\t",
    ],
)
def test_what_makes_no_sense_is_passed_over(text: bytes) -> None:
    assert named(text + WRITTEN).tool == "keyring"


def test_names_of_a_file_full_of_entries_are_bounded() -> None:
    assert named(b"a=\n" * 300_000 + b"b =\n\t" + WRITTEN).account is None
