"""The tables. A change here needs a migration; a test compares the two.

`memories` is the sweep's own and changes target by target. All others are the fleet, which changes from edition to edition. What is looked
up or compared has a column; the rest of a noun is a JSON document, so that a new field of a noun needs no migration.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

from scanner.store.lives import LIVES

HEAD = "0002"
"""The migration that makes what is declared here."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _at_the_end(column: str) -> ForeignKey:
    """A reference that is checked when an edition is committed: what it points at comes last."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


ABOUT = Table(
    "about",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What holds for the whole store: `kid`."""

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text, nullable=False),
    Column("tool_version", Text, nullable=False),
    Column("detectors", Text, nullable=False),
    Column("coverage", Text, nullable=False),
)
"""One row an edition, numbered in order. Where another table says `run`, it is the one that made the edition."""

MEMORIES = Table(
    "memories",
    METADATA,
    Column("target", Text, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("edition", Integer, _at_the_end("runs.id")),
    Column("document", LargeBinary, nullable=False),
    Column("objects", LargeBinary, nullable=False),
)

TARGETS = Table(
    "targets",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("listing", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("first_run", Integer, _at_the_end("runs.id"), nullable=False),
    Column("last_run", Integer, _at_the_end("runs.id")),
    Column("held_run", Integer, _at_the_end("runs.id")),
)
"""`last_run` reached the target; `held_run` was the last to see everything that it holds."""

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("tail", Text, nullable=False, index=True),
    Column("places", Text, nullable=False),
    Column("document", Text, nullable=False),
)
"""What the policies said last. `tail` is the part of the id that people type, `places` the ids of its occurrences in their order."""

STATEMENTS = Table(
    "statements",
    METADATA,
    Column("target", Text, ForeignKey("targets.name"), primary_key=True),
    Column("credential", Text, _at_the_end("credentials.id"), primary_key=True, index=True),
    Column("ordinal", Integer, primary_key=True),
    Column("document", Text, nullable=False),
)
"""What was said of a credential in a target: every distinct `Identified`."""

OCCURRENCES = Table(
    "occurrences",
    METADATA,
    Column("target", Text, ForeignKey("targets.name"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("credential", Text, _at_the_end("credentials.id"), nullable=False),
    Column("reachability", Text),
    Column("first_run", Integer, _at_the_end("runs.id"), nullable=False),
    Column("last_run", Integer, _at_the_end("runs.id")),
    Column("lost_run", Integer, _at_the_end("runs.id")),
    Column("document", Text, nullable=False),
    CheckConstraint("(last_run IS NULL) = (lost_run IS NULL)", name="ended"),
    Index(None, "credential", "id", "target"),
)
"""Kept for ever. One that has ended says which run missed it and which one saw it last; before that its target's `held_run` did."""

SLOTS = Table(
    "slots",
    METADATA,
    Column("target", Text, ForeignKey("targets.name"), primary_key=True),
    Column("id", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

PIPELINES = Table(
    "pipelines",
    METADATA,
    Column("target", Text, ForeignKey("targets.name"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("document", Text, nullable=False),
)
"""Jobs and scripts as definitions have them, in the order in which they were read: which slots they get is known when all targets are."""

FINDINGS = Table(
    "findings",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("life", Text, nullable=False),
    Column("changed_run", Integer, _at_the_end("runs.id"), nullable=False),
    Column("seen_run", Integer, _at_the_end("runs.id"), nullable=False),
    Column("document", Text, nullable=False),
    CheckConstraint(f"life IN ({', '.join(map(repr, LIVES))})", name="life"),
)
"""`changed_run` gave it the life that it has; `seen_run` was the last whose policies reported it."""
