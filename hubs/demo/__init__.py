"""Hubs on one machine with nothing installed: private servers, invented people, a simulated bus."""
