"""The chat widget: where a team talks, and how one joins in."""
