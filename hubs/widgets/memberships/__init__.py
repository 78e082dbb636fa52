"""The memberships widget: what teams a person is in."""
