"""Alembic's folder: the schema of the SQL database, one step a module."""
