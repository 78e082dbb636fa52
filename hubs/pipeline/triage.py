"""Decides with SQL which feeds and which cached functions each message concerns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import attrs
from twisted.logger import Logger

from hubs.bus.mentions import mentioned
from hubs.bus.message import BusMessage
from hubs.bus.waiting import waits
from hubs.database import interests
from hubs.database.hub_store import HubStore
from hubs.database.interests import Concern
from hubs.model.category import category_of
from hubs.model.cause import Cause
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.permissions import Action, may
from hubs.model.person import Role
from hubs.model.stream import Ask, mentions_feed, stream_feed
from hubs.pipeline.queue import Item, Queue
from hubs.pipeline.work import (
    AnswerWork,
    AskWork,
    FeedWork,
    GroupWork,
    PeopleWork,
    RefreshWork,
    StreamWork,
    Work,
)
from hubs.watch.metrics import MESSAGES_TRIAGED, WORK_QUEUED
from hubs.widgets.base import CachedFunction
from hubs.widgets.registry import Registry

#: How many work items are put into the queue at once.
_CHUNK = 500
#: How many feeds of people one work item is for: what fails is done again as a whole.
_FEEDS = 100


class Triage:
    """Turns messages into work items."""

    _log = Logger()

    def __init__(
        self,
        read: Callable[[Item], BusMessage],
        hubs: HubStore,
        registry: Registry,
        work: Queue,
    ) -> None:
        """Prepare to decide.

        Args:
            read: Reads a message from the queue of messages.
            hubs: The SQL store.
            registry: The widgets there are.
            work: The queue of work.
        """
        self._read = read
        self._hubs = hubs
        self._registry = registry
        self._work = work

    async def handle(self, items: Sequence[Item]) -> None:
        """Put a work item for each feed, stream and cached function that some messages concern.

        Args:
            items: From the queue of messages.
        """
        messages = [self._read(item) for item in items]
        mentions = [mentioned(message) for message in messages]
        keys = [message.keys() for message in messages]
        addressed = {_user(name) for names in mentions for name in names}
        by_key = defaultdict(list)
        for concern in await interests.concerned(self._hubs.pool, addressed.union(*keys)):
            by_key[concern.key].append(concern)
        work: list[Work] = []
        kinds: list[Counter[str]] = []
        for message, its_keys, names in zip(messages, keys, mentions, strict=True):
            concerns = [concern for key in its_keys for concern in by_key[key]]
            homes = [concern for name in names for concern in by_key[_user(name)]]
            its_work = self._work_for(message, concerns, homes)
            kinds.append(Counter(one.kind for one in its_work))
            work += its_work
            # One busy message may make more work than a batch of others.
            while len(work) >= _CHUNK:
                await self._put(work[:_CHUNK])
                del work[:_CHUNK]
        if work:
            await self._put(work)
        self._tell(messages, kinds)

    async def _put(self, work: Sequence[Work]) -> None:
        await self._work.put([one.new_item() for one in work])

    def _work_for(
        self, message: BusMessage, concerns: Sequence[Concern], homes: Iterable[Concern]
    ) -> list[Work]:
        entry = message.entry()
        return [
            *_feed_work(entry, concerns),
            *self._refresh_work(message, concerns),
            *_stream_work(entry, concerns, homes),
            *_waiting_work(message, entry),
            *_accounts_work(message),
        ]

    def _tell(self, messages: Sequence[BusMessage], kinds: Sequence[Counter[str]]) -> None:
        """Count what was done, and log it with the id of each message."""
        MESSAGES_TRIAGED.inc(len(messages))
        for message, found in zip(messages, kinds, strict=True):
            for kind, count in found.items():
                WORK_QUEUED.labels(kind).inc(count)
            self._log.info(
                "Triaged {bus_message}, {topic}: {work}",
                bus_message=message.id,
                topic=message.topic,
                work=", ".join(f"{count} {kind}" for kind, count in found.items()) or "no work",
            )

    def _refresh_work(self, message: BusMessage, concerns: Iterable[Concern]) -> list[Work]:
        functions: dict[tuple[int, str], None] = {}
        for concern in concerns:
            hub, widget, name = concern.hub, concern.widget, concern.function
            if widget is None or name is None:
                continue
            function = self._registry.function(widget.plugin, name)
            if function is not None and self._matters(function, hub, widget, message):
                functions[widget.id, name] = None
        cause = Cause(message.id, message.time)
        return [RefreshWork(*function, cause) for function in functions]

    def _matters(
        self, function: CachedFunction, hub: Hub, widget: WidgetInstance, message: BusMessage
    ) -> bool:
        """Ask a function; one that fails costs a refresh too many, and not the message."""
        try:
            return function.should_invalidate(hub, widget, message)
        except Exception as error:
            self._log.error(
                "The widget {widget} ({plugin}) cannot tell whether {bus_message} matters: {error}",
                widget=widget.id,
                plugin=widget.plugin,
                bus_message=message.id,
                error=f"{type(error).__name__}: {error}",
            )
            return True


def _user(name: str) -> str:
    return f"user:{name}"


def _feed_work(entry: Entry, concerns: Iterable[Concern]) -> list[Work]:
    hubs = dict.fromkeys(concern.hub.id for concern in concerns if concern.widget is None)
    return [FeedWork(hub_id, entry) for hub_id in hubs]


def _stream_work(entry: Entry, concerns: Iterable[Concern], homes: Iterable[Concern]) -> list[Work]:
    """Say whose streams an entry goes into, and by which hubs it comes there.

    Args:
        entry: The entry.
        concerns: What its message concerns.
        homes: The hubs of whom it mentions: who is mentioned sees it whatever they hide.

    Returns:
        Work items.
    """
    kind = category_of(entry.category).kind
    ways: dict[int, set[int]] = defaultdict(set)
    for concern in concerns:
        for person_id in _readers(concern, kind):
            ways[person_id].add(concern.hub.id)
    mentions = {
        follower.person_id
        for home in homes
        if home.hub.type is HubType.USER
        for follower in home.followers
        if follower.role is Role.OWNER
    }
    feeds: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for person_id in sorted({*ways, *mentions}):
        keys = feeds[tuple(sorted(ways[person_id]))]
        keys.append(stream_feed(person_id))
        if person_id in mentions:
            keys.append(mentions_feed(person_id))
    return [
        StreamWork(tuple(keys[start : start + _FEEDS]), attrs.evolve(entry, hubs=hubs))
        for hubs, keys in feeds.items()
        for start in range(0, len(keys), _FEEDS)
    ]


def _readers(concern: Concern, kind: str) -> set[int]:
    """Give those who follow a hub, may see what happens there, and do not hide this kind."""
    return {
        follower.person_id
        for follower in concern.followers
        if all(
            may([follower.role], Action.SEE_CONTENT, one)
            for one in (concern.hub.visibility, concern.feed_visibility)
        )
        and not {"", kind} & set(follower.hidden)
    }


def _waiting_work(message: BusMessage, entry: Entry) -> list[Work]:
    return [
        AskWork(one, entry) if isinstance(one, Ask) else AnswerWork(one, entry.time, entry.id)
        for one in waits(message)
    ]


def _accounts_work(message: BusMessage) -> list[Work]:
    """Say what to read anew from the account system, which alone is believed in this.

    The topics are those of https://github.com/fedora-infra/noggin-messages.
    """
    cause = Cause(message.id, message.time)
    if message.topic.startswith("fas.group.member."):
        return [GroupWork(group, cause) for group in message.groups]
    if message.topic == "fas.user.update":
        return [PeopleWork(message.people, cause)]
    return []
