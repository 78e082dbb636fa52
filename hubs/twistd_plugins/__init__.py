"""One module a service: its options and its makeService. Only here implementations are picked."""
