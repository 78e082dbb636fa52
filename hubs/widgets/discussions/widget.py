"""The discussions widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.discourse import Forum, Topic
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.parameters import Parameter, Type, Unexpected
from hubs.widgets.places import COUNT

#: The most forums of one widget: each costs a request whenever it is brought up to date.
MOST_FORUMS = 12
#: The Discourse that tells the bus of its topics.
ON_THE_BUS = "https://discussion.fedoraproject.org"
#: What the topics of its messages about topics begin with.
TOPIC = "discourse.topic"


def _forum(line: str) -> str:
    if Forum.read(line) is None:
        raise Unexpected(
            gettext_noop(
                "the address of a Discourse, or of a tag or category there, as in "
                "https://discussion.fedoraproject.org/tag/websites-team"
            )
        )
    return line


_WHERE = Parameter(
    "where",
    gettext_noop("Forums"),
    gettext_noop("One address a line: of a Discourse, or of a tag or category there."),
    [ON_THE_BUS],
    Type.LINES,
    most=MOST_FORUMS,
    check=_forum,
)


class FindTopics(CachedFunction):
    """Finds the newest topics."""

    name = "topics"
    time_to_live = 1800.0
    rest = 120.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: topics where the bus hears of them, of a tag by that."""
        told = [forum for forum in _forums(widget) if forum.base == ON_THE_BUS]
        return frozenset(f"tag:{one.tag}" if one.tag else f"topic:{TOPIC}" for one in told)

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: a topic; what else has a tag of that name is none."""
        return message.topic.startswith(f"{TOPIC}.")

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        gathered = await gather(_forums(widget), lambda forum: forum.topics(stores.sources))
        # What has two of the tags comes twice.
        found = {one.url: one for several in gathered.found.values() for one in several}
        topics = sorted(found.values(), key=lambda one: -one.created)[: COUNT.of(widget.config)]
        return {"topics": [attrs.asdict(one) for one in topics], "failures": gathered.failures}


class DiscussionsWidget(Widget):
    """Shows the newest topics of forums."""

    name = "discussions"
    title = gettext_noop("Discussions")
    summary = gettext_noop(
        "Shows the newest topics of Fedora Discussion or another Discourse, or of a tag there."
    )
    parameters = (_WHERE, COUNT)
    functions = (FindTopics(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {**data["topics"], "named": bool(_forums(widget))}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: the forums."""
        return [SourceLink(one.name, one.page) for one in _forums(widget)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("Which oil do you burn?", 14),
            ("A lantern for people who read at night", 0),
            ("Proposal: wicks of hemp from next year on", 31),
        ]
        found = [
            Topic(title, "https://forum.example/t/1", now - 40_000 * place, replies)
            for place, (title, replies) in enumerate(facts, start=1)
        ]
        return {
            "topics": [attrs.asdict(one) for one in found],
            "failures": [],
            "named": True,
        }


def _forums(widget: WidgetInstance) -> list[Forum]:
    found = [Forum.read(line) for line in _WHERE.of(widget.config)]
    return [one for one in found if one is not None]
