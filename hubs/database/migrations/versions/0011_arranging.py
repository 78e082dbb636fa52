"""Versions of widgets and of their arrangement, and widgets that are hidden or were removed.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE widgets ADD hidden boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE widgets ADD version integer NOT NULL DEFAULT 1")
    op.execute("ALTER TABLE hubs ADD arrangement integer NOT NULL DEFAULT 1")
    # A table of its own, so that nobody who reads widgets has to leave them out.
    op.execute("""
        CREATE TABLE removed_widgets (
            id integer PRIMARY KEY,
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            plugin text NOT NULL,
            "column" text NOT NULL,
            position integer NOT NULL,
            config jsonb NOT NULL,
            visibility text NOT NULL,
            hidden boolean NOT NULL,
            version integer NOT NULL,
            created timestamptz NOT NULL,
            time timestamptz NOT NULL DEFAULT now(),
            actor text NOT NULL
        )
    """)
    op.execute("CREATE INDEX removed_widgets_hub ON removed_widgets (hub_id, time)")


def downgrade() -> None:
    op.execute("DROP TABLE removed_widgets")
    op.execute("ALTER TABLE hubs DROP arrangement")
    op.execute("ALTER TABLE widgets DROP version, DROP hidden")
