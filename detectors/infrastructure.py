"""What runs and watches over infrastructure: Bitwarden Secrets Manager, Doppler, Infisical, Infracost, ngrok, Prefect, Pulumi, Tailscale.

A token of Doppler's opens other secrets, one of Pulumi's the state of a stack, which has secrets in it. Prefixes are the issuers' own.
Known from the issuers: Doppler's forms and lengths ("Auth token formats"), Tailscale's types ("Key prefixes"), 40 hexadecimal digits
behind Pulumi's. Lengths of Infracost's, Prefect's and ngrok's are those of values seen in public; ngrok's have no prefix and count only
behind the names that its agent reads. So do tokens of Bitwarden (`0.`, the token's id, a secret of 30 letters and digits, a key of 16 bytes
in base64, whose padding may be missing), service tokens of Infisical (`st.`, the token's id, which was 24 digits and is a UUID now, a secret
and, for clients that decrypt, a key) and the client secrets of its machine identities (64 hexadecimal digits). Sources of these:
`bitwarden/sdk-internal`, `access_token.rs`, and `bitwarden/server`, `CreateAccessTokenCommand.cs`; `Infisical/infisical`,
`service-token-service.ts` and `identity-ua-service.ts`, and `Infisical/cli`, `constants.go`.

Near misses: file names and domains with the same dots (`dp.st.`), a client's id (`tskey-client-…` without its secret), a version other than
`0.` before a Bitwarden id, ids of Infisical's clients, references.
"""

from __future__ import annotations

from detectors import _assigned, _prefixed
from detectors._prefixed import Form
from scanner.contract import Kind, Lifetime

_OPENS = frozenset({"read", "admin"})
_DOPPLER_ROTATE = (
    "Let the workload sign in with an identity of its own (OpenID Connect) where it can, so that no token is stored",
    "Else make a new token for the one config, read-only and with an end date, and replace the copies",
    "Revoke the old token in the dashboard or with `doppler configs tokens revoke`",
    "Look through the access log for secrets that were read with it: those are to be rotated as well",
)


def _doppler(name: str, title: str, privilege: int = 3) -> Kind:
    return Kind(id=f"doppler-{name}", title=title, provider="doppler", actions=_OPENS, privilege=privilege, rotate=_DOPPLER_ROTATE)


_DOPPLER = {
    "dp.pt.": _doppler("personal-token", "Doppler personal token", 4),
    "dp.ct.": _doppler("cli-token", "Doppler CLI token", 4),
    "dp.st.": _doppler("service-token", "Doppler service token"),
    "dp.sa.": _doppler("service-account-token", "Doppler service account token", 4),
    "dp.said.": _doppler("service-account-token", "Doppler service account token", 4),
    "dp.scim.": _doppler("scim-token", "Doppler SCIM token", 4),
    "dp.audit.": _doppler("audit-token", "Doppler audit token", 2),
}
_CARRIED = frozenset({"dp.st."})
"""The prefix of those that lie where workloads do, inside other files too."""
_STORE_ROTATE = (
    "Let the workload sign in with an identity of its own (OpenID Connect) where it can, so that no token is stored",
    "Else make a new token for a machine account that reads one project only, with an end date, and replace the copies",
    "Revoke the old token in the same place",
    "Look through the audit log for secrets that were read with it: those are to be rotated as well",
)
_BITWARDEN = Kind(
    id="bitwarden-access-token",
    title="Bitwarden Secrets Manager access token",
    provider="bitwarden",
    actions=_OPENS,
    privilege=4,
    rotate=_STORE_ROTATE,
)
_INFISICAL = Kind(
    id="infisical-service-token",
    title="Infisical service token",
    provider="infisical",
    actions=_OPENS,
    privilege=4,
    rotate=_STORE_ROTATE,
)
_INFISICAL_CLIENT = Kind(
    id="infisical-client-secret",
    title="Infisical client secret of a machine identity",
    provider="infisical",
    actions=_OPENS,
    privilege=4,
    rotate=(
        "Let the workload sign in with an identity of its own (OpenID Connect, its cloud's) where it can, so that no secret is stored",
        "Else add a client secret with an end, a number of uses and trusted addresses to the identity, and replace the copies",
        "Revoke the old client secret under Universal Auth of the same identity; access tokens that came of it end by themselves",
        "Look through the audit log for secrets that were read with it: those are to be rotated as well",
    ),
)
_INFRACOST = Kind(
    id="infracost-api-key",
    title="Infracost API key",
    provider="infracost",
    actions=frozenset({"read"}),
    privilege=2,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key in the organisation's settings, or with `infracost auth login`",
        "Replace the copies by the new one",
        "Delete the old key in the same place",
    ),
)
_NGROK = Kind(
    id="ngrok-authtoken",
    title="ngrok authtoken",
    provider="ngrok",
    actions=frozenset({"deploy"}),
    lifetime=Lifetime.STATIC,
    rotate=(
        "Add a new authtoken in the dashboard, with an access control list for the addresses that it may bind",
        "Replace the copies by the new one",
        "Delete the old authtoken in the same place",
        "Look at the tunnel sessions for agents that nobody started",
    ),
)
_PREFECT = Kind(
    id="prefect-api-key",
    title="Prefect API key",
    provider="prefect",
    actions=frozenset({"read", "deploy", "trigger", "admin"}),
    lifetime=Lifetime.UNKNOWN,
    rotate=(
        "Rotate the key in Prefect Cloud under API Keys, or make a new one for a service account, with an end date",
        "Replace the copies by the new one",
        "Delete the old key in the same place",
        "Look through the audit log for flows and blocks that nobody ran or read",
    ),
)
_PULUMI = Kind(
    id="pulumi-access-token",
    title="Pulumi access token",
    provider="pulumi",
    actions=frozenset({"read", "deploy", "admin"}),
    privilege=4,
    rotate=(
        "Let the workflow sign in with an identity of its own (OpenID Connect), so that no token is stored",
        "Else make a new token for the one team with an end date under Access tokens, and replace the copies",
        "Revoke the old token in the same place",
        "Look at the stacks' activity for updates that nobody made, and rotate the secrets that their state holds",
    ),
)
_TAILSCALE_ROTATE = (
    "Let workloads join with an identity of their own (OpenID Connect) or an OAuth client, so that no key is stored",
    "Else make a new key with tags, single use and a short expiry under Settings, Keys, and replace the copies",
    "Revoke the old key in the same place; devices that joined with it stay, so look at them too",
    "Look through the configuration audit log for devices and changes that nobody made",
)


def _tailscale(name: str, title: str, *actions: str, privilege: int = 3) -> Kind:
    return Kind(
        id=f"tailscale-{name}",
        title=title,
        provider="tailscale",
        actions=frozenset(actions),
        privilege=privilege,
        lifetime=Lifetime.EXPIRING if name in {"auth-key", "api-token"} else Lifetime.STATIC,
        rotate=_TAILSCALE_ROTATE,
    )


_TAILSCALE = {
    "auth": _tailscale("auth-key", "Tailscale auth key", "read"),
    "api": _tailscale("api-token", "Tailscale API access token", "read", "admin", privilege=4),
    "client": _tailscale("oauth-client-secret", "Tailscale OAuth client secret", "read", "admin", privilege=4),
    "scim": _tailscale("scim-key", "Tailscale SCIM key", "read", "admin", privilege=4),
    "webhook": _tailscale("webhook-secret", "Tailscale webhook secret", "notify", privilege=2),
}
_JOINED = r"[^0-9A-Za-z\r\n]{1,12}"
"""What may join a name that says little to a value that says all."""
_CONFIG = r"(?:[a-z0-9_-]{2,35}\.)?"

DETECTORS = (
    _prefixed.detector(
        "doppler-token",
        "Doppler token",
        *(
            Form(kind, prefix, f"{_CONFIG if prefix == 'dp.st.' else ''}[0-9A-Za-z]{{40,44}}", mixed=True, encoded=prefix in _CARRIED)
            for prefix, kind in _DOPPLER.items()
        ),
    ),
    _assigned.AssignedDetector(
        "secret-store-token",
        "token of Bitwarden Secrets Manager or Infisical, by its name",
        (
            _assigned.Form(
                _BITWARDEN,
                rf"0\.(?P<account>{_assigned.UUID})\.[0-9A-Za-z]{{30}}:[0-9A-Za-z+/]{{22}}(?:==)?",
                names=("bws_access_ token", "bw_access_ token", "bitwarden (secrets|sm) (manager) (access) token"),
                places=(
                    *(
                        _assigned.Place(rf"(?i: {name} ) {_JOINED}", name.encode(), then="[^0-9a-z\n]{1,12}", caseless=True)
                        for name in ("access_token", "access-token", "accesstoken")
                    ),
                    _assigned.Place(r"bws [ ] [^\r\n]{0,120} -t [ ] [\"']?", b"bws ", then="[^\n]{0,120}-t [\"']?"),
                ),
                begins=r"0\.[0-9a-f]{8}-",
                prefix="0.",
            ),
            _assigned.Form(
                _INFISICAL,
                rf"st\.(?P<account>[0-9a-f]{{24}}|{_assigned.UUID})\.[0-9a-f]{{32}}(?:\.[0-9a-f]{{32}})?",
                names=("infisical (service|access|auth) token",),
                begins=r"st\.[0-9a-f]{8}",
                prefix="st.",
            ),
            _assigned.Form(
                _INFISICAL_CLIENT,
                "[0-9a-f]{64}",
                names=("infisical (universal|machine|identity) (auth|identity) client secret",),
                places=(
                    _assigned.Place(
                        r"infisical [ ] [^\r\n]{1,160} --client-secret [ =] [\"']?",
                        b"infisical ",
                        then="[^\n]{1,140}--client-secret[ =][\"']?",
                    ),
                ),
            ),
        ),
    ),
    _prefixed.detector("infracost-api-key", "Infracost API key", Form(_INFRACOST, "ico-", "[0-9A-Za-z]{32}", mixed=True)),
    _assigned.AssignedDetector(
        "ngrok-authtoken",
        "ngrok authtoken",
        (
            _assigned.Form(
                _NGROK,
                "[0-9A-Za-z]{27}_[0-9A-Za-z]{20,22}",
                names=("ngrok (auth|api) token|key|authtoken", "authtoken"),
                places=(_assigned.Place("authtoken [ ]", b"authtoken ", then=""),),
                mixed=True,
            ),
        ),
    ),
    _prefixed.detector(
        "prefect-api-key",
        "Prefect API key",
        Form(_PREFECT, "pnu_", "[0-9A-Za-z]{36}", mixed=True),
        Form(_PREFECT, "pnb_", "[0-9A-Za-z]{36}", mixed=True),
    ),
    _prefixed.detector("pulumi-access-token", "Pulumi access token", Form(_PULUMI, "pul-", "[0-9a-f]{40}", encoded=True)),
    _prefixed.detector(
        "tailscale-key",
        "Tailscale key",
        *(
            Form(kind, f"tskey-{name}-", "[0-9A-Za-z]{8,32}-[0-9A-Za-z]{16,64}", mixed=True, encoded=name == "auth")
            for name, kind in _TAILSCALE.items()
        ),
    ),
)
