"""What an account system offers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import attrs
from zope.interface import Interface

#: Is told how many steps of a long reading are done, and of how many.
Progress = Callable[[int, int], None]


class AccountsError(Exception):
    """The account system did not answer, or not as expected; the sentence says why.

    Attributes:
        retry_at: From when on it may be asked again, seconds since the epoch; None if asking
            the same again would give the same.
    """

    def __init__(self, sentence: str, retry_at: float | None = None) -> None:
        """Say what happened.

        Args:
            sentence: What.
            retry_at: From when on it may be asked again, seconds since the epoch.
        """
        super().__init__(sentence)
        self.retry_at = retry_at


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""
    del done, total


@attrs.frozen
class Group:
    """A group of accounts.

    Attributes:
        name: Its name, unique in the account system.
        description: What it is for, one line; may be empty.
        lists: Its mailing lists, as in ``devel@lists.fedoraproject.org``.
        channels: Its chat channels and rooms, as in ``#fedora-devel`` or
            ``#devel:fedoraproject.org``.
        discussion: The address of where it talks in a forum, or empty.
        sponsors: The account names of those who let people in.
        members: The account names of who is in it; a sponsor need not be.
    """

    name: str
    description: str = ""
    lists: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    discussion: str = ""
    sponsors: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()


def _several(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Profile:
    """What somebody tells everybody of themselves in the account system.

    Attributes:
        pronouns: As in ``they / them``.
        timezone: As in ``Europe/Berlin``; a name of the IANA's list, or empty.
        websites: Addresses of web pages.
        feeds: Addresses of the feeds of their blogs.
        matrix: Names on Matrix, as in ``@teacup:fedora.im``.
        irc: Names on IRC.
        github: The account name at GitHub, or empty.
        gitlab: The account name at GitLab, or empty.
        since: The year in which the account was made; 0 if that is not known.
    """

    pronouns: tuple[str, ...] = attrs.field(default=(), converter=_several)
    timezone: str = ""
    websites: tuple[str, ...] = attrs.field(default=(), converter=_several)
    feeds: tuple[str, ...] = attrs.field(default=(), converter=_several)
    matrix: tuple[str, ...] = attrs.field(default=(), converter=_several)
    irc: tuple[str, ...] = attrs.field(default=(), converter=_several)
    github: str = ""
    gitlab: str = ""
    since: int = 0


class IAccounts(Interface):
    """Knows people and groups. Nothing here is kept: whoever asks keeps what it said."""

    async def group(name: str, progress: Progress) -> Group | None:
        """Give a group with everybody who is in it.

        Args:
            name: Its name, as somebody typed it.
            progress: Is told of long readings.

        Returns:
            The group, or None if there is none of that name.

        Raises:
            AccountsError: It could not be read, whole.
        """

    async def groups_of(username: str) -> frozenset[str]:
        """Give the names of the groups that somebody is in.

        Args:
            username: Their account name.

        Returns:
            They; none if there is nobody of that name.

        Raises:
            AccountsError: They could not be read, whole.
        """

    async def full_names(
        group: str, usernames: Collection[str], progress: Progress
    ) -> Mapping[str, str]:
        """Give people's names as people say them.

        Args:
            group: A group that most of them are in.
            usernames: Their account names.
            progress: Is told of long readings.

        Returns:
            A name for each; empty where somebody has none, is gone, or does not want it shown.

        Raises:
            AccountsError: They could not be read.
        """

    async def profile(username: str) -> Profile | None:
        """Give what somebody tells of themselves.

        Args:
            username: Their account name.

        Returns:
            It; None if there is nobody of that name, or they do not want it shown.

        Raises:
            AccountsError: It could not be read.
        """
