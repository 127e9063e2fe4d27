"""How a store comes from nothing to the current schema: what Alembic calls a script location."""
