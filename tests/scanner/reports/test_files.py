from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import OutputError
from scanner.reports import write_report


@pytest.fixture
def umask() -> Iterator[None]:
    """The usual one, whatever the machine's is."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_report_is_the_text_in_utf8_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    write_report("…\n", tmp_path / "report.txt")
    assert ((tmp_path / "report.txt").read_bytes(), names(tmp_path)) == ("…\n".encode(), ["report.txt"])


@pytest.mark.usefixtures("umask")
def test_a_new_report_can_be_read_by_others_as_far_as_the_umask_lets_them(tmp_path: Path) -> None:
    write_report("x\n", tmp_path / "a")
    os.umask(0o077)
    write_report("x\n", tmp_path / "b")
    assert (mode(tmp_path / "a"), mode(tmp_path / "b")) == (0o644, 0o600)


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("bits", [0o600, 0o664])
def test_a_report_keeps_the_permissions_of_the_file_that_it_replaces(tmp_path: Path, bits: int) -> None:
    (tmp_path / "report").touch()
    (tmp_path / "report").chmod(bits)
    write_report("x\n", tmp_path / "report")
    assert mode(tmp_path / "report") == bits


def test_whoever_has_the_old_report_open_goes_on_reading_it(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("old\n")
    with (tmp_path / "report").open() as stream:
        write_report("new\n", tmp_path / "report")
        assert (stream.read(), (tmp_path / "report").read_text()) == ("old\n", "new\n")


def test_the_file_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there/report")
    write_report("x\n", tmp_path / "link")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "there/report").read_text()) == (True, "x\n")


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    write_report("x\n", tmp_path / "pipe")
    reader.join()
    assert (read, (tmp_path / "pipe").is_fifo()) == (["x\n"], True)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system has no /dev/stdout")
def test_what_standard_output_was_sent_to_keeps_what_it_holds(tmp_path: Path) -> None:
    code = "from pathlib import Path; from scanner.reports import write_report; write_report('two\\n', Path('/dev/stdout'))"
    with (tmp_path / "log").open("wb") as log:
        log.write(b"one\n")
        log.flush()
        subprocess.run([sys.executable, "-c", code], stdout=log, check=True, cwd=Path(__file__).parents[3])
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_a_reader_that_went_away_is_no_error_of_the_report(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    def read_a_byte() -> None:
        with (tmp_path / "pipe").open("rb", buffering=0) as stream:
            stream.read(1)

    reader = threading.Thread(target=read_a_byte)
    reader.start()
    with pytest.raises(BrokenPipeError):
        write_report("x" * 1_000_000, tmp_path / "pipe")
    reader.join()


def test_a_directory_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*/here: it is a directory$"):
        write_report("x\n", _made(tmp_path / "here"))


def test_a_directory_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*/not/here: No such file or directory$"):
        write_report("x\n", tmp_path / "not/here")


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"Not a directory$"):
        write_report("x\n", tmp_path / "file/report")


def test_a_link_to_itself_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(OutputError):
        write_report("x\n", tmp_path / "link")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("target", ["closed/report", "file"])
def test_what_is_read_only_is_said_and_left_alone(tmp_path: Path, target: str) -> None:
    _made(tmp_path / "closed").chmod(0o500)
    (tmp_path / "file").write_text("old\n")
    (tmp_path / "file").chmod(0o400)
    with pytest.raises(OutputError, match=r"Permission denied|it is read-only"):
        write_report("x\n", tmp_path / target)
    assert (tmp_path / "file").read_text() == "old\n"


def test_a_name_in_a_message_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_report("x\n", tmp_path / "no\x1b[31m" / "report")
    assert "\\x1b[31m" in str(caught.value)


def test_a_report_that_cannot_be_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report").write_text("old\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"No space left on device$"):
        write_report("x\n", tmp_path / "report")
    assert ((tmp_path / "report").read_text(), names(tmp_path)) == ("old\n", ["report"])


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
