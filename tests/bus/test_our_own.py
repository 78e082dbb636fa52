"""What Hubs says of its own messages: sentence, link, and whom they concern."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.bus.mentions import mentioned
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader

TEAM = {"hub_name": "lamps", "hub_type": "team", "hub_title": "Lamps"}
TEAM |= {"hub_url": "https://hubs.example/t/lamps/"}
HOME = {"hub_name": "abe", "hub_type": "user", "hub_title": "Abe A."}
HOME |= {"hub_url": "https://hubs.example/u/abe/"}


def keys(topic: str, **body: Any) -> frozenset[str]:
    return read(topic, **body).keys()


def read(topic: str, **body: Any) -> BusMessage:
    envelope = {"topic": f"org.fedoraproject.prod.hubs.{topic}", "msg": body, "msg_id": "1"}
    return Reader().read(envelope, 1.0)


@pytest.mark.parametrize(
    ("topic", "body", "sentence"),
    [
        ("requested", {"role": "member"}, "bea asked to join Lamps"),
        (
            "declined",
            {"role": "member", "agent": "abe"},
            "abe declined bea's request to join Lamps",
        ),
        ("declined", {"role": "member"}, "bea took back the request to join Lamps"),
        ("added", {"role": "member"}, "bea joined Lamps"),
        ("added", {"role": "member", "agent": "abe"}, "abe made bea a member of Lamps"),
        ("added", {"role": "owner"}, "bea is an owner of Lamps now"),
        ("added", {"role": "stargazer"}, "bea starred Lamps"),
        ("added", {"role": "subscriber"}, "bea subscribed to Lamps"),
        ("changed", {"role": "owner", "agent": "abe"}, "abe made bea an owner of Lamps"),
        ("changed", {"role": "member"}, "bea is a member of Lamps now"),
        ("removed", {"role": "member"}, "bea left Lamps"),
        ("removed", {"role": "owner", "agent": "abe"}, "abe took bea off the people of Lamps"),
        ("removed", {"role": "subscriber"}, "bea unsubscribed from Lamps"),
        ("removed", {"role": "stargazer"}, "bea took the star off Lamps"),
    ],
)
def test_roles_have_a_sentence(topic: str, body: dict[str, str], sentence: str) -> None:
    message = read(f"user.role.{topic}", username="bea", **TEAM, **body)
    assert message.sentence == sentence
    assert message.link.startswith("https://hubs.example/t/lamps/")
    assert message.agent == body.get("agent", "bea")
    assert {"user:bea", f"user:{message.agent}"} <= message.keys()


@pytest.mark.parametrize(
    ("topic", "body", "sentence"),
    [
        ("user.created", {"username": "abe", **HOME}, "abe came to Hubs"),
        ("hub.created", TEAM, "Lamps has a hub now"),
        ("hub.updated", {"agent": "abe", **TEAM}, "abe changed the settings of Lamps"),
        (
            "widget.updated",
            {"agent": "abe", "widget_label": "About", **TEAM},
            "abe changed the widget “About” of Lamps",
        ),
    ],
)
def test_hubs_and_widgets_have_a_sentence(topic: str, body: dict[str, str], sentence: str) -> None:
    assert read(topic, **body).sentence == sentence


@pytest.mark.parametrize("role", ["member", "owner"])
def test_a_team_wants_to_know_who_is_in_it(role: str) -> None:
    for topic in ("requested", "added", "changed", "removed"):
        assert "team:lamps" in keys(f"user.role.{topic}", username="bea", role=role, **TEAM)
    assert "team:lamps" in keys("hub.updated", agent="abe", **TEAM)


def test_a_team_does_not_tell_who_follows_it_nor_who_was_declined() -> None:
    for topic, role in (("added", "stargazer"), ("removed", "subscriber"), ("declined", "member")):
        found = keys(f"user.role.{topic}", username="bea", role=role, **TEAM)
        assert "team:lamps" not in found
        assert "user:bea" in found


def test_a_person_hears_who_follows_them() -> None:
    message = read("user.role.added", username="bea", role="subscriber", **HOME)
    assert message.sentence == "bea subscribed to Abe A."
    assert {"user:abe", "user:bea"} <= message.keys()
    assert message.teams == ()


def test_what_is_for_members_concerns_their_hub_alone_and_whom_it_was_done_to() -> None:
    body = {"username": "bea", "agent": "abe", "role": "member", "for_members": True, **TEAM}
    message = read("user.role.added", **body)
    assert message.keys() == {"team:lamps", "hub:team:lamps"}
    assert mentioned(message) == {"bea"}
    others = Reader().read({"topic": "org.fedoraproject.prod.lamp.lit", "msg": body}, 1.0)
    assert {"user:bea", "topic:lamp"} <= others.keys()


@pytest.mark.parametrize("value", [None, 3, [], {}, "x", ["member"]])
def test_a_shape_that_is_not_ours_is_read_all_the_same(value: Any) -> None:
    names = ("hub_name", "hub_type", "hub_title", "hub_url", "username", "role", "agent")
    for topic in ("user.role.added", "hub.updated", "widget.updated", "user.created"):
        assert read(topic, **dict.fromkeys(names, value)).sentence


def test_nobody_elses_messages_have_teams() -> None:
    envelope = {"topic": "org.fedoraproject.prod.lamp.lit", "msg": TEAM}
    assert Reader().read(envelope, 1.0).teams == ()
