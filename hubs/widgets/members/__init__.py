"""The members widget: who is in a team."""
