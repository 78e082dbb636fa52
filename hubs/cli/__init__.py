"""The fedora-hubs command."""
