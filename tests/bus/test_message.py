"""What a message concerns, as keys, and what a feed keeps of it."""

from __future__ import annotations

import attrs

from hubs.bus.message import MOST_NAMES, BusMessage
from hubs.model.entry import Entry

MESSAGE = BusMessage(
    id="2026-1",
    topic="lamp.wick.lit",
    time=5.0,
    body={"secret": True},
    sentence="abe lit the wick",
    link="https://lamps.example/1",
    agent="abe",
    people=["zoe", "abe", "zoe"],
    groups=["lamps"],
    packages=["wick"],
    repositories=["forge.example/lamps/wick"],
    channel="#lamps",
    lists=["devel@lists.example"],
    tags=["easyfix"],
    several="abe lit {count} wicks",
    count=2,
    brief="{}",
)


def test_a_key_stands_for_each_thing_and_each_beginning_of_the_topic() -> None:
    assert MESSAGE.keys() == {
        "user:abe",
        "user:zoe",
        "group:lamps",
        "package:wick",
        "repo:forge.example/lamps/wick",
        "channel:#lamps",
        "list:devel@lists.example",
        "tag:easyfix",
        "topic:lamp",
        "topic:lamp.wick",
        "topic:lamp.wick.lit",
    }


def test_what_concerns_nothing_has_the_keys_of_its_topic_alone() -> None:
    message = BusMessage(id="1", topic="lamp", time=0.0, body={}, sentence="")
    assert message.keys() == {"topic:lamp"}


def test_names_are_sorted_and_stand_once() -> None:
    assert MESSAGE.people == ("abe", "zoe")


def test_an_entry_keeps_what_a_feed_shows() -> None:
    assert MESSAGE.entry() == Entry(
        id="2026-1",
        time=5.0,
        topic="lamp.wick.lit",
        sentence="abe lit the wick",
        link="https://lamps.example/1",
        agent="abe",
        people=("abe", "zoe"),
        target="forge.example/lamps/wick",
        several="abe lit {count} wicks",
        count=2,
        brief="{}",
    )


def test_a_message_that_names_a_whole_town_is_kept_within_bounds() -> None:
    town = attrs.evolve(MESSAGE, people=[f"p{n}" for n in range(50_000)])
    assert len(town.entry().people) == MOST_NAMES
    assert len(town.keys()) < MOST_NAMES + 20


def test_its_target_is_the_one_thing_that_it_is_about() -> None:
    assert MESSAGE.target == "forge.example/lamps/wick"
    several = attrs.evolve(MESSAGE, repositories=["a", "b"])
    assert several.target == "wick"
    assert attrs.evolve(several, packages=(), lists=(), groups=()).target == "#lamps"
    nothing = attrs.evolve(several, packages=(), lists=(), groups=(), channel="")
    assert nothing.target == "https://lamps.example/1"
