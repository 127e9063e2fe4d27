from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.sources.history.config import Facts, projects, read_facts, without_user

SHA256 = "[extensions]\n\tobjectFormat = sha256\n"


@pytest.mark.parametrize(
    "text",
    [
        SHA256,
        "[EXTENSIONS] OBJECTFORMAT=SHA256",
        '[extensions]\n objectFormat = "sha256" # why\n',
        "[extensions]\n object\\\nFormat = sha\\\n256\n",
        "; x\n[core]\n bare\n[extensions]\n objectformat = sha1\n objectformat = sha256\n",
    ],
)
def test_the_object_format_is_read_as_git_reads_it(text: str) -> None:
    assert read_facts(text.encode()).algorithm == "sha256"


@pytest.mark.parametrize(
    "text", ["", "[core]\n objectformat = sha256\n", "# [extensions]\n objectformat = sha256", '[extensions "x"]\n objectformatx = sha256']
)
def test_everything_else_is_sha1(text: str) -> None:
    assert read_facts(text.encode()) == Facts()


def test_remotes_have_their_first_address_without_the_user() -> None:
    text = (
        '[remote "origin"]\n url = https://ada:secret@example.org/a.git\n url = other\n[remote "a \\"b\\""]\n url = git@example.org:a.git\n'
    )
    assert read_facts(text.encode()).remotes == {"origin": "https://example.org/a.git", 'a "b"': "git@example.org:a.git"}


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://token@example.org/x", "https://example.org/x"),
        ("https://a:b@c:d@example.org/x@y", "https://example.org/x@y"),
        ("ssh://git@example.org:22/x", "ssh://example.org:22/x"),
        ("https://example.org/@x", "https://example.org/@x"),
        ("../x", "../x"),
    ],
)
def test_user_and_password_are_dropped(url: str, plain: str) -> None:
    assert without_user(url) == plain


def test_the_way_refs_are_kept_is_read() -> None:
    assert read_facts(b"[extensions]\nrefStorage = reftable\n").refs == "reftable"


@given(st.one_of(st.binary(max_size=300), st.text('[]"\\= \n#;abcremote', max_size=200).map(str.encode)))
def test_no_configuration_is_too_strange(raw: bytes) -> None:
    read_facts(raw)


@pytest.mark.parametrize(
    ("url", "project"),
    [
        ("https://forge.example/Acme/Web.git", "acme/web"),
        ("https://forge.example:8443/acme/web/", "acme/web"),
        ("https://forge.example/group/sub/acme/web", "acme/web"),
        ("ssh://git@forge.example:22/acme/web.git", "acme/web"),
        ("git@forge.example:acme/web.git", "acme/web"),
        ("git://forge.example/acme/web.js", "acme/web.js"),
        ("/home/ada/src/acme/web", None),
        ("../acme/web", None),
        ("file:///srv/git/acme/web.git", None),
        ("C:/src/acme/web", None),
        ("https://forge.example/web", None),
        ("https://forge.example/", None),
        ("", None),
        ("https://forge.example/" + "a/" * 5000, None),
    ],
)
def test_what_a_forge_calls_a_repository(url: str, project: str | None) -> None:
    assert projects({"origin": url}) == ((project,) if project else ())


def test_projects_are_told_once() -> None:
    assert projects({"a": "https://one.example/acme/web", "b": "git@two.example:ACME/web", "c": "git@two.example:eve/web"}) == (
        "acme/web",
        "eve/web",
    )
