"""Everything that is counted and measured, by the names Prometheus knows it by.

Labels have few values, and never one that somebody outside chooses: each value is kept for as
long as a process lives.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

#: Upper limits of what browsers wait, seconds: from at once to an hour.
_WAITS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
#: Upper limits of how long work takes, seconds.
_WORK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
#: Upper limits of how late the reactor is, seconds.
_DELAYS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)

MESSAGES_TAKEN = Counter(
    "hubs_messages_taken", "Messages that came off the bus and were put into the queue."
)
MESSAGES_REFUSED = Counter(
    "hubs_messages_refused", "What came off the bus and was no message, by kind.", ["kind"]
)
MESSAGES_TRIAGED = Counter(
    "hubs_messages_triaged", "Messages of which it was decided what they concern."
)
WORK_QUEUED = Counter("hubs_work_queued", "Work items that triage made, by kind.", ["kind"])
WORK_DONE = Counter(
    "hubs_work_done",
    "Work items that a worker took up, by kind and result: done, failed, put off until an outside "
    "service may be asked again, passed over if too much is put off, or away while a store is.",
    ["kind", "result"],
)
WORK_SECONDS = Histogram(
    "hubs_work_seconds", "How long a work item took, by kind.", ["kind"], buckets=_WORK
)
BROWSER_LATENCY = Histogram(
    "hubs_browser_latency_seconds",
    "From the time in a message until open browsers were told to fetch what it changed.",
    buckets=_WAITS,
)
EVENTS_SENT = Counter("hubs_events_sent", "Events written to the event streams of browsers.")
STREAMS_OPEN = Gauge("hubs_streams_open", "Open event streams.")
STREAMS_SLOW = Counter(
    "hubs_streams_slow", "Event streams that were closed because the browser was too far behind."
)
QUEUE_LENGTH = Gauge("hubs_queue_length", "Items that wait or are in hand.", ["queue"])
QUEUE_AGE = Gauge(
    "hubs_queue_age_seconds", "For how long the oldest item has been in the queue.", ["queue"]
)
CACHE_READS = Counter(
    "hubs_cache_reads", "What pages asked of the cache, by result: hit or miss.", ["result"]
)
CACHE_COVERAGE = Gauge(
    "hubs_cache_coverage_ratio", "The part of the cached functions of all widgets that has data."
)
STORE_UP = Gauge("hubs_store_up", "Whether a store answers, 1 or 0.", ["store"])
REACTOR_DELAY = Histogram(
    "hubs_reactor_delay_seconds",
    "How late the reactor comes to what is due: how long something kept it from all else.",
    buckets=_DELAYS,
)
UPSTREAM_REQUESTS = Counter(
    "hubs_upstream_requests",
    "Requests to outside services, by host of our settings and result: ok, not modified, "
    "remembered, or what went wrong.",
    ["host", "result"],
)
