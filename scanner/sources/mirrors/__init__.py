"""Copies of repositories that are elsewhere: `parse_url` says what may be fetched, `remote_refs` whether anything changed, `update` fetches it."""

from __future__ import annotations

from scanner.sources.mirrors.mirror import RemoteRefs, mirror_folder, remote_refs, update
from scanner.sources.mirrors.transfer import NetLimits
from scanner.sources.mirrors.url import Url, parse_url

__all__ = ["NetLimits", "RemoteRefs", "Url", "mirror_folder", "parse_url", "remote_refs", "update"]
