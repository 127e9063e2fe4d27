"""Rails' keys: the master key that opens `config/credentials.yml.enc`, and the secret that sessions are signed with.

`config/master.key` and its kin for each environment hold 32 hexadecimal digits, which Rails reads from `RAILS_MASTER_KEY` too; whoever has
one and the encrypted file reads everything in it. The secret is 128 digits, `SECRET_KEY_BASE` or `secret_key_base` in `secrets.yml`. General
knowledge, not yet checked against the Rails guides.

Near misses: hashes without such a name, `<%= ENV["SECRET_KEY_BASE"] %>`, digests of assets, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form
from scanner.contract import Kind, Lifetime

_MASTER = Kind(
    id="rails-master-key",
    title="Rails master key",
    provider="rails",
    actions=frozenset({"read"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Take every credential in the encrypted file that the key opens for known, in each commit that has such a file",
        "Rotate those credentials where they are used",
        "Make a new key: take the text out, delete key and file, and let `bin/rails credentials:edit` write both anew",
        "Give the new key to the servers from a managed store, and remove the copies",
    ),
)
_BASE = Kind(
    id="rails-secret-key-base",
    title="Rails secret key base",
    provider="rails",
    actions=frozenset({"admin"}),
    privilege=4,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Make a new secret with `bin/rails secret`, and give it to the servers from a managed store",
        "Restart the application: all sessions end, and what was signed with the old secret is refused",
        "Look through the log for sessions that nobody began and for errors of unmarshalling",
        "Remove the copies",
    ),
)

DETECTORS = (
    AssignedDetector(
        id="rails-key",
        title="Rails key, by its name",
        forms=(
            Form(_MASTER, "[0-9a-f]{32}", names=("rails_master_ key",)),
            Form(_BASE, "[0-9a-f]{128}", names=("secret_key_base",)),
        ),
    ),
)
