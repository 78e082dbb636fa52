"""Fedora Hubs: a contributor and team portal, live from the message bus."""
