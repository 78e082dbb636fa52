"""A mirror over a TOML file and a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from twisted.internet import reactor

from hubs.accounts.toml_file import TomlAccounts
from hubs.database.pool import Pool
from hubs.database.team_store import TeamStore
from hubs.model.hub import WidgetInstance
from hubs.model.reload import AccessChange
from hubs.teams.mirror import Mirror
from hubs.widgets.arrange import functions_of
from hubs.widgets.registry import Registry

LAMP = """
[people.zoe]
name = "Zoë <b>Zest</b>"
[people.abe]
name = "Abe"
[people.eve]
name = "Eve Hidden"
private = true

[groups.lamp]
description = "Light the lamps"
mailing_lists = ["lamps@lists.example"]
chat = ["matrix://matrix.example/#lamps"]
sponsors = ["zoe"]
members = ["zoe", "abe", "eve"]
"""


@attrs.frozen
class Refreshes:
    """Takes note of what is to be found anew, and whose access has changed."""

    asked: list[tuple[str, str]] = attrs.field(factory=list)
    access: list[AccessChange] = attrs.field(factory=list)

    async def __call__(self, widget: WidgetInstance, function: str) -> None:
        self.asked.append((widget.plugin, function))

    async def tell_of_access(self, change: AccessChange) -> None:
        self.access.append(change)


@pytest.fixture
def accounts_file(accounts_file: Path) -> Path:
    accounts_file.write_text(LAMP, encoding="utf-8")
    return accounts_file


@pytest.fixture
def team_store(pool: Pool) -> TeamStore:
    return TeamStore(pool, functions_of(Registry.from_entry_points()))


@pytest.fixture
def refreshes() -> Refreshes:
    return Refreshes()


@pytest.fixture
def mirror(accounts_file: Path, team_store: TeamStore, refreshes: Refreshes) -> Mirror:
    accounts = TomlAccounts(accounts_file, reactor)  # type: ignore[arg-type]
    return Mirror(accounts, team_store, refreshes, refreshes.tell_of_access)
