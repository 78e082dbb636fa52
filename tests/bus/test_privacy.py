"""Mail addresses that services put into their messages, and that no entry may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hubs.bus.facts import clean_link
from hubs.bus.from_fedora_messaging import SCHEMA
from hubs.bus.reader import Reader

ADDRESS = "abe.lamp+news@mail.example"
PERSON = {
    "bio": f"write to {ADDRESS}",
    "email": ADDRESS,
    "id": 5,
    "nickname": "abe",
    "rank": 3,
    "website": f"https://mail.example/{ADDRESS}",
}
SCHEMAS = {
    "badges.person.rank.advance": "badges.person.rank.advance.v1",
    "badges.badge.award": "badges.badge.award.v1",
    "badges.person.login.first": "badges.person.login.first.v1",
}
BADGE = {"name": "Lamp", "description": ADDRESS, "badge_id": "lamp", "image_url": ADDRESS}
USER = {"username": "abe", "badges_user_id": 5, "email": ADDRESS}
BODIES: list[dict[str, Any]] = [
    {"person": PERSON, "old_rank": 4},
    {"person": {**PERSON, "nickname": ADDRESS}, "old_rank": 4},
    {"user": USER, "badge": {**BADGE, "name": ADDRESS}},
    {"user": {**USER, "username": ADDRESS}, "badge": BADGE},
    {"user": ADDRESS, "agent": ADDRESS, "url": f"https://badges.example/user/{ADDRESS}"},
    {
        "user": {"username": "abe"},
        "url": "https://badges.example/u?e=abe.lamp%2Bnews%40mail.example",
    },
]


@pytest.fixture(scope="module", params=["installed", "none"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return Reader.from_entry_points() if request.param == "installed" else Reader()


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("service", ["badges", "fedbadges"])
@pytest.mark.parametrize("topic", SCHEMAS)
def test_no_entry_of_a_badge_holds_a_mail_address(
    reader: Reader, topic: str, service: str, body: dict[str, Any]
) -> None:
    for headers in (
        {},
        {SCHEMA: SCHEMAS[topic]},
        {SCHEMA: SCHEMAS[topic], f"fedora_messaging_user_{ADDRESS}": True},
    ):
        envelope = {
            "topic": f"org.fedoraproject.prod.{service}{topic.removeprefix('badges')}",
            "msg": body,
            "headers": headers,
        }
        message = reader.read(envelope, 1.0)
        kept = json.dumps([message.entry().to_dict(), sorted(message.keys()), message.icon])
        assert "mail.example" not in kept
        assert message.sentence


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://lists.example/archives/list/devel@lists.example/message/X/", True),
        ("https://medium.example/@abe/lamps", True),
        ("https://npm.example/lodash@4.17.21", True),
        ("https://lists.example/users/abe@mail.example/", False),
        ("https://lists.example/users/abe%40mail.example/", False),
        ("https://abe@mail.example/", False),
        ("https://abe:secret@service.example/", False),
    ],
)
def test_a_link_with_somebodys_mail_address_in_it_is_none(link: str, *, shown: bool) -> None:
    assert clean_link(link) == (link if shown else "")
