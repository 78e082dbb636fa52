"""Copies of the database can be put back: what calls our functions says in which schema they are.

While a copy is put back no schema is looked through, and the rows of hubs call these functions.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_REWRITE = """
    DO $do$
    DECLARE
        one regprocedure;
    BEGIN
        FOR one IN SELECT oid::regprocedure FROM pg_proc
            WHERE proname IN ('hubs_trigrams', 'hubs_query', 'hubs_vector')
                AND pronamespace = current_schema()::regnamespace
        LOOP
            EXECUTE regexp_replace(
                pg_get_functiondef(one), '(\\w+\\.)?hubs_words\\(', {words}, 'g'
            );
        END LOOP;
    END
    $do$
"""


def upgrade() -> None:
    op.execute(_REWRITE.format(words="quote_ident(current_schema()) || '.hubs_words('"))


def downgrade() -> None:
    op.execute(_REWRITE.format(words="'hubs_words('"))
