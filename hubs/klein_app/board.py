"""The page on which owners arrange widgets: a card for each, in two columns."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import attrs
from twisted.web.iweb import IRequest
from werkzeug.exceptions import BadRequest

from hubs.database.widget_store import Why
from hubs.klein_app.portal import Portal
from hubs.klein_app.streams import stream_url
from hubs.model.arrangement import Arrangement, LastChange
from hubs.model.hub import Column, Visibility, WidgetInstance
from hubs.model.viewer import HubView
from hubs.model.words import gettext_noop
from hubs.widgets.arrange import Arranger
from hubs.widgets.base import Widget
from hubs.widgets.parameters import Type

#: Why nothing was changed.
REFUSALS: Mapping[Why, str] = {
    Why.ARCHIVED: gettext_noop("This hub is archived: it stays as it is."),
    Why.FULL: gettext_noop(
        "There are as many widgets here as a page can bear. Remove one before another comes."
    ),
    Why.UNKNOWN: gettext_noop("This widget is not on the hub any more."),
}
#: What can have been done to a widget.
DONE = ("added", "saved", "moved", "hidden", "shown", "removed", "restored")
_COLUMNS = {column.value: column for column in Column}
#: No number of SQL has more digits that we need.
_DIGITS = 10
#: Tells htmx to put an answer where the board is, whatever asked for it.
_INTO_BOARD = {
    "HX-Retarget": "#board",
    "HX-Reselect": "#board",
    "HX-Reswap": "morph:outerHTML",
}
#: What owners write, and how much of it is a hint.
_TELLING = {Type.TEXT, Type.MARKDOWN, Type.LINES, Type.ADDRESS}
_HINT = 120
_OTHER = {Column.MAIN: Column.SIDE, Column.SIDE: Column.MAIN}


@attrs.frozen
class Card:
    """A widget as it is arranged.

    Attributes:
        widget: The widget.
        title: What people call it, in English.
        summary: What it is good for, in English; empty if its plug-in is gone.
        hint: How its configuration begins, which tells it from others of its kind.
        place: Its place in the column, from 0.
        count: How many widgets are in its column.
        others: How many are in the other one.
    """

    widget: WidgetInstance
    title: str
    summary: str = ""
    hint: str = ""
    place: int = 0
    count: int = 0
    others: int = 0

    @property
    def is_for_members(self) -> bool:
        """Whether only members see it."""
        return self.widget.visibility is not Visibility.PUBLIC

    @property
    def up(self) -> str:
        """Where it goes one up, as `read_place` reads it; empty if it is the first."""
        return write_place(self.widget.column, self.place - 1) if self.place else ""

    @property
    def down(self) -> str:
        """Where it goes one down; empty if it is the last."""
        below = self.place + 1
        return write_place(self.widget.column, below) if below < self.count else ""

    @property
    def across(self) -> str:
        """Where it goes in the other column: as far down as it is here."""
        return write_place(_OTHER[self.widget.column], min(self.place, self.others))


@attrs.frozen
class Notice:
    """What has just happened, or has not.

    Attributes:
        what: One of `DONE`, or ``conflict`` or ``refused``.
        widget_id: The widget that it is about.
        last: Who was faster, of a conflict, if that is known.
        tried: What was tried, of a conflict: the last part of its path.
        to: Where it was to be moved, of a conflict.
        reason: Why it was refused, in English.
    """

    what: str
    widget_id: int
    last: LastChange | None = None
    tried: str = ""
    to: str = ""
    reason: str = ""


def write_place(column: Column, position: int) -> str:
    """Write a place as a form sends it.

    Args:
        column: The column.
        position: The place there, from 0.

    Returns:
        As in ``side:2``.
    """
    return f"{column.value}:{position}"


def read_place(text: str) -> tuple[Column, int]:
    """Read what `write_place` wrote.

    Args:
        text: What was sent.

    Returns:
        The column and the place there.

    Raises:
        BadRequest: It is no place.
    """
    column, _, position = text.partition(":")
    return read_column(column), read_number(position)


def read_column(text: str) -> Column:
    """Read the name of a column.

    Args:
        text: What was sent.

    Returns:
        The column.

    Raises:
        BadRequest: There is no such column.
    """
    if text not in _COLUMNS:
        raise BadRequest
    return _COLUMNS[text]


def read_number(text: str) -> int:
    """Read a number that SQL can hold.

    Args:
        text: What was sent.

    Returns:
        The number.

    Raises:
        BadRequest: It is none, or too great.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise BadRequest
    return int(text)


@attrs.frozen
class Board:
    """Draws it.

    Attributes:
        portal: What all pages share.
        arranger: Knows the widgets.
        sse_url: Where browsers find the event streams.
    """

    portal: Portal
    arranger: Arranger
    sse_url: str

    async def page(self, request: IRequest, view: HubView, notice: Notice | None = None) -> str:
        """Answer with the board.

        Args:
            request: Who asks.
            view: The hub as they see it.
            notice: What has happened.

        Returns:
            HTML.
        """
        now = self.portal.clock.seconds()
        arrangement = await self.portal.read(self.arranger.arrangement(view.hub))
        values = {
            "view": view,
            "hub": view.hub,
            "version": arrangement.version,
            "columns": {column.value: self._column(arrangement, column) for column in Column},
            "removed": [(self._card(one.widget), one.removal) for one in arrangement.removed],
            "notice": notice,
            "card": self._about(arrangement, notice),
            "stream": stream_url(self.sse_url, view.hub, now),
        }
        was_refused = notice is not None and notice.what in {"conflict", "refused"}
        status = HTTPStatus.CONFLICT if was_refused else HTTPStatus.OK
        return self.portal.page(request, "arrange.html", values, status)

    async def after(self, request: IRequest, view: HubView, notice: Notice) -> str:
        """Answer with the board, after something was done or was not.

        Args:
            request: Who did it.
            view: The hub as they see it.
            notice: What has happened.

        Returns:
            The body of the answer: for htmx, which puts it where the board is, the board itself;
            else what leads there.
        """
        if request.getHeader("HX-Request"):
            for name, value in _INTO_BOARD.items():
                request.setHeader(name, value)
            return await self.page(request, view, notice)
        if notice.what in {"conflict", "refused"}:
            return await self.page(request, view, notice)
        path = f"{view.hub.path}arrange/?done={notice.what}&widget={notice.widget_id}"
        return self.portal.go_to(request, path)

    def _column(self, arrangement: Arrangement, column: Column) -> list[Card]:
        here, others = arrangement.column(column), arrangement.column(_OTHER[column])
        return [
            attrs.evolve(self._card(widget), place=place, count=len(here), others=len(others))
            for place, widget in enumerate(here)
        ]

    def _card(self, widget: WidgetInstance) -> Card:
        kind = self.arranger.registry.get(widget.plugin)
        title = self.arranger.label(widget)
        return (
            Card(widget, title, kind.summary, _hint(kind, widget)) if kind else Card(widget, title)
        )

    def _about(self, arrangement: Arrangement, notice: Notice | None) -> Card | None:
        """Give the widget that a notice is about, on the hub or removed."""
        if notice is None:
            return None
        there = [card for column in Column for card in self._column(arrangement, column)]
        gone = [self._card(one.widget) for one in arrangement.removed]
        cards = gone if notice.what == "removed" else there + gone
        return next((card for card in cards if card.widget.id == notice.widget_id), None)


def _hint(kind: Widget, widget: WidgetInstance) -> str:
    for parameter in kind.parameters:
        value = widget.config.get(parameter.name, parameter.default)
        if value != parameter.default and parameter.type in _TELLING:
            # Without what begins a heading or a list in Markdown.
            return parameter.typed(value).strip().partition("\n")[0].lstrip("#*->_ ")[:_HINT]
    return ""
