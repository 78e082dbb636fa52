"""What concerns a hub's feed, and where its page is."""

from __future__ import annotations

from hubs.model.hub import Hub, HubType


def test_a_person_is_concerned_by_their_name() -> None:
    hub = Hub(1, HubType.USER, "abe", "Abe", "", config={"sources": {"packages": ["wick"]}})
    assert hub.feed_interests() == {"user:abe"}
    assert hub.path == "/u/abe/"


def test_a_team_is_concerned_by_its_sources() -> None:
    sources = {
        "groups": ["lamp"],
        "repositories": ["forge.example/lamps/wick"],
        "packages": ["wick", "oil"],
        "channels": ["#lamps"],
        "lists": ["devel@lists.example"],
        "tags": ["easyfix"],
        "topics": ["bodhi.update"],
        "strange": ["thing"],
    }
    hub = Hub(1, HubType.TEAM, "lamps", "Lamps", "", config={"sources": sources})
    assert hub.feed_interests() == {
        "team:lamps",
        "group:lamp",
        "repo:forge.example/lamps/wick",
        "package:wick",
        "package:oil",
        "channel:#lamps",
        "list:devel@lists.example",
        "tag:easyfix",
        "topic:bodhi.update",
    }
    assert hub.path == "/t/lamps/"


def test_a_team_without_sources_is_concerned_by_itself_alone() -> None:
    assert Hub(1, HubType.TEAM, "lamps", "Lamps", "").feed_interests() == {"team:lamps"}
