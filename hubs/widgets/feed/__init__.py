"""The feed: what happened on a hub, newest first."""
