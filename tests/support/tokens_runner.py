"""What a runner of GitHub Actions keeps on its machine: the numbers of its key in JSON, and the configuration of a just-in-time one."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.support import keys

PUBLIC, PRIMES = ("modulus", "exponent"), ("p", "q", "dp", "dq", "inverseQ")


def parameters(seed: int = 0, spell: Callable[[bytes], str] = lambda octets: b64encode(octets).decode()) -> dict[str, str]:
    """The members of `.credentials_rsaparams` for an RSA key, in the order in which the runner writes them."""
    own: Any = keys.key("rsa2048", seed).private_numbers()
    numbers = {
        "d": own.d,
        "dp": own.dmp1,
        "dq": own.dmq1,
        "exponent": own.public_numbers.e,
        "inverseQ": own.iqmp,
        "modulus": own.public_numbers.n,
        "p": own.p,
        "q": own.q,
    }
    return {name: spell(number.to_bytes((number.bit_length() + 7) // 8, "big")) for name, number in numbers.items()}


def jit(seed: int = 0) -> str:
    """The configuration that GitHub hands out for a runner that lives for one job."""
    files = {".runner": {"AgentId": "7"}, ".credentials": {"Scheme": "OAuth"}, ".credentials_rsaparams": parameters(seed)}
    return _base64(json.dumps({name: _base64(json.dumps(content)) for name, content in files.items()}))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


@cache
def _text(*options: str) -> str:
    """`hex`, `capitals` (.NET's own names), `public`, `bare` (no primes), `wrong` (a product that does not hold), `small`, `pretty`, `plus`."""
    members = parameters(0, bytes.hex) if "hex" in options else parameters()
    if "public" in options:
        members = {name: members[name] for name in PUBLIC}
    if "bare" in options:
        members |= dict.fromkeys(("p", "q"), "")
    if "wrong" in options:
        members["p"] = members["q"]
    if "small" in options:
        members = dict.fromkeys(members, "AQAB")
    if "capitals" in options:
        members = {name.upper() if name in {"d", *PRIMES[:-1]} else name[0].upper() + name[1:]: digits for name, digits in members.items()}
    text = json.dumps(members, indent=2 if "pretty" in options else None)
    return text.replace("+", r"\u002B") if "plus" in options else text


TEMPLATES: dict[str, Callable[[list[str], dict[str, str]], str]] = {"rsaparameters": lambda options, _: _text(*options)}
"""`<rsaparameters>`, `<rsaparameters:pretty:hex>`, `<rsaparameters:public>`, …"""
