"""OpenPGP keys by the real GnuPG, in a home that is gone afterwards."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.keys import PASSPHRASE


@dataclass(frozen=True, slots=True)
class Home:
    """A keyring of its own."""

    path: Path

    def gpg(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        """What `gpg` prints."""
        command = ("gpg", "--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback", "--s2k-count", "65536", *arguments)
        return subprocess.run(command, input=stdin, env=self._environment(), check=True, capture_output=True).stdout

    def make(self, user: str, algorithm: str, passphrase: str = "") -> str:
        """A key for signing that may have subkeys added; its fingerprint."""
        self.gpg("--passphrase", passphrase, "--quick-generate-key", user, algorithm, "sign", "never")
        return self.fingerprints(user)[0]

    def subkey(self, fingerprint: str, algorithm: str, usage: str, passphrase: str = "") -> None:
        """Another subkey of a key."""
        self.gpg("--passphrase", passphrase, "--quick-add-key", fingerprint, algorithm, usage, "never")

    def fingerprints(self, user: str) -> list[str]:
        """Fingerprints of the primary key and its subkeys, as GnuPG computes them."""
        listing = self.gpg("--with-colons", "--list-secret-keys", user).decode()
        return [line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:")]

    def armored(self, user: str, passphrase: str = "", *, command: str = "--export-secret-keys") -> str:
        """The secret key in armor."""
        return self.gpg("--passphrase", passphrase, "--armor", command, user).decode().strip()

    def stop(self) -> None:
        """No agent is left."""
        subprocess.run(("gpgconf", "--kill", "all"), env=self._environment(), check=False, capture_output=True)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "GNUPGHOME": str(self.path)}


@contextmanager
def home() -> Iterator[Home]:
    """An empty keyring; the folder has a short name since the agent's socket lies in it."""
    with tempfile.TemporaryDirectory(prefix="kt-") as folder:
        keyring = Home(Path(folder))
        (keyring.path / "gpg-agent.conf").write_text("s2k-count 65536\n")  # else the agent measures the machine for seconds
        try:
            yield keyring
        finally:
            keyring.stop()


@cache
def armored(name: str) -> str:
    """One of the blocks that fixtures name; made when the first of them is asked for."""
    return _blocks()[name]


@cache
def _blocks() -> dict[str, str]:
    with home() as keyring:
        keyring.make("Ann Example <ann@example.org>", "ed25519")
        keyring.make("Bob Example <bob@example.org>", "rsa2048")
        keyring.make("Cleo Example <cleo@example.org>", "ed25519", PASSPHRASE)
        offline = keyring.make("Dan Example <dan@example.org>", "ed25519")
        keyring.subkey(offline, "ed25519", "sign")
        return {
            "ed25519": keyring.armored("ann@example.org"),
            "rsa2048": keyring.armored("bob@example.org"),
            "encrypted": keyring.armored("cleo@example.org", PASSPHRASE),
            "subkeys": keyring.armored("dan@example.org", command="--export-secret-subkeys"),
            "full": keyring.armored("dan@example.org"),
            "stub": keyring.armored("ann@example.org", command="--export-secret-subkeys"),
            "public": keyring.armored("ann@example.org", command="--export"),
        }
