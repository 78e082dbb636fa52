"""The contact widget."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.parameters import Parameter, Type, Unexpected

#: How many mailing lists are shown before one unfolds the rest.
SHOWN = 5
_MAIL = re.compile(r"[\w.+-]+@([\w-]+\.)+[\w-]+", re.ASCII)
#: https://spec.matrix.org/latest/appendices/#user-identifiers
_MATRIX = re.compile(r"@[a-z0-9._=/+-]+:[A-Za-z0-9.-]+(:\d{1,5})?")


def _mail(value: str) -> str:
    if not _MAIL.fullmatch(value):
        raise Unexpected(gettext_noop("an address for mail, as in infra@example.org"))
    return value


def _matrix(value: str) -> str:
    if not _MATRIX.fullmatch(value):
        raise Unexpected(gettext_noop("a name on Matrix, as in @teacup:fedora.im"))
    return value


class ContactWidget(Widget):
    """Shows how one reaches the people of a hub."""

    name = "contact"
    title = gettext_noop("Contact")
    summary = gettext_noop("Says how people reach you, and when.")
    parameters = (
        Parameter(
            "mail",
            gettext_noop("Mail"),
            gettext_noop("An address for mail. Everybody who sees this hub sees it."),
            check=_mail,
        ),
        Parameter(
            "matrix",
            gettext_noop("Matrix"),
            gettext_noop("Whom to write to on Matrix, as in @teacup:fedora.im."),
            check=_matrix,
        ),
        Parameter(
            "irc", gettext_noop("IRC"), gettext_noop("The name that you have on IRC."), most=50
        ),
        Parameter(
            "page",
            gettext_noop("Web page"),
            gettext_noop("The address of a page of yours."),
            type=Type.ADDRESS,
        ),
        Parameter(
            "times",
            gettext_noop("Best time"),
            gettext_noop("When you answer, as in: weekday evenings, UTC."),
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        names = ("mail", "matrix", "irc", "page", "times")
        lists = list(hub.config.get("sources", {}).get("lists", ()))
        return {
            **{name: self.setting(widget, name) for name in names},
            "lists": lists,
            "most": SHOWN,
        }

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        return {
            "mail": "lanterns@example.org",
            "matrix": "@teacup:example.org",
            "irc": "",
            "page": "https://example.org/lanterns",
            "times": "weekday evenings, UTC",
            "lists": [],
            "most": SHOWN,
        }
