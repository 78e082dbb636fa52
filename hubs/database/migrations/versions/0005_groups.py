"""Which teams mirror a group of accounts, and which roles came from it.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What the group said is kept, to tell what owners have changed since.
    op.execute("""
        CREATE TABLE team_groups (
            hub_id integer PRIMARY KEY REFERENCES hubs ON DELETE CASCADE,
            name text NOT NULL CHECK (name <> ''),
            said jsonb NOT NULL DEFAULT '{}'
        )
    """)
    op.execute("CREATE INDEX team_groups_name ON team_groups (name)")
    op.execute("ALTER TABLE roles ADD COLUMN from_group boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE roles DROP COLUMN from_group")
    op.execute("DROP TABLE team_groups")
