"""A room in which people talk."""

from __future__ import annotations

import re
from urllib.parse import quote

import attrs

from hubs.model.words import gettext_noop
from hubs.widgets.parameters import Unexpected

#: The network of IRC on which Fedora is: https://fedoraproject.org/wiki/IRC
IRC_HOST = "irc.libera.chat"
#: The alias or id of a room: https://spec.matrix.org/latest/appendices/#common-identifier-format
_MATRIX = re.compile(r"[#!][^\s:]+:[A-Za-z0-9.-]+(:\d{1,5})?")
#: https://www.rfc-editor.org/rfc/rfc2812#section-1.3
_IRC = re.compile(r"[#&][^\s,:\x07]{1,49}")


@attrs.frozen
class Room:
    """A room of Matrix or a channel of IRC.

    Attributes:
        name: As in ``#hubs:fedoraproject.org`` or ``#fedora-hubs``.
    """

    name: str

    @property
    def matrix(self) -> str:
        """Where one enters it by any client of Matrix; empty for a channel."""
        return f"https://matrix.to/#/{quote(self.name, safe='')}" if self._is_matrix else ""

    @property
    def irc(self) -> str:
        """Where a client of IRC finds it; empty for a room, or for what is no name."""
        is_channel = not self._is_matrix and _IRC.fullmatch(self.name)
        return f"ircs://{IRC_HOST}:6697/{quote(self.name, safe='')}" if is_channel else ""

    @property
    def web(self) -> str:
        """Where one joins a channel by the browser alone; empty for a room."""
        return f"https://web.libera.chat/?channels={quote(self.name, safe='')}" if self.irc else ""

    @property
    def _is_matrix(self) -> bool:
        return _MATRIX.fullmatch(self.name) is not None


def checked(name: str) -> str:
    """Make sure that a name is that of a room.

    Args:
        name: What an owner typed.

    Returns:
        The same.

    Raises:
        Unexpected: It is none.
    """
    room = Room(name)
    if not room.matrix and not room.irc:
        raise Unexpected(gettext_noop("rooms, as in #hubs:fedoraproject.org or #fedora-hubs"))
    return name
