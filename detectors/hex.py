"""Keys of the Hex package manager: 32 hexadecimal digits in `HEX_API_KEY` and its kin, and what `~/.hex/hex.config` holds.

The file is Erlang terms. `$write_key` and `$encrypted_key` are encrypted with a local password and are no credentials by themselves;
`$read_key`, `auth_key` of a repository and the tokens that signing in leaves (`access_token`, `refresh_token`) are plain. Source:
`hexpm/hex`, `Hex.Config` and `Hex.OAuth`; `hexpm/hexpm`, `Hexpm.Accounts.Key`.

Near misses: `HEX_API_URL`, checksums of `mix.lock`, a public key, encrypted keys, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place
from scanner.contract import Kind, Lifetime

_KEY = Kind(
    id="hex-api-key",
    title="Hex API key",
    provider="hex",
    actions=frozenset({"read", "publish", "admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Register the release workflow as a trusted publisher where Hex offers it, so that no key is needed",
        "Else make a key for CI with `mix hex.user key generate` that may only write to single packages, and replace the copies",
        "Revoke the old key with `mix hex.user key revoke` or in the account under Keys",
        "Look at the package's versions and their times for releases that nobody made, and revert or retire those",
        "Remove the copies that are left",
    ),
)
_REPOSITORY = Kind(
    id="hex-repository-key",
    title="Hex repository key",
    provider="hex",
    actions=frozenset({"read"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key for the organisation with `mix hex.organization key NAME generate`, and replace the copies that are in use",
        "Revoke the old key with `mix hex.organization key NAME revoke`",
        "Treat the packages of the organisation as read by others, and rotate what secrets they hold",
        "Remove the copies that are left, from `~/.hex/hex.config` too",
    ),
)
_SESSION = Kind(
    id="hex-session-token",
    title="Hex session token",
    provider="hex",
    actions=frozenset({"read", "publish", "admin"}),
    privilege=4,
    lifetime=Lifetime.EXPIRING,
    rotate=(
        "Sign out with `mix hex.user deauth`, which ends the session, and sign in again",
        "Look at the account's sessions and keys for some that nobody made",
        "Look at the versions of the account's packages for releases that nobody made, and revert or retire those",
        "Remove the copies that are left, from `~/.hex/hex.config` too",
    ),
)

_VALUE = r"[0-9a-f]{32}"
_BINARY = r"(?: << )? \""
_BINARY_THEN = r"(?:<<)?\""

DETECTORS = (
    AssignedDetector(
        id="hex-api-key",
        title="Hex key, by its name",
        forms=(
            Form(
                _KEY,
                _VALUE,
                names=("hex_api_ key", "hex_ api key|token", "hexpm (api|user|publish|write) (api) key|token", "hex_publish_ key"),
                places=(
                    Place(
                        r"(?: << \" | ' ) \$read_key (?: \" >> | ' ) \s{0,8} , \s{0,8} << \"",
                        b"$read_key",
                        then=r"[\"'>]{1,3}\s{0,8},\s{0,8}<<\"",
                    ),
                ),
            ),
            Form(
                _REPOSITORY,
                r"[0-9a-f]{32}",
                names=("hex_organization_ key", "hex_org_ key", "hex_repo_ key"),
                places=(
                    Place(
                        rf"auth_key [\"'>]{{0,3}} \s{{0,8}} (?: => | , | : ) \s{{0,8}} {_BINARY}",
                        b"auth_key",
                        then=rf"[\"'>]{{0,3}}\s{{0,8}}(?:=>|,|:)\s{{0,8}}{_BINARY_THEN}",
                    ),
                    Place(r"--auth-key [ =] [\"']?", b"--auth-key", then=r"[ =][\"']?"),
                    Place(
                        r"hex\.organization [ ] auth [ ] [^\r\n]{1,80} --key [ =] [\"']?",
                        b"hex.organization auth ",
                        then=r"[^\r\n]{1,80}--key[ =][\"']?",
                    ),
                ),
            ),
            Form(
                _SESSION,
                r"[0-9A-Za-z_-]{16,512}(?:\.[0-9A-Za-z_-]{16,1024}\.[0-9A-Za-z_-]{16,512})?",
                places=tuple(
                    Place(rf"<< \" {name} \" >> \s{{0,8}} => \s{{0,8}} << \"", f'<<"{name}">>'.encode(), then=r"\s{0,8}=>\s{0,8}<<\"")
                    for name in ("access_token", "refresh_token")
                ),
                begins=r"[0-9A-Za-z_-]{16}",
            ),
        ),
        reach=(256, 2304),
    ),
)
