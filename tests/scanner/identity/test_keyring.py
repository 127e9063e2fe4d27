"""Where the organisation's key comes from."""

from __future__ import annotations

import base64
import hashlib
import multiprocessing
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from scanner.errors import KeyringError
from scanner.identity import OrgKey, load_key, not_asked
from tests.scanner.identity import workers

KEY = bytes(range(32))
LONG_KEY = bytes(range(48))


def load(*, key_file: Path | None = None, environ: dict[str, str] | None = None, config_dir: Path | None = None) -> OrgKey:
    return load_key(key_file=key_file, environ=environ or {}, config_dir=config_dir)


@pytest.fixture(autouse=True)
def no_os_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.mark.parametrize(
    ("text", "material"),
    [
        (KEY.hex(), KEY),
        (KEY.hex().upper(), KEY),
        (f"  {KEY.hex()}\r\n", KEY),
        (base64.b64encode(KEY).decode(), KEY),
        (base64.b64encode(LONG_KEY).decode() + "\n", LONG_KEY),
        (base64.b64encode(KEY).decode().rstrip("="), KEY),
        (base64.urlsafe_b64encode(b"\xfb\xff" * 16).decode(), b"\xfb\xff" * 16),
    ],
    ids=["hex", "upper-case hex", "white space", "base64", "more than 32 bytes", "no padding", "URL-safe"],
)
def test_spellings_of_a_key(tmp_path: Path, text: str, material: bytes) -> None:
    file = tmp_path / "given"
    file.write_text(text)
    assert load(environ={"KEYTRAIL_KEY": text}).material == material
    assert load(key_file=file).material == material


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "hunter2hunter2",
        KEY.hex()[:-1],
        KEY.hex() + "0",
        base64.b64encode(KEY[:31]).decode(),
        f"{KEY.hex()[:32]} {KEY.hex()[32:]}",
        "ß" * 64,
    ],
    ids=["empty", "blank", "word", "63 digits", "65 digits", "31 bytes", "in two parts", "no ASCII"],
)
def test_anything_else_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    file = tmp_path / "given"
    file.write_text(text)
    for key_file in (None, file):
        with pytest.raises(KeyringError) as caught:
            load(key_file=key_file, environ={"KEYTRAIL_KEY": text})
        assert text.strip() == "" or text.strip() not in str(caught.value)
        assert caught.value.__context__ is None or text not in repr(caught.value.__context__)


def test_the_file_comes_before_the_variable_and_that_before_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "given"
    file.write_text(KEY.hex())
    kept = load(config_dir=tmp_path)
    environ = {"KEYTRAIL_KEY": LONG_KEY.hex()[:64]}
    assert load(key_file=file, environ=environ, config_dir=tmp_path).material == KEY
    assert load(environ=environ, config_dir=tmp_path).material == LONG_KEY[:32]
    assert load(config_dir=tmp_path).material == kept.material


def test_kid_is_six_digits_of_a_hash() -> None:
    assert load(environ={"KEYTRAIL_KEY": KEY.hex()}).kid == hashlib.sha256(b"kt/kid" + KEY).hexdigest()[:6]


def test_a_key_shows_only_its_kid() -> None:
    key = load(environ={"KEYTRAIL_KEY": KEY.hex()})
    assert repr(key) == f"OrgKey(kid='{key.kid}', note=None, lasting=True)"


@pytest.mark.parametrize("name", ["missing", "."], ids=["missing", "folder"])
def test_a_key_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyringError, match="cannot be read"):
        load(key_file=tmp_path / name)


def test_a_key_file_may_have_any_mode(tmp_path: Path) -> None:
    file = tmp_path / "mounted"
    file.write_text(KEY.hex())
    file.chmod(0o444)
    assert load(key_file=file).material == KEY


def test_first_use_makes_a_private_file_in_a_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "keytrail"
    key = load(config_dir=folder)
    assert len(key.material) == 32
    assert key.note is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["key"]
    assert load(config_dir=folder) == key
    assert key.lasting


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    assert load(config_dir=tmp_path / "a").material != load(config_dir=tmp_path / "b").material


def test_eight_processes_on_first_use_end_with_one_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    folder, barrier = tmp_path / "keytrail", context.Barrier(8)
    started = []
    for _ in range(8):
        ours, theirs = context.Pipe()
        process = context.Process(target=workers.first_use, args=(folder, barrier, theirs))
        process.start()
        started.append((process, ours))
    keys = {ours.recv() for _, ours in started}
    for process, _ in started:
        process.join()
    assert keys == {load(config_dir=folder).material}
    assert [path.name for path in folder.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o604])
def test_a_kept_key_that_others_can_touch_is_refused_with_the_fix(tmp_path: Path, mode: int) -> None:
    load(config_dir=tmp_path)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(KeyringError, match="chmod 600"):
        load(config_dir=tmp_path)


def test_a_kept_key_of_somebody_else_is_refused_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(config_dir=tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "key").stat().st_uid + 1)
    with pytest.raises(KeyringError, match="--key-file"):
        load(config_dir=tmp_path)


def test_a_malformed_kept_key_is_refused_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("not a key at all")
    file.chmod(0o600)
    with pytest.raises(KeyringError) as caught:
        load(config_dir=tmp_path)
    assert "not a key at all" not in str(caught.value)
    assert file.read_text() == "not a key at all"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_something_else_in_the_place_of_the_key_is_refused(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "key")
    with pytest.raises(KeyringError, match="is not a file"):
        load(config_dir=tmp_path)


def test_without_a_home_the_key_lives_for_this_run() -> None:
    first, second = load(), load()
    assert first.material != second.material
    assert not first.lasting
    assert first.note == "the key lives for this run only because there is no home directory to keep it in: ids will differ next time"


def test_where_no_folder_can_be_made_the_key_lives_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    key = load(config_dir=tmp_path / "file" / "keytrail")
    assert key.note
    assert "for this run only because it cannot be kept in" in key.note


def test_where_no_file_can_be_made_the_key_lives_for_this_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    key = load(config_dir=tmp_path)
    assert key.note
    assert "Operation not permitted" in key.note
    assert list(tmp_path.iterdir()) == []


@dataclass
class Backend:
    """A keyring of an operating system."""

    priority: float = 5
    value: str | None = None
    broken: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    def get_keyring(self) -> Backend:
        return self

    def get_password(self, service: str, name: str) -> str | None:
        self.asked.append((service, name))
        if self.broken:
            message = "locked"
            raise RuntimeError(message)
        return self.value


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Backend, bool], None]:
    def installed(backend: Backend, terminal: bool) -> None:
        module = ModuleType("keyring")
        vars(module).update(get_keyring=backend.get_keyring, get_password=backend.get_password)
        monkeypatch.setitem(sys.modules, "keyring", module)
        monkeypatch.setattr(sys, "stdin", Terminal() if terminal else None)

    return installed


class Terminal:
    """Standard input of somebody who is there."""

    def isatty(self) -> bool:
        return True


def test_the_os_keyring_comes_before_the_folder(tmp_path: Path, install: Callable[[Backend, bool], None]) -> None:
    backend = Backend(value=KEY.hex())
    install(backend, True)
    assert load(config_dir=tmp_path).material == KEY
    assert backend.asked == [("keytrail", "key")]
    assert list(tmp_path.iterdir()) == []


def test_the_os_keyring_is_not_asked_without_a_terminal_and_that_is_said(tmp_path: Path, install: Callable[[Backend, bool], None]) -> None:
    backend = Backend(value=KEY.hex())
    install(backend, False)
    key = load(config_dir=tmp_path)
    assert backend.asked == []
    assert key.material != KEY
    assert "was not asked" in (not_asked(key) or "")


@pytest.mark.parametrize("backend", [Backend(priority=0), Backend()], ids=["stand-in", "asked"])
def test_nothing_is_said_of_a_keyring_that_is_none_or_was_asked(
    tmp_path: Path, install: Callable[[Backend, bool], None], backend: Backend
) -> None:
    install(backend, backend.priority > 0)
    assert not_asked(load(config_dir=tmp_path)) is None


@pytest.mark.parametrize("backend", [Backend(priority=0), Backend(broken=True), Backend()], ids=["stand-in", "broken", "empty"])
def test_an_os_keyring_without_an_answer_does_not_stop_anything(
    tmp_path: Path, install: Callable[[Backend, bool], None], backend: Backend
) -> None:
    install(backend, True)
    key = load(config_dir=tmp_path)
    assert key.note is None
    assert load(config_dir=tmp_path) == key


def test_a_malformed_key_in_the_os_keyring_is_refused_and_not_repeated(install: Callable[[Backend, bool], None]) -> None:
    install(Backend(value="hunter2hunter2"), True)
    with pytest.raises(KeyringError) as caught:
        load()
    assert "hunter2" not in str(caught.value)
