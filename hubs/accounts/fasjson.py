"""People and groups of FASJSON, https://github.com/fedora-infra/fasjson."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import attrs
from twisted.internet.defer import Deferred
from zope.interface import implementer

from hubs.accounts.interfaces import (
    AccountsError,
    Group,
    IAccounts,
    Profile,
    Progress,
    no_progress,
)
from hubs.accounts.tellings import (
    clean_addresses,
    clean_lines,
    clean_nick,
    clean_nicks,
    clean_timezone,
)
from hubs.accounts.words import clean_channels, clean_line, clean_lists
from hubs.model.names import is_name
from hubs.sources.errors import NotFoundError, SourceError, StatusError
from hubs.sources.request import Parameters
from hubs.sources.session import Session

#: People whom one page of a search has at the most.
SEARCH_PAGE = 40
#: How many people are asked for one by one; for more of them the whole group is gone through.
ONE_BY_ONE = 20
#: Pages that a list may have.
MOST_PAGES = 10_000
#: What is read of a person, and no more: flask-restx leaves out the rest when this header says so.
_PERSON = "username,human_name,is_private"
#: What is read of the groups of a person.
_GROUP = "groupname"
#: What is read of a profile.
_PROFILE = (
    "username,is_private,pronouns,timezone,websites,rssurls,ircnicks,github_username,"
    "gitlab_username,creation"
)


@implementer(IAccounts)
@attrs.frozen
class FasjsonAccounts:
    """See `IAccounts`.

    Attributes:
        session: Asks it.
        token: Gives, for a host, what proves to it who we are.
        page_size: Members that are asked for at once.
    """

    session: Session
    token: Callable[[str], Deferred[str]]
    page_size: int

    async def group(self, name: str, progress: Progress) -> Group | None:
        """See `IAccounts`."""
        if not is_name(name):
            return None
        try:
            return await self._group(name, progress)
        except NotFoundError:
            return None
        except SourceError as error:
            raise AccountsError(self._explain(error), error.retry_at) from error

    async def groups_of(self, username: str) -> frozenset[str]:
        """See `IAccounts`."""
        if not is_name(username):
            return frozenset()
        path = f"users/{quote(username, safe='')}/groups/"
        found: set[str] = set()
        try:
            async for page in self._pages(path, {}, self.page_size, no_progress, _GROUP):
                found |= _names(page, _GROUP)
        except NotFoundError:
            return frozenset()
        except SourceError as error:
            raise AccountsError(self._explain(error), error.retry_at) from error
        return frozenset(found)

    async def full_names(
        self, group: str, usernames: Collection[str], progress: Progress
    ) -> Mapping[str, str]:
        """See `IAccounts`."""
        found: dict[str, str] = {}
        try:
            if len(usernames) > ONE_BY_ONE:
                found = await self._names_in(group, progress)
            for name in usernames:
                if name not in found:
                    found[name] = await self._name(name)
        except SourceError as error:
            raise AccountsError(self._explain(error), error.retry_at) from error
        return {name: found[name] for name in usernames}

    async def profile(self, username: str) -> Profile | None:
        """See `IAccounts`."""
        if not is_name(username):
            return None
        try:
            address = f"users/{quote(username, safe='')}/"
            person = _result(await self._get(address, fields=_PROFILE))
        except NotFoundError:
            return None
        except SourceError as error:
            raise AccountsError(self._explain(error), error.retry_at) from error
        # It leaves out most of who is private; should it not, we do.
        return None if person.get("is_private") else _profile(person)

    async def _group(self, name: str, progress: Progress) -> Group:
        path = f"groups/{quote(name, safe='')}/"
        found = _result(await self._get(path))
        sponsors = _names(await self._get(f"{path}sponsors/"), "username")
        members: set[str] = set()
        async for page in self._pages(f"{path}members/", {}, self.page_size, progress):
            members |= _names(page, "username")
        return Group(
            name=name,
            description=clean_line(found.get("description")),
            lists=clean_lists([found.get("mailing_list")]),
            channels=clean_channels(_several(found.get("irc"))),
            discussion=next(iter(clean_addresses([found.get("discussion_url")])), ""),
            sponsors=frozenset(sponsors),
            members=frozenset(members),
        )

    async def _names_in(self, group: str, progress: Progress) -> dict[str, str]:
        found: dict[str, str] = {}
        try:
            async for page in self._pages("search/users/", {"group": group}, SEARCH_PAGE, progress):
                found |= {str(person.get("username")): _shown(person) for person in _results(page)}
        except StatusError as error:
            # It does not search for short words.
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
        return found

    async def _name(self, username: str) -> str:
        if not is_name(username):
            return ""
        try:
            person = _result(await self._get(f"users/{quote(username, safe='')}/"))
        except NotFoundError:
            return ""
        return _shown(person)

    async def _pages(
        self,
        path: str,
        params: Parameters,
        size: int,
        progress: Progress,
        fields: str = _PERSON,
    ) -> AsyncIterator[Mapping[str, Any]]:
        """Give the pages of a list.

        The address of the next one is not followed: it may have lost what was searched for, and a
        ticket is for nobody else.
        """
        for number in range(1, MOST_PAGES + 1):
            asked = {**params, "page_size": size, "page_number": number}
            found = await self._get(path, asked, fields)
            yield found
            page = found.get("page")
            about = page if isinstance(page, Mapping) else {}
            total = about.get("total_pages")
            progress(number, total if isinstance(total, int) else number)
            if not about.get("next_page"):
                return
        raise AccountsError(f"{self._host} sent a list of more than {MOST_PAGES} pages")

    async def _get(
        self, path: str, params: Parameters | None = None, fields: str = _PERSON
    ) -> Mapping[str, Any]:
        try:
            return await self._get_once(path, params, fields)
        except StatusError as error:
            # One whose answer was lost on its way is sent again, and its token counts only once.
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise
        return await self._get_once(path, params, fields)

    async def _get_once(
        self, path: str, params: Parameters | None, fields: str
    ) -> Mapping[str, Any]:
        address = f"{self.session.services.fasjson}/v1/{path}"
        headers = {"authorization": await self.token(self._host)}
        if path.startswith(("users/", "search/")):
            headers["x-fields"] = fields
        answer = await self.session.get(address, params=params, headers=headers)
        return answer.json(dict)

    @property
    def _host(self) -> str:
        return urlsplit(self.session.services.fasjson).hostname or ""

    def _explain(self, error: SourceError) -> str:
        if isinstance(error, StatusError) and error.status == HTTPStatus.UNAUTHORIZED:
            return (
                f"{error.host} did not accept our Kerberos ticket (HTTP status 401): "
                "see accounts.keytab, and whether our account may use FASJSON"
            )
        return str(error)


def _result(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the one thing that an answer is about."""
    result = found.get("result")
    if not isinstance(result, Mapping):
        raise AccountsError(f"FASJSON answered {str(result)[:80]!r} where one thing was expected")
    return result


def _results(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the things that an answer lists."""
    results = found.get("result")
    if not isinstance(results, list) or not all(isinstance(one, Mapping) for one in results):
        raise AccountsError(f"FASJSON answered {str(results)[:80]!r} where a list was expected")
    return results


def _several(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _names(found: Mapping[str, Any], key: str) -> set[str]:
    names = (one.get(key) for one in _results(found))
    return {name for name in names if isinstance(name, str) and is_name(name)}


def _profile(person: Mapping[str, Any]) -> Profile:
    """Read https://github.com/fedora-infra/fasjson/blob/dev/fasjson/web/resources/users.py."""
    matrix, irc = clean_nicks(_several(person.get("ircnicks")))
    created = re.match(r"\d{4}", str(person.get("creation") or ""))
    return Profile(
        pronouns=clean_lines(_several(person.get("pronouns"))),
        timezone=clean_timezone(person.get("timezone")),
        websites=clean_addresses(_several(person.get("websites"))),
        feeds=clean_addresses(_several(person.get("rssurls"))),
        matrix=matrix,
        irc=irc,
        github=clean_nick(person.get("github_username")),
        gitlab=clean_nick(person.get("gitlab_username")),
        since=int(created[0]) if created else 0,
    )


def _shown(person: Mapping[str, Any]) -> str:
    """Give the name of somebody who wants it shown."""
    return "" if person.get("is_private") else clean_line(person.get("human_name"))
