"""From the bus to the feeds and the cache: listener, triage, worker, and the queue they share."""
