"""Google Cloud: keys of service accounts, the JSON files that programs sign in with.

The file holds a private key in PKCS#8, and names the account, its project and the key. The key is read as any other private key, so that
the same key without its file is the same credential; what the file says becomes facts. Source: Google's documentation ("Create and delete
service account keys").

Near misses: a configuration for workload identity federation (`external_account`), which holds no key, a file whose key was taken out or
replaced by words, a client's id beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from detectors._armor import Block, blocks
from detectors._keys import Key, read_der
from detectors._offline import facts, plain_text
from scanner.contract import Anchor, Check, Confidence, Kind, Lifetime, Reading, Secret, Sort, Window, rx
from scanner.records import dataclass

_KIND = Kind(
    id="gcp-service-account-key",
    title="Google Cloud service account key",
    provider="gcp",
    actions=frozenset({"read", "deploy", "admin", "sign"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Let the workload sign in with workload identity federation or an attached service account, so that no key is stored",
        "Else make a new key for a service account with the fewest roles, and replace the copies",
        "Disable the old key with `gcloud iam service-accounts keys disable`, see that everything still works, then delete it",
        "Look through the audit log of every project that the account has roles in for what was done with the key",
        "Forbid new keys by the organisation policy where none are needed",
    ),
)
_BEGIN = rx(r"-----BEGIN (?P<label> [ ] ) PRIVATE [ ] KEY-----")
_AROUND = 4096
"""Bytes before and after the armor in which the rest of its object stands; its other members take some 1,200."""
_LONGEST = 200
_TYPE = rx(r"""["'] type \\{0,3} ["'] \s{0,16} : \s{0,16} \\{0,3} ["'] service_account \\{0,3} ["']""")
_MEMBER = rx(r"""
    ["'] (?P<name> client_email | project_id | private_key_id | client_id | universe_domain ) \\{0,3} ["'] \s{0,16} : \s{0,16}
    \\{0,3} ["'] (?P<value> [0-9A-Za-z@._:-]{1,200} ) \\{0,3} ["']
""")


@dataclass(frozen=True, slots=True)
class ServiceAccountKeys:
    """The detector: an object of a service account around armor."""

    id: str = "gcp-service-account-key"
    title: str = "Google Cloud service account key"
    kinds: tuple[Kind, ...] = (_KIND,)
    anchors: tuple[Anchor, ...] = (
        Anchor(b"private_key_id", then=rb"\\{0,3}[\"']\s{0,16}:", encoded=False),
        Anchor(b"service_account", then=rb"\\{0,3}[\"']\s{0,16}[,}]", encoded=False),
    )
    reach: tuple[int, int] = (_AROUND, 2 * _AROUND)
    sight: int | None = None

    def read(self, window: Window) -> Iterator[Reading]:
        """Every key in the window whose object says that it is a service account's."""
        for block in blocks(window, _BEGIN):
            key = read_der(block.data, "") if block.data else None
            if key is None:
                continue
            around = _object(window.text, block)
            if _TYPE.search(around):
                yield _reading(block, key, around)


def _object(text: bytes, block: Block) -> bytes:
    """What stands around the armor, up to the nearest brace on either side: the object is flat."""
    first = max(0, block.start - _AROUND)
    start = max(first, text.rfind(b"{", first, block.start), text.rfind(b"}", first, block.start))
    end = text.find(b"}", block.end, block.end + _AROUND)
    return text[start : block.start] + b" " + text[block.end : end if end >= 0 else block.end + _AROUND]


def _reading(block: Block, key: Key, around: bytes) -> Reading:
    """The reading of a private key, with the names that stand beside it."""
    check = Check.FAILED if block.closed and len(key.container) < len(block.data) else key.check
    said = {match["name"].decode(): plain_text(match["value"], _LONGEST) for match in _MEMBER.finditer(around)}
    return Reading(
        block.start,
        block.end,
        _KIND.id,
        Secret(key.container),
        sort=Sort.SPKI if key.shown else Sort.CONTAINER,
        form=key.form,
        check=check,
        confidence=Confidence.LOW if check is Check.FAILED else Confidence.HIGH if block.closed else Confidence.MEDIUM,
        facts=facts(
            _KIND.lifetime,
            algorithm=key.algorithm,
            bits=key.bits,
            encrypted=key.encrypted,
            client_email=said.get("client_email"),
            project_id=said.get("project_id"),
            private_key_id=said.get("private_key_id"),
            client_id=said.get("client_id"),
        ),
        steps=("pem-oneline",) if block.folded else (),
        account=said.get("client_email"),
        dummy="its secret is one byte again and again" if key.flat else None,
    )


DETECTORS = (ServiceAccountKeys(),)
