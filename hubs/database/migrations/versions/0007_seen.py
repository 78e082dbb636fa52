"""Up to when people have seen their stream.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE people ADD COLUMN stream_seen double precision NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.execute("ALTER TABLE people DROP COLUMN stream_seen")
