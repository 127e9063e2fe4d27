"""The detectors of detect-secrets, one by one, for those who want its answers as well. They run only where `upstream` is named.

Each plugin class is asked through `analyze_string`, line by line; its settings, filters and scan are left alone, and it is never asked to
verify anything: nothing is sent anywhere. What it has elsewhere is supplied here: the entropy below which a random-looking string is none, and
the patterns for keywords, chosen by how a line looks, since a detector knows no file. Two of its classes are not asked: the label of a
private key is not the key, and an address is no credential. What an issuer's detector reads at the same place wins. Lines longer than a
thousand characters are read in pieces, since some of its patterns take quadratic time.

`--plugin DISTRIBUTION` adds the classes of an installed distribution. Source: detect-secrets 1.5, `plugins/` and `docs/plugins.md`.

Near misses: whatever its heuristics take for a template, a sequence, a UUID or a variable.
"""

from __future__ import annotations

from detectors._upstream import Upstream

DETECTORS = (Upstream(),)
"""One detector for all of its classes: they have no anchors, so each would read every text by itself."""
