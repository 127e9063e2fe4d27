"""More rows of the matrix: what separates the lines of base64 and hexadecimal in programs, comments, patches and logs; lists of numbers."""

from __future__ import annotations

from tests.scanner.engine import rows
from tests.scanner.engine.planted import TOKENS, Row
from tests.scanner.engine.rows import B64, PAD, glue, row, wrapped
from tests.scanner.engine.writers import HEX, Writer, base64, each, inside, packed, then, wide

CODED: dict[str, tuple[str, Writer]] = {"base64": ("base64", then(inside(PAD, b"\nmore\n"), B64)), "hex": ("hex", HEX)}
SEAMS = {
    "plus at the beginning": (b'k = "', b'"\n        + "', b'";\n'),
    "verbatim strings": (b'k = @"', b'" +\n    @"', b'";\n'),
    "strings of bytes": (b'k = (b"', b'"\n     b"', b'")\n'),
    "backticks": (b"k = `", b"` +\n  `", b"`;\n"),
    "dot at the beginning": (b"$k = '", b"'\n    . '", b"';\n"),
    "two dots": (b'k = "', b'" ..\n  "', b'"\n'),
    "two plus": (b'k = "', b'" ++\n  "', b'"\n'),
    "three dots": (b"k = ['", b"' ...\n  '", b"'];\n"),
    "two bars": (b"SELECT '", b"' ||\n  '", b"';\n"),
    "arrows": (b"k = '", b"' <<\n  '", b"'\n"),
    "ampersand and underscore": (b'k = "', b'" & _\n    "', b'"\n'),
    "backtick and plus": (b'$k = "', b'" + `\r\n  "', b'"\r\n'),
    "appended": (b'K="', b'"\nK+="', b'"\n'),
    "appended with a semicolon": (b'k = "', b'";\nk += "', b'";\n'),
    "appended by name": (b'k = "', b'"\nk = k & "', b'"\n'),
    "caret": (b"set K=", b"^\r\n", b"\r\n"),
    "echo": (b"(echo ", b"\r\necho ", b")>k\r\n"),
    "slashes": (b"// ", b"\n// ", b"\n"),
    "dashes": (b"-- ", b"\n-- ", b"\n"),
    "semicolons": (b"; ", b"\n; ", b"\n"),
    "remarks": (b"rem ", b"\r\nrem ", b"\r\n"),
    "quotation": (b"> ", b"\n> ", b"\n"),
    "quotation of a quotation": (b">> ", b"\n>> ", b"\n"),
    "patch": (b"@@ -0,0 +1,9 @@\n+", b"\n+", b"\n"),
    "patch that takes away": (b"@@ -1,9 +0,0 @@\n-", b"\n-", b"\n"),
    "patch of YAML": (b"@@ -0,0 +1,9 @@\n+k: |\n+  ", b"\n+  ", b"\n"),
    "log": (b"2026-01-02T03:04:05.1234567Z ", b"\n2026-01-02T03:04:05.1234567Z ", b"\n"),
    "carriage returns": (b"", b"\r", b"\r"),
    "blanks": (b"k = ", b" ", b"\n"),
    "in a URL": (b"k=", b"%0A", b"&x=1\n"),
    "in a URL with CRLF": (b"k=", b"%0D%0A", b"&x=1\n"),
    "in an attribute": (b'<k v="', b"&#10;", b'"/>\n'),
    "in XML of Windows": (b"<k>", b"&#xD;\n", b"</k>\n"),
}
SEAM_ROWS = {
    f"{encoding.removeprefix('base')}, {name}": row(CODED[encoding], wrapped(76, seam, b"some text\n" + before, after))
    for encoding in CODED
    for name, (before, seam, after) in SEAMS.items()
}
LIST_ROWS = {
    "decimal": row(("decimal", each(lambda byte: b"%d" % byte, b", ")), glue(b"k = [", b"]\n")),
    "decimal without blanks": row(("decimal", each(lambda byte: b"%d" % byte, b",")), glue(b'{"data":[', b"]}")),
    "decimal, each in a line": row(("decimal", each(lambda byte: b"%d" % byte, b",\n    ")), glue(b'{\n  "data": [\n    ', b"\n  ]\n}")),
    "casts": row(("hex", each(lambda byte: b"(byte)0x%02x" % byte, b", ")), glue(b"byte[] k = { ", b" };\n")),
    "short numbers": row(("hex", each(lambda byte: b"0x%x" % byte, b", ")), glue(b"[]byte{", b"}\n")),
    "commas": row(("hex", each(lambda byte: b"%02x" % byte, b",")), glue(b'"k"=hex:', b"\r\n")),
    "registry of Windows": row(
        ("utf-16le", wide("utf-16-le")), ("hex", each(lambda byte: b"%02x" % byte, b",")), wrapped(60, b"\\\r\n  ", b'"k"=hex(2):', b"\r\n")
    ),
    "gzip": row(("gzip", packed()), ("decimal", each(lambda byte: b"%d" % byte, b", ")), glue(b"k = [", b"]\n")),
}
OTHER_ROWS = {
    "zlib in base64, alone": row(("gzip", packed(15)), ("base64", B64)),
    "command of PowerShell": row(
        glue(b'$k = "', b'"\n'), ("utf-16le", wide("utf-16-le")), ("base64", base64()), glue(b"powershell -enc ", b"\r\n"), plants=TOKENS
    ),
    "strings of escapes over lines": row(
        ("hex", each(lambda byte: b"\\x%02x" % byte)), wrapped(64, b'"\n  "', b'k =\n  "', b'";\n'), plants=("rsa", "openssh")
    ),
}
ROWS: dict[str, Row] = {
    **rows.ROWS,
    **{f"seams: {name}": each_row for name, each_row in SEAM_ROWS.items()},
    **{f"lists: {name}": each_row for name, each_row in LIST_ROWS.items()},
    **{f"other: {name}": each_row for name, each_row in OTHER_ROWS.items()},
}
