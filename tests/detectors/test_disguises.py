"""Keys of the real tools in every dress that people put them into: found once, from end to end, and still the same key."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode, encodebytes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, quote_plus

import pytest

from scanner import registry
from scanner.contract import Check
from scanner.engine import Engine, Found, build
from scanner.identity.canonical import canonical
from tests.support import gpg
from tests.support.fixtures import BUILTIN
from tests.support.keys import PASSPHRASE

OWN = frozenset({"private-key", "der-private-key", "openpgp-private-key", "ssh2-private-key"})


def _ssh(*options: str) -> list[str]:
    return ["ssh-keygen", "-q", "-f", "key", "-C", "ann@example", *options]


MAKERS: dict[str, list[str]] = {
    "openssh": _ssh("-t", "ed25519", "-N", ""),
    "openssh-sealed": _ssh("-t", "rsa", "-N", PASSPHRASE),
    "sec1": _ssh("-t", "ecdsa", "-m", "PEM", "-N", ""),
    "pkcs1-sealed": _ssh("-t", "rsa", "-m", "PEM", "-N", PASSPHRASE),
    "pkcs8": ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key"],
    "pkcs8-small": ["openssl", "genpkey", "-algorithm", "ED25519", "-out", "key"],
    "pkcs8-sealed": [
        "openssl",
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-aes256",
        "-pass",
        f"pass:{PASSPHRASE}",
        "-out",
        "key",
    ],
}
FORMATS = (*MAKERS, "openpgp", "openpgp-sealed")
LF = "\n"


@cache
def key(name: str) -> str:
    """A key as its tool writes it."""
    if name not in MAKERS:
        return gpg.armored("encrypted" if name.endswith("sealed") else "rsa2048")
    with TemporaryDirectory() as folder:
        subprocess.run(MAKERS[name], cwd=folder, check=True, capture_output=True)
        return (Path(folder) / "key").read_text().strip()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build([detector for detector in registry.load([BUILTIN]) if detector.id in OWN], cache=None)


def lines(prefix: str, suffix: str = "") -> Callable[[str], str]:
    """Something around every line of a key."""
    return lambda text: "\n".join(prefix + line + suffix for line in text.split("\n")) + "\n"


def between(mark: str) -> Callable[[str], str]:
    """Something in place of line breaks."""
    return lambda text: text.replace("\n", mark)


def strings(joint: str, sign: str = '"', end: str = "") -> Callable[[str], str]:
    """A string in source for every line."""
    return lambda text: "x = " + joint.join(f"{sign}{line}{end}{sign}" for line in text.split("\n")) + ";\n"


def entities(text: str) -> str:
    return text.replace("+", "&#43;").replace("=", "&#x3D;").replace("\n", "&#xA;")


def unicode_escapes(text: str) -> str:
    return json.dumps(text)[1:-1].replace("\\n", "\\u000a").replace("+", "\\u002b").replace("=", "\\u003d")


WHOLE: dict[str, tuple[str, str, Callable[[str], str], str]] = {
    "as it is": ("", "key.pem", between("\n"), "\n"),
    "line ends of Windows": ("", "key.pem", between("\r\n"), "\r\n"),
    "escaped": ('KEY="', ".env", between("\\n"), '\\n"\n'),
    "escaped, no quotes": ("KEY=", ".env", between("\\n"), "\nB=1\n"),
    "escaped twice": ('KEY="', ".env", between("\\\\n"), '\\\\n"\n'),
    "escaped, both line ends": ('KEY="', ".env", between("\\r\\n"), '\\r\\n"\n'),
    "escaped in SQL": ("INSERT INTO k VALUES (1, '", "dump.sql", between("\\n"), "\\n');\n"),
    "percent signs for line ends": ("key=", "log.txt", between("%0A"), "%0A&b=1"),
    "percent signs": ("key=", "log.txt", lambda text: quote(text, safe=""), "%0A&b=1"),
    "a form": ("key=", "log.txt", quote_plus, "%0A&b=1"),
    "blanks": ('KEY="', ".env", between(" "), '"\n'),
    "commas": ('KEY="', "key.txt", between(","), '"\n'),
    "nothing": ('KEY="', "key.txt", between(""), '"\n'),
    "PowerShell": ('$k = "', "key.ps1", between("`n"), '`n"\n'),
    "a here-string": ('$k = @"\n', "key.ps1", between("\n"), '\n"@\n'),
    "a heredoc": ("cat > key <<EOF\n", "key.sh", between("\n"), "\nEOF\n"),
    "three quotes": ('key = """\n', "key.toml", between("\n"), '\n"""\n'),
    "a table": ('id,key\n1,"', "keys.csv", between("\n"), '"\n'),
    "XML": ("<key>\n", "key.xml", between("\n"), "\n</key>"),
    "CDATA": ("<key><![CDATA[", "key.xml", between("\n"), "]]></key>"),
    "entities for line ends": ('<key v="', "key.xml", between("&#10;"), '"/>'),
    "entities": ('<key v="', "key.xml", entities, '"/>'),
    "HTML": ("<p>", "key.html", between("<br>"), "</p>"),
    "JSON": ('{"key": "', "key.json", lambda text: json.dumps(text)[1:-1], '\\n"}'),
    "JSON with escapes": ('{"key": "', "key.json", unicode_escapes, '"}'),
    "YAML in quotes": ('key: "', "key.yml", between("\\n"), '\\n"\nb: 1\n'),
}
"""What is before the value, the name of the file, the value, what is after it."""

AROUND: dict[str, tuple[str, Callable[[str], str]]] = {
    "hashes": ("key.py", lines("# ")),
    "hashes without blanks": ("key.py", lines("#")),
    "slashes": ("key.js", lines("// ")),
    "asterisks": ("key.java", lines(" * ")),
    "semicolons": ("key.ini", lines("; ")),
    "dashes": ("key.sql", lines("-- ")),
    "a patch": ("key.patch", lines("+")),
    "a quotation": ("mail.txt", lines("> ")),
    "a log": ("build.log", lines("2026-03-02T10:00:00Z ")),
    "strings with plus": ("key.js", strings(" +\n  ", end="\\n")),
    "strings with plus, no line ends": ("key.js", strings(" +\n  ")),
    "strings with a dot": ("key.php", strings(" .\n  ", sign="'")),
    "strings side by side": ("key.py", strings("\n  ", end="\\n")),
    "an array": ("key.js", strings(",\n  ")),
    "a block of YAML": ("key.yml", lambda text: "key: |\n" + lines("    ")(text) + "b: 1\n"),
    "a folded block of YAML": ("key.yml", lambda text: "key: >-\n" + lines("  ", "\n")(text) + "b: 1\n"),
    "a heredoc with tabs": ("key.sh", lambda text: "cat <<-EOF\n" + lines("\t")(text) + "\tEOF\n"),
    "properties": ("key.properties", lambda text: "key=" + text.replace("\n", "\\n\\\n  ") + "\nb=1\n"),
    "an image's recipe": ("Dockerfile", lambda text: 'ENV KEY="' + text.replace("\n", "\\n\\\n") + '"\n'),
    "JSON in JSON": ("key.json", lambda text: json.dumps({"a": json.dumps({"key": text})})),
    "JSON in JSON in JSON": ("key.json", lambda text: json.dumps({"a": json.dumps({"b": json.dumps({"key": text})})})),
    "base64": (".env", lambda text: "KEY=" + b64encode(text.encode()).decode() + "\n"),
    "base64 in lines": ("key.b64", lambda text: encodebytes(text.encode()).decode()),
    "base64 in lines of YAML": ("key.yml", lambda text: "key: |\n" + lines("  ")(encodebytes(text.encode()).decode().strip())),
    "base64 twice": (".env", lambda text: "KEY=" + b64encode(b64encode(text.encode())).decode() + "\n"),
    "base64 of JSON": (".env", lambda text: "KEY=" + b64encode(json.dumps({"private_key": text}).encode()).decode() + "\n"),
    "a log of Docker's": (
        "key.log",
        lambda text: "".join(f"{json.dumps({'log': line + LF, 'time': '10:00'})}{LF}" for line in text.split(LF)),
    ),
    "PHP, a line end after each string": (
        "key.php",
        lambda text: "$k = " + " .\n".join(f"'{line}' . \"\\n\"" for line in text.split(LF)) + ";\n",
    ),
    "a batch file": ("key.bat", lines("echo ", ">>key.pem")),
    "cells of HTML": ("key.html", lines("<td>", "</td>")),
    "colours of a terminal": ("key.log", lines("\x1b[32m", "\x1b[0m")),
    "paragraphs of RTF": ("key.rtf", lines("", "\\par")),
    "a string of Haskell over several lines": ("Key.hs", lambda text: 'k = "' + text.replace(LF, "\\n\\\n  \\") + '"\n'),
    "bars": ("key.txt", lambda text: text.replace(LF, "|") + "\n"),
    "semicolons for line ends": (".env", lambda text: "KEY=" + text.replace(LF, ";") + "\n"),
    "line ends of syslog": ("key.log", lambda text: "key=" + text.replace(LF, "#012") + "\n"),
    "backslashes": ("key.properties", lambda text: "key=" + text.replace(LF, "\\\n    ") + "\nb=1\n"),
    "hexadecimal": ("key.txt", lambda text: "key=" + text.encode().hex() + "\n"),
}
"""The name of the file and its text, in which bytes stand between those of the value that are not the value's."""


def only(engine: Engine, text: str, name: str) -> Found:
    (found,) = engine.examine(text.encode(), hint=name).found
    assert found.reading.check is Check.PASSED
    return found


def identity(found: Found) -> bytes:
    return canonical(found.reading).secret.reveal()


@pytest.mark.parametrize("dress", WHOLE)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_key_is_found_from_end_to_end(engine: Engine, format_: str, dress: str) -> None:
    before, name, change, after = WHOLE[dress]
    value = change(key(format_))
    found = only(engine, before + value + after, name)
    assert found.span == (len(before), len(before) + len(value))
    assert identity(found) == identity(only(engine, key(format_), "key"))


@pytest.mark.parametrize("dress", AROUND)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_key_is_the_same_key_whatever_is_between_its_lines(engine: Engine, format_: str, dress: str) -> None:
    name, change = AROUND[dress]
    assert identity(only(engine, change(key(format_)), name)) == identity(only(engine, key(format_), "key"))


@pytest.mark.parametrize("format_", [format_ for format_ in FORMATS if format_ != "pkcs1-sealed"])
def test_a_key_whose_last_line_is_missing_is_the_same_key(engine: Engine, format_: str) -> None:
    cut = key(format_).rpartition("\n")[0]
    found = only(engine, f"{cut}\n\nThen there is prose.\n", "notes.md")
    assert identity(found) == identity(only(engine, key(format_), "key"))
    assert found.span[0] == 0


def test_several_keys_in_one_text_are_several(engine: Engine) -> None:
    text = "\n".join(map(key, FORMATS))
    found = engine.examine(text.encode()).found
    assert [one.span[1] - one.span[0] for one in found] == [len(key(format_)) for format_ in FORMATS]
