"""Real servers of repositories, on this machine only, and mirrors of what they serve."""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from scanner.errors import TargetError
from scanner.sources.mirrors import NetLimits, RemoteRefs, Url, parse_url, remote_refs, update
from tests.support.repos import environment


class Web:
    """What one web server does, and what it was asked."""

    def __init__(self, root: Path, login: str | None) -> None:
        self.root = root
        self.login = login
        self.redirects: dict[str, str] = {}
        """From a first part of a path to where it leads."""
        self.meanwhile: Callable[[], None] = lambda: None
        """Called while a client waits for its answer."""
        self.asked: list[tuple[str, str | None]] = []
        """Path and `Authorization` of each request."""
        self.closing = threading.Event()
        self.site = ""

    def allows(self, header: str | None) -> bool:
        return self.login is None or header == "Basic " + base64.b64encode(self.login.encode()).decode()


@contextlib.contextmanager
def web(root: Path, *, login: str | None = None, certificate: Path | None = None) -> Iterator[Web]:
    """A server of the repositories below `root`, by git's own CGI program; `login` is `user:password`. `/hang/…` is never answered."""
    state = Web(root, login)

    class Handler(_Handler):
        web = state

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away, or does not like our certificate, is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    state.site = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    web: Web

    def do_GET(self) -> None:
        self.web.asked.append((self.path, self.headers["Authorization"]))
        self.web.meanwhile()
        first, _, rest = self.path.lstrip("/").partition("/")
        if first == "hang":
            self.web.closing.wait()
        elif first in self.web.redirects:
            self._say(302, ("Location", f"{self.web.redirects[first]}/{rest}"))
        elif not self.web.allows(self.headers["Authorization"]):
            self._say(401, ("WWW-Authenticate", 'Basic realm="repositories"'))
        else:
            self._run()

    do_POST = do_GET  # noqa: N815  # the name that http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server has for it
        """Nothing is said about requests."""

    def _say(self, code: int, *headers: tuple[str, str]) -> None:
        self.send_response(code)
        for name, value in (*headers, ("Content-Length", "0")):
            self.send_header(name, value)
        self.end_headers()

    def _run(self) -> None:
        """What `git http-backend` answers (RFC 3875)."""
        path, _, query = self.path.partition("?")
        variables = {
            "CONTENT_LENGTH": self.headers["Content-Length"] or "0",
            "CONTENT_TYPE": self.headers["Content-Type"] or "",
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(self.web.root),
            "GIT_PROTOCOL": self.headers["Git-Protocol"] or "",
            "HTTP_CONTENT_ENCODING": self.headers["Content-Encoding"] or "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": self.command,
        }
        body = self.rfile.read(int(variables["CONTENT_LENGTH"]))
        done = subprocess.run(["git", "http-backend"], env=environment(**variables), input=body, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split(" ")[0]))
        for name, value in (*headers.items(), ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def daemon(root: Path) -> Iterator[str]:
    """Host and port of a `git daemon` that serves the repositories below `root`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip(), "git-daemon")
    arguments = ["--listen=127.0.0.1", f"--port={port}", "--export-all", f"--base-path={root}", "--reuseaddr"]
    process = subprocess.Popen([program, *arguments], env=environment(), stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return


def self_signed(path: Path) -> Path:
    """`path` now holds a key and a certificate of 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    signed = builder.add_extension(address, critical=False).add_extension(authority, critical=True).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


def command_lines() -> bytes:
    """The arguments of every process of this machine, as every user can read them."""
    found = b""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                found += (folder / "cmdline").read_bytes() + b"\n"
    return found


def has_daemon() -> bool:
    """Whether git came with its daemon."""
    where = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip()
    return os.access(Path(where, "git-daemon"), os.X_OK)


def mirrored(url: Url, folder: Path) -> RemoteRefs:
    """What the server said; `folder` is the mirror now."""
    refs = remote_refs(url)
    update(url, folder, refs)
    return refs


def complaint(text: str, folder: Path, limits: NetLimits | None = None) -> str:
    """Why the URL `text` cannot be mirrored."""
    url = parse_url(text)
    with pytest.raises(TargetError) as caught:
        update(url, folder, remote_refs(url, limits=limits), limits=limits)
    return str(caught.value)
