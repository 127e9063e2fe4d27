"""Where the process ends: every outcome and every error becomes one exit code, and no message carries a value.

0 passes · 1 fails · 2 usage or configuration · 3 passes, but something was unscanned and `--strict` was given · 70 a bug · 130/143 interrupted.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from scanner.cli.say import say
from scanner.errors import KeytrailError, UnreadableError
from scanner.private import remove_folders

OK, UNKNOWN, USAGE, INCOMPLETE, BUG = 0, 1, 2, 3, 70
UNTAKEN = 1
"""Nobody took the whole report."""
_ENDINGS = {signal.SIGINT: ("interrupted", 130), signal.SIGTERM: ("terminated", 143)}


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


class Stopped(BaseException):
    """A signal asked us to end: everything unwinds, so that children end and private folders go."""


def run(app: Callable[[], int]) -> NoReturn:
    """Run the command, which answers with the exit code; never returns, never shows a traceback with values in it.

    The process ends without taking Python apart object by object, which takes a tenth of a short run: everything that has to be undone
    was undone when the command returned.
    """
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    code = _guarded(app)
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDINGS}
    remove_folders()
    for number, handler in handlers.items():  # whoever reads our last words may take his time
        signal.signal(number, handler)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody is there to read it
            stream.flush()
    os._exit(code)


def _guarded(app: Callable[[], int]) -> int:  # noqa: PLR0911 - one clause for each ending is the clearest list of endings
    try:
        code = app()
        sys.stdout.flush()
    except Stopped as stop:
        return _last_words(*_ENDINGS[stop.args[0]])
    except UnreadableError as error:
        return _last_words(f"internal error: {error.reason} was not handled", BUG)
    except KeytrailError as error:
        return refused(str(error))
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _no_room(error) if error.errno in _NO_ROOM else _bug(error)
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes an exit code
        return _bug(error)
    return code


def refused(message: str, hint: str = "") -> int:
    """The ending of a wrong usage, of which `message` says what is wrong; what it may repeat is looked at first."""
    return _last_words(_conceal(message) + hint, USAGE)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped(number)


def _last_words(message: str, code: int) -> int:
    try:
        say(f"keytrail: {message}\n", sys.stderr)
    except OSError:  # stderr is gone too: the code says it all
        return code
    return code


def _reader_gone() -> int:
    """Silence for whoever piped us into `head`: what is left in stdout's buffer has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNTAKEN


def _no_room(error: OSError) -> int:
    """A full disk is nobody's bug, and whatever was to be written is not there by halves: it was aside, or in a folder that is gone."""
    where = f"{error.filename}" if error.filename else "a temporary file (TMPDIR)"
    return _last_words(f"cannot write {where}: {error.strerror}", USAGE)


def _conceal(message: str) -> str:
    """The message, without credentials in names; unless the command line holds one: then nothing of the command line is repeated."""
    from scanner.run.arguments import holds_credential, public  # noqa: PLC0415 - only a failing command pays for the engine

    if any(holds_credential(argument) for argument in sys.argv[1:]):
        return "an argument holds a credential; values are never given as arguments"
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in public(message))


def _bug(error: Exception) -> int:
    """Names the kind of error and where it arose; its message and locals might hold what was scanned."""
    import traceback  # noqa: PLC0415 - no run should need it

    frames = traceback.extract_tb(error.__traceback__)[-6:]
    trail = "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    trail = "\n".join((trail, *(note.rstrip() for note in getattr(error, "__notes__", ()))))  # where it arose in a worker
    return _last_words(f"internal error: {type(error).__name__}; please report it with these lines\n{trail}", BUG)
