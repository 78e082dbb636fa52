"""Plain values: hubs, people, roles, visibility, permissions, entries. No I/O and no Twisted."""
