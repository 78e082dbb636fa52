"""The library widget: links that are worth keeping."""
