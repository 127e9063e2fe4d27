"""Secrets of no issuer: assignments to names that sound secret, passwords in URLs, HTTP credentials, connection strings, logins.

Nothing can be computed from such a value, so its surroundings must be certain and the value must look the part. A token or key must look
drawn at random: long, with digits, and with letters that follow each other as chance has it and not as words do. A password may be one
that a person thought up, with three sorts of characters and more in it than words for passwords, products, counting and years. Then the
heuristics of detect-secrets vote. Confidence is medium for what a machine drew and low for the rest; severity is bounded by that, and
whatever an issuer's detector reads at the same place wins. The value is the password half alone, decoded, so that it is one credential
wherever it stands. What a function, a statement of SQL or a command is given beside an account must look like a password that somebody
chose; so must what stands in tables and lists of documentation, and in HTML that was escaped.

The words are frequent, so their anchors ask for all that can be asked of plain text: an assignment, and within forty letters a digit or a
sign that names of things seldom have. On 78 MB of pip's history that leaves about two hundred places to look at, most of them URLs
with something like a user. They are not searched in encoded forms: what is decoded for another reason is read like any text.

Sources: RFC 3986 (user information), RFC 7617 and RFC 6750 (headers), the documentation of libpq, MySQL's clients, ADO.NET and `netrc(5)`; of the
commands, functions and statements that take a password, the manuals that their modules name.

What an escape, base64 or signs in the place of letters hide is undone before a value is called words. What lies only in tests, documentation
or others' code ranks low at most.

Near misses: references, expressions, types, paths, hashes (alone, behind the name of their function, in a list of users, or where a program
compares the digest of a password), ranges of versions, tokens against forged requests, the public key of Sentry, UUIDs, public keys,
placeholders, names in words, names of tests, the account's name and words, defaults such as `postgres:postgres`, hosts of documentation,
pictures of builds, requests to one's own machine unless a machine drew the password.
"""

from __future__ import annotations

from detectors._generic_assigned import ASSIGNED
from detectors._generic_connections import CONNECTIONS
from detectors._generic_http import HTTP
from detectors._generic_logins import LOGINS
from detectors._generic_urls import URLS

DETECTORS = (ASSIGNED, CONNECTIONS, HTTP, LOGINS, URLS)
