"""Feeds, and how much happened on each hub each day.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Feeds know hubs by key only, because they may as well live in another store.
    op.execute("""
        CREATE TABLE feed_entries (
            feed text NOT NULL,
            id text NOT NULL,
            time double precision NOT NULL,
            entry jsonb NOT NULL,
            PRIMARY KEY (feed, id)
        )
    """)
    op.execute("CREATE INDEX feed_entries_newest ON feed_entries (feed, time DESC, id DESC)")
    op.execute("""
        CREATE TABLE activity (
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            day date NOT NULL,
            messages integer NOT NULL,
            PRIMARY KEY (hub_id, day)
        )
    """)
    op.execute("CREATE INDEX activity_day ON activity (day)")


def downgrade() -> None:
    op.execute("DROP TABLE activity, feed_entries")
