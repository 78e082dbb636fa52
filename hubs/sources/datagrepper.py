"""Datagrepper, the archive of the message bus.

https://github.com/fedora-infra/datagrepper; what its records hold is in ``datanommer.models``,
``Message.as_fedora_message_dict``, of https://github.com/fedora-infra/datanommer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from hubs.sources.errors import UnreadableError
from hubs.sources.session import Session

#: The most records of one page.
MOST_ROWS = 100
#: How long it may take to search, seconds.
PATIENCE = 60.0


@attrs.frozen
class Filters:
    """Which messages are asked for: all that are of one of the topics and of one of the categories.

    Attributes:
        topics: Whole topics, as in ``org.fedoraproject.prod.bodhi.update.comment``; none for all.
        categories: As in ``bodhi``; none for all.
    """

    topics: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@attrs.frozen
class Record:
    """A message as it is archived; what it says is not checked.

    Attributes:
        id: The id that its publisher gave it, or empty.
        topic: What it was published under, with the prefix of the bus, or empty.
        headers: Its AMQP headers; when it was sent is among them.
        body: What it says.
    """

    id: str
    topic: str
    headers: Mapping[str, Any]
    body: Any


@attrs.frozen
class Page:
    """A part of what was found.

    Attributes:
        records: Oldest first.
        total: How many there are on all pages.
    """

    records: tuple[Record, ...]
    total: int


@attrs.frozen
class Datagrepper:
    """Searches the archive that the settings name.

    Attributes:
        session: Asks it.
    """

    session: Session

    async def search(
        self, filters: Filters, start: int, end: int, page: int = 1, rows: int = MOST_ROWS
    ) -> Page:
        """Find messages.

        Args:
            filters: Which.
            start: When the first were sent, seconds since the epoch.
            end: When the last were sent, seconds since the epoch; both included.
            page: Which page, from 1.
            rows: How many records a page has.

        Returns:
            The page.

        Raises:
            SourceError: It gives none.
        """
        answer = await self.session.get(
            f"{self.session.services.datagrepper}/v2/search",
            params={
                "start": start,
                "end": end,
                "order": "asc",
                "page": page,
                "rows_per_page": rows,
                "topic": filters.topics,
                "category": filters.categories,
            },
            timeout=PATIENCE,
        )
        found = answer.json(dict)
        records, total = found.get("raw_messages"), found.get("total")
        if not isinstance(records, list) or not isinstance(total, int):
            raise UnreadableError(answer.host, "answered without raw_messages and their total")
        return Page(tuple(_record(record) for record in records), total)


def _record(found: Any) -> Record:
    record = found if isinstance(found, dict) else {}
    message_id, topic, headers = (record.get(key) for key in ("id", "topic", "headers"))
    return Record(
        id=message_id if isinstance(message_id, str) else "",
        topic=topic if isinstance(topic, str) else "",
        headers=headers if isinstance(headers, dict) else {},
        body=record.get("body"),
    )
