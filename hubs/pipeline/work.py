"""What work items say, and how browsers are told of the outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import attrs

from hubs.model.cause import Cause
from hubs.model.entry import Entry
from hubs.model.reload import AccessChange, Reload, StreamNews
from hubs.model.stream import Answer, Ask
from hubs.pipeline.queue import Item, NewItem
from hubs.redis import Redis

#: What browsers are told; every SSE process reads all of it. Fields: ``hub``, ``target``, and
#: those of `hubs.model.cause.Cause`.
RELOAD = "hubs:reload"
#: The target of an entry that tells no browser anything, but says that who may see what has
#: changed: for the person in the field ``person``, on the hub in ``hub``; without one, for all.
ACCESS = "access"
_RELOAD_LIMIT = 10_000


class WorkItemError(ValueError):
    """A work item says something that no worker knows."""


@attrs.frozen
class FeedWork:
    """Write an entry to the feed of a hub."""

    kind: ClassVar = "feed"
    hub_id: int
    entry: Entry

    @property
    def cause(self) -> Cause:
        """The message that told of the entry."""
        return Cause(self.entry.id, self.entry.time)

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        return NewItem({"kind": self.kind, "hub": str(self.hub_id), "entry": _write(self.entry)})


@attrs.frozen
class RefreshWork:
    """Run a cached function of a widget.

    Attributes:
        widget_id: The widget.
        function: The name of the function.
        cause: The first message for which it is run; None if there was none.
        if_due: Whether somebody has looked at it, and it is run only if it is due then.
    """

    kind: ClassVar = "refresh"
    widget_id: int
    function: str
    cause: Cause | None = None
    if_due: bool = False

    @property
    def once(self) -> str:
        """The key that keeps a second one from waiting beside the first."""
        why = "due" if self.if_due else "refresh"
        return f"hubs:{why}:{self.widget_id}:{self.function}"

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        fields = {"kind": self.kind, "widget": str(self.widget_id), "function": self.function}
        if self.if_due:
            fields["due"] = "1"
        return NewItem({**fields, **_fields(self.cause)}, once=self.once)


@attrs.frozen
class StreamWork:
    """Write an entry to feeds of people, which count no activity.

    Attributes:
        feeds: Their keys.
        entry: The entry.
    """

    kind: ClassVar = "stream"
    feeds: tuple[str, ...]
    entry: Entry

    @property
    def cause(self) -> Cause:
        """The message that told of the entry."""
        return Cause(self.entry.id, self.entry.time)

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        return NewItem(
            {"kind": self.kind, "feeds": json.dumps(self.feeds), "entry": _write(self.entry)}
        )


@attrs.frozen
class AskWork:
    """Let something wait for people.

    Attributes:
        ask: What, and for whom.
        entry: What told of it.
    """

    kind: ClassVar = "ask"
    ask: Ask
    entry: Entry

    @property
    def cause(self) -> Cause:
        """The message that told of it."""
        return Cause(self.entry.id, self.entry.time)

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        ask = json.dumps(attrs.asdict(self.ask))
        return NewItem({"kind": self.kind, "ask": ask, "entry": _write(self.entry)})


@attrs.frozen
class AnswerWork:
    """Let something wait no more.

    Attributes:
        answer: What, and for whom.
        time: When it was answered, seconds since the epoch.
        message_id: The id of the message that told of it.
    """

    kind: ClassVar = "answer"
    answer: Answer
    time: float
    message_id: str = ""

    @property
    def cause(self) -> Cause:
        """The message that told of it."""
        return Cause(self.message_id, self.time)

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        answer = json.dumps(attrs.asdict(self.answer))
        return NewItem({"kind": self.kind, "answer": answer, **self.cause.to_fields()})


@attrs.frozen
class GroupWork:
    """Make the teams of a group of accounts like it again.

    Attributes:
        group: The name of the group.
        cause: The first message for which that is done.
    """

    kind: ClassVar = "group"
    group: str
    cause: Cause | None = None

    @property
    def once(self) -> str:
        """The key that keeps a second one from waiting beside the first."""
        return f"hubs:group:{self.group}"

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        fields = {"kind": self.kind, "group": self.group, **_fields(self.cause)}
        return NewItem(fields, once=self.once)


@attrs.frozen
class PeopleWork:
    """Read anew what people tell of themselves.

    Attributes:
        usernames: The account names of the people.
        cause: The message for which that is done.
    """

    kind: ClassVar = "people"
    usernames: tuple[str, ...]
    cause: Cause | None = None

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        usernames = json.dumps(self.usernames)
        return NewItem({"kind": self.kind, "usernames": usernames, **_fields(self.cause)})


Work = FeedWork | StreamWork | AskWork | AnswerWork | RefreshWork | GroupWork | PeopleWork


def read(item: Item) -> Work:
    """Say what an item from the queue of work says.

    Args:
        item: The item.

    Returns:
        The work to do.

    Raises:
        WorkItemError: It is of no known kind, or lacks something.
    """
    kind = item.fields.get("kind", "")
    if kind not in _READERS:
        known = ", ".join(sorted(_READERS))
        raise WorkItemError(f"expected a work item of the kind {known}, got {kind!r}")
    try:
        return _READERS[kind](item.fields)
    except (KeyError, ValueError, TypeError) as error:
        fields = dict(item.fields)
        raise WorkItemError(f"expected a whole work item, got {fields!r}: {error}") from error


_READERS: Mapping[str, Callable[[Mapping[str, str]], Work]] = {
    "feed": lambda fields: FeedWork(int(fields["hub"]), _entry(fields)),
    "stream": lambda fields: StreamWork(tuple(json.loads(fields["feeds"])), _entry(fields)),
    "ask": lambda fields: AskWork(_ask(json.loads(fields["ask"])), _entry(fields)),
    "answer": lambda fields: AnswerWork(
        Answer(**json.loads(fields["answer"])), float(fields["sent"]), fields["message"]
    ),
    "refresh": lambda fields: RefreshWork(
        int(fields["widget"]), fields["function"], Cause.from_fields(fields), "due" in fields
    ),
    "group": lambda fields: GroupWork(fields["group"], Cause.from_fields(fields)),
    "people": lambda fields: PeopleWork(
        tuple(json.loads(fields["usernames"])), Cause.from_fields(fields)
    ),
}


def _fields(cause: Cause | None) -> dict[str, str]:
    return cause.to_fields() if cause is not None else {}


def _write(entry: Entry) -> str:
    return json.dumps(entry.to_dict())


def _entry(fields: Mapping[str, str]) -> Entry:
    return Entry.from_dict(json.loads(fields["entry"]))


def _ask(values: dict[str, Any]) -> Ask:
    return Ask(values["subject"], tuple(values["people"]), values["owners_of"])


async def tell_browsers(redis: Redis, reload: Reload, cause: Cause | None = None) -> None:
    """Tell the browsers that look at a hub that a part of it has changed.

    Args:
        redis: Where they are told.
        reload: What has changed.
        cause: The message that changed it, if it was one.
    """
    fields = {"hub": str(reload.hub_id), "target": reload.target, **_fields(cause)}
    await redis.execute_command(
        *("XADD", RELOAD, "MAXLEN", "~", _RELOAD_LIMIT, "*"),
        *(part for pair in fields.items() for part in pair),
    )


async def tell_of_streams(redis: Redis, news: StreamNews, cause: Cause) -> None:
    """Tell the browsers of some people that something new is in their streams.

    Args:
        redis: Where they are told.
        news: Whose.
        cause: The message that brought it.
    """
    people = ",".join(map(str, sorted(news.people)))
    fields = {"people": people, "target": news.target, **_fields(cause)}
    await redis.execute_command(
        *("XADD", RELOAD, "MAXLEN", "~", _RELOAD_LIMIT, "*"),
        *(part for pair in fields.items() for part in pair),
    )


async def tell_of_access(redis: Redis, change: AccessChange) -> None:
    """Have the event streams asked anew, once who may see a hub has changed.

    Args:
        redis: Where they are told.
        change: What has changed; it is in the database already.
    """
    fields = {"hub": change.hub_id, "person": change.person_id}
    given = [part for name, value in fields.items() if value is not None for part in (name, value)]
    await redis.execute_command(
        *("XADD", RELOAD, "MAXLEN", "~", _RELOAD_LIMIT, "*"), *("target", ACCESS), *given
    )
