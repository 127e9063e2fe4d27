"""Azure: secrets of Entra applications, and account keys of Storage and Cosmos DB.

A client secret has `Q~` after four characters. An account key is 64 bytes in base64, told by the connection string around it, by the mark
that newer ones have before their checksum, or by a name that Microsoft's tools read: `AZURE_STORAGE_KEY` and `--account-key`
(`Azure/azure-cli`, `storage/_validators.py`), `fs.azure.account.key.ACCOUNT.dfs.core.windows.net` of Hadoop and Databricks,
`azurestorageaccountkey` of a volume in Kubernetes, `ARM_ACCESS_KEY` of Terraform's state, `COSMOS_KEY` of the examples for Cosmos DB. Sources:
Microsoft's documentation of connection strings, of identifiable secrets and of these names; the other names are what people call such keys.

Near misses: the ids of tenants and applications (UUIDs), other base64 of 64 bytes, names that begin like a key, the key of another cloud's
storage in the same configuration.
"""

from __future__ import annotations

import re

from detectors._assigned import AssignedDetector, Form, Place
from detectors._issued import token
from detectors._letters import mixed
from detectors._offline import facts
from scanner.contract import Anchor, Confidence, Kind, Lifetime, Reading, RegexDetector, Rx, Secret, rx

_CLIENT = Kind(
    id="azure-client-secret",
    title="Azure client secret",
    provider="azure",
    actions=frozenset({"read", "deploy", "admin"}),
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Where a workflow uses it, give the application a federated credential instead, so that no secret is needed",
        "Else add a second client secret to the application with a near end, and replace the copies",
        "Delete the old secret in Entra under App registrations, Certificates & secrets",
        "Look through the application's sign-ins for addresses that are not yours",
    ),
)
_STORAGE = Kind(
    id="azure-storage-key",
    title="Azure Storage account key",
    provider="azure",
    actions=frozenset({"read", "deploy", "admin"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let clients use Entra identities, and switch shared keys off for the account where nothing else needs them",
        "Else regenerate the account's other key, and replace the copies by that",
        "Regenerate the leaked key, which also ends all shared access signatures made with it",
        "Look through the account's logs for what was read and written with it",
    ),
)
_COSMOS = Kind(
    id="azure-cosmos-key",
    title="Azure Cosmos DB account key",
    provider="azure",
    actions=frozenset({"read", "admin"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let clients use Entra identities, and switch keys off for the account where nothing else needs them",
        "Else regenerate the account's secondary key, and replace the copies by that",
        "Regenerate the leaked key",
        "Look through the account's logs for what was read and written with it",
    ),
)

_SECRET = rx(r"(?P<body> [A-Za-z0-9_~.-]{3} [0-9] Q~ [A-Za-z0-9_~.-]{31,34} ) (?! [A-Za-z0-9_~=-])")

_NEAR = 512
"""Bytes of a connection string before and after its key."""
_KEY = rx(r"""
    (?P<sign> AccountKey [ ]? = [ ]? )? (?<! [A-Za-z0-9+/] )
    (?P<value> [A-Za-z0-9+/]{76} (?P<mark> \+ASt | ACDb)? [A-Za-z0-9+/]{6,10} == ) (?! [A-Za-z0-9+/=])
""")
_BARE_KEY = r"[0-9A-Za-z+/]{86}=="
_HADOOP = r"""
    fs\.azure\.account\.key\. (?P<account> [0-9a-z]{3,24} ) \. (?: blob | dfs ) \. [a-z0-9.]{1,40}
    (?: </name> \s{0,16} <value> \s{0,8} | [ \t]{0,4} ["']? \s{0,4} [=:,] \s{0,32} ["']? | ["']? [ \t]{1,4} ["']? )
"""
"""A setting of Hadoop that has the account in its name."""
_LENGTH = 88
"""Characters of 64 bytes in base64."""
_STORAGE_NAME = rx(r"AccountName [ ]? = [ ]? (?P<name> [a-z0-9]{3,24} ) (?! [0-9A-Za-z-])")
_COSMOS_NAME = rx(r"AccountEndpoint [ ]? = [ ]? (?P<address> https:// (?P<name> [a-z0-9-]{3,63} ) (?: [.:] [a-z0-9.-]{1,100} | / ) )")


def _client(match: re.Match[bytes]) -> Reading | None:
    return token(match, _CLIENT)


def _account_key(match: re.Match[bytes]) -> Reading | None:
    """A key in a connection string, or one with a mark of its own."""
    value, mark = match["value"], match["mark"]
    if len(value) != _LENGTH or not mixed(value) or not (match["sign"] or mark):
        return None
    start, end = match.span("value")
    storage, cosmos = _named(_STORAGE_NAME, match), _named(_COSMOS_NAME, match)
    kind = _COSMOS if mark == b"ACDb" or (mark is None and cosmos and not storage) else _STORAGE
    account = cosmos if kind is _COSMOS else storage
    return Reading(
        start,
        end,
        kind.id,
        Secret(value),
        confidence=Confidence.HIGH,
        facts=facts(kind.lifetime, account=account),
        account=account,
    )


def _named(pattern: Rx, match: re.Match[bytes]) -> str | None:
    """The account in the connection string around a key; the strings of other accounts are in other lines."""
    start, end = match.span("value")
    line = max(match.string.rfind(b"\n", max(0, start - _NEAR), start) + 1, start - _NEAR)
    stop = match.string.find(b"\n", end, end + _NEAR)
    found = pattern.search(match.string, line, end + _NEAR if stop < 0 else stop)
    return found["name"].decode() if found else None


DETECTORS = (
    RegexDetector(
        id="azure-client-secret",
        title="Azure client secret",
        kinds=(_CLIENT,),
        anchors=(
            Anchor(
                b"Q~",
                before=rb"[A-Za-z0-9_~.-]{3}[0-9]",
                then=rb"[A-Za-z0-9_~.-]{31}",
                reason="text seldom has these two bytes, and never so many of the alphabet around them",
            ),
        ),
        pattern=_SECRET,
        judge=_client,
        reach=(64, 128),
    ),
    RegexDetector(
        id="azure-account-key",
        title="Azure account key",
        kinds=(_STORAGE, _COSMOS),
        anchors=(
            Anchor(b"AccountKey", then=rb"[ ]?=[ ]?[A-Za-z0-9+/]{12}"),
            Anchor(b"+ASt", before=rb"[A-Za-z0-9+/]{12}", then=rb"[A-Za-z0-9+/]{6}=="),
            Anchor(b"ACDb", before=rb"[A-Za-z0-9+/]{12}", then=rb"[A-Za-z0-9+/]{6}=="),
        ),
        pattern=_KEY,
        judge=_account_key,
        reach=(160, 192),
    ),
    AssignedDetector(
        id="azure-named-account-key",
        title="Azure account key, by its name",
        forms=(
            Form(
                _STORAGE,
                _BARE_KEY,
                names=(
                    "azure_storage_ (account) (access|primary|secondary) key",
                    "storage_account_ (access|primary) key",
                    "azurestorage (account) (access) key",
                    "storageaccount (access|primary) key",
                    "arm_access_key",
                    "account-key",
                    "primary_access_ key",
                ),
                places=(
                    Place(
                        _HADOOP,
                        b"fs.azure.account.key.",
                        then=r"[0-9a-z]{3,24}\.[a-z0-9.]{1,48}(?:</name>\s{0,16}<value>\s{0,8}|[^0-9A-Za-z]{1,36})",
                    ),
                ),
                mixed=True,
            ),
            Form(
                _COSMOS,
                _BARE_KEY,
                names=(
                    "cosmos_ (db|account) (primary|account|master|auth) key",
                    "cosmosdb (account) (primary|account|master|auth) key",
                    "azure_cosmos (db) (account|primary|master) key",
                ),
                mixed=True,
            ),
        ),
    ),
)
