"""Why a value that looks like a credential is none: it is published on purpose, or nobody's random generator made it.

The published values are known by digest only, so that this file holds none of them.
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

from scanner.contract import Check, Reading, Sort

_PUBLISHED = frozenset(
    bytes.fromhex(digest)
    for digest in (
        "bc3ae723f57c6b9e3fd80b699fcc420f6074b0b1718039669d22631d508ac0a7",
        "82e74299544e00738f9c0acb69b1eb348b3e20ffcfabcb34779bd37590fead6c",
        "797c0ce414586cc8eb6929afe947c720e3e4d351dd070a6fe39f630beaab3054",
        "3543c50b0cb9cea8e55eb1f529b79f043cb250d485fde7b66cabbb5183add7da",
        "44f05a069ba895c401634036b0a72b9487cb457e45b687b89a2e23942291ce38",
        "72a62cdd4f380777a5f0bb0e7aa9a29335c170508ac8961fa2a5648cb33b4bdd",
        "bf0316155996e95e18790be9064962d84ab4a6befce3d9563cf5b78d6226a2cb",
        "976b57ee8acdfcf45f76bcc5e329a23655bd0e1e7eeffd8ec98bab6ca6cdd660",
        "c38d66bafbcf98ef1f20213acc31791482cc0bf47d2ca04e758804cd86d9c071",
        "59a272fc32b47dc451babe3b52943ce39eca19955816cf739fefb4abfdf1902f",
        "8cf263052890081fc0bf3f36ac5aca16b448c4a3bf808da16e900dd0ab8bfcc1",
        "64c705a5cf4254bc6bdde74b5203fcd49b73542aae68ec4a2b4540c53fa6839a",
        "708142cdecacc33a54a1d479bf071fb459a2d903912fb62c45b5cbffbeb69353",
        "f6182c2c60ac09318802a09ce5cfb7c8f8843fc9ab863b42b5487bf75a10e31d",
        "ab331c8fee3e64e0f901e7e6d78663ef8dfa5e942b4d2458fa9b5c54ff4b1091",
        "5f72672fcee110e20b180d8a0b6a07bbbfe6c4b28cd1fd8e53094951535d8195",
        "1a5d44a2dca19669d72edf4c4f1c27c4c1ca4b4408fbb17f6ce4ad452d78ddb3",
        "c6ea27c534f993d31f0aef882e3d200e7b87470c379ae79c8f9b19d3bd363dc9",
        "78314b11be2e581549ac1c4f616563fad3fdf0c3b71678f6e2299182080e0598",
        "e21b597ba6b9cafa59d9ebc4d65c0385f5eb3fa56abab2607fa76589ad849a33",
        "0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059",
        "aa6547439583c3a275d4542a0df6c1ad6a863971be9f2a2220f027cc02aef615",
        "7f75367e7881255134e1375e723d1dea8ad5f6a4fdb79d938df1f1754a830606",
        "53f5da0aaa93d64cd5772c554cbf940f0539e689dddbeb8f923eec3f72c02ea9",
        "4c20e6f5cc11b93731e74cbe20739821d61c3563c9f50ecb884a27cd369f01fb",
        "2ff8b0fb93aca981c78f1e94355c298c23435461f1072ef4674848e620371787",
        "6c96130f130ab0d6d158397e24d2bcc1c9a5e73ae081f6e983f1c7b545d24a4c",
        "00cf4c781dc37003f7c7dd7d4c9a6ef1e0f4c62d9a291aa8bc398774e3fefd32",
        "b8e148545b13c78bc74da2f1a7275dd71e56ddece129d7d2f7b3ecc06f7994da",
        "8be5d113c0871ce1a122d68a7dff940ab7b09ad8dfcfd9a85aa5c1acc026279e",
        "f215faf9d88b7f0a881632ee22459ee452a296c808d261b6cc993d3a1fd0600e",
        "07e23ede2756aa3f5f7cc9759117c4910875e032c27b8556a1e20626224f10ec",
        "cd372fb85148700fa88095e3492d3f9f5beb43e555e5ff26d95f5a6adc36f8e6",
        "ca32f86ce10b8435c108ffd1ae1acd9823f729f51946b3aad3277ac94dead529",
        "2598f7d6adc142d88161630f3db12ab2bd3403521c281811e5e1ce60d4ac5d76",
        "9cb335cb7b5fb805934637d85c4f57c695baac019c0a57ceffd0afe43144c9cb",
        "3c14aab79351be94e9c4202d8f6d28c4a5d73cfb2e6e302d2d2478159ef57f9f",
        "23f35e2a9d5f4b77af75b28615b4fbd311a5745865fcfbf151470968356308d4",
        "9d03b692e941d5ace207a9f8048834439f6de98e5c6c1590c22c4f4577c88a42",
        "7d41f23b6af66770d9e7712c36b5816f4c565e868dcb9f4888a080aa4b26404a",
        "90fd21a668f4b1211fbcb4f6d06d3694660f9fe2e54272d5e1e9fb2d311fb0f9",
        "92212b05a8b8f6bbc5543769c2e8c0ef9aa6d146403101e761de5c7b719fe753",
        "efd9e2f1b57704c1d8e3e771db0483b856395e47ba0c514002233a3d301dca05",
        "46804ea1cd86cb8aa84fd165abfb03c0a87c96c43b173f745fdc8bf8782eee04",
        "b67188b03721dff17fadb1726f7ebecd2d4cffa0c8f2ce2e04cac9b955a0e56f",
        "c70776c1ab86c4d2d1c4866a48ef30790e5dbb0af76ec532d1ff461f2eb7fc69",
        "f6eca49d1a5a318d5f2c7a33d618e0199b1e4ac92bd7b584667e89bfbc968e44",
        "760e778aa414dfea54b7fd170e82857eee636eff155de3d56b2f580610f4775d",
        "dc1d8c1abb15e07e8db1bc5687320d0949b02ff385385e00a95515e794e0f802",
        "fdd667f89512e7bd5e54372b76b3943d70415c1152a68f8b70e9670ae0376754",
        "25e469d6504556f23e0fe810ed7715d9261bf95ff9efa1de69ad34f849d2cc64",
        "9dc4f1ae6bebaa9887827acf0d378137c5fd2961dbb91eefbef3a755910e7e72",
        "5d712ba728d81c07c91203d38482134aa2171ac4ca5e83be81a7d0cff79d014e",
        "47746dbfe444aaf2a7f8de55f52c5bcf02df3e6a066a2d0586b3c81419e81037",
        "0f5e1b6922755282aedcf2e827ad5569518d845e544705ed566f96f7c08ed8e9",
        "dc27a992b020c5aaf992a681b1ca0fa36269cd71ffed3a23c25fc34367dd6595",
        "7ef498c017d0cb52ecf2be0ac830a91aaf0b57bb3633fec414f3bbb5c5ac3b67",
        "9dfe3109db80399270a7b9e3b2c54a084b6ebc2617c5f74107ecc79eb0055d78",
        "8664e8d63d0b89a04453dcf35424915ca35eb405a169a80a77bb45f879a0a1ba",
        "777cc47e9909448db79afaea4f79df08cc7200e0649356d4f503283affb312d2",
        "98a30e1f3413300ee19de134c7823bcfd83a714d6c5238a281a4f993ed3373ee",
        "ebcf1ebbc03e77f55d1d32093a8716a9ed432ff7ee41d4c2af416f1f143203fa",
        "0d88e6cdbd310454d2525e9fa18249087c5a35a4e2e746dd745a90c185233d06",
        "07948a30f78add255953154759ba9aca03b01e6c7d9505a9f5a732ebf14f546c",
        "972be1d5b16218c52679e55a39c1916dac424596638b58a51f7c0cd7c4eeb0ba",
        "f3465df121bff78afd652bbb42f376f22a0504fae8d1a240c26aae3de0148d34",
        "34eefbded8d87d618399ebdc9b55710f8d2980332c3ce12ffc73069c3478dc7b",
        "e28c0a0deca6684a1814fe64110328d7b555a57196169a8807465877a3292a3e",
        "7844a86c6b53052a9ca9b19f9d06158d05e6d44f5d797ec481a6f8bfa8f1aea9",
    )
)
"""SHA-256 of values that issuers print in their documentation and scanners keep in their tests: GitHub, npm, PyPI, AWS, Azure, JWT; then six of
RFC 6749, 5849 and 6750, the seed that libraries for one-time passwords show, and MD5, SHA-1 and SHA-256 of nothing; three of Flask's
documentation, one of Cargo's, the one in the help of NuGet; of OAuth Core 1.0, RFC 9449, RFC 7591, OpenID's registration and a course on OAuth; five
of Twitter's guide to OAuth, which its libraries test with; the default of Alfresco's key store; tokens in the help or the tests of JetBrains, Bitwarden,
Galaxy, PagerDuty, Puppet, Okta and Mapbox, the keys in the guides of Rails, tokens in the documentation of GitLab's API and of its client for Python, and the seed that
node-forge shows."""
_PUBLISHED_KEYS = frozenset({"SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA"})
"""Fingerprints, as OpenSSH writes them, of keys that are shipped on purpose: the insecure key of Vagrant."""

_BASE62_PREFIXES = ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "npm_")
"""Kinds whose bodies are random letters of both cases and digits, so that one of hexadecimal digits alone is none of theirs."""
_HEX = re.compile(rb"[0-9A-Fa-f]{1,4096}")
_SHORT_WORD = 4
_WORDS = (
    b"example",
    b"sample",
    b"dummy",
    b"fake",
    b"test",
    b"placeholder",
    b"changeme",
    b"redacted",
    b"your",
    b"insert",
    b"replace",
    b"todo",
    b"secret",
    b"password",
    b"sekrit",
    b"token",
    b"notreal",
    b"xxxx",
    b"foobar",
    b"deadbeef",
    b"cafebabe",
)
_FILLERS = re.compile(
    rb"(?: password | passwd | passphrase | pass | pwd | secret | admin | administrator | root | user | guest | default | foo | bar | baz | blah | hello | world"
    rb" | not | real | change | this | the | my | is | me | it | a | an | no | none | null | postgres | mysql | rabbitmq | minio | redis | letmein | welcome ){1,16}",
    re.VERBOSE,
)
"""What a password says that is a default, or that is there so that there is one: nothing else may be in it."""
_NAME = re.compile(rb"[a-z]{2,16}(?:[_-][a-z]{2,16}){0,5}[_-](?:token|password|passwd|secret|credentials?)")
"""What a password says that only names one: words, the last of which says what it is."""
_SPELLINGS = tuple(dict.fromkeys(spelling for word in _WORDS for spelling in (word, word.upper(), word.capitalize())))
"""How people write those words; a random body would mix the cases."""
_LONG_SPELLINGS = tuple(spelling for spelling in _SPELLINGS if len(spelling) > _SHORT_WORD)
_LONG = 128
"""Characters from which on a word of four letters may well be there by chance."""
_SIGNS = bytes(byte for byte in range(256) if not bytes((byte,)).isalnum())
_UNIT = 8
"""Characters of the longest pattern that counts as repeated."""
_RUN = 12
"""Characters in the order of the alphabet that no random body has."""
_STRETCH = 4
"""Characters in that order of which several stretches are no chance."""
_BODY = 30
"""Characters from which on a random body has at least `_DISTINCT` different ones."""
_DISTINCT = 8
_REMAINS = 5
"""Letters and digits that a password may have beside placeholder words and be no more than those."""
_LOOKED_AT = 4096
"""Characters of a body that decide."""
_AFTER_LAST = {ord("9"): ord("0"), ord("z"): ord("a"), ord("Z"): ord("A")}


_MASK = re.compile(
    rb"""
      \*{3} | (?:\xe2\x80\xa2){3} | (?:\xe2\x97\x8f){3}
    | [\[<({] (?: masked | secure | redacted | filtered | hidden | secret | removed | private | concealed ) [\])>}]
    | \A [xX#*_.-]{4,4096}+ .{0,4} \Z
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""What systems print instead of a value, or of a part of it, so that nobody learns it."""


def masked(reading: Reading) -> bool:
    """Whether the value, or a part of it, was replaced by a mask: asterisks and bullets, `[MASKED]` and the like, `xxxx` before the last four."""
    return reading.check is not Check.PASSED and reading.sort is Sort.VALUE and _MASK.search(reading.secret.reveal()) is not None


def dummy_reason(reading: Reading) -> str | None:
    """Why the value is no real credential although it looks like one, as a sentence without any of the value; None if nothing says so.

    What a checksum or a structure confirms is held only against the published values, and so are keys.
    """
    if _published(reading):
        return "a published example"
    if reading.check is Check.PASSED or reading.sort in {Sort.SPKI, Sort.CONTAINER}:
        return None
    body = reading.secret.reveal().removeprefix(reading.prefix.encode())[:_LOOKED_AT]
    if _repeats(body):
        return "one pattern repeated"
    stretches = _stretches(body)
    if max(stretches, default=0) >= min(_RUN, len(body)) > 1 or _counted(stretches, len(body)):
        return "letters or digits in their order"
    return _placeholder_password(body) if reading.guessable else _unlikely(body, reading.prefix)


def _published(reading: Reading) -> bool:
    if hashlib.sha256(reading.secret.reveal()).digest() in _PUBLISHED:
        return True
    return any(isinstance(fact, str) and fact in _PUBLISHED_KEYS for fact in reading.facts.values())


def _repeats(body: bytes) -> bool:
    return any(len(body) >= 2 * unit + 2 and body == (body[:unit] * (len(body) // unit + 1))[: len(body)] for unit in range(1, _UNIT + 1))


def _stretches(body: bytes) -> list[int]:
    """The lengths of the stretches of `body` in the order of the alphabet or of the digits."""
    lengths, length = [], 1
    for one, following in pairwise(body):
        if following in {one + 1, _AFTER_LAST.get(one)}:
            length += 1
        else:
            lengths.append(length)
            length = 1
    return [*lengths, length] if body else []


def _counted(stretches: list[int], length: int) -> bool:
    """Whether at least half of a body is several stretches in order, as in what somebody typed to have something."""
    long = [stretch for stretch in stretches if stretch >= _STRETCH]
    return length >= _RUN and len(long) > 1 and 2 * sum(long) >= length


def _placeholder_password(body: bytes) -> str | None:
    """A password that is little more than words for a password."""
    rest = body.lower()
    for word in _WORDS:
        rest = rest.replace(word, b"")
    remains = len(rest.translate(None, _SIGNS))
    if len(rest) < len(body) and remains <= _REMAINS:
        return "a placeholder word"
    if _NAME.fullmatch(body):
        return "words that name a secret"
    return "a default, or filler words" if _FILLERS.fullmatch(body.lower().translate(None, _SIGNS)) else None


def _unlikely(body: bytes, prefix: str) -> str | None:
    """A body that no random generator makes."""
    if body.isdigit():
        return "digits only"
    if prefix in _BASE62_PREFIXES and _HEX.fullmatch(body):
        return "hexadecimal digits where any letter was possible"
    if len(body) >= _BODY and len(set(body)) < _DISTINCT:
        return "too few different characters"
    return "a placeholder word in it" if any(map(body.__contains__, _SPELLINGS if len(body) < _LONG else _LONG_SPELLINGS)) else None
