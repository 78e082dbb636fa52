"""A datagrepper on this machine.

What it is asked and answers is as in ``datagrepper/views.py`` and ``datanommer/models`` of 2024:
times are cut to seconds, both ends count, filters of one kind are alternatives.
"""

from __future__ import annotations

import datetime
import json
import math
from typing import Any

import attrs
from twisted.web.http import Request

from tests.sources.outside import Behaviour, Outside, says

PREFIX = "org.fedoraproject.prod"


def record(number: int, time: float, topic: str = "bodhi.update.comment") -> dict[str, Any]:
    """Give a message as it is archived.

    Args:
        number: Tells it from others.
        time: When it was sent, seconds since the epoch.
        topic: Without the prefix of the bus.
    """
    sent = datetime.datetime.fromtimestamp(time, datetime.UTC)
    return {
        "body": {"update": {"alias": f"FEDORA-2026-{number}", "user": {"name": "abe"}}},
        "headers": {
            "fedora_messaging_schema": "base.message",
            "fedora_messaging_severity": 20,
            "priority": 0,
            "sent-at": sent.isoformat(),
        },
        "id": f"{number:08d}-1c5a-4b06-8d0e-0b4c8b2b2b2b",
        "priority": 0,
        "queue": None,
        "topic": f"{PREFIX}.{topic}",
    }


@attrs.define
class Archive:
    """Searches what a test put into it; a good one, until a test says otherwise.

    Attributes:
        outside: The server it is on.
        records: What is archived.
        troubles: By number of request, from 1, what is done instead of an answer.
        searches: What it was asked.
    """

    outside: Outside
    records: list[dict[str, Any]] = attrs.field(factory=list)
    troubles: dict[int, Behaviour] = attrs.field(factory=dict)
    searches: list[dict[str, Any]] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.outside.paths["/datagrepper/v2/search"] = self._search

    @property
    def url(self) -> str:
        return self.outside.url("/datagrepper")

    def fill(self, count: int, start: float, step: float, topic: str = "bodhi.update.new") -> None:
        """Archive messages, one each step of seconds."""
        first = len(self.records)
        for number in range(count):
            self.records.append(record(first + number, start + number * step, topic))

    @property
    def ids(self) -> list[str]:
        """Give the ids of all."""
        return [one["id"] for one in self.records]

    def _search(self, request: Request) -> bytes | int:
        given = {
            name.decode(): [one.decode() for one in all_] for name, all_ in request.args.items()
        }
        arguments = {
            "start": float(int(float(given["start"][0]))),
            "end": float(int(float(given["end"][0]))),
            "page": int(given.get("page", ["1"])[0]),
            "rows_per_page": int(given.get("rows_per_page", ["25"])[0]),
            "order": given.get("order", ["desc"])[0],
            "topics": given.get("topic", []),
            "categories": given.get("category", []),
        }
        self.searches.append(arguments)
        trouble = self.troubles.pop(len(self.searches), None)
        if trouble is not None:
            return trouble(request)
        if "application/json" not in (request.getHeader("accept") or ""):
            return says(b"<html></html>")(request)
        if arguments["rows_per_page"] > 100:
            return says({"error": "rows_per_page must be <= 100"}, 400)(request)
        return self._answer(request, arguments)

    def _answer(self, request: Request, asked: dict[str, Any]) -> bytes | int:
        found = sorted(
            (one for one in self.records if _fits(one, asked)),
            key=_sent,
            reverse=asked["order"] == "desc",
        )
        rows, page = asked["rows_per_page"], asked["page"]
        shown = found[rows * (page - 1) : rows * page]
        return says(
            {
                "arguments": asked,
                "count": len(shown),
                "pages": math.ceil(len(found) / rows),
                "raw_messages": shown,
                "total": len(found),
            }
        )(request)


def _sent(one: dict[str, Any]) -> float:
    return datetime.datetime.fromisoformat(one["headers"]["sent-at"]).timestamp()


def _fits(one: dict[str, Any], asked: dict[str, Any]) -> bool:
    return (
        asked["start"] <= _sent(one) <= asked["end"]
        and (not asked["topics"] or one["topic"] in asked["topics"])
        and (not asked["categories"] or one["topic"].split(".")[3] in asked["categories"])
    )


def ids_in(items: list[Any]) -> list[str]:
    """Give the ids of the messages in what XRANGE of the queue of messages gave."""
    fields = [dict(zip(parts[::2], parts[1::2], strict=True)) for _, parts in items]
    return [json.loads(one["body"])["msg_id"] for one in fields]
