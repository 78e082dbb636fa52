"""Messages of Fedora Messaging in our envelope."""

from __future__ import annotations

import pytest

from hubs.bus.envelope import message_id, parse, sent_at
from hubs.bus.from_fedora_messaging import SCHEMA, wrap

TOPIC = "org.fedoraproject.prod.bodhi.update.comment"


def test_the_envelope_says_what_the_message_said() -> None:
    headers = {SCHEMA: "bodhi.update.comment", "sent-at": "2026-11-24T10:00:00+00:00"}
    envelope = parse(b"", wrap("a-uuid", TOPIC, headers, {"comment": {}}), 10_000, 10)
    assert envelope["topic"] == TOPIC
    assert envelope["msg"] == {"comment": {}}
    assert envelope["headers"] == headers
    assert message_id(envelope) == "a-uuid"
    assert sent_at(envelope, 2_000_000_000.0) == 1795514400.0


@pytest.mark.parametrize("sent", ["2026-11-24T12:00:00+02:00", "2026-11-24T10:00:00"])
def test_a_time_without_a_zone_is_one_of_the_bus(sent: str) -> None:
    envelope = parse(b"", wrap("a-uuid", TOPIC, {"sent-at": sent}, {}), 10_000, 10)
    assert sent_at(envelope, 2_000_000_000.0) == 1795514400.0


@pytest.mark.parametrize("sent", [None, "yesterday", 12, ""])
def test_a_time_that_is_none_leaves_when_it_came(sent: object) -> None:
    envelope = parse(b"", wrap("a-uuid", TOPIC, {"sent-at": sent}, {}), 10_000, 10)
    assert sent_at(envelope, 5.0) == 5.0
