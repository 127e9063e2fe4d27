from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from scanner.errors import TargetError, UsageError
from scanner.sources.mirrors.mirror import remote_refs, update
from scanner.sources.mirrors.transfer import NetLimits, environment, reason
from scanner.sources.mirrors.url import parse_url
from tests.scanner.sources.history.reading import look
from tests.support.repos import Repo


@pytest.mark.parametrize(
    ("stderr", "meaning"),
    [
        (b"fatal: unable to access 'https://a.test/x/': Could not resolve host: a.test\n", "the host is not known"),
        (
            b"ssh: Could not resolve hostname a.test: Name or service not known\r\nfatal: Could not read from remote",
            "the host is not known",
        ),
        (b"fatal: unable to look up a.test (port 9418) (Name or service not known)\n", "the host is not known"),
        (b"Host key verification failed.\nfatal: Could not read from remote repository.\n", "the host's key is not among the known hosts"),
        (b"No ED25519 host key is known for a.test and you have requested strict checking.", "the host's key is not among the known hosts"),
        (b"fatal: transport 'ext' not allowed\n", "it leads to a protocol that is not allowed"),
        (b"git@a.test: Permission denied (publickey).\r\n", "it wants another login"),
        (b"fatal: could not read Username for 'https://a.test': terminal prompts disabled\n", "it wants another login"),
        (b"fatal: Authentication failed for 'https://a.test/x/'\n", "it wants another login"),
        (b"fatal: unable to access 'https://a.test/x/': The requested URL returned error: 403\n", "the server refuses access"),
        (b"fatal: repository 'https://a.test/x/' not found\n", "there is no such repository"),
        (b"ERROR: Repository not found.\nfatal: Could not read from remote repository.\n", "there is no such repository"),
        (b"fatal: unable to access 'https://a.test/x/': SSL certificate problem: self-signed", "the server's certificate is not trusted"),
        (b"fatal: unable to access 'x': server certificate verification failed. CAfile: none", "the server's certificate is not trusted"),
        (b"ssh: connect to host a.test port 22: Connection refused\r\n", "the host cannot be reached"),
        (b"fatal: unable to access 'x': Failed to connect to a.test port 443", "the host cannot be reached"),
        (b"error: index-pack died of signal 25\nfatal: Out of memory, malloc failed", "it is larger than there is room for"),
        (b"fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF", "the server ended in the middle"),
        (b"fatal: remote error: you said hunter2\n", "the server refuses, for reasons of its own"),
        (b"fatal: something new at https://ada:hunter2@a.test/x and ada@hunter2\n", "git failed: fatal: something new at … and …"),
        (b"fatal: \x1b[2Jodd\n", "git failed: fatal: \\x1b[2Jodd"),
        (b"remote: hunter2\nfatal: odd\n", "git failed: fatal: odd"),
        (b"remote: Could not resolve host\nfatal: odd\n", "git failed: fatal: odd"),
        (b"fatal: odd at 'https://a.test/redirect/not-allowed'\n", "git failed: fatal: odd at ''"),
        (b"progress 10%\rprogress 20%\rfatal: odd\n", "git failed: fatal: odd"),
        (b"hunter2\n", "git failed"),
        (b"", "git failed"),
    ],
)
def test_what_a_failure_means(stderr: bytes, meaning: str) -> None:
    assert reason(stderr) == meaning


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("https://a.test/x", {"https_proxy", "GIT_SSL_CAINFO"}),
        ("ssh://a.test/x", {"HOME", "SSH_AUTH_SOCK"}),
        ("file:///x", set()),
        ("git://localhost/x", set()),
    ],
)
def test_each_protocol_gets_what_it_needs(monkeypatch: pytest.MonkeyPatch, text: str, passed: set[str]) -> None:
    for name in ("HOME", "SSH_AUTH_SOCK", "SSH_ASKPASS", "https_proxy", "SSL_CERT_FILE", "GIT_SSH", "GIT_DIR", "XDG_CONFIG_HOME", "OTHER"):
        monkeypatch.setenv(name, "mine")
    given = environment(parse_url(text), "/mirror")
    assert {name for name, value in given.items() if value == "mine"} == passed
    assert given["GIT_DIR"] == "/mirror"
    assert given["GIT_ALLOW_PROTOCOL"] == parse_url(text).scheme


def _stand_in(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, body: str) -> None:
    """The program `name` is a Python program from now on."""
    (folder / "bin").mkdir()
    script = folder / "bin" / name
    script.write_text(f"#!{sys.executable} -I\nimport os, sys, time\n{body}")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.parametrize("text", ["ssh://ada@forge.test:2222{path}", "ada@forge.test:{path}"])
def test_over_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({"a": "a"})
    asked = tmp_path / "asked"
    body = f"open({str(asked)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\nos.execv('/bin/sh', ['sh', '-c', sys.argv[-1]])\n"
    _stand_in(monkeypatch, tmp_path, "ssh", body)
    url = parse_url(text.format(path=repo.path))
    update(url, tmp_path / "x.git", remote_refs(url))
    assert look(tmp_path / "x.git").objects == look(repo.path).objects
    for line in asked.read_text().splitlines():
        assert line.startswith("-oBatchMode=yes -oStrictHostKeyChecking=yes ")
        assert line.endswith(f"ada@forge.test git-upload-pack '{repo.path}'")


def test_a_server_that_never_stops_talking_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(monkeypatch, tmp_path, "git", "while True: sys.stderr.write('remote: more\\n'); sys.stderr.flush(); time.sleep(0.01)\n")
    with pytest.raises(TargetError, match="it takes too long"):
        remote_refs(parse_url("file:///x"), limits=NetLimits(duration=0.5))


def test_refs_without_end_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(monkeypatch, tmp_path, "git", "while True: os.write(1, b'x' * 65536)\n")
    with pytest.raises(TargetError, match="more refs than can be read"):
        remote_refs(parse_url("file:///x"))


def test_a_git_that_closes_its_outputs_and_stays_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _stand_in(monkeypatch, tmp_path, "git", "os.close(1); os.close(2); time.sleep(600)\n")
    with pytest.raises(TargetError, match="silent for too long"):
        remote_refs(parse_url("file:///x"), limits=NetLimits(patience=0.5))


def test_a_repository_larger_than_allowed_fails(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "web")
    repo.commit({"a": os.urandom(200_000)})
    url = parse_url(f"file://{repo.path}")
    with pytest.raises(TargetError):
        update(url, tmp_path / "x.git", remote_refs(url), limits=NetLimits(storage=100_000))
    update(url, tmp_path / "x.git", remote_refs(url))
    assert look(tmp_path / "x.git").complaints == set()


def test_no_git_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError):
        remote_refs(parse_url("file:///x"))
