"""What people and services call things, in the one way in which we keep it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

_LONGEST_NAME = 200
_NAME = re.compile(r"\w[\w.+@$~-]*")
_LIST = re.compile(r"[^\s@/?#%]+@[\w.-]+")
#: How FreeIPA's extension for Fedora writes a group's rooms: irc://SERVER/#CHANNEL,
#: irc:/#CHANNEL, matrix://SERVER/#ROOM, or the bare name.
_ADDRESS = re.compile(r"(?P<network>ircs?|matrix):/*(?:(?P<server>[^/#]+)/+)?(?P<name>#[^/]+)")
_MATRIX_TO = re.compile(r"https://matrix\.to/#/(?P<room>[^/?]+)")
_CHANNEL = re.compile(r"#[^\s,/?%]+")
_REPOSITORY = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+(?:/[\w.~+-]+)+")
#: A mail address, also as archives of mailing lists write it, with what stands around it.
_MAIL = re.compile(r"[<(]?[^\s<>()@]+(@| \(a\) )[^\s<>()@]+[>)]?")
#: Letters that turn around what stands beside them, https://www.unicode.org/reports/tr9/.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Make one line of a text.

    Args:
        text: What somebody wrote.

    Returns:
        It without control characters and with single spaces.
    """
    kept = "".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text)
    return " ".join(_TURNING.sub("", kept).split())


def without_mail(text: str) -> str:
    """Leave mail addresses of people out of a name or a title.

    Args:
        text: What somebody wrote.

    Returns:
        One line without them; empty if there was nothing else.
    """
    return one_line(_MAIL.sub("", text))


def is_name(name: object) -> bool:
    """Say whether something can be the name of an account, a group or a package.

    Args:
        name: What somebody wrote.

    Returns:
        True if none of its letters has a meaning in an address or a path, and it is not too long.
    """
    return isinstance(name, str) and len(name) <= _LONGEST_NAME and bool(_NAME.fullmatch(name))


def as_list(address: str) -> str:
    """Give the address of a mailing list.

    Args:
        address: One line.

    Returns:
        It in small letters; empty if it can be none.
    """
    address = address.lower()
    return address if _LIST.fullmatch(address) else ""


def as_channel(address: str) -> str:
    """Give the chat channel or room that an address leads to.

    Args:
        address: One line; also an invitation of https://matrix.to.

    Returns:
        Its name as bus messages have it: ``#channel`` for IRC, ``#room:server`` for Matrix; empty
        if it leads to none.
    """
    name = _channel(address)
    return name if _CHANNEL.fullmatch(name) else ""


def _channel(address: str) -> str:
    invitation = _MATRIX_TO.fullmatch(address)
    if invitation is not None:
        return unquote(invitation["room"])
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return address
    name, server = found["name"], found["server"]
    return f"{name}:{server}" if found["network"] == "matrix" and server else name


def as_repository(address: str) -> str:
    """Give the repository that an address leads to.

    Args:
        address: As browsers and git have it, or the name as we have it.

    Returns:
        As bus messages give it, ``github.com/fedora-infra/bodhi``; empty if it is none.
    """
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        name = f"{parts.hostname or ''}{parts.path}".rstrip("/").removesuffix(".git")
    except ValueError:
        return ""
    return name if len(name) <= _LONGEST_NAME and _REPOSITORY.fullmatch(name) else ""
