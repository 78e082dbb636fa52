"""The store of what the cached functions of widgets found."""
