"""Makes what people tell of themselves fit to be shown: what is no good is left out."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterable

from hyperlink import URL

from hubs.accounts.words import clean_line

#: How many of anything are shown.
_MOST = 5
_LONGEST = 100
#: An address is longer than a name; one that is cut short leads elsewhere.
_LONGEST_ADDRESS = 400
#: The server of a name on Matrix that is said without one, as Noggin has it.
MATRIX_SERVER = "fedora.im"
_NICK = re.compile(r"[A-Za-z0-9_.\[\]{}\\|`^-]{1,64}")
_SERVER = re.compile(r"[A-Za-z0-9.-]{1,200}(:\d{1,5})?")


def clean_lines(texts: Iterable[object]) -> tuple[str, ...]:
    """Give the first few of some lines of text.

    Args:
        texts: What somebody wrote.

    Returns:
        Those that say something, each once.
    """
    lines = (clean_line(text)[:_LONGEST] for text in texts)
    return tuple(dict.fromkeys(line for line in lines if line))[:_MOST]


def clean_timezone(name: object) -> str:
    """Give a time zone if it is one.

    Args:
        name: As in ``Europe/Berlin``.

    Returns:
        The same, or empty.
    """
    return name if isinstance(name, str) and name in zoneinfo.available_timezones() else ""


def clean_addresses(texts: Iterable[object]) -> tuple[str, ...]:
    """Give those of some texts that are addresses of web pages.

    Args:
        texts: What somebody wrote.

    Returns:
        The first few addresses that a link may have, whole; what is longer is none.
    """
    short = (text for text in texts if isinstance(text, str) and len(text) <= _LONGEST_ADDRESS)
    found = dict.fromkeys(line for line in map(clean_line, short) if _is_address(line))
    return tuple(found)[:_MOST]


def clean_nick(text: object) -> str:
    """Give a name that somebody has somewhere, if it is one.

    Args:
        text: What somebody wrote; with or without an ``@`` before it.

    Returns:
        The name, or empty.
    """
    nick = clean_line(text).removeprefix("@")
    return nick if _NICK.fullmatch(nick) else ""


def clean_nicks(addresses: Iterable[object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell names on Matrix from those on IRC.

    Args:
        addresses: As Noggin writes them: ``matrix:/nick``, ``matrix://server/nick``, ``irc:/nick``,
            ``irc://server/nick``, or the name alone, which is one on IRC.

    Returns:
        Names on Matrix with their server, and names on IRC.
    """
    matrix, irc = [], []
    for line in clean_lines(addresses):
        scheme, _, rest = line.rpartition(":/") if ":/" in line else ("irc", "", line)
        server, _, nick = rest.rpartition("/")
        server, nick = server.strip("/"), clean_nick(nick)
        if nick and scheme == "irc":
            irc.append(nick)
        elif nick and scheme == "matrix" and _SERVER.fullmatch(server or MATRIX_SERVER):
            matrix.append(f"@{nick}:{server or MATRIX_SERVER}")
    return tuple(matrix), tuple(irc)


def _is_address(text: str) -> bool:
    try:
        url = URL.from_text(text)
    except ValueError:
        return False
    is_web = url.scheme in {"http", "https"} and bool(url.host) and not url.userinfo
    return is_web and not re.search(r"\s", text)
