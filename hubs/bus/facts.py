"""What a reader finds out about a message, and what it may not pass on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import attrs

_LONGEST_SENTENCE = 500
_LONGEST_LINK = 2000
_LONGEST_NAME = 255
#: The last word has letters alone, unlike that of ``lodash@4.17.21``.
_EMAIL = re.compile(r"\b([\w.+-]+)@(?:[\w-]+\.)+[^\W\d_]{2,}\b")
#: Names stand in paths, as in ``/u/NAME/``.
_ACCOUNT = re.compile(r"\w[\w.+-]{0,63}", re.ASCII)
#: The homeserver of Fedora's people, whose names there are those of their accounts.
_MATRIX = re.compile(r"@([^:]+):fedora\.im")
#: Stands for somebody without an account.
_NOBODY = "anonymous"
#: What a room of Matrix and a channel of IRC begin with.
_CHANNEL = re.compile(r"[#!][^\s,]{1,254}")
#: What would break a line, and what PostgreSQL or UTF-8 cannot hold.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


@attrs.frozen
class Facts:
    """What one reader says of a message; what it does not know is empty.

    Attributes:
        sentence: What happened, in plain text.
        link: Where to see it.
        agent: The account name of who did it.
        people: The account names of all it concerns.
        groups: The account groups it concerns.
        packages: The packages it concerns.
        repositories: The repositories it concerns, as in ``github.com/fedora-infra/bodhi``.
        channel: The chat channel or room it concerns.
    """

    sentence: str = ""
    link: str = ""
    agent: str = ""
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    channel: str = ""


def clean_text(text: object) -> str:
    """Make text fit for one line of a page and for every store.

    Args:
        text: What a publisher wrote.

    Returns:
        One line; mail addresses have lost their host, because people did not give them to be shown.
    """
    if not isinstance(text, str):
        return ""
    line = _NO_TEXT.sub(" ", text).strip()
    line = _EMAIL.sub(r"\1@…", line)
    if len(line) > _LONGEST_SENTENCE:
        line = line[: _LONGEST_SENTENCE - 1].rstrip() + "…"
    return line


def clean_link(link: object) -> str:
    """Give an address if it is one of the web.

    Args:
        link: What a publisher wrote.

    Returns:
        An http or https address, or nothing.
    """
    if not isinstance(link, str) or len(link) > _LONGEST_LINK or _NO_TEXT.search(link):
        return ""
    link = link.strip().replace(" ", "%20")
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in {"http", "https"} and parts.hostname else ""


def clean_accounts(names: Iterable[object]) -> frozenset[str]:
    """Give those names that can be account names; a mail address cannot.

    Args:
        names: What a publisher wrote; an id of Matrix may stand for an account.

    Returns:
        Account names.
    """
    texts = (_MATRIX.sub(r"\1", name) for name in names if isinstance(name, str))
    return frozenset(name for name in texts if _ACCOUNT.fullmatch(name) and name != _NOBODY)


def clean_channels(names: Iterable[str]) -> frozenset[str]:
    """Give those names that can be chat channels or rooms.

    Args:
        names: What a publisher wrote.

    Returns:
        Names as in ``#fedora-hubs``, and aliases and ids as in ``#hubs:fedoraproject.org``.
    """
    return frozenset(name for name in clean_names(names) if _CHANNEL.fullmatch(name))


def clean_names(names: Iterable[object]) -> frozenset[str]:
    """Give those names of packages, groups or repositories that every store can keep.

    Args:
        names: What a publisher wrote.

    Returns:
        They.
    """
    return frozenset(
        name
        for name in names
        if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and not _NO_TEXT.search(name)
    )
