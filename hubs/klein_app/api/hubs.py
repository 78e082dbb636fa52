"""Hubs: the directory, one of them, its feed, and what was changed on it."""

from __future__ import annotations

from typing import Annotated, Any

import attrs
from pydantic import Field
from twisted.web.iweb import IRequest
from werkzeug.exceptions import NotFound

from hubs.database.changes import audit_trail
from hubs.database.directory import Directory
from hubs.klein_app import times
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.sent import Line, Query
from hubs.klein_app.api.values import (
    EntryValue,
    HubSummary,
    Moment,
    Value,
    entry_fields,
    first,
    next_path,
    older,
    summary_of,
)
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.sessions import viewer_of
from hubs.model.change import Topic
from hubs.model.directory import Order, Search
from hubs.model.hub import HubType
from hubs.model.permissions import Action
from hubs.model.person import Role
from hubs.model.viewer import HubView

_ACTIONS = {action: action.name.lower() for action in Action}
Limit = Annotated[int, Field(ge=1, le=100, description="The most to give.")]


class DirectoryQuery(Query):
    """What somebody looks for."""

    q: Annotated[Line, Field(max_length=100, description="Words, also mistyped ones.")] = ""
    tag: Annotated[Line, Field(max_length=100)] = ""
    language: Annotated[Line, Field(max_length=100)] = ""
    region: Annotated[Line, Field(max_length=100)] = ""
    order: Order = Order.RELEVANCE
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class FoundHub(HubSummary):
    """A hub as the directory lists it."""

    messages: int = Field(description="How much happened there in the last seven days.")
    members: int


class Hubs(Value):
    """A page of the directory."""

    hubs: tuple[FoundHub, ...]
    total: int = Field(description="How many there are on all pages.")
    pages: int
    next: str | None = Field(description="The path of the next page; null on the last one.")


class Facet(Value):
    """Something that hubs have in common."""

    value: str
    hubs: int = Field(description="How many have it.")


class Facets(Value):
    """What hubs can be told apart by, the most frequent first."""

    tags: tuple[Facet, ...]
    languages: tuple[Facet, ...]
    regions: tuple[Facet, ...]


class HubDetails(HubSummary):
    """A hub, and what the caller is to it."""

    members: int
    subscribers: int
    group: str = Field(description="The account group that the team mirrors; may be empty.")
    roles: tuple[Role, ...] = Field(description="What the caller is to it.")
    asked: bool = Field(description="Whether the caller asks to join.")
    may: tuple[str, ...] = Field(
        description="What the caller may do: " + ", ".join(_ACTIONS.values()) + "."
    )


class FeedQuery(Query):
    """A part of a feed."""

    limit: Limit = 20
    before: Annotated[Line, Field(description="The id of the last entry of the page before.")] = ""


class Feed(Value):
    """A page of a feed, newest first."""

    entries: tuple[EntryValue, ...]
    next: str | None = Field(description="The path of the next page; null on the last one.")


class HistoryQuery(Query):
    """A part of a history."""

    limit: Limit = 50
    before: Annotated[
        int | None, Field(ge=1, le=2**62, description="The id of the last line of the page before.")
    ] = None


class HistoryLine(Value):
    """One thing that was changed."""

    id: int
    time: Moment
    actor: str = Field(description="Who did it; empty for the account system or an operator.")
    topic: Topic
    subject: str = Field(description="Whom or what it was done to; empty for the hub itself.")
    facts: dict[str, Any] = Field(description="What else is known of it.")


class History(Value):
    """A page of what was changed on a hub, newest first."""

    lines: tuple[HistoryLine, ...]
    next: str | None = Field(description="The path of the next page; null on the last one.")


@attrs.frozen
class HubResource:
    """Reads hubs.

    Attributes:
        portal: What all pages share.
    """

    operations = Operations("Hubs")
    app = operations.app
    portal: Portal

    @property
    def _directory(self) -> Directory:
        return Directory(self.portal.stores.hubs.pool)

    @operations.get("/<any(teams, people):which>/")
    async def directory(self, request: IRequest, which: str, query: DirectoryQuery) -> Hubs:
        """Look for teams or people, 24 on a page."""
        search = Search(
            type=_TYPES[which],
            since=times.week_before(self.portal.clock.seconds()),
            words=query.q,
            tag=query.tag,
            language=query.language,
            region=query.region,
            order=query.order,
            page=query.page,
        )
        found = await self.portal.read(self._directory.find(search, viewer_of(request)))
        more = query.model_dump(mode="json", exclude_defaults=True) | {"page": query.page + 1}
        return Hubs(
            hubs=tuple(
                FoundHub(**summary_of(one.hub), messages=one.messages, members=one.members)
                for one in found.hubs
            ),
            total=found.total,
            pages=found.pages,
            next=next_path(f"/{which}/", **more) if query.page < found.pages else None,
        )

    @operations.get("/<any(teams, people):which>/facets/")
    async def facets(self, request: IRequest, which: str) -> Facets:
        """Say which tags, languages and regions teams or people have."""
        found = await self.portal.read(self._directory.facets(_TYPES[which], viewer_of(request)))
        return Facets(
            **{
                name: tuple(Facet(value=value, hubs=count) for value, count in counted)
                for name, counted in attrs.asdict(found).items()
            }
        )

    @operations.get(f"{HUB}/", Action.SEE_LISTED)
    async def hub(self, view: HubView) -> HubDetails:
        """Tell of a hub; its address is that of its page, below that of the API."""
        standing = view.standing
        return HubDetails(
            **summary_of(view.hub),
            members=standing.members,
            subscribers=standing.subscribers,
            group=standing.group,
            roles=tuple(role for role in Role if role in view.roles),
            asked=standing.asked,
            may=tuple(name for action, name in _ACTIONS.items() if view.may(action)),
        )

    @operations.get(f"{HUB}/feed/", Action.SEE_CONTENT)
    async def feed(self, view: HubView, query: FeedQuery) -> Feed:
        """Give what happened on a hub, to who may see the widget that shows it."""
        if not view.sees_feed:
            raise NotFound
        entries = await self.portal.read(self.portal.stores.feeds.entries(view.hub.feed))
        rest = older(entries, query.before)
        shown, following = first(rest, query.limit, f"{view.hub.path}feed/")
        return Feed(
            entries=tuple(EntryValue(**entry_fields(entry)) for entry in shown), next=following
        )

    @operations.get(f"{HUB}/history/", Action.CONFIGURE)
    async def history(self, view: HubView, query: HistoryQuery) -> History:
        """Give what was changed on a hub and by whom, to its owners."""
        pool = self.portal.stores.hubs.pool
        lines = await self.portal.read(
            audit_trail(pool, view.hub.id, query.before, query.limit + 1)
        )
        shown, following = first(lines, query.limit, f"{view.hub.path}history/")
        return History(
            lines=tuple(HistoryLine(**attrs.asdict(line)) for line in shown), next=following
        )


_TYPES = {"teams": HubType.TEAM, "people": HubType.USER}
