"""The stats widget: how many people have to do with a hub."""
