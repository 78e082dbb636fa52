"""Which messages the activity of a hub has counted already.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE counted (
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            id text NOT NULL,
            day date NOT NULL,
            PRIMARY KEY (hub_id, id)
        )
    """)
    op.execute("CREATE INDEX counted_day ON counted (hub_id, day)")


def downgrade() -> None:
    op.execute("DROP TABLE counted")
