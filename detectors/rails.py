"""Rails' keys: what opens `config/credentials.yml.enc`, what signs sessions, and what encrypts columns of the database.

`config/master.key` and its kin for each environment hold 32 hexadecimal digits, which Rails reads from `RAILS_MASTER_KEY` too, and which its
generators say once to whoever makes them; whoever has one and the encrypted file reads everything in it. The secret is 128 digits,
`SECRET_KEY_BASE` or `secret_key_base`, before version 4.1 `secret_token`. Keys of Active Record are 32 letters and digits below
`active_record_encryption`, where `bin/rails db:encryption:init` tells people to put them. A bare key in a file of its own is found by nothing
here. Source: `rails/rails`, `encrypted_file.rb`, `secret_command.rb`, the generators of both key files, `databases.rake`, and the guide
"Active Record Encryption".

Near misses: hashes without such a name, `<%= ENV["SECRET_KEY_BASE"] %>`, `SECRET_KEY_BASE_DUMMY`, digests of assets, columns that are called
`primary_key`, the salt beside the keys, references.
"""

from __future__ import annotations

from detectors._assigned import AssignedDetector, Form, Place
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
_COLUMNS = Kind(
    id="rails-encryption-key",
    title="Rails key of encrypted columns",
    provider="rails",
    actions=frozenset({"read"}),
    privilege=3,
    lifetime=Lifetime.STATIC,
    rotate=(
        "Put a new key first in the list of primary keys, and keep the old one behind it for reading; a deterministic key has no list",
        "Encrypt the records anew, then take the old key out",
        "Take every encrypted column for known in each copy of the database that outsiders may have",
        "Give the new key to the servers from a managed store, and remove the copies",
    ),
)
_COLUMN_KEY = "[0-9A-Za-z]{32}"
_OTHERS = r"(?: [ \t]{1,8} (?: primary_key | deterministic_key | key_derivation_salt ) : [ ] [^\r\n]{1,64} [\r\n]{1,2} ){0,2}"
"""Lines of the same block before the key's."""


def _block(name: str) -> Place:
    """Where a key stands in the block that Rails prints."""
    return Place(
        rf"active_record_encryption: [ \t]{{0,4}} [\r\n]{{1,2}} {_OTHERS} [ \t]{{1,8}} {name}: [ ] [\"']?",
        b"active_record_encryption:",
        then=rf"[^0-9A-Z\0][^\0]{{0,150}}{name}: [\"']?",
    )


def _told(words: str) -> Place:
    """Where a generator says the key that it made."""
    return Place(words.replace(" ", "[ ]"), words.encode(), then="")


DETECTORS = (
    AssignedDetector(
        id="rails-key",
        title="Rails key, by its name",
        forms=(
            Form(
                _MASTER,
                "[0-9a-f]{32}",
                names=("rails_master_ key",),
                places=(_told("to store the encryption key: "), _told("to store the master encryption key: ")),
            ),
            Form(_BASE, "[0-9a-f]{128}", names=("secret_key_base", "secret_token")),
            Form(
                _COLUMNS,
                _COLUMN_KEY,
                names=("active_record_encryption_ primary|deterministic key", "record.encryption primary|deterministic key"),
                places=(_block("primary_key"), _block("deterministic_key")),
                mixed=True,
            ),
        ),
    ),
)
