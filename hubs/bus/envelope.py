"""The envelope that the fedmsg bus puts around a message, and what is no envelope."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

#: The longest topic and message id that are kept, characters.
LONGEST_NAME = 255
_LONGEST_SHOWN = 80


class RefusedError(ValueError):
    """What came off the bus is no message.

    Attributes:
        kind: What is wrong in a word or two, to count by.
    """

    def __init__(self, kind: str, expected: str, found: object) -> None:
        """Say what is wrong.

        Args:
            kind: What is wrong in a word or two.
            expected: What should have been there.
            found: What was there instead.
        """
        self.kind = kind
        shown = repr(found)
        if len(shown) > _LONGEST_SHOWN:
            shown = shown[:_LONGEST_SHOWN] + "…"
        super().__init__(f"{kind}: got {shown}, expected {expected}")


def parse(topic: bytes, body: bytes, max_size: int, max_depth: int) -> dict[str, Any]:
    """Read an envelope.

    Args:
        topic: What it was published under; counts if the envelope itself has no topic.
        body: The envelope as JSON.
        max_size: Bytes of the largest body.
        max_depth: How many objects and lists may be inside one another.

    Returns:
        The envelope, with a topic and a ``msg``.

    Raises:
        RefusedError: It is none.
    """
    if len(body) > max_size:
        raise RefusedError("too large", f"at most {max_size} bytes", f"{len(body)} bytes")
    envelope = _load(body, max_depth)
    if not isinstance(envelope, dict):
        raise RefusedError("no envelope", "a JSON object", envelope)
    _check_depth(envelope, max_depth)
    envelope["topic"] = _topic(envelope.get("topic") or topic.decode("utf-8", "replace"))
    if not isinstance(envelope.get("msg"), dict):
        raise RefusedError("no msg", "a JSON object under msg", envelope.get("msg"))
    return envelope


def message_id(envelope: Mapping[str, Any]) -> str:
    """Give the id of a message.

    Args:
        envelope: As `parse` gives it.

    Returns:
        The one its publisher gave it, if that can be one; else one made of its content, so that
        the same message always has the same.
    """
    given = envelope.get("msg_id")
    if isinstance(given, str) and 0 < len(given) <= LONGEST_NAME and given.isprintable():
        return given
    content = json.dumps(dict(envelope), sort_keys=True).encode()
    return f"sha256-{hashlib.sha256(content).hexdigest()}"


def _load(body: bytes, max_depth: int) -> object:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise RefusedError(
            "too deep", f"at most {max_depth} levels", "a thousand or more"
        ) from None
    except ValueError as error:
        raise RefusedError("no JSON", f"JSON in UTF-8 ({error})", body[:_LONGEST_SHOWN]) from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _check_depth(envelope: object, max_depth: int) -> None:
    level: list[Any] = [envelope]
    for _ in range(max_depth):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise RefusedError("too deep", f"at most {max_depth} levels", f"{max_depth + 1} or more")


def _topic(topic: object) -> str:
    if isinstance(topic, str) and 0 < len(topic) <= LONGEST_NAME and topic.isprintable():
        return topic
    raise RefusedError("no topic", f"a topic of 1 to {LONGEST_NAME} characters", topic)


def sent_at(envelope: Mapping[str, Any], received: float) -> float:
    """Say when a message was sent.

    Args:
        envelope: As `parse` gives it.
        received: When it came, seconds since the epoch.

    Returns:
        What its publisher says, seconds since the epoch; when it came, if the publisher says
        nothing that can be, or a time that is still to come.
    """
    given = envelope.get("timestamp")
    if isinstance(given, bool) or not isinstance(given, int | float):
        return received
    if not (0 < given <= received and math.isfinite(given)):
        return received
    return float(given)
