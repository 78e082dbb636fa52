"""Hubs and widgets as rows of SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.model.viewer import HubView, Viewer

#: What `read_hub` reads.
HUB = """
    hubs.id, hubs.type, hubs.name, hubs.title, hubs.summary, hubs.visibility, hubs.config,
    extract(epoch FROM hubs.last_activity)::float, hubs.version
"""
#: How many columns that are.
HUB_WIDTH = 9
#: What `read_roles` reads, one column: what the person ``viewer`` is to the hub of the row.
ROLES = """
    ARRAY(SELECT roles.role FROM roles
          WHERE roles.hub_id = hubs.id AND roles.person_id = %(viewer)s)
"""
#: What `hubs.model.standing.Standing` is made of, one column: who is with the hub of the row, and
#: what the person ``viewer`` is to it.
STANDING = """
    jsonb_build_object(
        'members', (SELECT count(DISTINCT roles.person_id) FROM roles
            WHERE roles.hub_id = hubs.id AND roles.role IN ('member', 'owner')),
        'subscribers', (SELECT count(*) FROM roles
            WHERE roles.hub_id = hubs.id AND roles.role = 'subscriber'),
        'following', CASE hubs.type WHEN 'user' THEN (
            SELECT count(DISTINCT other.id) FROM people
            JOIN roles ON roles.person_id = people.id
            JOIN hubs AS other ON other.id = roles.hub_id
            WHERE people.username = hubs.name AND other.id <> hubs.id
                AND roles.role <> 'stargazer' AND other.visibility <> 'private'
        ) ELSE 0 END,
        'waiting', (SELECT count(*) FROM join_requests WHERE join_requests.hub_id = hubs.id),
        'group', coalesce(
            (SELECT team_groups.name FROM team_groups WHERE team_groups.hub_id = hubs.id), ''),
        'from_group', EXISTS (SELECT FROM roles WHERE roles.hub_id = hubs.id
            AND roles.person_id = %(viewer)s AND roles.from_group),
        'asked', EXISTS (SELECT FROM join_requests WHERE join_requests.hub_id = hubs.id
            AND join_requests.person_id = %(viewer)s)
    )
"""
#: Who may see the feed of the hub of the row, one column, as `Visibility` has it: whoever may see
#: one of the widgets that show it (`hubs.model.hub.FEED`); of those put away, if there is no other;
#: everybody, if there is none.
FEED_VISIBILITY = """
    coalesce((
        SELECT CASE WHEN bool_or(feeds.visibility = 'public') THEN 'public'
            ELSE min(feeds.visibility) END
        FROM widgets AS feeds WHERE feeds.hub_id = hubs.id AND feeds.plugin = 'feed'
        GROUP BY feeds.hidden ORDER BY feeds.hidden LIMIT 1
    ), 'public')
"""
#: What `read_view` reads, perhaps with `WIDGET` behind it.
VIEW = f"{HUB}, {ROLES}, {FEED_VISIBILITY}"
#: What `read_widget` reads.
WIDGET = """
    widgets.id, widgets.hub_id, widgets.plugin, widgets."column", widgets.position,
    widgets.config, widgets.visibility, widgets.hidden, widgets.version
"""
#: How many columns that are.
WIDGET_WIDTH = 9


def read_hub(row: tuple[Any, ...]) -> Hub:
    """Make a hub of the columns `HUB`.

    Args:
        row: They.

    Returns:
        The hub.
    """
    hub_id, hub_type, name, title, summary, visibility, config, last_activity, version = row
    return Hub(
        id=hub_id,
        type=HubType(hub_type),
        name=name,
        title=title,
        summary=summary,
        visibility=Visibility(visibility),
        config=config,
        last_activity=last_activity,
        version=version,
    )


def read_roles(names: Iterable[str]) -> frozenset[Role]:
    """Make roles of the column `ROLES`.

    Args:
        names: It.

    Returns:
        The roles.
    """
    return frozenset(Role(name) for name in names)


def read_widget(row: tuple[Any, ...]) -> WidgetInstance:
    """Make a widget of the columns `WIDGET`.

    Args:
        row: They.

    Returns:
        The widget.
    """
    widget_id, hub_id, plugin, column, position, config, visibility, hidden, version = row
    return WidgetInstance(
        id=widget_id,
        hub_id=hub_id,
        plugin=plugin,
        column=Column(column),
        position=position,
        config=config,
        visibility=Visibility(visibility),
        hidden=hidden,
        version=version,
    )


def read_view(rows: Sequence[tuple[Any, ...]], viewer: Viewer) -> HubView:
    """Make a hub as somebody looks at it, of rows that begin with `VIEW`.

    Args:
        rows: They, of one hub: one for each of its widgets, if `WIDGET` stands behind it.
        viewer: Who looks.

    Returns:
        The hub, without its standing.
    """
    after = HUB_WIDTH + 2
    roles, feed_visibility = rows[0][HUB_WIDTH:after]
    widgets = (row[after : after + WIDGET_WIDTH] for row in rows)
    return HubView(
        hub=read_hub(rows[0][:HUB_WIDTH]),
        viewer=viewer,
        roles=read_roles(roles),
        widgets=tuple(read_widget(one) for one in widgets if one and one[0] is not None),
        feed_visibility=Visibility(feed_visibility),
    )
