"""Databases and what is built on them: Databricks, MongoDB Atlas, Neon, PlanetScale, Supabase.

Prefixes are the issuers' own, none has a checksum that others can compute. Known from the issuers: 32 hexadecimal digits behind `dapi`
(Databricks), the prefixes of Neon (`napi_`), PlanetScale (`pscale_tkn_`, `pscale_oauth_`, `pscale_pw_`), MongoDB's service accounts
(`mdb_sa_sk_`) and Supabase (`sbp_` and 40 hexadecimal digits for a person, `sb_secret_` for a project). Other lengths are those of values
seen in public. Supabase's keys in the form of a JWT are found as such.

Near misses: `sb_publishable_…`, which browsers may have, names in snake case, connection strings without a password.
"""

from __future__ import annotations

from detectors import _prefixed
from detectors._prefixed import Form
from scanner.contract import Kind, Lifetime

_POWERS = frozenset({"read", "admin"})
_DATABRICKS = Kind(
    id="databricks-token",
    title="Databricks personal access token",
    provider="databricks",
    actions=frozenset({"read", "deploy", "trigger", "admin"}),
    privilege=4,
    rotate=(
        "Let the workload sign in as a service principal with an identity of its own (OAuth, OpenID Connect)",
        "Else make a new token with an end date under Settings, Developer, Access tokens, and replace the copies",
        "Revoke the old token in the same place",
        "Look through the audit log for jobs, notebooks and tables that nobody ran or read",
    ),
)
_ATLAS = Kind(
    id="mongodb-service-account-secret",
    title="MongoDB Atlas service account secret",
    provider="mongodb",
    actions=_POWERS,
    privilege=4,
    rotate=(
        "Generate a second secret for the service account under Access Manager, Applications",
        "Replace the copies by the new one, and narrow the addresses that may use it",
        "Revoke the old secret in the same place",
        "Look through the organisation's activity feed for users and clusters that nobody made",
    ),
)
_NEON = Kind(
    id="neon-api-key",
    title="Neon API key",
    provider="neon",
    actions=_POWERS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new key for the one project under Settings, API keys",
        "Replace the copies by the new one",
        "Revoke the old key in the same place",
        "Look at the projects' operations for branches and roles that nobody made, and reset the passwords it could read",
    ),
)
_PLANETSCALE_ROTATE = (
    "Make a new one in the settings of the organisation or the database, with the access that it needs",
    "Replace the copies by the new one",
    "Delete the old one in the same place",
    "Look through the audit log for branches and deploy requests that nobody made",
)
_PLANETSCALE = {
    "pscale_tkn_": Kind(
        id="planetscale-service-token",
        title="PlanetScale service token",
        provider="planetscale",
        actions=_POWERS,
        lifetime=Lifetime.UNKNOWN,
        rotate=_PLANETSCALE_ROTATE,
    ),
    "pscale_oauth_": Kind(
        id="planetscale-oauth-token",
        title="PlanetScale OAuth token",
        provider="planetscale",
        actions=_POWERS,
        lifetime=Lifetime.EXPIRING,
        rotate=_PLANETSCALE_ROTATE,
    ),
    "pscale_pw_": Kind(
        id="planetscale-password",
        title="PlanetScale database password",
        provider="planetscale",
        actions=frozenset({"read"}),
        rotate=_PLANETSCALE_ROTATE,
    ),
}
_SUPABASE = Kind(
    id="supabase-personal-token",
    title="Supabase personal access token",
    provider="supabase",
    actions=_POWERS,
    privilege=4,
    rotate=(
        "Make a new token with an end date under Account, Access Tokens",
        "Replace the copies by the new one",
        "Delete the old token in the same place",
        "Look through the organisation's audit log for projects and keys that nobody made or read",
    ),
)
_SUPABASE_SECRET = Kind(
    id="supabase-secret-key",
    title="Supabase secret key",
    provider="supabase",
    actions=_POWERS,
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new secret key for the one component under Project Settings, API Keys",
        "Replace the copies by the new one, which only servers may hold",
        "Delete the old key in the same place",
        "Look through the project's logs for what was read and written past row-level security",
    ),
)

DETECTORS = (
    _prefixed.detector(
        "databricks-token", "Databricks token", Form(_DATABRICKS, "dapi", "[0-9a-f]{32}(?:-[0-9]{1,2})?", then="[0-9a-f]{32}")
    ),
    _prefixed.detector(
        "mongodb-service-account", "MongoDB Atlas service account secret", Form(_ATLAS, "mdb_sa_sk_", "[0-9A-Za-z_-]{36,64}", mixed=True)
    ),
    _prefixed.detector("neon-api-key", "Neon API key", Form(_NEON, "napi_", "[0-9a-z]{64}")),
    _prefixed.detector(
        "planetscale-token",
        "PlanetScale token or password",
        *(Form(kind, prefix, "[0-9A-Za-z_.-]{31,63}[0-9A-Za-z_-]", mixed=True) for prefix, kind in _PLANETSCALE.items()),
    ),
    _prefixed.detector(
        "supabase-key",
        "Supabase token or key",
        Form(_SUPABASE, "sbp_", "(?:v0_|oauth_)?[0-9a-f]{40}"),
        Form(_SUPABASE_SECRET, "sb_secret_", "[0-9A-Za-z_-]{22}_[0-9A-Za-z_-]{8}", mixed=True, encoded=True),
    ),
)
