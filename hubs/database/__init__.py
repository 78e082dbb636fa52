"""The SQL store: hubs, people, roles, widgets and interests in PostgreSQL."""
