"""Packages with their new versions, bugs and failed builds in one table."""
