"""What several resources tell of: hubs, people and entries, as JSON has them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Protocol, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from werkzeug.exceptions import NotFound

from hubs.klein_app import times
from hubs.klein_app.api.answers import ROOT
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, Visibility

#: Seconds since the epoch as we keep them; for programs a time as RFC 3339 writes it, in UTC.
Moment = Annotated[
    datetime.datetime,
    BeforeValidator(times.moment),
    PlainSerializer(lambda time: times.iso(time.timestamp()), when_used="json"),
]


#: No row of ours has a number of more digits.
_MOST_DIGITS = 9


class _Numbered(Protocol):
    """Has an identifier."""

    @property
    def id(self) -> Any: ...


N = TypeVar("N", bound=_Numbered)


class Value(BaseModel):
    """Something that answers tell of."""

    model_config = ConfigDict(frozen=True)


class HubName(Value):
    """A hub, in short."""

    id: int = Field(description="Its number, by which other calls name it.")
    type: HubType
    name: str
    title: str
    page: str = Field(description="The path of its page.")
    api: str = Field(description="The path where more of it can be read here.")

    @classmethod
    def of(cls, hub: Hub) -> HubName:
        """Name a hub."""
        return cls(**_names(hub))


class HubSummary(HubName):
    """A hub, as everybody may know it who may know of it at all."""

    summary: str
    visibility: Visibility
    archived: bool
    last_activity: Moment | None = Field(description="When something last happened there.")
    tags: tuple[str, ...]
    language: str = Field(description="What is spoken there; empty if it does not say.")
    region: str = Field(description="Where it is; empty if it does not say.")


def summary_of(hub: Hub) -> dict[str, Any]:
    """Give the fields of `HubSummary`, by name.

    Args:
        hub: The hub.

    Returns:
        They.
    """
    return {
        **_names(hub),
        "summary": hub.summary,
        "visibility": hub.visibility,
        "archived": hub.archived,
        "last_activity": hub.last_activity,
        "tags": tuple(map(str, hub.config.get("tags") or ())),
        "language": str(hub.config.get("language") or ""),
        "region": str(hub.config.get("region") or ""),
    }


def _names(hub: Hub) -> dict[str, Any]:
    return {
        "id": hub.id,
        "type": hub.type,
        "name": hub.name,
        "title": hub.title,
        "page": hub.path,
        "api": ROOT + hub.path,
    }


class EntryValue(Value):
    """One thing that happened."""

    id: str
    time: Moment
    topic: str = Field(description="The topic of the message that told of it.")
    sentence: str
    link: str = Field(description="Where to see it; may be empty.")
    agent: str = Field(description="The account name of who did it; may be empty.")
    people: tuple[str, ...] = Field(description="The account names of all it names.")
    target: str = Field(description="What it happened to; may be empty.")


def entry_fields(entry: Entry) -> dict[str, Any]:
    """Give the fields of `EntryValue`, by name.

    Args:
        entry: The entry.

    Returns:
        They.
    """
    return {name: getattr(entry, name) for name in EntryValue.model_fields}


def number_of(text: str) -> int:
    """Read a number that stands in a path.

    Args:
        text: It.

    Returns:
        The number.

    Raises:
        NotFound: It is none, or no row has it.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise NotFound
    return int(text)


def older(entries: Iterable[Entry], before: str) -> list[Entry]:
    """Give the entries of a list that come after a given one.

    Args:
        entries: Newest first.
        before: The id of an entry; empty for all. One that is not there is older than all.

    Returns:
        Those that are older.
    """
    every = list(entries)
    if not before:
        return every
    places = [place for place, entry in enumerate(every) if entry.id == before]
    return every[places[0] + 1 :] if places else []


def next_path(path: str, **query: object) -> str:
    """Give the address of the next page.

    Args:
        path: That of the first, below `ROOT`.
        query: What to say after it; what is empty or None is left out.

    Returns:
        A path with its query.
    """
    said = {name: value for name, value in query.items() if value not in {None, ""}}
    return f"{ROOT}{path}?{urlencode(said)}"


def first(
    items: Sequence[N], limit: int, path: str, **query: object
) -> tuple[tuple[N, ...], str | None]:
    """Cut the first page off a list.

    Args:
        items: The list; if it goes on after the page, it has at least one item more.
        limit: The most on a page.
        path: Where the list is, below `ROOT`.
        query: What else to ask of the next page.

    Returns:
        The page, and the path of the next one; None for the last.
    """
    shown = tuple(items[:limit])
    if len(items) <= limit:
        return shown, None
    return shown, next_path(path, **query, limit=limit, before=shown[-1].id)
