"""How a name is given its value where people read: tables and lists of documentation, HTML, and what programs fall back to.

Sources: HTML's named and numeric references for quotes, the tables of GitHub Flavored Markdown, parameter expansion of POSIX shells
("Use Default Values", which Compose has too), Terraform's documentation of variables.
"""

from __future__ import annotations

from scanner.contract import rx

_QUOTE = r"(?: & (?: quot | apos | \#0?3[49] | \#[xX]2[27] ) ; )"

PATTERN = rx(rf"""
    (?P<word> (?i: passw(?:or)?d | passphrase | pwd | secret (?: [ _-]? key )? | token | (?: api | access | secret | auth | private ) [ _.-]? key ) )
    (?: [_-]? (?i: [0-9]{{1,2}} | prod | production | live | dev | staging ) )? (?! [0-9A-Za-z_-] )
    (?: {_QUOTE}? [ ]{{0,2}} (?: => | [:=] ) [ ]{{0,2}} {_QUOTE} (?P<quoted> [^\s"'`<>\\&]{{6,256}}+ ) {_QUOTE}
      | [`*_]{{0,3}} [ \t]{{0,24}} [|] [ \t]{{1,24}} [`*_]{{0,2}} (?P<cell> [^\s|`"'<>\\]{{6,256}}+ ) [`*_]{{0,2}} [ \t]{{0,64}} [|]
      | (?: : \*\* | \*\* : ) [ ] `? (?P<item> [^\s`*"'<>\\]{{6,256}}+ ) `? (?= [ \t]{{0,16}} (?: [\r\n] | \Z ) )
      | :? (?: </ [a-z]{{1,6}} > \s{{0,24}} ){{1,2}} < (?: td | dd | code ) [^<>\r\n]{{0,64}} > (?: < (?: code | tt | b ) > )? (?P<element> [^\s<>"'`\\]{{6,256}}+ ) </
      | "? > \s{{0,24}} (?: < (?: value | string ) > \s{{0,24}} )? <!\[CDATA\[ [ ]? (?P<data> [^\s<>"'`\[\]]{{6,256}}+ ) [ ]? \]\]>
      | "? > \s{{0,24}} < value > (?P<inner> [^\s<>"'`\\]{{6,256}}+ ) </
      | (?P<expanded> :?- ) (?P<fallback> [^\s"'`<>\\{{}}$]{{6,256}}+ ) \}}
      | " [ ]{{0,2}} \{{ \s{{1,16}} (?: [a-z]{{4,11}} [ ]{{0,12}} = [ ] [^\r\n]{{1,80}} \s{{1,16}} )? default [ ]{{0,12}} = [ ]{{1,2}} " (?P<default> [^\s"'`\\]{{6,256}}+ ) " )
""")
GROUPS = ("quoted", "cell", "item", "element", "data", "inner", "fallback", "default")
"""Where the value stands: one of these."""
EXPANDED = rx(r"\$\{ [0-9A-Za-z_]{0,64} \Z")
"""What stands before the end of the name of a variable that a shell expands."""

_Q = rb"&(?:quot|apos|#0?3[49]|#x2[27]);"
THEN = (
    rb"(?:(?:" + _Q + rb")?[ ]{0,2}(?:=>|[:=])[ ]{0,2}" + _Q + rb"""|[`*_]{0,3}[ \t]{0,24}[|][ \t]{1,24}[`*_]{0,2}|(?::\*\*|\*\*:)[ ]`?"""
    rb"""|:?(?:</[a-z]{1,6}>[ \t\r\n]{0,24}){1,2}<(?:td|dd|code)[^<>\r\n]{0,64}>(?:<(?:code|tt|b)>)?|"?>[ \t\r\n]{0,24}(?:<(?:value|string)>[ \t\r\n]{0,24})?(?:<!\[CDATA\[)?)"""
)
"""The same as far as the value, for the matcher."""
BEFORE_FALLBACK, THEN_FALLBACK = rb"\$\{[0-9a-z_]{0,40}", rb":?-"
"""What a shell takes where a variable has no value; without the brace, a dash is in every other file name."""
THEN_DEFAULT = rb'"[ ]{0,2}\{[ \t\r\n]{1,16}(?:[a-z]{4,11}[ ]{0,12}=[ ][^\r\n]{1,80}[ \t\r\n]{1,16})?default[ ]{0,12}=[ ]{1,2}"'
