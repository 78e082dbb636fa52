"""Where a team talks: links to its rooms, channels and mailing lists."""

from __future__ import annotations

import re
from urllib.parse import quote

from hubs.sources.hyperkitty import FEDORA
from hubs.widgets.chat.room import Room

_LIST = re.compile(r"[\w.+-]+@([\w-]+\.)+[\w-]+", re.ASCII)


def chat_link(channel: str) -> str:
    """Say where one enters a room.

    Args:
        channel: A room of Matrix, as in ``#hubs:fedoraproject.org``, a channel of IRC, or an
            address.

    Returns:
        The address, or that at https://matrix.to, which offers any client; empty for a channel.
    """
    return channel if channel.startswith("https://") else Room(channel).matrix


def list_link(address: str) -> str:
    """Say where one reads a mailing list, or else writes to it.

    Args:
        address: As in ``devel@lists.fedoraproject.org``, or where a forum is.

    Returns:
        The address of its archive if we know it, else one to write to; empty for what is no list.
    """
    if address.startswith("https://"):
        return address
    if not _LIST.fullmatch(address):
        return ""
    host = address.partition("@")[2]
    if host in FEDORA:
        return f"https://{host}/archives/list/{quote(address, safe='@')}/"
    return f"mailto:{quote(address, safe='@')}"
