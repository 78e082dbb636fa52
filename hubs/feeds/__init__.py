"""The store of what happened: one bounded feed a hub, newest first."""
