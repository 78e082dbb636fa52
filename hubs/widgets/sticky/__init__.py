"""The sticky widget: a note that nobody should miss."""
