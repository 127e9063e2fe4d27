from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.sources.mirrors import NetLimits, parse_url, remote_refs
from tests.scanner.sources.history.reading import look
from tests.scanner.sources.mirrors.servers import Web, command_lines, complaint, daemon, has_daemon, mirrored, self_signed, web
from tests.support.repos import Repo

QUICK = NetLimits(patience=0.5)
PASSWORD = "correct-horse-battery"  # noqa: S105  # a word, and nobody's


@pytest.fixture
def source(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "served/web")
    repo.commit({"a": "one"})
    repo.commit({"a": "two"})
    return repo


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Web]:
    with web(tmp_path / "served") as state:
        yield state


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of 127.0.0.1 that it signed itself."""
    return self_signed(tmp_path_factory.mktemp("tls") / "server.pem")


def test_over_http(tmp_path: Path, source: Repo, server: Web) -> None:
    mirrored(parse_url(f"http://{server.site}/web"), tmp_path / "cache/web.git")
    assert look(tmp_path / "cache/web.git").objects == look(source.path).objects


@pytest.mark.skipif(not has_daemon(), reason="this git came without its daemon")
def test_over_gits_own_protocol(tmp_path: Path, source: Repo) -> None:
    with daemon(tmp_path / "served") as site:
        mirrored(parse_url(f"git://{site}/web"), tmp_path / "cache/web.git")
        assert complaint(f"git://{site}/nothing", tmp_path / "x.git") == "there is no such repository"
    assert look(tmp_path / "cache/web.git").objects == look(source.path).objects


def test_what_is_not_there_is_told(tmp_path: Path, server: Web) -> None:
    (tmp_path / "served").mkdir()
    assert complaint(f"http://{server.site}/nothing", tmp_path / "x.git") == "there is no such repository"
    assert complaint(f"file://{tmp_path}/nothing", tmp_path / "x.git") == "there is no such repository"
    assert not (tmp_path / "x.git").exists()


def test_nobody_listening_is_told(tmp_path: Path) -> None:
    with web(tmp_path) as state:
        site = state.site
    assert complaint(f"http://{site}/web", tmp_path / "x.git") == "the host cannot be reached"


def test_a_silent_server_is_left(tmp_path: Path, server: Web) -> None:
    assert complaint(f"http://{server.site}/hang/web", tmp_path / "x.git", QUICK) == "the server is silent for too long"


def test_too_long_is_too_long(tmp_path: Path, server: Web) -> None:
    assert complaint(f"http://{server.site}/hang/web", tmp_path / "x.git", NetLimits(duration=0.3)) == "it takes too long"


def test_an_interrupt_ends_all_that_was_started(server: Web) -> None:
    server.meanwhile = lambda: os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        remote_refs(parse_url(f"http://{server.site}/hang/web"))
    for _ in range(500):
        if server.site.encode() not in command_lines():
            break
        time.sleep(0.02)
    assert server.site.encode() not in command_lines()


@pytest.mark.parametrize("place", ["file:///etc", "http://127.0.0.1:9", "ext::sh -c true"])
@pytest.mark.usefixtures("source")
def test_redirects_are_not_followed(tmp_path: Path, server: Web, place: str) -> None:
    server.redirects["moved"] = place
    assert complaint(f"http://{server.site}/moved/web", tmp_path / "x.git") == "the server redirects to another URL"


@pytest.mark.parametrize("login", ["ada:correct-horse-battery", "ada:p%40ss:word", "token"])
def test_a_login_is_handed_over(tmp_path: Path, source: Repo, login: str) -> None:
    expected = login.replace("%40", "@") + ("" if ":" in login else ":")
    with web(tmp_path / "served", login=expected) as state:
        mirrored(parse_url(f"http://{login}@{state.site}/web"), tmp_path / "cache/web.git")
    assert look(tmp_path / "cache/web.git").head == source.git("rev-parse", "HEAD")


@pytest.mark.parametrize("login", ["", "ada:wrong@"])
def test_a_missing_or_wrong_login_is_told(tmp_path: Path, login: str) -> None:
    with web(tmp_path / "served", login=f"ada:{PASSWORD}") as state:
        assert complaint(f"http://{login}{state.site}/web", tmp_path / "x.git") == "it wants another login"


@pytest.mark.usefixtures("source")
def test_a_login_is_not_taken_from_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with web(tmp_path / "served", login=f"ada:{PASSWORD}") as state:
        (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login ada password {PASSWORD}\n")
        (tmp_path / ".git-credentials").write_text(f"http://ada:{PASSWORD}@{state.site}\n")
        (tmp_path / ".gitconfig").write_text("[credential]\nhelper = store\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert complaint(f"http://{state.site}/web", tmp_path / "x.git") == "it wants another login"


@pytest.mark.usefixtures("source")
def test_a_password_is_in_no_command_line_message_or_file(tmp_path: Path) -> None:
    seen: list[bytes] = []
    with web(tmp_path / "served", login=f"ada:{PASSWORD}") as state:
        state.meanwhile = lambda: seen.append(command_lines())
        mirrored(parse_url(f"http://ada:{PASSWORD}@{state.site}/web"), tmp_path / "cache/web.git")
        message = complaint(f"http://ada:{PASSWORD}@{state.site}/nothing", tmp_path / "x.git")
        message += complaint(f"http://ada:{PASSWORD}-@{state.site}/web", tmp_path / "x.git")
    files = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert any(authorization for _, authorization in state.asked)
    if sys.platform == "linux":
        assert seen
        assert state.site.encode() in seen[0]
    assert PASSWORD.encode() not in b"".join(seen) + files + message.encode()


def test_a_certificate_that_nobody_signed_is_told(tmp_path: Path, certificate: Path) -> None:
    with web(tmp_path, certificate=certificate) as state:
        assert complaint(f"https://{state.site}/web", tmp_path / "x.git") == "the server's certificate is not trusted"


def test_a_redirect_is_followed_once_and_the_login_is_not(
    tmp_path: Path, source: Repo, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    login = f"ada:{PASSWORD}"
    with (
        web(tmp_path / "served", certificate=certificate, login=login) as first,
        web(tmp_path / "served", certificate=certificate) as second,
        web(tmp_path / "served", certificate=certificate, login=login) as third,
    ):
        first.redirects = {"second": f"https://{second.site}", "third": f"https://{third.site}"}
        mirrored(parse_url(f"https://{login}@{first.site}/second/web"), tmp_path / "cache/web.git")
        assert complaint(f"https://{login}@{first.site}/third/web", tmp_path / "x.git") == "it wants another login"
    assert look(tmp_path / "cache/web.git").objects == look(source.path).objects
    assert {authorization for _, authorization in (*second.asked, *third.asked)} == {None}
