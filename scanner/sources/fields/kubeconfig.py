"""Whose a credential in a kubeconfig is, and for which cluster: users, clusters and the contexts that join them refer to each other by name.

The format is that of kubectl's configuration, `v1.Config` (client-go, tools/clientcmd/api/v1).
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.sources.fields.named import host_of
from scanner.sources.fields.outline import Found, Outline

REFERRED = frozenset({"name", "cluster", "user", "server"})
"""Keys, in lower case, that tell what belongs together."""


def servers_of(outline: Outline) -> Mapping[str, str]:
    """For each user the address of the cluster that the first context with this user names."""
    addresses = {above.get("name"): own.get("server") for own, above in outline.mappings("clusters", "cluster")}
    servers: dict[str, str] = {}
    for own, _ in outline.mappings("contexts", "context"):
        user, address = own.get("user"), addresses.get(own.get("cluster"))
        if user and address:
            servers.setdefault(user, address)
    return servers


def user_of(found: Found) -> str | None:
    """The user that a value of a kubeconfig is of; None for other values and other files."""
    return found.above.get("name") if found.keys[:-1] == ("users", "user") else None


def cluster_of(user: str, servers: Mapping[str, str]) -> str | None:
    """The host of the user's cluster."""
    return host_of(servers[user]) if user in servers else None
