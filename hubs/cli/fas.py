"""``fedora-hubs fas``: team hubs of groups of the account system."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import attrs
import click
import psycopg2

from hubs.accounts.interfaces import AccountsError
from hubs.accounts.words import clean_line
from hubs.cli.progress import progress
from hubs.cli.settings import config_option, json_option
from hubs.cli.stores import with_stores
from hubs.model.hub import Hub, Visibility
from hubs.model.names import is_name
from hubs.model.person import Role
from hubs.model.team import Seat, Team, TeamChange
from hubs.teams.mirror import NoSuchGroupError, NoSuchTeamError
from hubs.twistd_plugins.parts import Parts

#: How many people of a team are listed by name.
LISTED = 20
#: How far the bar goes for each of the two readings of a team: who is in it, and their names.
_READING = 100
_VISIBILITIES = [visibility.value for visibility in Visibility]
_FAILURES = (AccountsError, NoSuchGroupError, NoSuchTeamError)


@click.group()
def fas() -> None:
    """FAS-related operations.

    \b
    Example:
      fedora-hubs fas create-team infra-sig
      fedora-hubs fas sync-teams --dry-run
    """  # noqa: D301


@fas.command("create-team")
@config_option
@json_option
@click.option("--title", default="", help="The team's name as people say it.  [default: NAME]")
@click.option(
    "--visibility",
    type=click.Choice(_VISIBILITIES),
    default=Visibility.PUBLIC.value,
    show_default=True,
    help="Who may see the hub.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Let the team hub NAME, which is there already, mirror the group NAME from now on.",
)
@click.argument("name")
def create_team(
    config: Path | None, as_json: bool, title: str, visibility: str, adopt: bool, name: str
) -> None:
    """Create the team hub NAME from FAS.

    Sponsors of the group become owners of the hub, its other members members. From then on the
    hub follows the group.

    \b
    Example:
      fedora-hubs fas create-team infra-sig --title "Infrastructure"
    """  # noqa: D301
    if not is_name(name):
        raise click.BadParameter(
            f"got {name!r}, expected the name of a group: letters, digits and . _ - + @ $ ~",
            param_hint="NAME",
        )

    async def run(parts: Parts) -> TeamChange:
        with progress(2 * _READING, name) as bar:
            steps = _Steps(bar)
            if adopt:
                return await parts.mirror.adopt(name, steps)
            heading = clean_line(title) or name
            try:
                return await parts.mirror.create(name, heading, Visibility(visibility), steps)
            except psycopg2.IntegrityError:
                raise click.ClickException(_taken(name)) from None

    try:
        change = with_stores(config, run)
    except _FAILURES as error:
        raise click.ClickException(_sentence(error)) from None
    if as_json:
        click.echo(json.dumps(_row(change.before, change), indent=2))
    else:
        done = "The team hub {} mirrors its group now" if adopt else "Created the team hub {}"
        click.echo(f"{done.format(name)}: {_counted(change)}. It is at {change.hub.path}")


@fas.command("sync-teams")
@config_option
@json_option
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.argument("names", metavar="[NAMES]...", nargs=-1)
def sync_teams(config: Path | None, as_json: bool, dry_run: bool, names: tuple[str, ...]) -> None:
    """Sync all the team hubs NAMEs from FAS.

    Without NAMES, all team hubs that mirror a group. What owners set by hand stays: roles they
    gave, and what they wrote. A team whose group is gone, or cannot be read, is left as it is,
    and the exit status is 1.

    \b
    Example:
      fedora-hubs fas sync-teams --dry-run infra-sig
    """  # noqa: D301

    async def run(parts: Parts) -> list[_Outcome]:
        teams = await parts.mirror.teams.teams(names)
        _check(names, teams)
        with progress(2 * _READING * len(teams), "Teams") as bar:
            return [
                await _sync(parts, team, _Steps(bar, number), dry_run=dry_run)
                for number, team in enumerate(teams)
            ]

    outcomes = with_stores(config, run)
    if as_json:
        rows = [_row(one.team, one.change, one.error) for one in outcomes]
        click.echo(json.dumps(rows, indent=2))
    elif outcomes:
        click.echo("\n".join(line for one in outcomes for line in _lines(one)))
    else:
        click.echo("No team hub mirrors a group. To make one: fedora-hubs fas create-team NAME")
    if any(one.error for one in outcomes):
        raise SystemExit(1)


@attrs.frozen
class _Outcome:
    """What came of one team: a change, or a sentence on why there is none."""

    team: Team
    change: TeamChange | None = None
    error: str = ""


async def _sync(parts: Parts, team: Team, steps: _Steps, *, dry_run: bool) -> _Outcome:
    step = parts.mirror.preview if dry_run else parts.mirror.sync
    try:
        return _Outcome(team, await step(team, steps))
    except _FAILURES as error:
        return _Outcome(team, error=_sentence(error))
    finally:
        steps.end()


class _Steps:
    """Moves a bar as one team is read, in two readings of as many pages as there happen to be."""

    def __init__(self, bar: Any, number: int = 0) -> None:
        self._bar = bar
        self._start = 2 * _READING * number
        self._reading = 0
        self._last = 0

    def __call__(self, done: int, total: int) -> None:
        if done <= self._last:
            self._reading = 1
        self._last = done
        self._go(_READING * self._reading + _READING * done // max(total, done, 1))

    def end(self) -> None:
        """Go to the end of the team."""
        self._go(2 * _READING)

    def _go(self, far: int) -> None:
        self._bar.update(self._start + far - self._bar.pos)


def _check(names: Collection[str], teams: Collection[Team]) -> None:
    missing = sorted(set(names) - {team.hub.name for team in teams})
    if missing:
        raise click.UsageError(
            f"There is no team hub {missing[0]!r} that mirrors a group. "
            "Those there are: fedora-hubs fas sync-teams --dry-run"
        )


def _taken(name: str) -> str:
    return (
        f"There is a team hub {name!r} already. To bring it up to date: "
        f"fedora-hubs fas sync-teams {name}. If it was made by hand, to let it mirror the group: "
        f"fedora-hubs fas create-team --adopt {name}"
    )


def _sentence(error: Exception) -> str:
    sentence = str(error)
    return sentence[:1].upper() + sentence[1:]


def _counted(change: TeamChange) -> str:
    owners = sum(seat.role is Role.OWNER for seat in change.joins)
    return f"{_number(owners, 'owner')}, {_number(len(change.joins) - owners, 'member')}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _row(team: Team, change: TeamChange | None, error: str = "") -> dict[str, Any]:
    """Give a team's outcome for a program to read."""
    row: dict[str, Any] = {"team": team.hub.name, "group": team.group, "error": error or None}
    if change is not None:
        row["joins"] = _people(change.joins)
        row["leaves"] = _people(change.leaves)
        row["changes"] = {name: list(values) for name, values in _retold(team.hub, change.hub)}
    return row


def _people(seats: Collection[Seat]) -> list[dict[str, str]]:
    return [{"username": seat.username, "role": seat.role.value} for seat in sorted(seats)]


def _lines(outcome: _Outcome) -> Iterator[str]:
    """Give a team's outcome for a person to read."""
    name, change = outcome.team.hub.name, outcome.change
    if change is None:
        yield f"{name}: {outcome.error}; the team is left as it is"
        return
    if not (change.joins or change.leaves or change.retold):
        yield f"{name}: nothing to change"
        return
    yield f"{name}: {len(change.joins):,} join, {len(change.leaves):,} leave"
    yield from _listed("+", change.joins)
    yield from _listed("-", change.leaves)
    for what, (before, after) in _retold(outcome.team.hub, change.hub):
        yield f"  {what}: {before or 'nothing'} → {after or 'nothing'}"


def _listed(sign: str, seats: Collection[Seat]) -> Iterator[str]:
    for seat in sorted(seats)[:LISTED]:
        yield f"  {sign} {seat.username}, {seat.role.value}"
    if len(seats) > LISTED:
        yield f"  {sign} and {len(seats) - LISTED:,} more"


def _retold(before: Hub, after: Hub) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give what the hub says of itself and what it says then, where that differs."""
    if before.summary != after.summary:
        yield "summary", (before.summary, after.summary)
    old, new = (hub.config.get("sources", {}) for hub in (before, after))
    for kind in ("lists", "channels"):
        one, other = (", ".join(sources.get(kind, ())) for sources in (old, new))
        if one != other:
            yield kind, (one, other)
