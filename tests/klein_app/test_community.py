"""What happens around a team, in each state that it can be in."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.model.hub import Hub, HubType
from tests.klein_app.community import MOVE, OUTAGES, POSTS, THREADS, TOPICS
from tests.widgets.drawing import Drawing

TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")

NO_OUTAGES = {**OUTAGES, "ongoing": [], "shown": 0, "count": 0}
NO_POSTS = {**POSTS, "posts": []}
NO_TOPICS = {**TOPICS, "topics": []}
NO_THREADS = {**THREADS, "threads": [], "open": False}
ONE_LIST = {"lists": "lamps@lists.example"}
TWO_LISTS = {"lists": "lamps@lists.example\nmoss@lists.example"}


@pytest.mark.parametrize(
    ("plugin", "config", "found", "words"),
    [
        (
            "service_status",
            {},
            OUTAGES,
            "Koji is slow out now since 2 hours ago probably until Tues",
        ),
        ("service_status", {}, NO_OUTAGES, "No service is out."),
        (
            "service_status",
            {},
            {**NO_OUTAGES, "planned": [MOVE], "shown": 1, "count": 3},
            "No service is out. Planned The wiki moves from Thursday, 26 November 2026, 12:00 UTC "
            "and 2 more",
        ),
        ("blog", {}, POSTS, "Fedora 44 is here 3 hours ago by Zoe"),
        ("blog", {}, {**POSTS, "homes": {"a": "", "b": ""}}, "3 hours ago by Zoe Fedora Magazine"),
        ("blog", {}, {**NO_POSTS, "homes": {}}, "No feed is named. The owners name feeds where th"),
        ("blog", {}, NO_POSTS, "Nothing has been written yet."),
        ("blog", {}, {**POSTS, "failures": ["a.example is away"]}, "a.example is away. What"),
        ("discussions", {}, TOPICS, "Which wick? begun 3 hours ago 2 answers"),
        ("discussions", {}, NO_TOPICS, "Nothing is being discussed yet. Begin a topic."),
        ("discussions", {"where": ""}, NO_TOPICS, "No forum is named. The owners name forums"),
        (
            "mailing_list",
            ONE_LIST,
            THREADS,
            "Tuesday's meeting begun by Zoe Lamp 2 answers last mail 3 hours ago",
        ),
        (
            "mailing_list",
            TWO_LISTS,
            THREADS,
            "last mail 3 hours ago lamps@lists.fedoraproject.org",
        ),
        ("mailing_list", {}, NO_THREADS, "No mailing list is named. The owners name lists where"),
        ("mailing_list", ONE_LIST, {**NO_THREADS, "open": True}, "Nobody has written yet. Begin"),
        (
            "mailing_list",
            ONE_LIST,
            {**NO_THREADS, "private": ["a@x.example"]},
            "The archive of a@x.example is private: only its members read it.",
        ),
        ("mailing_list", ONE_LIST, {**NO_THREADS, "missing": ["a@x"]}, "a@x has no archive."),
        ("mailing_list", ONE_LIST, {**NO_THREADS, "unknown": ["a@x"]}, "Where the archive of a@x"),
        ("mailing_list", ONE_LIST, {**THREADS, "failures": ["a.example is away"]}, "away. What it"),
        ("discussions", {}, {**TOPICS, "failures": ["a.example is away"]}, "away. What it has is"),
    ],
)
async def test_what_happens_around_a_team_is_told(
    plugin: str, config: Any, found: Any, words: str, drawing: Drawing
) -> None:
    [function] = drawing.registry.widgets[plugin].functions
    assert words in (await drawing.draw(TEAM, plugin, config, {function.name: found})).text
