"""In which order people want their hubs.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE bookmarks (
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            position integer NOT NULL,
            PRIMARY KEY (person_id, hub_id)
        )
    """)
    op.execute("CREATE INDEX bookmarks_hub ON bookmarks (hub_id)")


def downgrade() -> None:
    op.execute("DROP TABLE bookmarks")
