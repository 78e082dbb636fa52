"""How the services tell how they are: metrics, health, logs, and what systemd wants to know."""
