"""Travis CI API tokens: 22 characters without a mark, told by the names and places that hold them.

`TRAVIS_TOKEN` and its kin, the `access_token` that the command-line client keeps for each endpoint in `~/.travis/config.yml`, and the
header of a request to Travis. Source: Travis CI's documentation of its API ("Authentication") and its client's source.

Near misses: 22 characters anywhere else, names of variables in words, `secure:` values, which are encrypted, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place
from scanner.contract import Kind, Lifetime

_KIND = Kind(
    id="travis-token",
    title="Travis CI API token",
    provider="travis",
    actions=frozenset({"read", "trigger", "deploy", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Regenerate the token in the Travis CI account under Settings, API authentication: that ends the old one",
        "Replace the copies that are in use, and sign in again where the client is used",
        "Look through the builds that were started as the user, and rotate the variables of the repositories that the user could change",
        "Remove the copies that are left, from `~/.travis/config.yml` too",
    ),
)
_VALUE = r"[0-9A-Za-z_-]{22}"
_HOST = r"(?P<service> (?: api\. )? travis-ci\. (?: com | org ) | travis\. [0-9A-Za-z.-]{1,64} )"

DETECTORS = (
    AssignedDetector(
        id="travis-token",
        title="Travis CI API token",
        forms=(
            Form(
                _KIND,
                _VALUE,
                mixed=True,
                names=("travis (ci) (pro|org|com) (api|access|auth) token",),
                places=(
                    Place(
                        rf"{_HOST} [^\s]{{0,32}} \s{{1,24}} (?: [a-z_]{{1,24}} : [ ] [^\r\n]{{0,64}} \r?\n [ ]{{1,8}} ){{0,2}} access_token: [ ]{{1,4}} [\"']?",
                        b"travis-ci.",
                        then=r"(?:com|org)[^\r\n]{0,16}\s{1,16}access_token: {1,4}[\"']?",
                    ),
                    Place(
                        rf"{_HOST} [^\r\n]{{0,128}} (?i: authorization ) [\"']? [ \t]{{0,3}} [:=] [ \t]{{0,3}} [\"']? token [ ] [\"']?",
                        b"uthorization",
                        then=r"[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?token [\"']?",
                    ),
                    Place(
                        r"(?i: authorization ) [\"']? [ \t]{0,3} [:=] [ \t]{0,3} [\"']? token [ ] [\"']?",
                        b"uthorization",
                        then=r"[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?token [\"']?",
                        tail=rf"(?= [\"'\s] [^\r\n]{{0,128}}? {_HOST} )",
                    ),
                ),
            ),
        ),
    ),
)
