"""Versions of what hubs say of themselves, so that two owners do not overwrite each other.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE hubs ADD version integer NOT NULL DEFAULT 1")
    # Whoever changes it, by whatever way.
    op.execute("""
        CREATE FUNCTION hubs_next_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.version := OLD.version + 1;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER hubs_version BEFORE UPDATE ON hubs FOR EACH ROW
        WHEN ((OLD.title, OLD.summary, OLD.visibility, OLD.config)
            IS DISTINCT FROM (NEW.title, NEW.summary, NEW.visibility, NEW.config))
        EXECUTE FUNCTION hubs_next_version()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER hubs_version ON hubs")
    op.execute("DROP FUNCTION hubs_next_version()")
    op.execute("ALTER TABLE hubs DROP version")
