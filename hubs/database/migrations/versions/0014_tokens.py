"""Personal tokens for programs.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE tokens (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            person_id integer NOT NULL REFERENCES people ON DELETE CASCADE,
            name text NOT NULL,
            digest bytea NOT NULL UNIQUE,
            may_write boolean NOT NULL,
            made timestamptz NOT NULL,
            ends timestamptz NOT NULL,
            used timestamptz
        )
    """)
    op.execute("CREATE INDEX tokens_person ON tokens (person_id)")


def downgrade() -> None:
    op.execute("DROP TABLE tokens")
