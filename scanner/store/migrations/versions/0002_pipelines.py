"""What pipelines of a target are: its jobs and scripts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A store of the first schema has a table for jobs and scripts; targets that were read before have none until they are read again."""
    op.create_table(
        "pipelines",
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("target", "ordinal", name="pk_pipelines"),
        sa.ForeignKeyConstraint(["target"], ["targets.name"], name="fk_pipelines_target"),
    )
