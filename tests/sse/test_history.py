"""What the history tells those who come back."""

from hubs.model.reload import Reload, StreamNews
from hubs.sse.event import EventId
from hubs.sse.history import History


def remember(*reloads: Reload | StreamNews, limit: int = 10) -> History:
    history = History(limit)
    for number, reload in enumerate(reloads, start=1):
        history.add(EventId(number, 0), reload)
    return history


def test_it_tells_what_came_after_an_event_on_one_hub() -> None:
    history = remember(Reload.feed(1), Reload.widget(1, 5), Reload.feed(2), Reload.widget(1, 6))
    assert history.since(EventId(1, 0), 1, 0) == [
        (EventId(2, 0), Reload.widget(1, 5)),
        (EventId(4, 0), Reload.widget(1, 6)),
    ]


def test_it_tells_only_the_last_of_many_that_say_the_same() -> None:
    history = remember(Reload.feed(2), Reload.feed(1), Reload.widget(1, 5), Reload.feed(1))
    assert history.since(EventId(1, 0), 1, 0) == [
        (EventId(3, 0), Reload.widget(1, 5)),
        (EventId(4, 0), Reload.feed(1)),
    ]


def test_who_knows_the_newest_missed_nothing() -> None:
    history = remember(Reload.feed(1))
    assert history.since(EventId(1, 0), 1, 0) == []


def test_who_heard_later_events_from_another_process_missed_nothing() -> None:
    history = remember(Reload.feed(1))
    assert history.since(EventId(5, 0), 1, 0) == []


def test_it_does_not_tell_what_was_missed_by_who_knows_only_forgotten_events() -> None:
    history = remember(*(Reload.feed(number) for number in range(4)), limit=3)
    assert history.since(EventId(1, 0), 1, 0) is None
    assert history.since(EventId(2, 0), 2, 0) == [(EventId(3, 0), Reload.feed(2))]


def test_an_empty_one_tells_nobody_what_was_missed() -> None:
    assert History().since(EventId(1, 0), 1, 0) is None
    assert History().newest == EventId(0, 0)


def test_news_of_a_stream_are_for_its_reader_whatever_hub_they_look_at() -> None:
    history = remember(Reload.feed(1), StreamNews(frozenset({7, 8})), StreamNews(frozenset({7})))
    assert history.since(EventId(1, 0), 1, 7) == [(EventId(3, 0), StreamNews(frozenset({7})))]
    assert history.since(EventId(1, 0), 2, 8) == [(EventId(2, 0), StreamNews(frozenset({7, 8})))]
    assert history.since(EventId(1, 0), 1, 0) == []
