r"""systemd's units: what a service is given in its environment, and as credentials.

Sources: systemd.syntax(7) for lines and their continuation, systemd.exec(5) for `Environment=`, `SetCredential=` and `LoadCredential=`. A
value of `Environment=` is a list of assignments, each of which may be in quotes as a whole or in part and has the escapes of C; so a
variable is read up to the end of its word, and `\x3d` is a sign of the value, not the one that ends its name.
"""

from __future__ import annotations

import re

from scanner.records import replace
from scanner.sources.fields.beside import is_of_login, login_in, stem_of
from scanner.sources.fields.lines import name_on_line
from scanner.sources.fields.marked import Marked
from scanner.sources.fields.named import Named, text_of

_LINE = re.compile(rb"[ \t]{0,256}(?:\[([^\]\n]{1,128})\]|([A-Za-z][A-Za-z0-9-]{0,63})[ \t]{0,256}=[ \t]{0,256})?")
_COMMENT = re.compile(rb"[ \t]{0,256}[#;]")
_WORD = re.compile(rb'(?:[^\s"\'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S]){0,65536}+"?|\'(?:[^\'\\]|\\[\s\S]){0,65536}+\'?){1,65536}+')
_VARIABLE = re.compile(rb"[\"']?([A-Za-z_][A-Za-z0-9_]{0,127})=")
_CREDENTIAL = re.compile(rb"[\"']?([\w.@-]{1,128}):")
_LISTS = {b"Environment": _VARIABLE, b"DefaultEnvironment": _VARIABLE, b"ManagerEnvironment": _VARIABLE}
_CREDENTIALS = frozenset({b"SetCredential", b"SetCredentialEncrypted", b"LoadCredential", b"LoadCredentialEncrypted"})
_COMMANDS = b"Exec"
"""How the settings begin that are command lines: there a flag or a header names the value."""


class Units:
    """A unit or a drop-in, and what its values are called."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._marked = Marked()
        self._variables: dict[str, str] = {}
        """What tells whose the others are, by name in lower case."""
        section = ""
        at = 0
        while at < len(text) and not self._marked.full:
            line = _LINE.match(text, at)
            end = _logical_end(text, at)
            if line is not None and line[1] is not None:
                section = text_of(line[1])
            elif line is not None and line[2] is not None:
                self._setting(section, line[2], line.end(), end)
            at = end + 1

    def name(self, start: int, end: int) -> Named | None:
        """What the setting at `start` to `end` is called; None outside of settings."""
        found = self._marked.find(start)
        if found is None:
            return None
        line = name_on_line(self._text, start, end)
        if found.field is None:
            path = (*found.field_path, *((line.field,) if line.field not in {None, *found.field_path} else ()))
            return replace(line, field=path[-1], field_path=tuple(filter(None, path)))
        host, user = login_in(self._variables, stem_of(found.field) or "\n")
        return replace(found, service=line.service or host, account=line.account or user)

    def _setting(self, section: str, key: bytes, start: int, end: int) -> None:
        path = (*filter(None, (section,)), text_of(key))
        if key in _LISTS:
            self._words(path, start, end)
        elif key in _CREDENTIALS and (credential := _CREDENTIAL.match(self._text, start, end)):
            name = text_of(credential[1])
            self._marked.add(start, end, Named(name, (*path, name)))
        else:
            self._marked.add(start, end, Named(None if key.startswith(_COMMANDS) else path[-1], path))

    def _words(self, path: tuple[str, ...], start: int, end: int) -> None:
        for word in _WORD.finditer(self._text, start, end):
            if self._marked.full:
                return
            variable = _VARIABLE.match(word[0])
            if variable is None:
                self._marked.add(*word.span(), Named(path[-1], path))
                continue
            name = text_of(variable[1])
            self._marked.add(*word.span(), Named(name, (*path, name)))
            if is_of_login(name.lower()):
                self._variables.setdefault(name.lower(), text_of(word[0][variable.end() :].strip(b"\"'")))


def _logical_end(text: bytes, at: int) -> int:
    """Where the line at `at` ends, with all lines that continue it; comments in between do not end it."""
    end = _line_end(text, at)
    if _COMMENT.match(text, at, end):
        return end
    while end < len(text) and text[at:end].rstrip(b"\r").endswith(b"\\"):
        at = end + 1
        end = _line_end(text, at)
        while end < len(text) and _COMMENT.match(text, at, end):
            at = end + 1
            end = _line_end(text, at)
    return end


def _line_end(text: bytes, at: int) -> int:
    end = text.find(b"\n", at)
    return len(text) if end < 0 else end
