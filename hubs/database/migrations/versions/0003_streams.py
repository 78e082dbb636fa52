"""What people hide, save and are asked for.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE hides (
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            hub_id integer REFERENCES hubs ON DELETE CASCADE,
            kind text,
            CHECK (hub_id IS NOT NULL OR kind IS NOT NULL)
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX hides_one ON hides (person_id, coalesce(hub_id, 0), coalesce(kind, ''))
    """)
    op.execute("CREATE INDEX hides_hub ON hides (hub_id)")
    op.execute("""
        CREATE TABLE saved_entries (
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            id text NOT NULL,
            entry jsonb NOT NULL,
            saved timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (person_id, id)
        )
    """)
    op.execute("""
        CREATE TABLE asks (
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            subject text NOT NULL,
            time double precision NOT NULL,
            entry jsonb NOT NULL,
            PRIMARY KEY (person_id, subject)
        )
    """)
    # Kept after the ask is gone, because an answer may be read before what it answers.
    op.execute("""
        CREATE TABLE answers (
            subject text NOT NULL,
            username text NOT NULL,
            time double precision NOT NULL,
            PRIMARY KEY (subject, username)
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE answers, asks, saved_entries, hides")
