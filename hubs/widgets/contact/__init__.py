"""The contact widget: how one reaches a person or a team."""
