"""Where a page listens for what changes."""

from __future__ import annotations

from hubs.model.hub import Hub

#: How much earlier than when it was made a page begins to listen, seconds: the event streams
#: may go by another clock, and to hear of a change twice does no harm.
CLOCK_SKEW = 2.0


def stream_url(sse_url: str, hub: Hub, time: float) -> str:
    """Give the address of the event stream of a hub for a page.

    Args:
        sse_url: Where browsers find the event streams: a path, or a whole address.
        hub: The hub.
        time: When the page began to be made, seconds since the epoch.

    Returns:
        The address, for ``sse-connect``.
    """
    joint = "&" if "?" in sse_url else "?"
    since = int((time - CLOCK_SKEW) * 1000)
    return f"{sse_url}{joint}hub={hub.id}&since={since}-0"
