"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _run(column: str, *, required: bool = False) -> sa.Column[int]:
    return sa.Column(column, sa.Integer, nullable=not required)


def _key(name: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{name}")


def _to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    """Checked when an edition is committed."""
    return sa.ForeignKeyConstraint([column], [parent], name=f"fk_{table}_{column}", deferrable=True, initially="DEFERRED")


def _to_target(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["target"], ["targets.name"], name=f"fk_{table}_target")


def _text(column: str) -> sa.Column[str]:
    return sa.Column(column, sa.Text, nullable=False)


def upgrade() -> None:
    """An empty database has the tables of the first schema."""
    op.create_table("about", _text("name"), _text("value"), _key("about", "name"))
    op.create_table(
        "runs",
        _run("id", required=True),
        *map(_text, ("started_at", "finished_at", "tool_version", "detectors", "coverage")),
        _key("runs", "id"),
    )
    op.create_table(
        "memories",
        *map(_text, ("target", "cursor")),
        _run("edition"),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("objects", sa.LargeBinary, nullable=False),
        _key("memories", "target"),
        _to("memories", "edition", "runs.id"),
    )
    _targets_and_what_they_hold()
    op.create_table(
        "findings",
        *map(_text, ("id", "life")),
        _run("changed_run", required=True),
        _run("seen_run", required=True),
        _text("document"),
        _key("findings", "id"),
        _to("findings", "changed_run", "runs.id"),
        _to("findings", "seen_run", "runs.id"),
        sa.CheckConstraint("life IN ('new', 'open', 'resolved', 'reopened', 'accepted')", name="ck_findings_life"),
    )


def _targets_and_what_they_hold() -> None:
    op.create_table(
        "targets",
        *map(_text, ("name", "listing", "kind", "state", "why")),
        sa.Column("public", sa.Boolean, nullable=False),
        _run("first_run", required=True),
        _run("last_run"),
        _run("held_run"),
        _key("targets", "name"),
        *(_to("targets", column, "runs.id") for column in ("first_run", "last_run", "held_run")),
    )
    op.create_table("credentials", *map(_text, ("id", "tail", "places", "document")), _key("credentials", "id"))
    op.create_index("ix_credentials_tail", "credentials", ["tail"])
    op.create_table(
        "statements",
        *map(_text, ("target", "credential")),
        _run("ordinal", required=True),
        _text("document"),
        _key("statements", "target", "credential", "ordinal"),
        _to_target("statements"),
        _to("statements", "credential", "credentials.id"),
    )
    op.create_index("ix_statements_credential", "statements", ["credential"])
    op.create_table(
        "occurrences",
        *map(_text, ("target", "id", "credential")),
        sa.Column("reachability", sa.Text),
        _run("first_run", required=True),
        _run("last_run"),
        _run("lost_run"),
        _text("document"),
        _key("occurrences", "target", "id"),
        _to_target("occurrences"),
        _to("occurrences", "credential", "credentials.id"),
        *(_to("occurrences", column, "runs.id") for column in ("first_run", "last_run", "lost_run")),
        sa.CheckConstraint("(last_run IS NULL) = (lost_run IS NULL)", name="ck_occurrences_ended"),
    )
    op.create_index("ix_occurrences_credential_id_target", "occurrences", ["credential", "id", "target"])
    op.create_table(
        "slots",
        *map(_text, ("target", "id", "document")),
        _key("slots", "target", "id"),
        _to_target("slots"),
    )
