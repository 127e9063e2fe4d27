"""What random letters look like, for tokens that nothing else tells from names."""

from __future__ import annotations


def mixed(body: bytes) -> bool:
    """Whether a body has letters of both cases and a digit, as names of things seldom have."""
    return any(bytes((byte,)).isdigit() for byte in body) and body.lower() != body != body.upper()


def drawn(body: bytes) -> bool:
    """Whether a long body is mixed, and more of it capitals and digits than words that are written as one have.

    At random three of five are; one in a thousand bodies of forty letters has no more than a third.
    """
    return mixed(body) and 3 * sum(not bytes((byte,)).islower() for byte in body) > len(body)
