"""The mailing list widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.names import as_list
from hubs.model.words import gettext_noop
from hubs.sources.errors import SourceError
from hubs.sources.hyperkitty import MailingList, Standing, Thread
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.parameters import Parameter, Type, Unexpected
from hubs.widgets.places import COUNT

#: The most lists of one widget: each costs two requests whenever it is brought up to date.
MOST_LISTS = 12
#: The most threads that are shown: who began it costs a request for each.
MOST_THREADS = 20
#: The topic of messages that somebody wrote to a list.
TOPIC = "mailman.receive"


def _list(line: str) -> str:
    address = as_list(line)
    if not address:
        raise Unexpected(
            gettext_noop("the address of a mailing list, as in devel@lists.fedoraproject.org")
        )
    return address


_LISTS = Parameter(
    "lists",
    gettext_noop("Mailing lists"),
    gettext_noop("One address a line. If there is none, those that the team has."),
    [],
    Type.LINES,
    most=MOST_LISTS,
    check=_list,
)
_COUNT = attrs.evolve(COUNT, most=MOST_THREADS)


class FindThreads(CachedFunction):
    """Finds the threads in which somebody wrote last."""

    name = "threads"
    time_to_live = 1800.0
    rest = 120.0
    # Mailman hands a mail to each of its archivers in turn, and one of them is the bus.
    lag = 20.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: what is written to the lists."""
        return frozenset(f"list:{address}" for address in _addresses(hub, widget))

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: a mail."""
        return message.topic == TOPIC

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        addresses, count = _addresses(hub, widget), _COUNT.of(widget.config)
        archives = stores.sources.services.hyperkitty
        known = {address: MailingList.at(address, archives) for address in addresses}
        lists = [one for one in known.values() if one is not None]

        async def ask(one: MailingList) -> tuple[Standing, list[Thread]]:
            standing = await one.standing(stores.sources)
            if standing is not Standing.OPEN:
                return standing, []
            return standing, await one.threads(stores.sources, count)

        gathered = await gather(lists, ask)
        homes = {
            thread: home for home, (_, threads) in gathered.found.items() for thread in threads
        }
        shown = sorted(homes, key=lambda one: -one.active)[:count]
        authors = await _authors(stores, {one: homes[one] for one in shown})

        def standing(which: Standing) -> list[MailingList]:
            return [one for one, (found, _) in gathered.found.items() if found is which]

        return {
            "threads": [{**attrs.asdict(one), "author": authors.get(one, "")} for one in shown],
            "failures": gathered.failures,
            "open": bool(standing(Standing.OPEN)),
            "private": [one.address for one in standing(Standing.PRIVATE)],
            "missing": [one.address for one in standing(Standing.MISSING)],
            "unknown": [address for address, one in known.items() if one is None],
        }


class MailingListWidget(Widget):
    """Shows the threads of mailing lists."""

    name = "mailing_list"
    title = gettext_noop("Mailing list")
    summary = gettext_noop("Shows what is written to one mailing list or to several.")
    parameters = (_LISTS, _COUNT)
    functions = (FindThreads(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        addresses = _addresses(hub, widget)
        return {**data["threads"], "named": bool(addresses), "several": len(addresses) > 1}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: the archives, but of lists that are known to have none."""
        archives = stores.sources.services.hyperkitty
        missing = found["threads"]["missing"] if found else ()
        named = [one for one in _addresses(hub, widget) if one not in missing]
        lists = [MailingList.at(address, archives) for address in named]
        return [SourceLink(one.address, one.page) for one in lists if one is not None]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("Which oil do you burn?", "teacup", 14),
            ("Minutes of Tuesday's meeting", "thimble", 0),
            ("[Proposal] Wicks of hemp from next year on", "custard", 31),
        ]
        address, page = "lanterns@lists.example", "https://lists.example/list/lanterns/"
        found = [
            {
                **attrs.asdict(Thread(title, page, address, replies, now - 40_000 * place, "")),
                "author": author,
            }
            for place, (title, author, replies) in enumerate(facts, start=1)
        ]
        return {
            "threads": found,
            "failures": [],
            "open": True,
            "private": [],
            "missing": [],
            "unknown": [],
            "named": True,
            "several": False,
        }


async def _authors(stores: Stores, homes: Mapping[Thread, MailingList]) -> Mapping[Thread, str]:
    """Say who began which thread; of those that do not say it, there is nothing."""

    async def ask(thread: Thread) -> str:
        return await homes[thread].beginner(stores.sources, thread)

    try:
        return (await gather(homes, ask)).found
    except SourceError:
        return {}


def _addresses(hub: Hub, widget: WidgetInstance) -> list[str]:
    """Give the lists that a widget looks at; of very many that a team has, the first."""
    named = _LISTS.of(widget.config) or hub.config.get("sources", {}).get("lists", ())
    found = (as_list(address) for address in named)
    return list(dict.fromkeys(address for address in found if address))[:MOST_LISTS]
