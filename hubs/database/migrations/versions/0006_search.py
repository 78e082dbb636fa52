"""Hubs are found by their words, also by mistyped ones.

The extension pg_trgm would do the same, but the PostgreSQL of the demo does not have it.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In small letters and without accents, so that "Ubersetzung" finds the "Übersetzung".
    op.execute(r"""
        CREATE FUNCTION hubs_words(given text) RETURNS text[]
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT array_remove(regexp_split_to_array(
                regexp_replace(lower(normalize(given, NFKD)), '[\u0300-\u036f]', '', 'g'),
                '[^[:alnum:]]+'
            ), '')
        $$
    """)
    op.execute("""
        CREATE FUNCTION hubs_trigrams(given text) RETURNS text[]
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT coalesce(array_agg(DISTINCT substr(padded, place, 3)), '{}')
            FROM (SELECT '  ' || word || ' ' AS padded FROM unnest(hubs_words(given)) AS word) AS w,
                generate_series(1, length(padded) - 2) AS place
        $$
    """)
    # What somebody is typing: the start of a word finds it.
    op.execute("""
        CREATE FUNCTION hubs_query(given text) RETURNS tsquery
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT to_tsquery('simple', array_to_string(ARRAY(
                SELECT quote_literal(word) || ':*' FROM unnest(hubs_words(given)) AS word
            ), ' & '))
        $$
    """)
    op.execute("""
        CREATE FUNCTION hubs_vector(given text, weight "char") RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT setweight(
                to_tsvector('simple', array_to_string(hubs_words(given), ' ')), weight
            )
        $$
    """)
    op.execute("""
        ALTER TABLE hubs
        ADD COLUMN search tsvector GENERATED ALWAYS AS (
            hubs_vector(title || ' ' || name, 'A')
            || hubs_vector(coalesce(config ->> 'tags', ''), 'B')
            || hubs_vector(summary, 'C')
            || hubs_vector(
                coalesce(config ->> 'language', '') || ' ' || coalesce(config ->> 'region', ''), 'D'
            )
        ) STORED,
        ADD COLUMN trigrams text[] GENERATED ALWAYS AS (
            hubs_trigrams(title || ' ' || name || ' ' || coalesce(config ->> 'tags', ''))
        ) STORED
    """)
    op.execute("CREATE INDEX hubs_search ON hubs USING gin (search)")
    op.execute("CREATE INDEX hubs_trigram ON hubs USING gin (trigrams)")


def downgrade() -> None:
    op.execute("ALTER TABLE hubs DROP COLUMN search, DROP COLUMN trigrams")
    op.execute('DROP FUNCTION hubs_vector(text, "char"), hubs_query(text), hubs_trigrams(text)')
    op.execute("DROP FUNCTION hubs_words(text)")
