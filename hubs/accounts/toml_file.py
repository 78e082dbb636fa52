"""People and groups in a TOML file, for those who have no FASJSON."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import attrs
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from twisted.internet.interfaces import IReactorThreads
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

from hubs.accounts.interfaces import AccountsError, Group, IAccounts, Profile, Progress
from hubs.accounts.tellings import (
    clean_addresses,
    clean_lines,
    clean_nick,
    clean_nicks,
    clean_timezone,
)
from hubs.accounts.words import clean_channels, clean_line, clean_lists
from hubs.model.names import is_name

#: Bytes of the largest file that is read.
MAX_SIZE = 16 * 1024 * 1024
_LONGEST_SHOWN = 80


def _name(value: str) -> str:
    if not is_name(value):
        raise ValueError("expected an account name: letters, digits and . _ - + @ $ ~")
    return value


_Name = Annotated[str, AfterValidator(_name)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Person(_Table):
    name: str = ""
    private: bool = False
    pronouns: tuple[str, ...] = ()
    timezone: str = ""
    websites: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    chat: tuple[str, ...] = ()
    github: str = ""
    gitlab: str = ""
    since: int = 0


class _Group(_Table):
    description: str = ""
    mailing_lists: tuple[str, ...] = ()
    chat: tuple[str, ...] = ()
    discussion: str = ""
    sponsors: tuple[_Name, ...] = ()
    members: tuple[_Name, ...] = ()


class _File(_Table):
    people: dict[_Name, _Person] = {}
    groups: dict[_Name, _Group] = {}


@implementer(IAccounts)
@attrs.frozen
class TomlAccounts:
    """See `IAccounts`. The file is read anew each time, in the reactor's thread pool.

    Attributes:
        file: It; ``etc/accounts.toml`` is a sample.
        reactor: Whose thread pool is used.
    """

    file: Path
    reactor: IReactorThreads

    async def group(self, name: str, progress: Progress) -> Group | None:
        """See `IAccounts`."""
        found = (await self._load()).groups.get(name)
        progress(1, 1)
        if found is None:
            return None
        return Group(
            name=name,
            description=clean_line(found.description),
            lists=clean_lists(found.mailing_lists),
            channels=clean_channels(found.chat),
            discussion=next(iter(clean_addresses([found.discussion])), ""),
            sponsors=frozenset(found.sponsors),
            members=frozenset(found.members),
        )

    async def groups_of(self, username: str) -> frozenset[str]:
        """See `IAccounts`."""
        groups = (await self._load()).groups
        return frozenset(
            name for name, one in groups.items() if username in {*one.sponsors, *one.members}
        )

    async def full_names(
        self, group: str, usernames: Collection[str], progress: Progress
    ) -> Mapping[str, str]:
        """See `IAccounts`."""
        del group
        people = (await self._load()).people
        progress(1, 1)
        found = {name: people.get(name, _Person()) for name in usernames}
        return {
            name: "" if person.private else clean_line(person.name)
            for name, person in found.items()
        }

    async def profile(self, username: str) -> Profile | None:
        """See `IAccounts`."""
        person = (await self._load()).people.get(username)
        if person is None or person.private:
            return None
        matrix, irc = clean_nicks(person.chat)
        return Profile(
            pronouns=clean_lines(person.pronouns),
            timezone=clean_timezone(person.timezone),
            websites=clean_addresses(person.websites),
            feeds=clean_addresses(person.feeds),
            matrix=matrix,
            irc=irc,
            github=clean_nick(person.github),
            gitlab=clean_nick(person.gitlab),
            since=person.since,
        )

    async def _load(self) -> _File:
        pool = self.reactor.getThreadPool()
        values: dict[str, Any] = await deferToThreadPool(self.reactor, pool, self._read)
        try:
            return _File(**values)
        except ValidationError as error:
            raise AccountsError(f"{self.file}: {_explain(dict(error.errors()[0]))}") from None

    def _read(self) -> dict[str, Any]:
        try:
            with self.file.open("rb") as file:
                content = file.read(MAX_SIZE + 1)
            if len(content) > MAX_SIZE:
                raise AccountsError(f"{self.file}: expected at most {MAX_SIZE} bytes, got more")
            return tomllib.loads(content.decode())
        except OSError as error:
            raise AccountsError(
                f"accounts.file: {self.file} cannot be read: {error.strerror}"
            ) from None
        except ValueError as error:
            raise AccountsError(f"{self.file}: is no TOML: {error}") from None


def _explain(error: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{key}: there is no such setting"
    value = repr(error["input"])[:_LONGEST_SHOWN]
    expected = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{key}: got {value}, expected {expected.removeprefix('expected ')}"
