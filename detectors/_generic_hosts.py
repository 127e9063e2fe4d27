"""Hosts that say whose a password is: nobody's, in documentation, or one's own.

Sources: RFC 2606 and RFC 6761, which set names aside for documentation and for the machine itself.
"""

from __future__ import annotations

from scanner.contract import rx

_NOWHERE = rx(r"""
    (?i: (?: .{0,253} \. )? (?: example (?: \. [a-z]{2,3} ){0,2} | test | invalid | domain\.(?: com | tld )
      | (?: my | your | some )?-?(?: host | server | site | domain )(?: name )? (?: \. [a-z]{2,4} )? | (?: foo | bar | baz | quux ) (?: \. [a-z]{2,8} )? | acme\.com
      | (?: your | my )?-?company \. [a-z]{2,3} ) )
""")
_OWN = rx(
    r"(?i: localhost (?: \. localdomain )? | 127\.[0-9.]{1,11} | 0\.0\.0\.0 | \[? ::1 \]? | \(local (?: db )? \) | host\.docker\.internal )"
)
_CONTAINER = rx(r"""
    (?i: db | database | postgres(?:ql)? | pg | mysql | mariadb | mssql | oracle | redis | mongo(?:db)? | rabbitmq | broker | cache | queue | elasticsearch | minio | smtp
      | mail ) [0-9]{0,4}
""")


def nowhere(host: bytes) -> bool:
    """Whether this is a host of documentation, or what people write in its place."""
    return _NOWHERE.fullmatch(host) is not None


def own_machine(host: bytes) -> bool:
    """Whether everybody has a host of this name: the machine that asks."""
    return _OWN.fullmatch(host) is not None


def container(host: bytes) -> bool:
    """Whether this is a name that only a set of containers resolves, after what runs in it."""
    return _CONTAINER.fullmatch(host) is not None
