"""Who asks to join, what was changed on hubs and by whom, and what to tell the bus of it.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE join_requests (
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            words text NOT NULL DEFAULT '',
            time timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (hub_id, person_id)
        )
    """)
    op.execute("CREATE INDEX join_requests_person ON join_requests (person_id)")
    # Names and no numbers: what happened stays so when somebody is gone.
    op.execute("""
        CREATE TABLE audit (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            time timestamptz NOT NULL DEFAULT now(),
            actor text NOT NULL,
            action text NOT NULL,
            subject text NOT NULL DEFAULT '',
            details jsonb NOT NULL DEFAULT '{}'
        )
    """)
    op.execute("CREATE INDEX audit_hub ON audit (hub_id, id DESC)")
    # A row is deleted once everybody has been told.
    op.execute("""
        CREATE TABLE outgoing (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            message_id uuid NOT NULL DEFAULT gen_random_uuid(),
            topic text NOT NULL,
            body jsonb NOT NULL,
            time timestamptz NOT NULL DEFAULT now(),
            queued boolean NOT NULL DEFAULT false
        )
    """)
    # What is told of a team concerns it.
    op.execute("""
        INSERT INTO interests (key, hub_id)
        SELECT 'team:' || name, id FROM hubs WHERE type = 'team' ON CONFLICT DO NOTHING
    """)
    op.execute("""
        INSERT INTO interests (key, hub_id, widget_id, function)
        SELECT 'team:' || hubs.name, hubs.id, widgets.id, 'members'
        FROM widgets JOIN hubs ON hubs.id = widgets.hub_id
        WHERE hubs.type = 'team' AND widgets.plugin = 'members' ON CONFLICT DO NOTHING
    """)


def downgrade() -> None:
    op.execute("DELETE FROM interests WHERE key LIKE 'team:%'")
    op.execute("DROP TABLE outgoing, audit, join_requests")
