"""Messages of Fedora Messaging, put into the one envelope that the queue of messages holds.

What is what in such a message: https://fedora-messaging.readthedocs.io/en/stable/user-guide/messages.html
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

#: The header that names the schema of a message.
SCHEMA = "fedora_messaging_schema"


def wrap(message_id: str, topic: str, headers: Mapping[str, Any], body: Any) -> bytes:
    """Put a message into an envelope as `hubs.bus.envelope.parse` reads it.

    Args:
        message_id: Its id, a UUID.
        topic: What it was published under.
        headers: Its AMQP headers; its schema and when it was sent are among them.
        body: What it says.

    Returns:
        The envelope as JSON.
    """
    envelope = {
        "msg_id": message_id,
        "topic": topic,
        "timestamp": _seconds(headers.get("sent-at")),
        "headers": dict(headers),
        "msg": body,
    }
    return json.dumps(envelope, default=str).encode()


def _seconds(sent: object) -> float | None:
    """Give the seconds since the epoch of an ISO 8601 time, or None for anything else."""
    try:
        time = datetime.datetime.fromisoformat(sent if isinstance(sent, str) else "")
    except ValueError:
        return None
    # A publisher that names no zone means the one of the bus.
    return (time if time.tzinfo else time.replace(tzinfo=datetime.UTC)).timestamp()
