"""The envelope that fedmsg puts around a message."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from hubs.demo.stage import Message

#: A line of as many bytes is not read.
LONGEST_LINE = 16 * 2**20


class EnvelopeError(ValueError):
    """Something is no bus message; the error says in one line what was expected."""


def envelope(message: Message, number: int, time: float, identity: str) -> dict[str, Any]:
    """Put a message into an envelope of fedmsg 1.x.

    Args:
        message: Its topic and body.
        number: Its place among all that its sender sends.
        time: When it is sent, seconds since the epoch.
        identity: Some digits that no other message has.

    Returns:
        The envelope, unsigned.
    """
    topic, body = message
    year = datetime.datetime.fromtimestamp(time, datetime.UTC).year
    return {
        "i": number,
        "timestamp": time,
        "msg_id": f"{year}-{identity}",
        "topic": topic,
        "username": "demo",
        "msg": body,
        "source_name": "fedora-hubs-demo",
        "source_version": "1",
        "headers": {},
    }


def read_envelope(line: bytes) -> tuple[str, bytes]:
    """Read a line of a file of messages.

    Args:
        line: JSON: an envelope of fedmsg, or a message as datagrepper lists them in its
            ``raw_messages``, which is put into an envelope.

    Returns:
        The topic, and the envelope as JSON.

    Raises:
        EnvelopeError: It is neither.
    """
    if len(line) >= LONGEST_LINE:
        raise EnvelopeError(f"expected a bus message of less than {LONGEST_LINE} bytes")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EnvelopeError(f"expected a bus message as JSON, got what is none ({error})") from None
    if not isinstance(value, dict) or not isinstance(value.get("topic"), str):
        raise EnvelopeError("expected a JSON object with a topic")
    if isinstance(value.get("msg"), dict):
        return value["topic"], line.strip()
    if isinstance(value.get("body"), dict):
        return value["topic"], json.dumps(_from_datagrepper(value)).encode()
    raise EnvelopeError(
        "expected the message as an object named msg (fedmsg) or body (datagrepper)"
    )


def _from_datagrepper(value: Mapping[str, Any]) -> dict[str, Any]:
    headers = value.get("headers") or {}
    return {
        "i": 0,
        **_timestamp(headers),
        "msg_id": value.get("id"),
        "topic": value["topic"],
        "msg": value["body"],
        "source_name": "datagrepper",
        "source_version": "2",
        "headers": headers,
    }


def _timestamp(headers: Mapping[str, Any]) -> dict[str, float]:
    try:
        sent = datetime.datetime.fromisoformat(headers["sent-at"])
    except (KeyError, TypeError, ValueError):
        return {}
    return {"timestamp": sent.timestamp()}
