"""The exception tree. What we could not read is a value (`model.Unscanned`), not an exception.

    KeytrailError
    ├── UsageError            exit 2: the command line, a configuration file or a key is wrong
    │   ├── ConfigError       a configuration file or a setting
    │   ├── KeyringError      the organisation's key cannot be read or made
    │   ├── BaselineError     a baseline is not one, or cannot be read
    │   └── StoreError        a store is locked, read-only, of another key or from a newer version
    ├── IncompleteError       exit 2: a gate could not see the whole change
    ├── TargetError           raised for one target of a sweep, caught there: the target has failed, the others go on
    ├── OutputError           exit 2: a report cannot be written
    ├── PluginError           exit 2: a detector distribution is broken, or two claim one id
    └── UnreadableError       raised inside a source, caught there and turned into `Unscanned`

Messages never contain a value that came from what is scanned, other than a path.
"""

from __future__ import annotations


class KeytrailError(Exception):
    """Base of everything that keytrail raises on purpose."""


class UsageError(KeytrailError):
    """The user asked for something that cannot be done as it was said."""


class ConfigError(UsageError):
    """A configuration file or a setting is wrong; the message names both."""


class KeyringError(UsageError):
    """The organisation's key is malformed, or cannot be read or stored."""


class BaselineError(UsageError):
    """A baseline cannot be read, or is none; the message names the file."""


class StoreError(UsageError):
    """A store cannot be used as it was asked for; the message names it."""


class IncompleteError(KeytrailError):
    """A gate could not see everything that a change brings, so it must not pass."""


class TargetError(KeytrailError):
    """One target of a sweep cannot be reached or read; the message says why and names no credential."""


class OutputError(KeytrailError):
    """A report cannot be written where it was asked for."""


class PluginError(KeytrailError):
    """A distribution in the entry-point group does not keep the detector contract."""


class UnreadableError(KeytrailError):
    """A source cannot read one thing; `reason` is one of `model.Reason`, `detail` is for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
