"""The newest topics of a Discourse."""
