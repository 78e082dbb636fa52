"""What owners set of hubs, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database.changes import AUDIT_LINE, AuditLine, record
from hubs.database.hub_store import Functions, lock_hub, rewrite_interests
from hubs.database.pool import Pool
from hubs.model.change import Change, Topic, hub_updated
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.settings import check, settings_of, with_settings


@attrs.frozen
class Clash:
    """A setting that somebody else has changed while one was at it.

    Attributes:
        key: Its name.
        before: What it was when one began; None if that is not known.
        theirs: What it is now.
        mine: What one wants it to be.
        actor: The account name of who has changed it last; empty for the account system.
        time: When that was, seconds since the epoch; None if that is not known.
    """

    key: str
    before: Any
    theirs: Any
    mine: Any
    actor: str = ""
    time: float | None = None


class ClashError(Exception):
    """What one wants to set was changed by somebody else meanwhile, and nothing is set.

    Attributes:
        hub: The hub as it is now.
        clashes: What differs.
        mine: All that one wants to change, by name; what others changed beside that is not in it.
    """

    def __init__(self, hub: Hub, clashes: Sequence[Clash], mine: Mapping[str, Any]) -> None:
        """Say what differs.

        Args:
            hub: See `ClashError`.
            clashes: See `ClashError`.
            mine: See `ClashError`.
        """
        super().__init__(f"changed meanwhile: {', '.join(clash.key for clash in clashes)}")
        self.hub = hub
        self.clashes = clashes
        self.mine = mine


@attrs.frozen
class Changed:
    """What has become of a hub.

    Attributes:
        before: The hub as it was.
        after: As it is.
        keys: The names of the settings that have changed; empty if none has.
        widgets: The widgets of the hub, if something has changed.
    """

    before: Hub
    after: Hub
    keys: frozenset[str] = frozenset()
    widgets: Sequence[WidgetInstance] = ()


@attrs.frozen
class SettingsStore:
    """Changes settings, each with the interests, the line of the trail and the message of it.

    All of that is one transaction. Whether somebody may do it has been asked before.

    Attributes:
        pool: The database.
        functions: Says what concerns the cached functions of widgets.
    """

    pool: Pool
    functions: Functions

    async def change(
        self, hub_id: int, actor: str, wanted: Mapping[str, object], version: int | None
    ) -> Changed:
        """Change some settings of a hub, all that are wanted or none.

        What others have changed since is left as it is, where it is not what one changes oneself.

        Args:
            hub_id: The hub; it exists.
            actor: The account name of who does it.
            wanted: The settings by name, as `hubs.model.settings.settings_of` has them; those that
                are as they were when the actor saw them count as not touched.
            version: That of the hub when the actor saw it; None to change it however it is.

        Returns:
            What has changed.

        Raises:
            SettingsError: A setting cannot be what is wanted.
            ClashError: Somebody else has changed one of them since that version.
        """

        async def body(cursor: Cursor) -> Changed:
            before = await lock_hub(cursor, hub_id)
            mine = check(before.type, wanted)
            if version is not None and version != before.version:
                lines = await _lines_since(cursor, hub_id, version)
                mine = _untouched_by_others(before, mine, lines, before.version - version)
            after = with_settings(before, mine)
            change = settings_change(actor, before, after)
            if change is None:
                return Changed(before, before)
            widgets = await write_settings(cursor, after, self.functions)
            await record(cursor, hub_id, change)
            keys = frozenset(change.facts["changed_keys"])
            return Changed(before, attrs.evolve(after, version=before.version + 1), keys, widgets)

        return await self.pool.transaction(body)


async def write_settings(cursor: Cursor, hub: Hub, functions: Functions) -> list[WidgetInstance]:
    """Write what a hub says of itself, and what concerns it from now on.

    Args:
        cursor: The transaction.
        hub: It; the database gives it the next version.
        functions: Says what concerns the cached functions of widgets.

    Returns:
        Its widgets.
    """
    await cursor.execute(
        "UPDATE hubs SET title = %s, summary = %s, visibility = %s, config = %s WHERE id = %s",
        (hub.title, hub.summary, hub.visibility.value, Json(dict(hub.config)), hub.id),
    )
    return await rewrite_interests(cursor, hub, functions)


def settings_change(actor: str, before: Hub, after: Hub) -> Change | None:
    """Say what has changed of the settings of a hub.

    Args:
        actor: The account name of who did it; empty for the account system.
        before: The hub as it was.
        after: As it is.

    Returns:
        The change; None if there is none.
    """
    old, new = settings_of(before), settings_of(after)
    keys = [key for key in new if new[key] != old[key]]
    if not keys:
        return None
    were, are = ({key: values[key] for key in keys} for values in (old, new))
    return hub_updated(actor, were, are, before.version + 1)


async def _lines_since(cursor: Cursor, hub_id: int, version: int) -> list[AuditLine]:
    await cursor.execute(
        f"""
        SELECT {AUDIT_LINE} FROM audit
        WHERE hub_id = %s AND action = %s AND (details ->> 'version')::int > %s ORDER BY id
        """,
        (hub_id, Topic.HUB_UPDATED.value, version),
    )
    return [AuditLine(*row) for row in cursor.fetchall()]


def _untouched_by_others(
    now: Hub, wanted: Mapping[str, Any], lines: Sequence[AuditLine], versions: int
) -> dict[str, Any]:
    """Give what somebody really changes, if nobody else has changed that meanwhile.

    Args:
        now: The hub as it is.
        wanted: What they want.
        lines: What was changed since they saw it.
        versions: How many changes there were; more than lines if not all were kept.

    Raises:
        ClashError: Somebody else has.
    """
    current = settings_of(now)
    before: dict[str, Any] = {}
    last: dict[str, AuditLine] = {}
    for line in lines:
        before = {**line.facts["before"], **before}
        last |= dict.fromkeys(line.facts["after"], line)
    # Else the version is old, or never was: whatever differs may be another's.
    all_known = len(lines) == versions
    seen = {**current, **before} if all_known else current
    mine = {key: value for key, value in wanted.items() if value != seen[key]}
    clashes = [
        Clash(key, before.get(key), current[key], value, *_who(last.get(key)))
        for key, value in mine.items()
        if value != current[key] and (key in last or not all_known)
    ]
    if clashes:
        raise ClashError(now, clashes, mine)
    return mine


def _who(line: AuditLine | None) -> tuple[str, float | None]:
    return (line.actor, line.time) if line is not None else ("", None)
