"""Event streams: who looks at which hub, and what tells them to reload."""
