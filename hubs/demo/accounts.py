"""The account system of the demo: a file that a visitor may edit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from hubs.demo.cast import PEOPLE, InventedTeam
from hubs.demo.teams import TEAMS

_HEADING = """\
# The invented people and groups. Let somebody join a group here: its team has them when the bus
# next tells of the group, as it does every few minutes.
"""


def group_of(team: InventedTeam) -> str | None:
    """Give the group of accounts that a team is of, or None if there is none."""
    return next(iter(team.sources.get("groups", ())), None)


def write_accounts(file: Path) -> None:
    """Write the invented people and groups, unless the file is there.

    Args:
        file: A TOML file, as `hubs.accounts.toml_file.TomlAccounts` reads it.
    """
    if not file.exists():
        file.write_text("\n".join([_HEADING, *_people(), *_groups()]), encoding="utf-8")


def _people() -> Iterator[str]:
    for person in PEOPLE:
        tells = {"name": person.full_name, **person.tells}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in tells.items()]
        yield "\n".join([f"[people.{person.username}]", *lines, ""])


def _groups() -> Iterator[str]:
    for team in TEAMS:
        group = group_of(team)
        if group is not None:
            yield (
                f"[groups.{group}]\n"
                f"description = {_text(team.summary)}\n"
                f"chat = {_list(team.sources.get('channels', ()))}\n"
                f"sponsors = {_list(team.owners)}\n"
                f"members = {_list((*team.owners, *team.members))}\n"
            )


def _text(value: str) -> str:
    # A string of JSON is one of TOML.
    return json.dumps(value, ensure_ascii=False)


def _list(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False)
