"""How often the bus refused what it is to be told, and when it is told again.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE outgoing
            ADD COLUMN attempts integer NOT NULL DEFAULT 0,
            ADD COLUMN again timestamptz NOT NULL DEFAULT '-infinity'
    """)


def downgrade() -> None:
    op.execute("ALTER TABLE outgoing DROP COLUMN attempts, DROP COLUMN again")
