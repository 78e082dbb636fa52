"""Makes team hubs of groups, and keeps them like their groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

import attrs
from twisted.logger import Logger

from hubs.accounts.interfaces import Group, IAccounts, Progress, no_progress
from hubs.database import interests
from hubs.database.team_store import TeamStore
from hubs.model.hub import Hub, HubType, Visibility, WidgetInstance
from hubs.model.reload import AccessChange
from hubs.model.team import Team, TeamChange
from hubs.teams.plan import plan, seats
from hubs.widgets.defaults import team_widgets

#: Has a cached function of a widget run anew.
Refresh = Callable[[WidgetInstance, str], Awaitable[None]]
#: Has it looked again who may see a hub.
TellOfAccess = Callable[[AccessChange], Awaitable[None]]


class NoSuchGroupError(Exception):
    """The account system knows no group of that name; the sentence names it."""


class NoSuchTeamError(Exception):
    """There is no team hub of that name; the sentence names it."""


@attrs.frozen
class Mirror:
    """Makes team hubs of groups, and keeps them like their groups.

    Attributes:
        accounts: Where groups are.
        teams: Where teams are.
        refresh: Has what widgets show of a changed team found anew.
        tell_of_access: Has those looked at again who look at a team whose roles have changed.
    """

    accounts: IAccounts
    teams: TeamStore
    refresh: Refresh
    tell_of_access: TellOfAccess

    _log = Logger()

    async def create(
        self, name: str, title: str, visibility: Visibility, progress: Progress
    ) -> TeamChange:
        """Make the team hub of a group.

        Args:
            name: The name of the group, which becomes that of the hub.
            title: The name of the team as people say it.
            visibility: Who may see it.
            progress: Is told of long readings.

        Returns:
            What the group brought.

        Raises:
            NoSuchGroupError: There is no such group.
            AccountsError: The group could not be read.
            psycopg2.IntegrityError: There is a team hub of that name.
        """
        group = await self._read(name, progress)
        names = {seat.username for seat in seats(group)}
        full_names = await self.accounts.full_names(name, names, progress)
        config = {"sources": {"groups": [name]}}
        hub = Hub(0, HubType.TEAM, name, title, "", visibility, config)
        has = {"lists": group.lists, "channels": group.channels}
        widgets = team_widgets(_about(group), has, group.discussion)
        change = await self.teams.create(
            hub, name, widgets, lambda team: plan(team, group), full_names
        )
        await self._tell([name])
        return change

    async def adopt(self, name: str, progress: Progress) -> TeamChange:
        """Let a team hub that is there mirror the group of its name.

        Args:
            name: The name of both.
            progress: Is told of long readings.

        Returns:
            What the group brought; nothing if the hub mirrors a group already and is like it.

        Raises:
            NoSuchGroupError: There is no such group.
            NoSuchTeamError: There is no such team hub.
            AccountsError: The group could not be read.
        """
        group = await self._read(name, progress)
        await self.teams.adopt(name, name)
        for team in await self.teams.teams([name]):
            return await self._sync(team, group, progress)
        raise NoSuchTeamError(f"there is no team hub {name!r}")

    async def preview(self, team: Team, progress: Progress) -> TeamChange:
        """Say what `sync` would change.

        Args:
            team: The team.
            progress: Is told of long readings.

        Returns:
            It.

        Raises:
            NoSuchGroupError: Its group is gone.
            AccountsError: The group could not be read.
        """
        return plan(team, await self._read(team.group, progress))

    async def sync(self, team: Team, progress: Progress) -> TeamChange:
        """Make a team like its group again, the names of its people too.

        Args:
            team: The team.
            progress: Is told of long readings.

        Returns:
            What has changed.

        Raises:
            NoSuchGroupError: Its group is gone; the team is left as it is.
            AccountsError: The group could not be read; the team is left as it is.
        """
        return await self._sync(team, await self._read(team.group, progress), progress)

    async def _sync(self, team: Team, group: Group, progress: Progress) -> TeamChange:
        names = {seat.username for seat in seats(group)}
        full_names = await self.accounts.full_names(group.name, names, progress)
        if await self.teams.rename(full_names):
            await self._tell([group.name])
        return await self._change(team, group, full_names)

    async def group_changed(self, name: str) -> None:
        """Make the teams of a group like it again, because somebody came or left.

        Args:
            name: The group; one that no team mirrors, or that is gone, is passed over.

        Raises:
            AccountsError: The group could not be read.
        """
        teams = await self.teams.teams_of(name)
        if not teams:
            return
        group = await self.accounts.group(name, no_progress)
        if group is None:
            self._log.warn("There is no group {group} any more", group=name)
            return
        joining = {seat.username for team in teams for seat in plan(team, group).joins}
        new = joining - await self.teams.known(joining)
        full_names = await self.accounts.full_names(name, new, no_progress) if new else {}
        for team in teams:
            await self._change(team, group, full_names)

    async def people_changed(self, usernames: Iterable[str]) -> None:
        """Correct the names of people who have changed what they tell of themselves.

        Args:
            usernames: Their account names; whom Hubs does not know is passed over.

        Raises:
            AccountsError: Their names could not be read.
        """
        known = await self.teams.known(list(usernames))
        if known:
            await self.teams.rename(await self.accounts.full_names("", known, no_progress))
            await self._tell(await self.teams.groups_of(known))

    async def _read(self, name: str, progress: Progress) -> Group:
        group = await self.accounts.group(name, progress)
        if group is None:
            raise NoSuchGroupError(f"there is no group {name!r}")
        return group

    async def _change(self, team: Team, group: Group, full_names: Mapping[str, str]) -> TeamChange:
        change = await self.teams.change(team, lambda now: plan(now, group), full_names)
        if change:
            self._log.info(
                "{hub} is like its group again: {joins} joined, {leaves} left",
                hub=team.hub.name,
                joins=len(change.joins),
                leaves=len(change.leaves),
            )
            if change.joins or change.leaves:
                await self.tell_of_access(AccessChange(team.hub.id))
            await self._tell([group.name])
        return change

    async def _tell(self, groups: Iterable[str]) -> None:
        keys = [f"group:{group}" for group in groups]
        for concern in await interests.concerned(self.teams.pool, keys):
            if concern.widget is not None and concern.function is not None:
                await self.refresh(concern.widget, concern.function)


def _about(group: Group) -> str:
    """Write a first text about a team, for its owners to write a better one."""
    where = [f"* Mailing list: <{address}>" for address in group.lists]
    where += [f"* Chat: `{channel}`" for channel in group.channels]
    return "\n\n".join(part for part in (group.description, "\n".join(where)) if part)
