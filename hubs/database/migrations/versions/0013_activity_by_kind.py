"""How much of which kind happened on each hub each day.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was counted before is of no known kind.
    op.execute("ALTER TABLE activity ADD COLUMN kind text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE activity DROP CONSTRAINT activity_pkey")
    op.execute("ALTER TABLE activity ADD PRIMARY KEY (hub_id, day, kind)")


def downgrade() -> None:
    op.execute("ALTER TABLE activity DROP CONSTRAINT activity_pkey")
    op.execute("""
        CREATE TEMPORARY TABLE together ON COMMIT DROP AS
        SELECT hub_id, day, sum(messages) AS messages FROM activity GROUP BY hub_id, day
    """)
    op.execute("TRUNCATE activity")
    op.execute("ALTER TABLE activity DROP COLUMN kind")
    op.execute("INSERT INTO activity (hub_id, day, messages) SELECT * FROM together")
    op.execute("ALTER TABLE activity ADD PRIMARY KEY (hub_id, day)")
