"""The rows of the matrix: formats as their writers write them."""

from __future__ import annotations

import codecs

from tests.scanner.engine.planted import CHECKED, KEYS, PLANTS, TOKENS, Row
from tests.scanner.engine.writers import (
    ARRAY,
    HEX,
    HEX_CAPITAL,
    HEXDUMP,
    JSON,
    OD,
    PERCENT,
    QUOTED,
    UTF_16,
    XML,
    XXD,
    Writer,
    base64,
    besides,
    breaks,
    cut,
    each,
    inside,
    lines,
    only,
    packed,
    then,
    wide,
)

PAD = b"The text before it is of no interest to anybody. "
B64 = base64()
URL = base64(b"-_")
SINGLE = ("npm", "ghp", "github_pat", "glpat", *KEYS)
"""Values that are one credential where they are the password of a pair: what identifies the others is not all of their bytes."""
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def row(*steps: tuple[str, Writer], hint: str = "", keys: tuple[str, ...] | None = None, plants: tuple[str, ...] = PLANTS) -> Row:
    return Row(steps, hint, keys, plants)


def without(*names: str) -> tuple[str, ...]:
    return tuple(name for name in PLANTS if name not in names)


def glue(before: bytes, after: bytes = b"") -> tuple[str, Writer]:
    return "", inside(before, after)


def wrapped(width: int, seam: bytes, before: bytes = b"", after: bytes = b"") -> tuple[str, Writer]:
    return "", then(lines(width, seam), inside(before, after))


def unicode_escapes(backslashes: bytes = b"\\") -> Writer:
    return only(b'-_=:\n"', lambda byte: backslashes + b"u%04x" % byte)


BASE64_ROWS = {
    "one line": row(("base64", B64)),
    "no padding": row(("base64", base64(padded=False)), glue(b"key = ", b"\n")),
    "for URLs": row(("base64url", then(inside(b"\xff\xfb\xbf"), URL))),
    **{
        f"wrapped at {width}{name}": row(("base64", then(inside(PAD), B64)), wrapped(width, seam))
        for width in (60, 64, 76)
        for name, seam in (("", b"\n"), (" with CRLF", b"\r\n"))
    },
    "YAML literal": row(
        ("base64", then(inside(PAD), B64)), wrapped(64, b"\n    ", b"data:\n  key: |\n    ", b"\n  more: x\n"), hint="a.yaml"
    ),
    "YAML folded": row(("base64", then(inside(PAD), B64)), wrapped(64, b"\n    ", b"data:\n  key: >-\n    ", b"\n"), hint="a.yaml"),
    "YAML !!binary": row(("base64", then(inside(PAD), B64)), wrapped(76, b"\n  ", b"key: !!binary |\n  ", b"\n"), hint="a.yaml"),
    "string parts with plus": row(("base64", then(inside(PAD), B64)), wrapped(60, b'" +\n  "', b'key = "', b'";\n'), hint="a.js"),
    "string parts with dot": row(("base64", then(inside(PAD), B64)), wrapped(60, b"' .\n  '", b"$key = '", b"';\n"), hint="a.php"),
    "adjacent literals": row(("base64", then(inside(PAD), B64)), wrapped(60, b"'\n       '", b"key = ('", b"')\n"), hint="a.py"),
    "backslash continuation": row(("base64", then(inside(PAD), B64)), wrapped(60, b"\\\n", b'key="', b'"\n'), hint="a.sh"),
    "JSON array of lines": row(("base64", then(inside(PAD), B64)), wrapped(60, b'",\n    "', b'{"key": [\n    "', b'"]}\n'), hint="a.json"),
    "JSON string of lines": row(("base64", then(inside(PAD), B64)), wrapped(76, b"\\n", b'{"key": "', b'\\n"}\n'), hint="a.json"),
    "MIME": row(("base64", then(inside(PAD), B64)), wrapped(76, b"\r\n", b"Content-Transfer-Encoding: base64\r\n\r\n", b"\r\n--x--\r\n")),
    "twice": row(("base64", B64), ("base64", B64)),
    "three times": row(("base64", B64), ("base64", B64), ("base64", B64)),
    "twice, the inner one in lines": row(("base64", then(inside(PAD), B64)), wrapped(76, b"\n"), ("base64", B64)),
    "data URI": row(("base64", B64), glue(b'<a href="data:application/x-pem-file;base64,', b'">')),
    "escaped slashes": row(
        ("base64", then(inside(b"\xff\xff\xff"), B64)), ("", only(b"/", lambda _: b"\\/")), glue(b'{"k": "', b'"}'), hint="a.json"
    ),
    "in a query": row(
        ("base64", then(inside(b"\xff\xfb\xbe"), B64)), ("", only(b"+/=", lambda byte: b"%%%02X" % byte)), glue(b"https://h/?k=", b"&x=1")
    ),
}

HEX_ROWS = {
    "lower case": row(("hex", HEX)),
    "capitals": row(("hex", HEX_CAPITAL)),
    "blanks": row(("hex", each(lambda byte: b"%02x" % byte, b" "))),
    "capitals with blanks": row(("hex", each(lambda byte: b"%02X" % byte, b" "))),
    "colons": row(("hex", each(lambda byte: b"%02x" % byte, b":"))),
    "C array": row(("hex", each(lambda byte: b"0x%02x" % byte, b", ")), glue(b"char k[] = { ", b" };")),
    "C array in lines": row(("hex", ARRAY), glue(b"unsigned char k[] = {\n", b"};\n")),
    "C string": row(("hex", each(lambda byte: b"\\x%02x" % byte)), glue(b'k = "', b'";')),
    "C string in JSON": row(("hex", each(lambda byte: b"\\x%02x" % byte)), ("", JSON), glue(b'{"a": "k = \'', b"'\"}"), hint="a.json"),
    "xxd": row(("hex", XXD)),
    "hexdump -C": row(("hex", HEXDUMP)),
    "od -t x1": row(("hex", OD)),
    "in lines": row(("hex", HEX), wrapped(64, b"\n")),
    "hexadecimal twice": row(("hex", HEX), ("hex", HEX)),
    "bytea": row(("hex", HEX), glue(b"INSERT INTO t VALUES ('\\x", b"');\n")),
}

TEXT_ROWS = {
    "percent": row(("percent", PERCENT), glue(b"https://h/?k=", b"&x=1")),
    "percent twice": row(("percent", PERCENT), ("percent", PERCENT), glue(b"https://h/?k=", b"&x=1")),
    "percent, all": row(("percent", each(lambda byte: b"%%%02x" % byte))),
    "JSON": row(("json", JSON), glue(b'{"k": "', b'"}'), hint="a.json"),
    "JSON, by its beginning": row(("json", JSON), glue(b'{"k": "', b'"}')),
    "JSON in JSON": row(("json", JSON), glue(b'{"k": "', b'"}'), ("json", JSON), glue(b'{"l": "', b'"}'), hint="a.json"),
    "JSON in JSON in JSON": row(
        ("json", JSON),
        glue(b'{"k": "', b'"}'),
        ("json", JSON),
        glue(b'{"l": "', b'"}'),
        ("json", JSON),
        glue(b'{"m": "', b'"}'),
        hint="a.json",
    ),
    "JSON, signs escaped": row(("json", unicode_escapes()), glue(b'{"k": "', b'"}'), hint="a.json"),
    "JSON, all escaped": row(("json", each(lambda byte: b"\\u%04x" % byte)), glue(b'{"k": "', b'"}'), hint="a.json"),
    "JSON in JSON, signs escaped": row(
        ("json", unicode_escapes()), glue(b'{"k": "', b'"}'), ("json", JSON), glue(b'{"l": "', b'"}'), hint="a.json"
    ),
    "YAML, double quotes": row(("yaml", JSON), glue(b'k: "', b'"\n'), hint="a.yaml"),
    "YAML, double quotes, signs escaped": row(
        ("yaml", only(b"-_=:\n", lambda byte: b"\\x%02x" % byte)), glue(b'k: "', b'"\n'), hint="a.yaml"
    ),
    "YAML, literal": row(("", breaks(b"\n  ")), glue(b"k: |\n  ", b"\n"), hint="a.yaml"),
    "YAML, folded": row(("", breaks(b"\n\n  ")), glue(b"k: >\n  ", b"\n"), hint="a.yaml"),
    "YAML, single quotes": row(("", breaks(b"\n\n  ")), glue(b"k: '", b"'\n"), hint="a.yaml"),
    "shell, dollar quotes": row(("shell", only(b"\n'", lambda byte: b"\\n" if byte == 10 else b"\\'")), glue(b"K=$'", b"'\n"), hint="a.sh"),
    "shell, dollar quotes, all": row(("shell", besides(LETTERS, lambda byte: b"\\x%02x" % byte)), glue(b"K=$'", b"'\n"), hint="a.sh"),
    "shell, octal": row(("shell", each(lambda byte: b"\\%03o" % byte)), glue(b"K=$'", b"'\n"), hint="a.sh"),
    "shell, quotes inside quotes": row(glue(b"sh -c 'K='\\''", b"'\\'''\n"), hint="a.sh"),
    "shell, heredoc": row(glue(b"cat > k <<EOF\n", b"\nEOF\n"), hint="a.sh"),
    "dotenv": row(("json", JSON), glue(b'K="', b'"\n'), hint=".env", keys=("pem-oneline",)),
    "XML": row(("xml", XML), glue(b"<k>", b"</k>"), hint="a.xml"),
    "XML, signs escaped": row(("xml", only(b"-_=:\n", lambda byte: b"&#%d;" % byte)), glue(b"<k>", b"</k>"), hint="a.xml"),
    "XML, hexadecimal": row(("xml", only(b"-_=:\n", lambda byte: b"&#x%X;" % byte)), glue(b"<k>", b"</k>"), hint="a.xml"),
    "XML, all": row(("xml", each(lambda byte: b"&#%d;" % byte)), glue(b"<k>", b"</k>"), hint="a.xml"),
    "XML, all hexadecimal": row(("xml", each(lambda byte: b"&#x%x;" % byte)), glue(b"<k>", b"</k>"), hint="a.xml"),
    "XML, an attribute": row(("xml", only(b'\n&"<', lambda byte: b"&#%d;" % byte)), glue(b'<k v="', b'"/>'), hint="a.xml"),
    "CDATA": row(glue(b"<k><![CDATA[", b"]]></k>"), hint="a.xml"),
    "JSON in CDATA": row(("json", JSON), glue(b'<k><![CDATA[{"k": "', b'"}]]></k>'), hint="a.xml", keys=("pem-oneline",)),
    "properties": row(
        ("properties", only(b"=:\n#!", lambda byte: b"\\n" if byte == 10 else b"\\%c" % byte)), glue(b"k=", b"\n"), hint="a.properties"
    ),
    "properties, signs escaped": row(
        ("properties", only(b"-_=:\n", lambda byte: b"\\u%04X" % byte)), glue(b"k=", b"\n"), hint="a.properties"
    ),
    "properties, continued": row(
        ("properties", then(only(b"=:\n", lambda byte: b"\\n" if byte == 10 else b"\\%c" % byte), lines(50, b"\\\n    "))),
        glue(b"k=", b"\n"),
        hint="a.properties",
        plants=without("pypi"),
    ),
    "TOML": row(("json", JSON), glue(b'k = "', b'"\n'), hint="a.toml", keys=("pem-oneline",)),
    "TOML, many lines": row(glue(b'k = """\n', b'"""\n'), hint="a.toml"),
    "source map": row(("json", JSON), glue(b'{"version":3,"sourcesContent":["const k = `', b'`"]}'), hint="a.js.map"),
    "source map of a string": row(
        ("json", JSON),
        glue(b'const k = "', b'"'),
        ("json", JSON),
        glue(b'{"version":3,"sourcesContent":["', b'"]}'),
        hint="a.js.map",
        keys=("json", "pem-oneline"),
    ),
    "quoted-printable": row(
        ("quoted-printable", then(inside(b"x = "), QUOTED)), glue(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", b"\r\n")
    ),
    "quoted-printable, broken": row(
        ("quoted-printable", then(inside(b"x = " + PAD), QUOTED, lines(75, b"=\n"))),
        glue(b"Content-Transfer-Encoding: quoted-printable\n\n", b"\n"),
        plants=KEYS,
    ),
}

WIDE_ROWS = {
    "UTF-16LE": row(("utf-16le", UTF_16)),
    "UTF-16BE": row(("utf-16be", wide("utf-16-be", codecs.BOM_UTF16_BE))),
    "UTF-16LE, no mark": row(("utf-16le", wide("utf-16-le"))),
    "UTF-16BE, no mark": row(("utf-16be", wide("utf-16-be"))),
    "UTF-32LE": row(("utf-32", wide("utf-32-le", codecs.BOM_UTF32_LE))),
    "UTF-32BE": row(("utf-32", wide("utf-32-be", codecs.BOM_UTF32_BE))),
    "UTF-32LE, no mark": row(("utf-32", wide("utf-32-le"))),
    "UTF-32BE, no mark": row(("utf-32", wide("utf-32-be"))),
    "UTF-8 with a mark": row(glue(codecs.BOM_UTF8)),
    "in a .NET file": row(("utf-16le", wide("utf-16-le")), glue(b"BSJB\x01\x00\x01\x00#US\x00\x00\x51", b"\x00\x11S\x00e\x00")),
    "in an ELF file": row(("utf-32", wide("utf-32-le")), glue(b"\x7fELF\x02\x01\x01\x00%s\x00", b"\x00\x00\x00\x00\x01\x1b\x03;")),
    "in an ELF file, narrow": row(glue(b"\x7fELF\x02\x01\x01\x00%s\x00", b"\x00%d\x00")),
    "in compiled Java": row(
        ("", lambda text: inside(b"\xca\xfe\xba\xbe\x00\x00\x00\x34\x01" + len(text).to_bytes(2, "big"), b"\x0c\x00\x07")(text)),
        plants=without("age"),
    ),
    "in compiled Python": row(
        (
            "",
            lambda text: inside(
                b"\xa7\r\r\n\x00" + (b"Z" + bytes([len(text)]) if len(text) < 256 else b"A" + len(text).to_bytes(4, "little")), b"N)\x01"
            )(text),
        ),
        plants=without("glpat", "uuid", "age"),
    ),
}

HTTP_ROWS = {
    "Basic": row(("basic-auth", then(inside(b"__token__:"), B64)), glue(b"Authorization: Basic ", b"\r\n")),
    "Basic in curl": row(
        ("basic-auth", then(inside(b"user:"), B64)), glue(b"curl -H 'authorization: basic ", b"' https://h/\n"), hint="a.sh"
    ),
    "extraheader": row(
        ("basic-auth", then(inside(b"x-access-token:"), B64)), glue(b"[http]\n\textraheader = AUTHORIZATION: basic ", b"\n")
    ),
    "npmrc": row(
        ("basic-auth", then(inside(b"user:"), B64)),
        glue(b"//h/:_auth=", b"\n"),
        hint=".npmrc",
        plants=SINGLE,
    ),
    "docker": row(
        ("docker-auth", then(inside(b"user:"), B64)), glue(b'{"auths": {"h": {"auth": "', b'"}}}'), hint="config.json", plants=SINGLE
    ),
    "docker in JSON": row(
        ("docker-auth", then(inside(b"user:"), B64)),
        glue(b'{"auths": {"h": {"auth": "', b'"}}}'),
        ("", JSON),
        glue(b'{"a": "', b'"}'),
        hint="a.json",
        plants=SINGLE,
    ),
    "dockerconfigjson": row(
        ("docker-auth", then(inside(b"user:"), B64)),
        glue(b'{"auths":{"h":{"auth":"', b'"}}}'),
        ("base64", B64),
        glue(b"data:\n  .dockerconfigjson: ", b"\n"),
        hint="a.yaml",
        plants=SINGLE,
    ),
    "Kubernetes": row(("base64", B64), glue(b"apiVersion: v1\nkind: Secret\ndata:\n  k: ", b"\n"), hint="a.yaml"),
    "userinfo": row(("percent", PERCENT), glue(b"https://u:", b"@h/\n")),
}

PACKED_ROWS = {
    "gzip in base64": row(("gzip", packed()), ("base64", B64)),
    "gzip in base64, in lines": row(glue(PAD * 9), ("gzip", packed()), ("base64", B64), wrapped(76, b"\n")),
    "zlib in base64": row(("gzip", packed(15)), ("base64", B64), glue(b'k = "', b'"')),
    "Helm release": row(
        ("", JSON),
        glue(b'{"name":"x","config":{"k":"', b'"}}'),
        ("gzip", packed()),
        ("base64", B64),
        ("base64", B64),
        glue(b"data:\n  release: ", b"\n"),
        hint="a.yaml",
        keys=("base64", "base64", "gzip", "json"),
    ),
    "user data": row(glue(b"#cloud-config\n"), ("gzip", packed()), ("base64", B64), glue(b'user_data = "', b'"\n')),
    "gzip in hexadecimal": row(("gzip", packed()), ("hex", HEX)),
    "gzip in a C array": row(("gzip", packed()), ("hex", each(lambda byte: b"0x%02x" % byte, b", ")), glue(b"{ ", b" };")),
    "gzip twice": row(("gzip", packed()), ("gzip", packed()), ("base64", B64)),
    "base64 in gzip in base64": row(("base64", B64), ("gzip", packed()), ("base64", B64)),
    "UTF-16 of base64 of gzip": row(("gzip", packed()), ("base64", B64), ("utf-16le", UTF_16)),
}

CHAINS = {
    "base64 of UTF-16": row(("utf-16le", wide("utf-16-le")), ("base64", B64)),
    "base64 of UTF-16 with a mark": row(("utf-16le", UTF_16), ("base64", B64)),
    "base64 of UTF-16BE": row(("utf-16be", wide("utf-16-be")), ("base64", B64)),
    "base64 of UTF-32": row(("utf-32", wide("utf-32-le")), ("base64", B64)),
    "base64 of hexadecimal": row(("hex", HEX), ("base64", B64)),
    "base64 of hexadecimal with blanks": row(("hex", each(lambda byte: b"%02x" % byte, b" ")), ("base64", B64)),
    "base64 of xxd": row(("hex", XXD), ("base64", B64)),
    "base64 of a C string": row(("hex", each(lambda byte: b"\\x%02x" % byte)), glue(b"k = '", b"'"), ("base64", B64)),
    "base64 of JSON escapes": row(("json", unicode_escapes()), glue(b'{"k": "', b'"}'), ("base64", B64)),
    "base64 of percent": row(("percent", besides(LETTERS, lambda byte: b"%%%02X" % byte)), ("base64", B64)),
    "base64 of entities": row(("xml", only(b"-_=:\n", lambda byte: b"&#%d;" % byte)), glue(b"<k>", b"</k>"), ("base64", B64)),
    "base64 of properties": row(
        ("properties", only(b"=:\n", lambda byte: b"\\n" if byte == 10 else b"\\%c" % byte)),
        glue(b"k=", b"\n"),
        ("base64", B64),
        keys=("base64", "pem-oneline"),
        plants=without("uuid"),
    ),
    "hexadecimal of base64": row(("base64", B64), ("hex", HEX)),
    "hexadecimal of base64 twice": row(("base64", B64), ("base64", B64), ("hex", HEX)),
    "hexadecimal of UTF-16": row(("utf-16le", wide("utf-16-le")), ("hex", HEX)),
    "hexadecimal of UTF-32": row(("utf-32", wide("utf-32-le")), ("hex", HEX)),
    "xxd of UTF-16": row(("utf-16le", UTF_16), ("hex", XXD)),
    "xxd of base64": row(("base64", B64), ("hex", XXD)),
    "hexdump of UTF-16": row(("utf-16le", UTF_16), ("hex", HEXDUMP)),
    "UTF-16 of base64": row(("base64", B64), ("utf-16le", UTF_16)),
    "UTF-16 of hexadecimal": row(("hex", HEX), ("utf-16le", UTF_16)),
    "UTF-16 of JSON": row(("json", JSON), glue(b'{"k": "', b'"}'), ("utf-16le", UTF_16), hint="a.json"),
    "UTF-16 of percent": row(("percent", besides(LETTERS, lambda byte: b"%%%02X" % byte)), ("utf-16le", UTF_16)),
    "UTF-32 of base64": row(("base64", B64), ("utf-32", wide("utf-32-le", codecs.BOM_UTF32_LE))),
    "percent of base64": row(("base64", then(inside(b"\xff\xfb\xbe"), B64)), ("", PERCENT), glue(b"k=")),
    "percent of JSON": row(("json", JSON), glue(b'{"k":"', b'"}'), ("percent", PERCENT), glue(b"k="), keys=("percent", "pem-oneline")),
    "JSON of hexadecimal dump": row(("hex", HEXDUMP), ("json", JSON), glue(b'{"k": "', b'"}'), hint="a.json"),
    "base64 in JSON in base64": row(("base64", B64), glue(b'{"text":"', b'"}'), ("base64", B64)),
    "base64 in YAML in base64 in JSON": row(("base64", B64), glue(b"k: ", b"\n"), ("base64", B64), glue(b'{"k": "', b'"}'), hint="a.json"),
    "JSON in base64 in JSON": row(("json", JSON), glue(b'{"k": "', b'"}'), ("base64", B64), glue(b'{"k": "', b'"}'), hint="a.json"),
    "base64 of UTF-16 of base64": row(("base64", B64), ("utf-16le", wide("utf-16-le")), ("base64", B64)),
    "JSON in XML": row(("json", JSON), glue(b'{"k": "', b'"}'), ("xml", XML), glue(b"<k>", b"</k>"), hint="a.xml", keys=("pem-oneline",)),
    "XML in JSON": row(
        ("xml", only(b"-_=:\n", lambda byte: b"&#%d;" % byte)), glue(b"<k>", b"</k>"), ("", JSON), glue(b'{"k": "', b'"}'), hint="a.json"
    ),
    "shell in JSON": row(
        ("shell", only(b"\n", lambda _: b"\\n")), glue(b"export K=$'", b"'\n"), ("json", JSON), glue(b'{"run": "', b'"}'), hint="a.json"
    ),
    "shell in YAML": row(("shell", only(b"\n", lambda _: b"\\n")), glue(b"run: K=$'", b"' ./x\n"), hint="a.yaml"),
}


def joint(seam: bytes, before: bytes = b'k = "', after: bytes = b'"\n', *, hint: str = "", plants: tuple[str, ...] = TOKENS) -> Row:
    return row(("joined-lines", cut(seam)), glue(before, after), hint=hint, plants=plants)


JOINED_ROWS = {
    "plus in a line": joint(b'" + "', hint="a.js"),
    "plus": joint(b'" +\n    "', hint="a.js"),
    "plus at the beginning": joint(b'"\n    + "', hint="A.java"),
    "dot": joint(b"' .\n    '", b"$k = '", b"';\n", hint="a.php"),
    "two dots": joint(b'" .. "', hint="a.lua"),
    "ampersand": joint(b'" & _\n    "', hint="a.vb"),
    "two bars": joint(b"' || '", b"SELECT '", b"';\n", hint="a.sql"),
    "adjacent literals": joint(b'"\n     "', b'k = ("', b'")\n', hint="a.py"),
    "adjacent literals in a line": joint(b'" "', hint="a.c"),
    "adjacent quotes of a shell": joint(b"\"'", b'K="', b"'\n", hint="a.sh", plants=CHECKED),
    "a list": joint(b'", "', b'["', b'"].join("")\n', hint="a.js", plants=CHECKED),
    "backslash": joint(b"\\\n", b'K="', hint="a.sh"),
    "backslash with CRLF": joint(b"\\\r\n", b'K="', b'"\r\n', hint="a.sh"),
    "backslash in TOML": joint(b"\\\n    ", b'k = """\\\n    ', b'"""\n', hint="a.toml"),
    "backslash outside quotes": joint(b"\\\n", b"x --key ", b"\n"),
    "backtick": joint(b"`\n", b"x -Key ", b"\n", hint="a.ps1"),
    "backtick and plus": joint(b'" + `\n    "', b'$k = "', hint="a.ps1"),
    "here-string": joint(b"\n", b'$k = @"\n', b'\n"@\n', hint="a.ps1", plants=CHECKED),
    "caret": joint(b"^\r\n", b"set K=", b"\r\n", hint="a.cmd"),
    "heredoc": joint(b"\n  ", b"k = <<~EOS\n  ", b"\nEOS\n", hint="a.rb", plants=CHECKED),
    "number signs": joint(b"\n# ", b"# key: ", b"\n", hint="a.py", plants=CHECKED),
    "slashes": joint(b"\n// ", b"// key: ", b"\n", hint="a.js", plants=CHECKED),
    "stars": joint(b"\n * ", b"/**\n * key: ", b"\n */\n", hint="a.js", plants=CHECKED),
    "quotation": joint(b"\n> ", b"> key: ", b"\n", plants=CHECKED),
    "patch": joint(b'" +\n+    "', b'+k = "', b'";\n'),
    "soft line break": joint(b"=\n", b"key: ", b"\n"),
    "soft line break with CRLF": joint(b"=\r\n", b"key: ", b"\r\n"),
    "YAML, double quotes": row(("yaml", cut(b"\\\n  ")), glue(b'k: "', b'"\n'), hint="a.yaml", plants=without("pypi", *KEYS)),
    "source in JSON": row(
        ("joined-lines", cut(b'" +\n  "')),
        glue(b'k = "', b'";'),
        ("json", JSON),
        glue(b'{"sourcesContent": ["', b'"]}'),
        hint="a.map",
        plants=TOKENS,
    ),
    "shell in YAML": joint(b"\\\n      ", b"run: |\n    x --key ", b"\n", hint="a.yaml"),
    "source in base64": row(("joined-lines", cut(b'" +\n  "')), glue(b'k = "', b'";'), ("base64", B64), plants=TOKENS),
    "source in UTF-16": row(("joined-lines", cut(b'" + "')), glue(b'$k = "', b'"\r\n'), ("utf-16le", UTF_16), hint="a.ps1", plants=TOKENS),
    "source in gzip in base64": row(
        ("joined-lines", cut(b'" + "')), glue(b'k = "', b'";'), ("gzip", packed()), ("base64", B64), plants=TOKENS
    ),
}
ROWS = {
    f"{title}: {name}": each_row
    for title, rows in (
        ("base64", BASE64_ROWS),
        ("hexadecimal", HEX_ROWS),
        ("text", TEXT_ROWS),
        ("wide", WIDE_ROWS),
        ("HTTP", HTTP_ROWS),
        ("packed", PACKED_ROWS),
        ("chain", CHAINS),
        ("joined", JOINED_ROWS),
    )
    for name, each_row in rows.items()
}
