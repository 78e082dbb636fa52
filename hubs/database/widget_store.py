"""The widgets of hubs, as owners change them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database import interests
from hubs.database.arrangements import (
    KEPT_DAYS,
    last_arrangement,
    last_change,
    read_arrangement,
    read_removed,
)
from hubs.database.changes import note, record
from hubs.database.hub_store import Functions, insert_widget, lock_hub
from hubs.database.pool import Pool
from hubs.model.arrangement import Arrangement, LastChange, RemovedWidget
from hubs.model.change import widget_updated
from hubs.model.hub import Column, Hub, Visibility, WidgetInstance

#: The most widgets on one hub: a page should stay one that somebody reads.
MOST = 30
#: What the audit trail says has changed when a widget came, went or moved.
ADDED, REMOVED, RESTORED, MOVED = ARRANGING = ("added", "removed", "restored", "position")


class Why(enum.Enum):
    """Why widgets cannot be changed."""

    ARCHIVED = "nothing changes on an archived hub"
    FULL = f"a hub has at most {MOST} widgets"
    UNKNOWN = "there is no such widget on the hub"
    CHANGED = "somebody else was faster"


class ArrangeError(Exception):
    """Widgets cannot be changed.

    Attributes:
        why: The reason.
    """

    def __init__(self, why: Why) -> None:
        """Say why.

        Args:
            why: The reason.
        """
        super().__init__(why.value)
        self.why = why


class ConflictError(ArrangeError):
    """Somebody else was faster: what was to be changed is not what it was any more.

    Attributes:
        theirs: The widget as it is now; None if it was removed.
        last: Who changed it, if that is still known.
    """

    def __init__(self, theirs: WidgetInstance | None, last: LastChange | None) -> None:
        """Say what there is now.

        Args:
            theirs: See above.
            last: See above.
        """
        super().__init__(Why.CHANGED)
        self.theirs = theirs
        self.last = last


@attrs.frozen
class WidgetStore:
    """Changes widgets, each time with the audit trail, its message and interests at once.

    What is done a second time changes nothing, and is no error. Whether somebody may do it has
    been asked before.

    Attributes:
        pool: The database.
        functions: Gives what concerns the cached functions of a widget.
        label: Gives what people call a widget.
    """

    pool: Pool
    functions: Functions
    label: Callable[[WidgetInstance], str]

    async def arrangement(self, hub_id: int) -> Arrangement:
        """Give the widgets of a hub, and those that can be put back."""

        async def body(cursor: Cursor) -> Arrangement:
            arrangement = await read_arrangement(cursor, hub_id)
            return attrs.evolve(arrangement, removed=await read_removed(cursor, hub_id))

        return await self.pool.transaction(body)

    async def add(self, actor: str, widget: WidgetInstance) -> WidgetInstance:
        """Put a widget at the end of its column.

        Args:
            actor: The account name of who does it.
            widget: It; its number, position and version do not count.

        Returns:
            The widget as it is stored.

        Raises:
            ArrangeError: The hub is archived, or full.
        """

        async def body(cursor: Cursor) -> WidgetInstance:
            hub, now = await _open(cursor, widget.hub_id)
            if len(now.widgets) >= MOST:
                raise ArrangeError(Why.FULL)
            placed = attrs.evolve(widget, position=len(now.column(widget.column)), version=1)
            made = await insert_widget(cursor, placed, self.functions(hub, placed))
            await _raise_arrangement(cursor, hub.id)
            await self._record(cursor, actor, made, [ADDED])
            return made

        return await self.pool.transaction(body)

    async def change(
        self,
        hub_id: int,
        actor: str,
        widget_id: int,
        version: int,
        apply: Callable[[WidgetInstance], WidgetInstance],
    ) -> WidgetInstance:
        """Change the configuration, the visibility or the hiding of a widget.

        Args:
            hub_id: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            version: That of the widget that they have seen.
            apply: Gives the widget as it is to be.

        Returns:
            The widget as it is stored.

        Raises:
            ArrangeError: The hub is archived, or has no such widget.
            ConflictError: It was changed or removed meanwhile.
        """

        async def body(cursor: Cursor) -> WidgetInstance:
            hub, now = await _open(cursor, hub_id)
            before = await _find(cursor, hub_id, now, widget_id)
            after = apply(before)
            if after == before:
                return before
            if before.version != version:
                raise ConflictError(before, await last_change(cursor, hub_id, widget_id))
            after = attrs.evolve(after, version=version + 1)
            await cursor.execute(
                """
                UPDATE widgets SET config = %s, visibility = %s, hidden = %s, version = %s
                WHERE id = %s
                """,
                (
                    Json(dict(after.config)),
                    after.visibility.value,
                    after.hidden,
                    after.version,
                    after.id,
                ),
            )
            await interests.rewrite(cursor, hub_id, widget_id, self.functions(hub, after))
            await self._record(cursor, actor, after, _changed_keys(before, after), before)
            return after

        return await self.pool.transaction(body)

    async def move(
        self,
        hub_id: int,
        actor: str,
        widget_id: int,
        version: int,
        column: Column,
        position: int,
    ) -> bool:
        """Move a widget.

        Args:
            hub_id: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            version: That of the arrangement that they have seen.
            column: Where to.
            position: Its place there, from 0; one past the last is the last.

        Returns:
            Whether it stood elsewhere before.

        Raises:
            ArrangeError: The hub is archived, or has no such widget.
            ConflictError: The arrangement was changed meanwhile, or the widget removed.
        """

        async def body(cursor: Cursor) -> bool:
            hub, now = await _open(cursor, hub_id)
            before = await _find(cursor, hub.id, now, widget_id)
            places = now.moved(widget_id, column, position)
            if _order(places) == _order(now.widgets):
                return False
            if now.version != version:
                raise ConflictError(before, await last_arrangement(cursor, hub_id, ARRANGING))
            await _write_places(cursor, places)
            await _raise_arrangement(cursor, hub_id)
            await self._record(cursor, actor, before, [MOVED])
            return True

        return await self.pool.transaction(body)

    async def remove(
        self, hub_id: int, actor: str, widget_id: int, version: int
    ) -> WidgetInstance | None:
        """Take a widget off a hub; for `KEPT_DAYS` it can be put back.

        Args:
            hub_id: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            version: That of the widget that they have seen.

        Returns:
            The widget as it was; None if it was removed before.

        Raises:
            ArrangeError: The hub is archived, or has never had such a widget.
            ConflictError: It was changed meanwhile.
        """

        async def body(cursor: Cursor) -> WidgetInstance | None:
            hub, now = await _open(cursor, hub_id)
            widget = now.find(widget_id)
            if widget is None:
                await _find_removed(cursor, hub_id, widget_id)
                return None
            if widget.version != version:
                raise ConflictError(widget, await last_change(cursor, hub_id, widget_id))
            await cursor.execute(
                f"""
                WITH gone AS (DELETE FROM widgets WHERE id = %(widget)s RETURNING *)
                INSERT INTO removed_widgets ({_KEPT}, actor)
                SELECT {_KEPT}, %(actor)s FROM gone
                """,
                {"widget": widget_id, "actor": actor},
            )
            await cursor.execute(
                "DELETE FROM removed_widgets WHERE hub_id = %s "
                "AND time < now() - make_interval(days => %s)",
                (hub_id, KEPT_DAYS),
            )
            await _raise_arrangement(cursor, hub.id)
            await self._record(cursor, actor, widget, [REMOVED])
            return widget

        return await self.pool.transaction(body)

    async def restore(self, hub_id: int, actor: str, widget_id: int) -> WidgetInstance:
        """Put a widget back that was removed, where it was.

        Args:
            hub_id: The hub.
            actor: The account name of who does it.
            widget_id: The widget.

        Returns:
            The widget as it is stored.

        Raises:
            ArrangeError: The hub is archived or full, or has no such widget to be put back.
        """

        async def body(cursor: Cursor) -> WidgetInstance:
            hub, now = await _open(cursor, hub_id)
            if (there := now.find(widget_id)) is not None:
                return there
            if len(now.widgets) >= MOST:
                raise ArrangeError(Why.FULL)
            widget = (await _find_removed(cursor, hub_id, widget_id)).widget
            await cursor.execute(
                f"""
                WITH back AS (DELETE FROM removed_widgets WHERE id = %s RETURNING *)
                INSERT INTO widgets ({_KEPT}) OVERRIDING SYSTEM VALUE SELECT {_KEPT} FROM back
                """,
                (widget_id,),
            )
            with_it = attrs.evolve(now, widgets=(*now.widgets, widget))
            await _write_places(cursor, with_it.moved(widget_id, widget.column, widget.position))
            await interests.rewrite(cursor, hub_id, widget_id, self.functions(hub, widget))
            await _raise_arrangement(cursor, hub_id)
            await self._record(cursor, actor, widget, [RESTORED])
            return widget

        return await self.pool.transaction(body)

    async def _record(
        self,
        cursor: Cursor,
        actor: str,
        widget: WidgetInstance,
        keys: Iterable[str],
        before: WidgetInstance | None = None,
    ) -> None:
        """Keep it; the bus is told only of what every visitor of the hub could see all along."""
        change = widget_updated(actor, widget.id, self.label(widget), keys)
        seen = all(_is_open(one) for one in (widget, before or widget))
        await (record if seen else note)(cursor, widget.hub_id, change)


def _is_open(widget: WidgetInstance) -> bool:
    return widget.visibility is Visibility.PUBLIC and not widget.hidden


#: The columns that a widget keeps while it is removed.
_KEPT = 'id, hub_id, plugin, "column", position, config, visibility, hidden, version, created'


def _changed_keys(before: WidgetInstance, after: WidgetInstance) -> set[str]:
    names = {*before.config, *after.config}
    keys = {name for name in names if before.config.get(name) != after.config.get(name)}
    if before.visibility is not after.visibility:
        keys.add("visibility")
    if before.hidden is not after.hidden:
        keys.add("hidden" if after.hidden else "shown")
    return keys


def _order(widgets: Iterable[WidgetInstance]) -> list[tuple[Column, int]]:
    return [(widget.column, widget.id) for widget in widgets]


async def _open(cursor: Cursor, hub_id: int) -> tuple[Hub, Arrangement]:
    """Give a hub that nobody else arranges until the end of the transaction."""
    hub = await lock_hub(cursor, hub_id)
    if hub.archived:
        raise ArrangeError(Why.ARCHIVED)
    return hub, await read_arrangement(cursor, hub_id)


async def _find_removed(cursor: Cursor, hub_id: int, widget_id: int) -> RemovedWidget:
    for removed in await read_removed(cursor, hub_id, widget_id):
        return removed
    raise ArrangeError(Why.UNKNOWN)


async def _find(
    cursor: Cursor, hub_id: int, arrangement: Arrangement, widget_id: int
) -> WidgetInstance:
    widget = arrangement.find(widget_id)
    if widget is None:
        removed = await _find_removed(cursor, hub_id, widget_id)
        raise ConflictError(None, removed.removal)
    return widget


async def _write_places(cursor: Cursor, widgets: Sequence[WidgetInstance]) -> None:
    await cursor.execute(
        """
        UPDATE widgets SET "column" = new."column", position = new.position
        FROM unnest(%s::integer[], %s::text[], %s::integer[]) AS new (id, "column", position)
        WHERE widgets.id = new.id
        """,
        (
            [widget.id for widget in widgets],
            [widget.column.value for widget in widgets],
            [widget.position for widget in widgets],
        ),
    )


async def _raise_arrangement(cursor: Cursor, hub_id: int) -> None:
    await cursor.execute("UPDATE hubs SET arrangement = arrangement + 1 WHERE id = %s", (hub_id,))
