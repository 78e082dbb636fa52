"""Hubs, the widgets on them, and what concerns their feeds."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

#: The kind of widget that shows what happened on a hub.
FEED = "feed"
#: The kinds of things a team names in its configuration under ``sources``, each with the
#: prefix of the interest keys it gives.
SOURCE_PREFIXES: Mapping[str, str] = {
    "groups": "group",
    "repositories": "repo",
    "packages": "package",
    "lists": "list",
    "channels": "channel",
    "tags": "tag",
    "topics": "topic",
    "calendars": "calendar",
}


class HubType(enum.Enum):
    """Whose hub it is."""

    USER = "user"
    TEAM = "team"


class Visibility(enum.Enum):
    """Who may see a hub: everybody, its members with a listing for all, or its members alone."""

    PUBLIC = "public"
    PREVIEW = "preview"
    PRIVATE = "private"


class Column(enum.Enum):
    """The column of a hub page that a widget stands in."""

    MAIN = "main"
    SIDE = "side"


@attrs.frozen
class Hub:
    """The page of one person or team.

    Attributes:
        id: The number it is known by inside Hubs.
        type: Whose hub it is.
        name: The account name of the person, or the short name of the team; unique within its type.
        title: The name as people say it.
        summary: One sentence on what it is for.
        visibility: Who may see it.
        config: Its settings; a team's ``sources`` say what its feed is about.
        last_activity: When something last happened there, in seconds since the epoch, or None.
        version: Rises with each change of what it says of itself and of its settings.
    """

    id: int
    type: HubType
    name: str
    title: str
    summary: str
    visibility: Visibility = Visibility.PUBLIC
    config: Mapping[str, Any] = attrs.field(factory=dict)
    last_activity: float | None = None
    version: int = 1

    @property
    def path(self) -> str:
        """The path of its page, as in ``/t/infra/``."""
        return hub_path(self.type, self.name)

    @property
    def archived(self) -> bool:
        """Whether it is there to be read alone."""
        return bool(self.config.get("archived"))

    @property
    def feed(self) -> str:
        """The key of its feed in the store of feeds."""
        return f"hub:{self.id}"

    def feed_interests(self) -> frozenset[str]:
        """Say what concerns its feed, as interest keys.

        Returns:
            ``user:NAME`` for a person; for a team ``team:NAME``, and one key for each of its
            configured sources.
        """
        if self.type is HubType.USER:
            return frozenset({f"user:{self.name}"})
        sources = self.config.get("sources", {})
        return frozenset(
            {
                f"team:{self.name}",
                *(
                    f"{prefix}:{name}"
                    for source, prefix in SOURCE_PREFIXES.items()
                    for name in sources.get(source, ())
                ),
            }
        )


@attrs.frozen
class WidgetInstance:
    """One widget on one hub.

    Attributes:
        id: The number it is known by.
        hub_id: The hub it stands on.
        plugin: The name of its widget plug-in, as in ``members``.
        column: Where it stands.
        position: Its place in the column, from 0.
        config: What its parameters are set to.
        visibility: Who may see it.
        hidden: Whether it is put away: it is on no page until an owner shows it again.
        version: Rises with each change of its configuration, visibility or hiding.
    """

    id: int
    hub_id: int
    plugin: str
    column: Column = Column.MAIN
    position: int = 0
    config: Mapping[str, Any] = attrs.field(factory=dict)
    visibility: Visibility = Visibility.PUBLIC
    hidden: bool = False
    version: int = 1


def hub_path(hub_type: HubType, name: str) -> str:
    """Give the path of a hub's page.

    Args:
        hub_type: Whose hub it is.
        name: Its name.

    Returns:
        A path that starts and ends with a slash.
    """
    return f"/{'u' if hub_type is HubType.USER else 't'}/{name}/"
