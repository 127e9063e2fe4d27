"""Commands that are given a password as an argument.

Sources: the manuals of docker, podman, helm, skopeo, oras, az, twine, redis-cli, mongosh and MongoDB's tools, keytool, jarsigner,
apksigner, openssl, signtool, security, htpasswd, sqlcmd, lftp, rabbitmqctl, OpenLDAP, chpasswd, Info-ZIP, 7-Zip, smbclient, HTTPie, nuget.
"""

from __future__ import annotations

from detectors._generic_ways import Way, anchor
from scanner.contract import rx

_VALUE = r"""(?: ' (?P<single> [^'\s]{8,64}+ ) ' | \\? " (?P<double> [^"\s\\]{8,64}+ ) \\? " | (?P<value> [^\s"'`;&|<>()\\]{8,64}+ ) (?! ["'`] \w ) )"""
_REST = r"[^\r\n|;&]{0,160}?"
_THEN = rb"""\\?["']?[^\s"'`;&|<>$(\\]{8}"""
_UNTIL = rb"(?:[^\r\n|;&]{0,120}[ ])?"


def _login(words: tuple[bytes, ...], begins: str, option: str, asked: bytes, before: bytes = b"", *, caseless: bool = False) -> Way:
    """A command with an option whose argument is a password. `asked` is what the matcher wants between the word and the argument."""
    return Way(
        tuple(word.lower() for word in words),
        rx(rf"(?{'i' if caseless else ''}: {begins} ) {_REST} (?<= [ ] ) {option} {_VALUE}"),
        tuple(anchor(word, asked + _THEN, before, caseless=caseless) for word in words),
    )


COMMANDS = (
    _login(
        (b" login ",),
        r"(?: docker | podman | nerdctl | buildah | skopeo | oras | registry | auth | az | acr ) [ ] login [ ]",
        r"(?: -p [ =]? | --password [ =] )",
        _UNTIL + rb"(?:-p[ =]?|--password[ =])",
        rb"(?:docker|podman|nerdctl|buildah|skopeo|oras|registry|auth|az|acr)",
    ),
    _login((b"twine upload ",), r"twine [ ] upload [ ]", r"(?: -p | --password ) [ =]", _UNTIL + rb"(?:-p|--password)[ =]"),
    _login((b"redis-cli ",), r"redis-cli [ ]", r"(?: -a | --pass ) [ ]", _UNTIL + rb"(?:-a|--pass)[ ]"),
    _login(
        (b"mongo ", b"mongosh ", b"mongodump ", b"mongorestore ", b"mongoexport ", b"mongoimport "),
        r"mongo (?: sh | dump | restore | export | import )? [ ]",
        r"-p [ ]?",
        _UNTIL + rb"-p[ ]?",
    ),
    Way(
        (b"storepass ", b"keypass "),
        rx(rf"- (?: src | dest | new )? (?: store | key ) pass [ ] {_VALUE}"),
        tuple(anchor(word, _THEN, rb"[ ]-(?:src|dest)?") for word in (b"storepass ", b"keypass ")),
    ),
    Way(
        (b"pass:",),
        rx(rf"""(?<= [ "'] ) --? (?: pass (?: in | out )? | (?: ks | key | next | new )-pass ) ["']? ,? [ ] ["']? pass: {_VALUE}"""),
        (anchor(b"pass:", _THEN, rb"""[ "']--?(?:pass|passin|passout|ks-pass|key-pass)["']?,?[ ]["']?"""),),
    ),
    _login(
        (b"signtool",),
        r"""signtool (?: \.exe )? ["']? [ ]{1,2} sign [ ]""",
        r"/p [ ]",
        rb"(?:\.exe)?[\"']?[ ]{1,2}sign[ ]" + _UNTIL + rb"/p[ ]",
        caseless=True,
    ),
    _login(
        (b"security ",),
        r"security [ ] (?: unlock-keychain | create-keychain | import ) [ ]",
        r"-[pP] [ ]",
        rb"(?:unlock-keychain|create-keychain|import)[ ]" + _UNTIL + rb"-[pP][ ]",
    ),
    _login((b"sqlcmd ",), r"sqlcmd [ ]", r"-P [ ]?", _UNTIL + rb"-P[ ]?"),
    _login(
        (b"htpasswd ",),
        r"htpasswd [ ]",
        r"-[a-zA-Z]{0,4}b[a-zA-Z]{0,4} [ ] (?: -[a-zA-Z] [ ] )? (?: [^\s-][^\s]{0,128} [ ] ){1,2}",
        rb"-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ ](?:-[a-zA-Z][ ])?(?:[^\s]{1,64}[ ]){1,2}",
    ),
    Way(
        (b"lftp ",),
        rx(rf"lftp [ ] {_REST} -u [ ]? [\"']? (?P<user> [^\s,\"'$]{{1,64}} ) , (?: (?P<value> [^\s\"'`;&|<>]{{8,64}}+ ) )"),
        (anchor(b"lftp ", _UNTIL + rb"-u[ ]?[\"']?[^\s,\"'$]{1,40},[^\s\"'`;&|<>$]{8}"),),
    ),
    Way(
        (b"rabbitmqctl ",),
        rx(rf"rabbitmqctl [ ] (?: add_user | change_password ) [ ] [\"']? (?P<user> [^\s\"'$]{{1,64}} ) [\"']? [ ] {_VALUE}"),
        (anchor(b"rabbitmqctl ", rb"(?:add_user|change_password)[ ][\"']?[^\s\"'$]{1,64}[\"']?[ ]" + _THEN),),
    ),
    _login(
        (b"ldapsearch ", b"ldapadd ", b"ldapmodify ", b"ldapdelete ", b"ldapwhoami "),
        r"ldap (?: search | add | modify | delete | whoami ) [ ]",
        r"-w [ ]?",
        _UNTIL + rb"-w[ ]?",
    ),
    Way(
        (b"chpasswd",),
        rx(
            r"""(?<= [ "'] ) (?P<user> [^\s:"'$]{1,64} ) : (?P<value> [^\s"'`|$]{8,64}+ ) ["']? [ ]? [|] [ ]? (?: sudo [ ] )? (?: [/a-z]{1,16} / )? chpasswd"""
        ),
        (anchor(b"chpasswd", before=rb"""[^\s:"'$]{1,32}:[^\s"'`|$]{8,64}["']?[ ]?[|][ ]?(?:sudo[ ])?(?:[/a-z]{1,16}/)?"""),),
    ),
    Way(
        (b"zip -p ",),
        rx(rf"(?: un )? zip [ ] -P [ ] {_VALUE}"),
        (anchor(b"zip -P ", _THEN),),
    ),
    Way(
        (b"7z ", b"7za "),
        rx(rf"7za? [ ] [axetl] [ ] {_REST} (?<= [ ] ) -p {_VALUE}"),
        tuple(anchor(word, _UNTIL + rb"-p" + _THEN) for word in (b"7z a ", b"7z x ", b"7za a ", b"7za x ")),
    ),
    Way(
        (b"smbclient ",),
        rx(rf"smbclient [ ] {_REST} (?: -U | --user ) [ =]? [\"']? (?P<user> [^\s%\"'$]{{1,64}} ) % (?P<value> [^\s\"'`;&|<>]{{8,64}}+ )"),
        (anchor(b"smbclient ", _UNTIL + rb"(?:-U|--user)[ =]?[\"']?[^\s%\"'$]{1,40}%[^\s\"'`;&|<>$]{8}"),),
    ),
    Way(
        (b"http -a ", b"https -a "),
        rx(r"""https? [ ] -a [ ] ["']? (?P<user> [^\s:"'$<>{}]{1,128} ) : (?P<value> [^\s"'`;&|<>]{8,64}+ )"""),
        tuple(anchor(word, rb"""["']?[^\s:"'$<>{}]{1,64}:[^\s"'`;&|<>$]{8}""") for word in (b"http -a ", b"https -a ")),
    ),
    _login((b"nuget push ",), r"nuget [ ] push [ ]", r"(?: -k | --api-key | -ApiKey ) [ ]", _UNTIL + rb"(?:-k|--api-key|-ApiKey)[ ]"),
    Way(
        (b"/user:",),
        rx(rf"net [ ] use [ ] {_REST} /user: (?P<user> [^\s\"']{{1,64}} ) [ ] {_VALUE}"),
        (anchor(b"/user:", rb"[^\s\"']{1,64}[ ]" + _THEN, rb"net[ ]use[ ][^\r\n|;&]{0,80}"),),
    ),
)
"""The ways of `login-password` that are commands."""
