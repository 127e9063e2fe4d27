"""Where in a text something is, and what that place is called."""

from __future__ import annotations

from base64 import b64decode
from itertools import pairwise

from scanner.contract import rx
from scanner.engine import Layer
from scanner.run.pieces import Piece
from scanner.sources.fields import Named, Namer, cleaned, name_place

_WHOLE_TEXT = frozenset({"utf-16le", "utf-16be", "utf-32"})
"""Encodings of a whole file: its lines and keys are those of the decoded text."""
_SCRAMBLED = "scrambled"
_WIDEST = 65_536
"""Bytes of a line that a column is counted over; further right it counts from there."""
_BASE64 = frozenset({"base64", "base64url"})
_PAIRS = frozenset({"basic-auth", "docker-auth"})
"""Steps to a user, a colon and a password (RFC 7617, section 2)."""
_COMMON_ENCODING = ("data",)
"""The member of a Kubernetes secret all of whose members are in base64."""
_LONGEST_PAIR = 8192
_DIGITS = rx(r"[0-9A-Za-z+/_-]{1,8192} \Z")
_PUBLIC_USERS = frozenset(
    {
        b"__token__",
        b"x-access-token",
        b"oauth2",
        b"oauth2accesstoken",
        b"gitlab-ci-token",
        b"gitlab-deploy-token",
        b"x-token-auth",
        b"AWS",
        b"_json_key",
    }
)
"""Users that stand for a token, so that a pair is one wherever it is."""


def from_text(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """The layers from the first that is text for people: an UTF-16 file is its text, and so is one that was scrambled as a whole; a base64 run is not."""
    first = next((n for n, layer in enumerate(layers) if not _is_whole(layer)), len(layers) - 1)
    return layers[first:]


def _is_whole(layer: Layer) -> bool:
    """Whether the next layer is the text that people know this one as."""
    return layer.encoding in _WHOLE_TEXT or (layer.encoding == _SCRAMBLED and (layer.start, layer.end) == (0, len(layer.text)))


class Spots:
    """Line, column and name of places in one file, whose text is read for that at most once; of a piece of a file, with the file's lines."""

    def __init__(self, path: str, piece: Piece | None = None) -> None:
        self._path = path
        self._piece = piece
        self._text: bytes | None = None
        self._namer: Namer | None = None
        self._first = 1
        self._known = (0, 1)

    def of(self, layers: tuple[Layer, ...]) -> tuple[int, int, Named]:
        """Line and column, both from 1, a column counting characters, and what the place is called."""
        whole, layers = layers, from_text(layers)
        outer = layers[0]
        if self._namer is None or outer.text is not self._text:
            self._text = outer.text
            self._namer = Namer(self._path, outer.text, whole=self._piece is None)
            self._first = 1 + self._lines_before(whole, outer)
            self._known = (0, self._first)
        return *self._position(outer.text, outer.start), _named(self._namer, layers)

    def _lines_before(self, layers: tuple[Layer, ...], outer: Layer) -> int:
        """Ends of lines before the text whose lines are counted."""
        if self._piece is None:
            return 0
        if outer is layers[0]:
            return self._piece.lines
        return self._piece.wide_lines if self._piece.before.wide is not None else 0

    def _position(self, text: bytes, start: int) -> tuple[int, int]:
        base, line = self._known if self._known[0] <= start else (0, self._first)
        line += text.count(b"\n", base, start)
        self._known = (start, line)
        begin = max(text.rfind(b"\n", max(0, start - _WIDEST), start) + 1, start - _WIDEST)
        return line, len(text[begin:start].decode("utf-8", "replace")) + 1


def _named(namer: Namer, layers: tuple[Layer, ...]) -> Named:
    """What the outermost text calls the place, with the keys of nested formats inside it, and what only an inner text says."""
    named = namer.name(_begin(layers[0]), layers[0].end)
    field_path, service, account, tool = named.field_path, named.service, named.account, named.tool
    if layers[0].encoding in _BASE64 and named.field_path[-2:-1] == _COMMON_ENCODING:
        account = _said(account)
    for outer, layer in pairwise(layers):
        inner = name_place("", layer.text, _begin(layer), layer.end)
        field_path += inner.field_path
        account = _user(outer.encoding, layer) or account or inner.account
        service, tool = service or inner.service, tool or inner.tool
    return Named(named.field, field_path, service, account, tool)


def _said(account: str | None) -> str | None:
    """What an account in base64 is; one in the clear as it stands."""
    try:
        said = b64decode(account or "", validate=True).decode()
    except ValueError:
        return account
    return said if said and said.isprintable() else account


def _begin(layer: Layer) -> int:
    """Where on its line the base64 begins that holds the value, for what stands before it is what names it; else where the value begins."""
    if layer.encoding not in _BASE64 | _PAIRS:
        return layer.start
    digits = _DIGITS.search(layer.text, max(0, layer.start - _LONGEST_PAIR), layer.start)
    return digits.start() if digits else layer.start


def _user(encoding: str | None, layer: Layer) -> str | None:
    """The user whose password the value is, where its text is such a pair."""
    if encoding not in _BASE64 | _PAIRS or layer.start > _LONGEST_PAIR:
        return None
    user, colon, _ = layer.text[: layer.start].partition(b":")
    if not colon or (encoding in _BASE64 and user not in _PUBLIC_USERS):
        return None
    account = cleaned(Named(account=user.decode(errors="replace")), layer.text[layer.start : layer.end]).account
    return account if account and account.isprintable() else None
