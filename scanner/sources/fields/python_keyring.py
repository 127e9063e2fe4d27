r"""Python's keyring in its file without a password: a section for each service, an option for each account, and the secret in base64 below it.

Source: `keyrings.alt.file_base` and `keyrings.alt.escape`. What is no letter and no digit of a name is written as `_` and two hexadecimal
digits for each of its bytes, and options are in lower case; `npm_2Ecorp` is `npm.corp`, and `ada_40corp` is `ada@corp`.
"""

from __future__ import annotations

import re

from scanner.contract import rx
from scanner.sources.fields.marked import Marked
from scanner.sources.fields.named import Named, host_in, text_of

_LONGEST = 2048
"""Characters of a name before it is understood."""

_HEAD = rx(rf"(?m: ^ (?: \[ (?P<service> [^\]\r\n]{{1,{_LONGEST}}} ) \] | (?P<account> \w{{1,{_LONGEST}}} ) [ \t]{{0,8}} = ) )")
_ESCAPED = re.compile(rb"_([0-9A-Fa-f]{2})")


class PythonKeyring:
    """A file of that kind, and what its values are called."""

    def __init__(self, text: bytes) -> None:
        self._marked = Marked()
        service, account, begin = "", "", 0
        for head in _HEAD.finditer(text):
            if self._marked.full:
                return
            self._mark(begin, head.start(), service, account)
            begin = head.end()
            if head["service"] is not None:
                service, account = _meant(head["service"]), ""
            else:
                account = _meant(head["account"])
        self._mark(begin, len(text), service, account)

    def _mark(self, begin: int, end: int, service: str, account: str) -> None:
        if account:
            path = (service, account) if service else (account,)
            self._marked.add(begin, end, Named(account, path, host_in(service), account))

    def name(self, start: int, _end: int) -> Named | None:
        """What the value at `start` is called, for which host and account it is; None outside of values."""
        return self._marked.find(start)


def _meant(written: bytes) -> str:
    return text_of(_ESCAPED.sub(lambda sign: bytes.fromhex(sign[1].decode()), written))
