"""The updates of packages: mine, those that are ready, those that wait for a test."""
