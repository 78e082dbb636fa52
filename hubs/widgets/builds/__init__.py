"""The last builds in Koji and Copr, and those that failed."""
