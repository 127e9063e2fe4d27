from __future__ import annotations

import pytest

from scanner.errors import TargetError
from scanner.sources.mirrors.url import parse_url


@pytest.mark.parametrize(
    ("text", "scheme", "given", "shown"),
    [
        ("https://forge.test/acme/web.git", "https", None, None),
        ("HTTPS://forge.test:8443/web", "https", "https://forge.test:8443/web", "https://forge.test:8443/web"),
        ("https://ada:pass@forge.test/web", "https", "https://forge.test/web", "https://forge.test/web"),
        ("https://a@b:c@forge.test/web", "https", "https://forge.test/web", "https://forge.test/web"),
        ("https://[2001:db8::1]:443/web", "https", None, None),
        ("ssh://git@forge.test:2222/acme/web.git", "ssh", None, "ssh://forge.test:2222/acme/web.git"),
        ("ssh://forge.test/~ada/web", "ssh", None, None),
        ("git@forge.test:acme/web.git", "ssh", None, "forge.test:acme/web.git"),
        ("forge.test:web", "ssh", None, None),
        ("git@[::1]:web", "ssh", None, "[::1]:web"),
        ("file:///srv/git/web.git", "file", None, None),
        ("file:///srv/a%41b@c", "file", None, None),
        ("http://127.0.0.1:8080/web", "http", None, None),
        ("http://127.9.9.9/web", "http", None, None),
        ("http://[::1]/web", "http", None, None),
        ("git://localhost/web", "git", None, None),
    ],
)
def test_what_is_allowed(text: str, scheme: str, given: str | None, shown: str | None) -> None:
    url = parse_url(text)
    assert (url.scheme, url.text, url.shown) == (scheme, given or text, shown or text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web",
        "/srv/git/web.git",
        "../web.git",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "fd::17/x",
        "ftp://forge.test/web",
        "rsync://forge.test/web",
        "ext://forge.test/web",
        "-oProxyCommand=x",
        "--upload-pack=x",
        "ssh://-oProxyCommand=x/web",
        "ssh://%2doProxyCommand=x/web",
        "ssh://-x@forge.test/web",
        "ssh://%2dx@forge.test/web",
        "ssh://forge.test/-x",
        "ssh://forge.test/%2dx",
        "ssh://ada:pass@forge.test/web",
        "-x@forge.test:web",
        "ada@-forge.test:web",
        "forge.test:-web",
        "forge.test:/-web",
        "forge.test::web",
        "ada:pass@forge.test:web",
        "git://ada@localhost/web",
        "http://forge.test/web",
        "http://127.0.0.1.forge.test/web",
        "http://localhost.forge.test/web",
        "http://127.0.0.1@forge.test/web",
        "http://127.1/web",
        "http://2130706433/web",
        "git://forge.test/web",
        "https://forge.test",
        "https:///web",
        "https://forge.test:99999/web",
        "https://forge.test:8x/web",
        "https://forge.test%2f.evil.test/web",
        "https://forge.test\\@evil.test/web",
        "https://forge.test/web?private_token=x",
        "https://forge.test/web#x",
        "https://ada:12/34@forge.test/web",
        "https://forge.test/a b",
        "https://forge.test/a%20b",
        "https://forge.test/a\nb",
        "https://forge.test/a%0ab",
        "https://ada%0a:pass@forge.test/web",
        "https://forge.test/a\x00b",
        "https://forge.test/a\x1b[2Jb",
        "https://forge.test/a\u202eb",
        "https://forge.test/a\ud800b",
        "file://forge.test/web",
        "file:////forge.test/web",
        "file:web",
        "https://forge.test/" + "a" * 2048,
    ],
)
def test_what_is_not(text: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_url(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("text", ["http://forge.test/web", "git://forge.test/web"])
def test_plain_protocols_are_allowed_on_demand(text: str) -> None:
    assert parse_url(text, insecure=True).text == text


@pytest.mark.parametrize(
    ("text", "login"),
    [
        ("https://ada:hunter2@forge.test/web", (b"ada", b"hunter2")),
        ("https://ada:hunter%40%3a2@forge.test/web", (b"ada", b"hunter@:2")),
        ("https://ada:hunter2:more@forge.test/web", (b"ada", b"hunter2:more")),
        ("https://token@forge.test/web", (b"token", b"")),
        ("https://@forge.test/web", (b"", b"")),
    ],
)
def test_a_login_is_kept_apart(text: str, login: tuple[bytes, bytes]) -> None:
    url = parse_url(text)
    assert url.login is not None
    assert tuple(secret.reveal() for secret in url.login) == login
    assert not [word for word in ("ada", "hunter", "token") if word in repr(url) + url.text]


def test_a_login_is_meant_for_its_site_only() -> None:
    assert parse_url("https://ada:pass@forge.test:8443/acme/web").site == "https://forge.test:8443"


def test_the_login_is_no_part_of_what_a_url_is() -> None:
    assert parse_url("https://ada:pass@forge.test/web") == parse_url("https://forge.test/web")


@pytest.mark.parametrize("text", ["http://forge.test:8080/" + "%2" * 700, "a" * 2048, "@" * 2048, ":" * 2048, "https://" + "@:" * 1000])
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(TargetError):
        parse_url(text)
