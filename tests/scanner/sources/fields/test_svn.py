"""What values are called in Subversion's authentication cache."""

from __future__ import annotations

import pytest

from scanner.sources.fields import Named, name_place
from tests.scanner.sources.fields.places import HOST, VALUE, flat

REALM = f"<https://{HOST}:443> ACME's code"
PATH = ".subversion/auth/svn.simple/0a1b2c"


def dump(*pairs: tuple[str, str]) -> bytes:
    """A hash as Subversion writes it."""
    members = ((key.encode(), value.encode()) for key, value in pairs)
    return b"".join(b"K %d\n%b\nV %d\n%b\n" % (len(key), key, len(value), value) for key, value in members) + b"END\n"


def named(text: bytes, path: str = PATH) -> Named:
    start = text.find(VALUE)
    return name_place(path, text, start, start + len(VALUE))


SECRET = ("password", VALUE.decode())
ASKED = ("svn:realmstring", REALM)
WHO = ("username", "ada")
PLAIN = ("passtype", "simple")


@pytest.mark.parametrize("path", [PATH, "AppData/Roaming/Subversion/auth/svn.simple/0a1b2c", f"{PATH}.bak"])
@pytest.mark.parametrize("pairs", [(PLAIN, SECRET, ASKED, WHO), (ASKED, WHO, SECRET, PLAIN)])
def test_a_password_has_the_host_of_its_realm_and_its_user(path: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert named(dump(*pairs), path) == flat("password", HOST, "ada", "svn")


def test_a_value_is_as_long_as_it_says_and_may_have_lines() -> None:
    assert named(dump(("passphrase", f"K 8\npassword\nV 3\n{VALUE.decode()}\nEND"), ASKED)) == flat("passphrase", HOST, None, "svn")


def test_a_realm_without_an_address_is_no_host() -> None:
    assert named(dump(SECRET, ("svn:realmstring", "ACME's code"))) == flat("password", tool="svn")


@pytest.mark.parametrize("end", range(0, 150, 3))
def test_a_file_that_is_cut_off_names_what_is_whole(end: int) -> None:
    text = dump(SECRET, PLAIN, ASKED, WHO)
    cut = text[: text.find(VALUE) + len(VALUE) + end]
    assert named(cut).field == ("password" if end else None)


@pytest.mark.parametrize("text", [b"K 99999999\n", b"K 0\n\nV 40\n", b"K -1\na\n", b"V 40\n", b"K 3\nabc\nK 3\nabc\n", b"K 1\n" * 500_000])
def test_what_makes_no_sense_is_passed_over(text: bytes) -> None:
    assert named(text + VALUE).tool == "svn"
