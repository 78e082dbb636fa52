"""Hubs, people, roles, widgets and interests.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE people (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            username text NOT NULL UNIQUE CHECK (username <> ''),
            full_name text NOT NULL DEFAULT '',
            created timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("""
        CREATE TABLE hubs (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            type text NOT NULL CHECK (type IN ('user', 'team')),
            name text NOT NULL CHECK (name <> ''),
            title text NOT NULL,
            summary text NOT NULL DEFAULT '',
            visibility text NOT NULL DEFAULT 'public'
                CHECK (visibility IN ('public', 'preview', 'private')),
            config jsonb NOT NULL DEFAULT '{}',
            created timestamptz NOT NULL DEFAULT now(),
            last_activity timestamptz,
            UNIQUE (type, name)
        )
    """)
    op.execute("""
        CREATE TABLE roles (
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            role text NOT NULL CHECK (role IN ('stargazer', 'subscriber', 'member', 'owner')),
            since timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (hub_id, person_id, role)
        )
    """)
    op.execute("CREATE INDEX roles_person ON roles (person_id)")
    op.execute("""
        CREATE TABLE widgets (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            plugin text NOT NULL,
            "column" text NOT NULL CHECK ("column" IN ('main', 'side')),
            position integer NOT NULL DEFAULT 0,
            config jsonb NOT NULL DEFAULT '{}',
            visibility text NOT NULL DEFAULT 'public'
                CHECK (visibility IN ('public', 'preview', 'private')),
            created timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute('CREATE INDEX widgets_hub ON widgets (hub_id, "column", position)')
    # A row without a widget says what concerns the feed of the hub.
    op.execute("""
        CREATE TABLE interests (
            key text NOT NULL,
            hub_id integer NOT NULL REFERENCES hubs ON DELETE CASCADE,
            widget_id integer REFERENCES widgets ON DELETE CASCADE,
            function text,
            CHECK ((widget_id IS NULL) = (function IS NULL))
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX interests_key
            ON interests (key, hub_id, coalesce(widget_id, 0), coalesce(function, ''))
    """)
    op.execute("CREATE INDEX interests_hub ON interests (hub_id)")
    op.execute("CREATE INDEX interests_widget ON interests (widget_id)")


def downgrade() -> None:
    op.execute("DROP TABLE interests, widgets, roles, hubs, people")
