"""Outside services, all asked through one session."""
