"""The bytes of events."""

import pytest

from hubs.sse.event import EventError, EventId, encode_event, encode_mark


def test_an_event_has_an_id_a_name_and_data() -> None:
    event = encode_event("widget-12", "reload", EventId(17, 3))
    assert event == b"id: 17-3\nevent: widget-12\ndata: reload\n\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_line_of_data_gets_its_own_field(end: str) -> None:
    event = encode_event("feed", f"one{end}{end}id: 9{end}", EventId(1, 0))
    assert event == b"id: 1-0\nevent: feed\ndata: one\ndata: \ndata: id: 9\ndata: \n\n"


@pytest.mark.parametrize("name", ["", "a\nid: 9", "a\rdata: x", "a\0"])
def test_a_name_that_would_forge_fields_is_refused(name: str) -> None:
    with pytest.raises(EventError, match="expected an event name"):
        encode_event(name, "reload", EventId(1, 0))


def test_a_mark_is_a_comment_that_carries_the_latest_id() -> None:
    assert encode_mark("ping", EventId(17, 3)) == b": ping\nid: 17-3\n\n"


@pytest.mark.parametrize(
    "text", ["", "17", "17-", "-1", "17-3\n", "17-3-1", "\u0661-0", "a-b", "9" * 21 + "-0"]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(EventError, match="expected an event id"):
        EventId.parse(text)


def test_ids_are_in_the_order_of_numbers_not_of_text() -> None:
    assert EventId.parse("9-10") > EventId.parse("9-9")
    assert EventId.parse("10-0") > EventId.parse("9-10")
    assert str(EventId.parse("10-0")) == "10-0"
