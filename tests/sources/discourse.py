"""A Discourse on this machine: https://docs.discourse.org/#tag/Topics."""

from __future__ import annotations

from typing import Any

from hubs.config import Services
from hubs.sources.discourse import Forum
from tests.sources.conditions import Row

LATEST = "/latest.json"
TAG = "/tag/lamps.json"


def services(url: str) -> Services:
    return Services(discourse=(url,))


def topic(
    number: int, title: str, created: str = "2026-11-24T09:00:00.000Z", posts: int = 1
) -> dict[str, Any]:
    """Give a topic as a list has it."""
    return {
        "id": number,
        "title": title,
        "fancy_title": title,
        "slug": "a-topic",
        "posts_count": posts,
        "created_at": created,
        "bumped_at": "2026-11-24T11:00:00.000Z",
        "tags": ["lamps"],
        "category_id": 7,
        "last_poster_username": "zoe",
    }


def latest(*topics: dict[str, Any]) -> dict[str, Any]:
    return {"users": [], "topic_list": {"per_page": 30, "topics": list(topics)}}


ROWS = (
    Row(
        name="discourse",
        services=services,
        path=TAG,
        ask=lambda session, url: Forum(url, "/tag/lamps").topics(session),
        two=lambda _: latest(topic(1, "Oil"), topic(2, "Wicks")),
        none=latest(),
        pages=None,
        wrong={
            "topic_list": {"errors": ["no"]},
            "topic_list.topics.0.id": latest({**topic(1, ""), "id": "x/../../"}),
            "topic_list.topics.0.created_at": latest(topic(1, "", "soon")),
        },
    ),
)
