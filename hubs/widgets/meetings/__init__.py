"""The next meetings of a calendar."""
