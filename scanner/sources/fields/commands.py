"""Whom and where a command logs in: the host among its arguments, the user beside the password.

Sources: the manuals of curl, docker and its kin, twine, uv, npm, Poetry and Composer.
"""

from __future__ import annotations

import re

from scanner import hosts
from scanner.contract import rx
from scanner.sources.fields.named import host_in, host_of, text_of, user_of

_REACH = 512
"""Bytes before and after a value that belong to its command."""

_LINE_END = re.compile(rb"(?<![\\`^])(?:\r\n|[\r\n])|[ ](?:&&|\|\|)[ ]|;[ ]")
_JOINT = re.compile(rb"[\\`^]\r?\n[ \t]{0,64}")

_CONFIGURED = rx(r"""
    (?<! [\w.-] ) (?: (?: github-oauth | gitlab-oauth | gitlab-token | forgejo-token | bearer | http-basic ) \. (?P<host> [\w.-]{1,255} )
      | pypi-token \. (?P<index> [\w-]{1,64} ) ) [ ]{1,4} (?: (?P<account> [^\s"'$-] [^\s"'$]{0,127} ) [ ]{1,4} )? ["']? $
""")
"""`composer config github-oauth.HOST TOKEN`, `poetry config http-basic.NAME USER PASSWORD`."""

_MAPPED = rx(r"""
    ["'] (?: github-oauth | gitlab-oauth | gitlab-token | forgejo-token | bearer | http-basic ) \\{0,3} ["'] \s{0,8} : \s{0,8} \{ .{0,200}?
    ["'] (?P<host> [\w.:-]{1,255} ) \\{0,3} ["'] \s{0,8} : \s{0,8}
    (?: \{ \s{0,8} (?: \\{0,3} ["'] username \\{0,3} ["'] \s{0,8} : \s{0,8} \\{0,3} ["'] (?P<account> [^"'\\]{1,128} ) \\{0,3} ["'] \s{0,8} , \s{0,8} )?
        \\{0,3} ["'] (?: password | token ) \\{0,3} ["'] \s{0,8} : \s{0,8} )?
    \\{0,3} ["'] $
""")
"""Composer's `auth.json` as the value of a variable."""

_LOGIN = rx(r"""
    (?<! [\w-] ) (?: docker | podman | buildah | skopeo | nerdctl | oras | crane [ ]{1,4} auth | helm [ ]{1,4} registry | cosign ) [ ]{1,4}
    login [ ] (?P<arguments> .{0,512} )
""")
_VALUED = frozenset({b"-u", b"--username", b"-p", b"--password", b"--authfile", b"--cert-dir"})
_URL_FLAG = rx(r"""
    (?<! [\w-] ) (?: --? (?i: registry | repository-url | publish-url | index-url | source | server | api-url | endpoint ) | -s | --host(?:name)? )
    (?: = | [ ]{1,4} ) ["']? (?P<url> https?:// [^\s"'<>]{1,512} | [A-Za-z0-9-]{1,63} (?: \. [A-Za-z0-9-]{1,63} ){1,8} (?= [\s"'] | $ ) )
""")
_REQUEST = rx(r"(?<! [\w./-] ) (?: curl (?: \.exe )? | wget | xh | Invoke-(?:RestMethod|WebRequest) | iwr | irm ) [ ]")
_PROXY = rx(r"(?<! [\w-] ) (?: -x | --proxy | -e | --referer | -o | --output ) (?: = | [ ]{1,4} ) [\"']? $")
_ADDRESS = rx(r"https?:// [^\s\"'<>|]{1,512}")
_USER_FLAG = rx(
    r"(?: ^ | \s ) (?: -u | --user | --username ) (?: = | [ ]{1,8} ) [\"']? (?P<account> [^\s:\"'=]{1,64} ) [\"']? (?= \s | $ )"
)

_INDEXES = {"pypi": hosts.PYPI_UPLOAD, "testpypi": hosts.TEST_PYPI}


def logged_in(text: bytes, start: int, end: int) -> tuple[str | None, str | None]:
    """The host and the user that the command around the value in `text[start:end]` names. Never raises."""
    before = _JOINT.sub(b" ", _LINE_END.split(text[max(0, start - _REACH) : start])[-1])
    configured = _CONFIGURED.search(before) or _MAPPED.search(before)
    if configured is not None:
        return _configured(configured)
    after = _JOINT.sub(b" ", _LINE_END.split(text[end : end + _REACH], maxsplit=1)[0])
    user = _USER_FLAG.search(before + b" " + after)
    return _host(before, after), user_of(user["account"]) if user else None


def _configured(match: re.Match[bytes]) -> tuple[str | None, str | None]:
    groups = match.groupdict()
    index = _INDEXES.get(text_of(groups.get("index") or b""))
    host = hosts.spell(index) if index else host_in(text_of(groups["host"] or b""))
    return host, user_of(groups["account"]) if groups["account"] else None


def _host(before: bytes, after: bytes) -> str | None:
    login = _LOGIN.search(before + b" " + after)
    if login is not None:
        return _registry(login["arguments"].split())
    flag = _URL_FLAG.search(after) or _URL_FLAG.search(before)
    if flag is not None:
        return host_of(text_of(flag["url"]))
    if not _REQUEST.search(before):
        return None
    for side in (before, after):
        for address in _ADDRESS.finditer(side):
            if not _PROXY.search(side[: address.start()]):
                return host_of(text_of(address[0]))
    return None


def _registry(words: list[bytes]) -> str | None:
    """The first argument that is neither a flag nor the value of one."""
    for at, word in enumerate(words):
        if not word.startswith(b"-") and (not at or words[at - 1] not in _VALUED):
            return host_in(text_of(word.strip(b"\"'")))
    return None
