"""The JSON API: all that the portal does, for programs."""
