"""The directory: finds hubs by words, tags, language and region."""

from __future__ import annotations

from typing import Any

import attrs

from hubs.database.pool import Pool
from hubs.database.rows import HUB, HUB_WIDTH, read_hub
from hubs.model.directory import PAGE, Facets, Found, FoundHub, Order, Search
from hubs.model.hub import HubType, Visibility
from hubs.model.permissions import Action, may
from hubs.model.person import Role
from hubs.model.viewer import Viewer

#: The share of the trigrams of what was typed that a hub needs, to be found by mistyped words.
_ALIKE = 0.5
#: How many tags, languages and regions are offered.
_OFFERED = 12

_LISTED = """
    hubs.type = %(type)s AND (
        hubs.visibility = ANY(%(open)s) OR EXISTS (
            SELECT 1 FROM roles
            WHERE roles.hub_id = hubs.id AND roles.person_id = %(viewer)s
                AND roles.role = ANY(%(insiders)s)
        )
    )
"""
_MATCHES = """
    (%(words)s = '' OR hubs.search @@ hubs_query(%(words)s) OR (
        hubs.trigrams && hubs_trigrams(%(words)s)
        AND alike.share >= %(alike)s
    ))
    AND (%(tag)s = '' OR hubs.config -> 'tags' ? %(tag)s)
    AND (%(language)s = '' OR hubs.config ->> 'language' = %(language)s)
    AND (%(region)s = '' OR hubs.config ->> 'region' = %(region)s)
"""
_RELEVANCE = "ts_rank(hubs.search, hubs_query(%(words)s)) + alike.share DESC, "
_ORDERS = {
    Order.RELEVANCE: f"{_RELEVANCE} busy.messages DESC, ",
    Order.ACTIVITY: "busy.messages DESC, ",
    Order.SIZE: "size.members DESC, ",
}


@attrs.frozen
class Directory:
    """Lists hubs.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def find(self, search: Search, viewer: Viewer) -> Found:
        """Give a page of the hubs that somebody looks for, of those they may know of.

        Args:
            search: What they look for.
            viewer: Who looks.

        Returns:
            The page; empty past the last one.
        """
        rows = await self.pool.query(
            f"""
            SELECT {HUB}, busy.messages, size.members, count(*) OVER ()
            FROM hubs
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(messages), 0)::int AS messages FROM activity
                WHERE activity.hub_id = hubs.id AND day >= %(since)s
            ) AS busy
            CROSS JOIN LATERAL (
                SELECT count(DISTINCT person_id)::int AS members FROM roles
                WHERE roles.hub_id = hubs.id AND role IN ('member', 'owner')
            ) AS size
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE one = ANY(hubs.trigrams))
                    / greatest(count(*), 1)::float AS share
                FROM unnest(hubs_trigrams(%(words)s)) AS one
            ) AS alike
            WHERE {_LISTED} AND {_MATCHES}
            ORDER BY {_ORDERS[search.order]} hubs.last_activity DESC NULLS LAST, hubs.name
            LIMIT %(limit)s OFFSET %(offset)s
            """,
            {
                **_who(search.type, viewer),
                "since": search.since,
                "words": search.words,
                "tag": search.tag,
                "language": search.language,
                "region": search.region,
                "alike": _ALIKE,
                "limit": PAGE,
                "offset": PAGE * (search.page - 1),
            },
        )
        found = [FoundHub(read_hub(row[:HUB_WIDTH]), *row[HUB_WIDTH:-1]) for row in rows]
        return Found(found, rows[0][-1] if rows else 0)

    async def facets(self, hub_type: HubType, viewer: Viewer) -> Facets:
        """Give what the hubs that somebody may know of can be told apart by.

        Args:
            hub_type: Whose hubs.
            viewer: Who looks.

        Returns:
            The most frequent of each.
        """
        rows = await self.pool.query(
            f"""
            WITH listed AS (SELECT hubs.config FROM hubs WHERE {_LISTED}),
            named AS (
                SELECT 'tags' AS facet, tag AS value FROM listed,
                    jsonb_array_elements_text(coalesce(config -> 'tags', '[]')) AS tag
                UNION ALL SELECT 'languages', config ->> 'language' FROM listed
                UNION ALL SELECT 'regions', config ->> 'region' FROM listed
            ),
            counted AS (
                SELECT facet, value, count(*) AS count,
                    row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, value) AS place
                FROM named WHERE value <> '' GROUP BY facet, value
            )
            SELECT facet, value, count FROM counted WHERE place <= %(offered)s
            ORDER BY facet, place
            """,
            {**_who(hub_type, viewer), "offered": _OFFERED},
        )
        by_facet: dict[str, list[tuple[str, int]]] = {}
        for facet, value, count in rows:
            by_facet.setdefault(facet, []).append((value, count))
        return Facets(**by_facet)


def _who(hub_type: HubType, viewer: Viewer) -> dict[str, Any]:
    """Say in SQL's terms what the table of permissions says of who may know of a hub."""

    def sees(roles: tuple[Role, ...], visibility: Visibility) -> bool:
        return may(roles, Action.SEE_LISTED, visibility, logged_in=viewer.logged_in)

    return {
        "type": hub_type.value,
        "viewer": viewer.person_id,
        "open": [one.value for one in Visibility if sees((), one)],
        "insiders": [role.value for role in Role if sees((role,), Visibility.PRIVATE)],
    }
