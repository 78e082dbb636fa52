"""What is a message, and what is refused with a reason."""

from __future__ import annotations

import json

import pytest

from hubs.bus.envelope import RefusedError, message_id, parse, sent_at

TOPIC = b"org.fedoraproject.prod.lamp.lit"
SIZE, DEPTH = 10_000, 20


def body(**more: object) -> bytes:
    return json.dumps({"topic": TOPIC.decode(), "msg": {"lamp": 1}, **more}).encode()


def nested(levels: int) -> bytes:
    return b'{"topic": "a.b", "msg": ' + b'{"x":' * levels + b"1" + b"}" * (levels + 1)


def test_an_envelope_is_read() -> None:
    assert parse(TOPIC, body(), SIZE, DEPTH) == {"topic": TOPIC.decode(), "msg": {"lamp": 1}}


def test_the_frame_names_the_topic_when_the_envelope_does_not() -> None:
    assert parse(TOPIC, b'{"msg": {}}', SIZE, DEPTH)["topic"] == TOPIC.decode()
    assert parse(b"other", body(), SIZE, DEPTH)["topic"] == TOPIC.decode()


@pytest.mark.parametrize(
    ("topic", "text", "kind"),
    [
        (TOPIC, b"{", "no JSON"),
        (TOPIC, b"\xff\xfe{}", "no JSON"),
        (TOPIC, b'{"msg": NaN}', "no JSON"),
        (TOPIC, b'{"msg": {"n": ' + b"9" * 5000 + b"}}", "no JSON"),
        (TOPIC, b"[]", "no envelope"),
        (TOPIC, b'"text"', "no envelope"),
        (b"", b'{"msg": {}}', "no topic"),
        (b"", b'{"msg": {}, "topic": 5}', "no topic"),
        (b"", b'{"msg": {}, "topic": "a\\nb"}', "no topic"),
        (b"t" * 256, b'{"msg": {}}', "no topic"),
        (TOPIC, b"{}", "no msg"),
        (TOPIC, b'{"msg": "text"}', "no msg"),
        (TOPIC, body(msg={"x": "y" * SIZE}), "too large"),
        (TOPIC, nested(DEPTH), "too deep"),
        (TOPIC, nested(1000), "too deep"),
    ],
)
def test_what_is_no_message_is_refused_in_one_short_line(
    topic: bytes, text: bytes, kind: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(topic, text, SIZE, DEPTH)
    assert refused.value.kind == kind
    said = str(refused.value)
    assert said.startswith(f"{kind}: got ")
    assert ", expected " in said
    assert "\n" not in said
    assert len(said) < 400


def test_a_hundred_thousand_levels_are_refused_like_a_thousand() -> None:
    with pytest.raises(RefusedError, match="too deep"):
        parse(TOPIC, nested(100_000), 10_000_000, DEPTH)


def test_as_deep_as_it_may_be_is_read() -> None:
    assert parse(b"", nested(DEPTH - 1), SIZE, DEPTH)["msg"]


def test_a_message_keeps_its_id_and_one_without_gets_one_of_its_content() -> None:
    assert message_id({"msg_id": "2026-1", "msg": {}}) == "2026-1"
    for strange in (None, "", 5, "a\nb", "x" * 256):
        made = message_id({"msg_id": strange, "msg": {}})
        assert made.startswith("sha256-")
        assert made == message_id({"msg": {}, "msg_id": strange})
        assert made != message_id({"msg_id": strange, "msg": {"a": 1}})


@pytest.mark.parametrize("said", [None, "1", True, 0, -5, 101, 1e300, 10**400])
def test_a_time_that_cannot_be_is_when_it_came(said: object) -> None:
    assert sent_at({"timestamp": said}, received=100.0) == 100.0


def test_the_time_is_what_the_publisher_says() -> None:
    assert sent_at({"timestamp": 99}, received=100.0) == 99.0
