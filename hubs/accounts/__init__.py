"""Where people and groups come from."""
