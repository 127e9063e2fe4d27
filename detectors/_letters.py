"""What random letters look like, for tokens that nothing else tells from names."""

from __future__ import annotations


def mixed(body: bytes) -> bool:
    """Whether a body has letters of both cases and a digit, as names of things seldom have."""
    return any(bytes((byte,)).isdigit() for byte in body) and body.lower() != body != body.upper()
