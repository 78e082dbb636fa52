"""What a reader finds out about a message, and what it may not pass on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

import attrs

_LONGEST_SENTENCE = 500
_LONGEST_LINK = 2000
_LONGEST_NAME = 255
#: The last word has letters alone, unlike that of ``lodash@4.17.21``.
_EMAIL = re.compile(r"\b([\w.+-]+)@((?:[\w-]+\.)+[^\W\d_]{2,})\b")
#: Names stand in paths, as in ``/u/NAME/``.
_ACCOUNT = re.compile(r"\w[\w.+-]{0,63}", re.ASCII)
#: The homeserver of Fedora's people, whose names there are those of their accounts.
_MATRIX = re.compile(r"@([^:]+):fedora\.im")
#: The OpenID of an account, which is what some services know of who did it.
_OPENID = re.compile(r"https?://([^./]+)\.id\.fedoraproject\.org/?")
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
        doubtful_sentence: The same in poor words, for when no reader has better ones.
        link: Where to see it.
        icon: The address of the icon of the service it comes from.
        agent: The account name of who did it.
        people: The account names of all it concerns.
        groups: The account groups it concerns.
        packages: The packages it concerns.
        repositories: The repositories it concerns, as in ``github.com/fedora-infra/bodhi``.
        channel: The chat channel or room it concerns.
        lists: The mailing lists it concerns, as in ``devel@lists.fedoraproject.org``.
        tags: The tags, labels and categories of what it is about.
        calendars: The calendars it concerns, by name.
        teams: The teams of Hubs that it concerns.
        several: What happened, for when others like it stand with it, as in
            `hubs.bus.several.say_several`.
        count: How many things happened, as in a push of three commits.
    """

    sentence: str = ""
    doubtful_sentence: str = ""
    link: str = ""
    icon: str = ""
    agent: str = ""
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    channel: str = ""
    lists: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    several: str = ""
    count: int = 1


def listed(value: object) -> Sequence[object]:
    """Give the items of what should be a list, or nothing.

    Args:
        value: What somebody else's code gave.

    Returns:
        They; nothing for a text, which would fall into its letters.
    """
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else ()


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
    line = without_addresses(line)
    if len(line) > _LONGEST_SENTENCE:
        line = line[: _LONGEST_SENTENCE - 1].rstrip() + "…"
    return line


def without_addresses(text: str) -> str:
    """Take the hosts off the mail addresses in a text.

    Args:
        text: What a publisher wrote.

    Returns:
        The same with ``ralph@…`` where an address was.
    """
    return _EMAIL.sub(r"\1@…", text)


def clean_link(link: object) -> str:
    """Give an address if it is one of the web.

    Args:
        link: What a publisher wrote.

    Returns:
        An http or https address, or nothing; also nothing if somebody's mail address is in it.
    """
    if not isinstance(link, str) or len(link) > _LONGEST_LINK or _NO_TEXT.search(link):
        return ""
    link = link.strip().replace(" ", "%20")
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    # The archive of a mailing list has the list's own address in its paths; others are people's.
    private = any(host != parts.hostname for _, host in _EMAIL.findall(unquote(link)))
    return "" if private else link


def clean_icon(link: object) -> str:
    """Give an address if a page that came over TLS may show what is there.

    Args:
        link: What a publisher wrote.

    Returns:
        An https address, or nothing.
    """
    cleaned = clean_link(link)
    return cleaned if cleaned.startswith("https:") else ""


def clean_accounts(names: Iterable[object]) -> frozenset[str]:
    """Give those names that can be account names; a mail address cannot.

    Args:
        names: What a publisher wrote; an id of Matrix or an OpenID may stand for an account.

    Returns:
        Account names.
    """
    accounts = (_account(name) for name in names if isinstance(name, str))
    return frozenset(name for name in accounts if _ACCOUNT.fullmatch(name) and name != _NOBODY)


def _account(name: str) -> str:
    stands_for = _MATRIX.fullmatch(name) or _OPENID.fullmatch(name)
    # Accounts have small letters alone; MediaWiki begins every name with a capital.
    return (stands_for[1] if stands_for else name).lower()


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
