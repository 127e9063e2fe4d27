"""Keys that the tools themselves make: each is found once, from its first byte to its last, and is the key that the tool says it is."""

from __future__ import annotations

import re
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from scanner import registry
from scanner.contract import Check
from scanner.engine import Engine, Found, build
from scanner.identity.canonical import canonical
from scanner.identity.opened import Opened
from tests.support import gpg
from tests.support.fixtures import BUILTIN
from tests.support.keys import PASSPHRASE

OWN = frozenset({
    "private-key", "der-private-key", "openpgp-private-key", "gnupg-private-key", "ssh2-private-key", "putty-private-key",
    "age-private-key", "minisign-private-key", "signify-private-key",
})  # fmt: skip
"""The detectors of private keys, so that nothing else in the engine is compiled."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build([detector for detector in registry.load([BUILTIN]) if detector.id in OWN], cache=None)


@pytest.fixture(scope="module")
def keyring() -> Iterator[gpg.Home]:
    with gpg.home() as home:
        yield home


def run(*command: str | Path, stdin: str | None = None) -> str:
    """What a tool prints."""
    done = subprocess.run([str(word) for word in command], input=stdin, check=True, capture_output=True, text=True)
    return done.stdout


def only(engine: Engine, data: bytes) -> tuple[Found, Opened | None]:
    """The one key in a text, whose check must have passed, and its public side."""
    (found,) = engine.examine(data).found
    assert found.reading.check is Check.PASSED
    return found, canonical(found.reading).opened


def opened(engine: Engine, data: bytes) -> Opened:
    """The public side of the one key in a text, which fills the text but for its last line end."""
    found, side = only(engine, data)
    assert found.span == (0, len(data.rstrip(b"\r\n")) if data[:1] in b"-P" else len(data))
    assert side is not None
    return side


def spki(engine: Engine, data: bytes) -> str:
    key = opened(engine, data).key
    assert key is not None
    return key.digest


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
@pytest.mark.parametrize("kind", ["rsa", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 521", "ed25519"])
def test_ssh_keygen(engine: Engine, tmp_path: Path, kind: str, passphrase: str) -> None:
    path = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", *kind.split(), "-N", passphrase, "-C", "ann@example", "-f", path)
    key = opened(engine, path.read_bytes()).key
    assert key is not None
    assert key.ssh_fingerprint == run("ssh-keygen", "-lf", f"{path}.pub").split()[1]


@pytest.mark.parametrize("form", ["PEM", "PKCS8"])
@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_ssh_keygen_in_the_containers_of_openssl(engine: Engine, tmp_path: Path, kind: str, form: str) -> None:
    path = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", kind, "-m", form, "-N", "", "-f", path)
    key = opened(engine, path.read_bytes()).key
    assert key is not None
    assert key.ssh_fingerprint == run("ssh-keygen", "-lf", f"{path}.pub").split()[1]


def test_ssh_keygen_under_a_passphrase_in_the_old_container(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", PASSPHRASE, "-f", path)
    found, _ = only(engine, path.read_bytes())
    assert (found.reading.facts["encrypted"], found.reading.facts["algorithm"]) == (True, "RSA")


KINDS = {
    "rsa": ("RSA", "rsa_keygen_bits:2048"),
    "p256": ("EC", "ec_paramgen_curve:P-256"),
    "p384": ("EC", "ec_paramgen_curve:P-384"),
    "p521": ("EC", "ec_paramgen_curve:P-521"),
    "secp256k1": ("EC", "ec_paramgen_curve:secp256k1"),
    "brainpool": ("EC", "ec_paramgen_curve:brainpoolP256r1"),
    "ed25519": ("ED25519",),
    "ed448": ("ED448",),
}


def genpkey(path: Path, name: str) -> str:
    """SHA-256 of the public half of a new key in `path`, as OpenSSL writes it."""
    algorithm, *options = KINDS[name]
    run("openssl", "genpkey", "-algorithm", algorithm, *(word for option in options for word in ("-pkeyopt", option)), "-out", path)
    command = ("openssl", "pkey", "-in", str(path), "-pubout", "-outform", "DER")
    return sha256(subprocess.run(command, check=True, capture_output=True).stdout).hexdigest()


@pytest.mark.parametrize("name", KINDS)
def test_openssl_genpkey_in_armor_and_without_it(engine: Engine, tmp_path: Path, name: str) -> None:
    public = genpkey(tmp_path / "key.pem", name)
    run("openssl", "pkey", "-in", tmp_path / "key.pem", "-outform", "DER", "-out", tmp_path / "key.der")
    assert spki(engine, (tmp_path / "key.pem").read_bytes()) == public
    assert spki(engine, (tmp_path / "key.der").read_bytes()) == public


@pytest.mark.parametrize("name", [name for name in KINDS if name not in {"ed25519", "ed448"}])
@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_openssl_in_the_traditional_form(engine: Engine, tmp_path: Path, name: str, form: str) -> None:
    public = genpkey(tmp_path / "key.pem", name)
    run("openssl", "pkey", "-in", tmp_path / "key.pem", "-traditional", "-outform", form, "-out", tmp_path / "key")
    assert spki(engine, (tmp_path / "key").read_bytes()) == public


@pytest.mark.parametrize("form", ["PEM", "DER"])
@pytest.mark.parametrize("name", ["rsa", "p256", "ed25519"])
@pytest.mark.parametrize("scheme", [("-v2", "aes-256-cbc"), ("-v2", "aes-256-cbc", "-scrypt"), ("-v1", "PBE-SHA1-3DES")])
def test_openssl_under_a_passphrase(engine: Engine, tmp_path: Path, name: str, form: str, scheme: tuple[str, ...]) -> None:
    genpkey(tmp_path / "key.pem", name)
    options = [option for option in scheme if option != "-scrypt"] if scheme[-1] != "-scrypt" else ["-scrypt"]
    command = ("openssl", "pkcs8", "-topk8", "-in", tmp_path / "key.pem", "-outform", form, "-out", tmp_path / "sealed")
    run(*command, *options, "-passout", f"pass:{PASSPHRASE}")
    found, side = only(engine, (tmp_path / "sealed").read_bytes())
    assert found.span == (0, len((tmp_path / "sealed").read_bytes().rstrip(b"\n" if form == "PEM" else b"")))
    assert (found.reading.facts["encrypted"], side) == (True, None)


def test_openssl_dsa(engine: Engine, tmp_path: Path) -> None:
    run("openssl", "dsaparam", "-genkey", "-noout", "-out", tmp_path / "key.pem", "1024")
    run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", tmp_path / "key.pem", "-outform", "DER", "-out", tmp_path / "key.der")
    assert spki(engine, (tmp_path / "key.pem").read_bytes()) == spki(engine, (tmp_path / "key.der").read_bytes())


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
@pytest.mark.parametrize("version", ["2", "3"])
@pytest.mark.parametrize("kind", ["rsa", "ed25519", "ed448", "ecdsa", "dsa"])
def test_puttygen(engine: Engine, tmp_path: Path, kind: str, version: str, passphrase: str) -> None:
    path = puttygen(tmp_path, kind, passphrase, f"ppk-file-version={version}")
    key = opened(engine, path.read_bytes()).key
    assert key is not None
    assert key.ssh_fingerprint == re.search(r"SHA256:\S+", run("puttygen", "-l", path))[0]  # type: ignore[index]  # it prints one


def puttygen(folder: Path, kind: str, passphrase: str, *parameters: str) -> Path:
    """A key in PuTTY's own format."""
    (folder / "passphrase").write_text(f"{passphrase}\n")
    more = [word for parameter in parameters for word in ("--ppk-param", parameter.removeprefix("ppk-file-"))]
    source = ("--random-device", "/dev/urandom", "--new-passphrase", folder / "passphrase")
    run("puttygen", "-q", "-t", kind, *(("-b", "1024") if kind in {"rsa", "dsa"} else ()), "-o", folder / "key.ppk", *source, *more)
    return folder / "key.ppk"


PPK: dict[str, Callable[[str], str]] = {
    "blanks": lambda text: "KEY=" + text.replace("\n", " ") + "\n",
    "nothing": lambda text: "KEY=" + text.replace("\n", "") + "\n",
    "escapes": lambda text: 'KEY="' + text.replace("\n", "\\r\\n") + '"\n',
    "strings": lambda text: "x = " + " +\n  ".join(f'"{line}\\n"' for line in text.split("\n")) + ";\n",
    "an array": lambda text: "x = [\n" + ",\n".join(f"  '{line}'" for line in text.split("\n")) + "\n];\n",
    "a batch file": lambda text: "".join(f"echo {line}>>key.ppk\n" for line in text.split("\n")),
    "trailing blanks": lambda text: "".join(f"{line}   \n" for line in text.split("\n")),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "a log": lambda text: "".join(f"2026-03-02T10:00:0{number % 10}Z {line}\n" for number, line in enumerate(text.split("\n"))),
    "HTML": lambda text: text.replace("\n", "<br>"),
}


@pytest.mark.parametrize("dress", PPK)
@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_key_of_puttygen_in_a_dress_is_the_same_key(engine: Engine, tmp_path: Path, dress: str, passphrase: str) -> None:
    if dress == "nothing" and passphrase:
        pytest.skip("where the private half begins cannot be told")
    text = puttygen(tmp_path, "rsa", passphrase).read_text().rstrip()
    _, side = only(engine, PPK[dress](text).encode())
    assert side == only(engine, text.encode())[1]


@pytest.mark.parametrize("cipher", ["aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"])
def test_ssh_keygen_with_a_cipher_that_puts_a_tag_behind_the_key(engine: Engine, tmp_path: Path, cipher: str) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-Z", cipher, "-N", PASSPHRASE, "-f", tmp_path / "key")
    text = (tmp_path / "key").read_bytes()
    bare = b64decode(b"".join(text.splitlines()[1:-1]))
    assert opened(engine, text) == only(engine, b"\x00" + bare + b"\x00")[1]


def test_openssl_rsa_with_three_primes(engine: Engine, tmp_path: Path) -> None:
    run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_primes:3", "-out", tmp_path / "key.pem")
    run("openssl", "pkey", "-in", tmp_path / "key.pem", "-traditional", "-out", tmp_path / "old.pem")
    assert spki(engine, (tmp_path / "key.pem").read_bytes()) == spki(engine, (tmp_path / "old.pem").read_bytes())


@pytest.mark.parametrize("curve", ["brainpoolP320r1", "secp192k1", "sect283r1", "prime239v1", "SM2"])
def test_openssl_on_a_curve_without_a_name_here(engine: Engine, tmp_path: Path, curve: str) -> None:
    run("openssl", "ecparam", "-name", curve, "-genkey", "-noout", "-out", tmp_path / "old.pem")
    run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", tmp_path / "old.pem", "-out", tmp_path / "key.pem")
    command = ("openssl", "pkey", "-in", str(tmp_path / "key.pem"), "-pubout", "-outform", "DER")
    public = sha256(subprocess.run(command, check=True, capture_output=True).stdout).hexdigest()
    assert [spki(engine, (tmp_path / name).read_bytes()) for name in ("old.pem", "key.pem")] == [public, public]


def test_gpg_keeps_an_elgamal_subkey_in_the_agents_store(engine: Engine, keyring: gpg.Home) -> None:
    fingerprint = keyring.make("elgamal@example.org", "dsa2048")
    keyring.subkey(fingerprint, "elg1024", "encr")
    listing = keyring.gpg("--with-colons", "--with-keygrip", "--list-secret-keys", "elgamal@example.org").decode()
    grips = [line.split(":")[9] for line in listing.splitlines() if line.startswith("grp:")]
    stored, side = only(engine, (keyring.path / "private-keys-v1.d" / f"{grips[1]}.key").read_bytes())
    assert side is not None
    assert (stored.reading.facts["algorithm"], stored.reading.facts["bits"], stored.reading.facts["keygrip"]) == ("Elgamal", 1024, grips[1])


@pytest.mark.parametrize("kind", ["rsa", "dsa"])
def test_puttygen_for_ssh_com(engine: Engine, tmp_path: Path, kind: str) -> None:
    path = puttygen(tmp_path, kind, "")
    run("puttygen", path, "-O", "private-sshcom", "-o", tmp_path / "key.com")
    key = opened(engine, (tmp_path / "key.com").read_bytes()).key
    assert key is not None
    assert str(key.ssh_fingerprint) in run("puttygen", "-l", path)


def test_puttygen_for_ssh_com_under_a_passphrase(engine: Engine, tmp_path: Path) -> None:
    path = puttygen(tmp_path, "rsa", "")
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    run("puttygen", path, "-O", "private-sshcom", "-o", tmp_path / "key.com", "--new-passphrase", tmp_path / "passphrase")
    found, _ = only(engine, (tmp_path / "key.com").read_bytes())
    assert (found.reading.facts["encrypted"], found.reading.facts["algorithm"]) == (True, "RSA")


def test_age_keygen(engine: Engine) -> None:
    text = run("age-keygen").encode()
    found, side = only(engine, text)
    assert text[slice(*found.span)] == text.splitlines()[-1]
    assert side is not None
    assert side.key is not None
    assert bech32("age", side.key.spki[-32:]) == text.splitlines()[1].rpartition(b" ")[2].decode()


def bech32(human: str, data: bytes) -> str:
    """BIP 173, for what `age-keygen` prints of the public half."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    bits = int.from_bytes(data, "big") << 4
    values = [bits >> 5 * place & 31 for place in reversed(range(52))]
    rest = 1
    for value in [*(ord(letter) >> 5 for letter in human), 0, *(ord(letter) & 31 for letter in human), *values, 0, 0, 0, 0, 0, 0]:
        top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            rest ^= term * (top >> bit & 1)
    values += [(rest ^ 1) >> 5 * place & 31 for place in reversed(range(6))]
    return f"{human}1{''.join(letters[value] for value in values)}"


def test_minisign(engine: Engine, tmp_path: Path) -> None:
    run("minisign", "-G", "-p", tmp_path / "public", "-s", tmp_path / "secret", stdin=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    text = (tmp_path / "secret").read_bytes()
    found, _ = only(engine, text)
    assert text[slice(*found.span)] == text.splitlines()[1]


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_signify(engine: Engine, tmp_path: Path, passphrase: str) -> None:
    public, private = tmp_path / "key.pub", tmp_path / "key.sec"
    if passphrase:
        run("signify-openbsd", "-G", "-p", public, "-s", private, stdin=f"{passphrase}\n{passphrase}\n")
    else:
        run("signify-openbsd", "-G", "-n", "-p", public, "-s", private)
    text, shown = private.read_bytes(), b64decode(public.read_bytes().splitlines()[1])
    found, side = only(engine, text)
    assert text[slice(*found.span)] == text.splitlines()[1]
    assert found.reading.facts["key_id"] == shown[2:10].hex()
    assert passphrase or (side is not None and side.key is not None and side.key.spki[-32:] == shown[10:])


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
@pytest.mark.parametrize("algorithm", ["rsa2048", "ed25519", "nistp256", "brainpoolP256r1", "secp256k1", "dsa1024"])
def test_gpg_in_armor_without_it_and_in_the_agents_store(engine: Engine, keyring: gpg.Home, algorithm: str, passphrase: str) -> None:
    user = f"{algorithm}-{len(passphrase)}@example.org"
    fingerprint = keyring.make(user, algorithm, passphrase)
    armored = keyring.armored(user, passphrase).encode()
    binary = keyring.gpg("--passphrase", passphrase, "--export-secret-keys", user)
    sides = [opened(engine, armored), opened(engine, binary)]
    assert [side.pgp.fingerprint for side in sides if side.pgp] == [fingerprint, fingerprint]
    wrapped = b64encode(binary)
    found, side = only(engine, b"KEY=" + wrapped + b"\n") if algorithm in {"rsa2048", "ed25519"} else only(engine, binary)
    assert side == sides[0]
    grip = field(keyring, user, "grp")
    stored, kept = only(engine, (keyring.path / "private-keys-v1.d" / f"{grip}.key").read_bytes())
    assert kept is not None
    assert kept.identity == sides[0].identity
    assert stored.reading.facts["keygrip"] == grip
    assert stored.reading.facts["encrypted"] is found.reading.facts["encrypted"] is bool(passphrase)


def field(keyring: gpg.Home, user: str, name: str) -> str:
    """The first record of that name in GnuPG's listing of a key."""
    listing = keyring.gpg("--with-colons", "--with-keygrip", "--list-secret-keys", user).decode()
    return next(line.split(":")[9] for line in listing.splitlines() if line.startswith(f"{name}:"))


def test_gpg_subkeys_without_their_primary_key(engine: Engine, keyring: gpg.Home) -> None:
    fingerprint = keyring.make("offline@example.org", "ed25519")
    keyring.subkey(fingerprint, "rsa2048", "sign")
    keyring.subkey(fingerprint, "cv25519", "encr")
    for data in (
        keyring.gpg("--passphrase", "", "--export-secret-subkeys", "offline@example.org"),
        keyring.armored("offline@example.org", command="--export-secret-subkeys").encode(),
    ):
        found, _ = only(engine, data)
        assert found.span == (0, len(data))
        assert found.reading.facts["primary_secret"] is False
        assert [found.reading.facts["fingerprint"], *list(subkeys(found))] == keyring.fingerprints("offline@example.org")


def subkeys(found: Found) -> list[str]:
    known = found.reading.facts["secret_subkeys"]
    assert isinstance(known, list)
    return known


def test_gpg_several_keys_in_one_export(engine: Engine, keyring: gpg.Home) -> None:
    users = [f"several-{number}@example.org" for number in range(3)]
    fingerprints = {keyring.make(user, "ed25519") for user in users}
    data = keyring.gpg("--passphrase", "", "--export-secret-keys", *users)
    found = engine.examine(data).found
    assert {one.reading.facts["fingerprint"] for one in found} == fingerprints
    assert [one.span[0] for one in found[1:]] == [one.span[1] for one in found[:-1]]
    assert (found[0].span[0], found[-1].span[1]) == (0, len(data))
