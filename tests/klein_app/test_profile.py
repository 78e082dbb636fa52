"""What a person tells of themselves, read from a file of accounts and drawn."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
from twisted.internet import reactor

from hubs.accounts.toml_file import TomlAccounts
from hubs.model.hub import Hub, HubType, WidgetInstance
from tests.klein_app.conftest import NOON, Town
from tests.widgets.drawing import Drawing, Drawn

ZOE = """
[people.zoe]
name = "Zoe"
pronouns = ["she / her"]
timezone = "Asia/Kolkata"
websites = ["https://zoe.example/"]
feeds = ["https://zoe.example/feed/"]
chat = ["matrix:/zoe", "irc:/zoe_"]
github = "zoe"
since = 2012
"""


async def draw(town: Town, drawing: Drawing, file: Path, text: str) -> Drawn:
    """Let a worker read it, and draw it."""
    file.write_text(text)
    accounts = TomlAccounts(file, reactor)  # type: ignore[arg-type]
    stores = attrs.evolve(town.stores, now=lambda: NOON, accounts=accounts)
    hub = Hub(1, HubType.USER, "zoe", "Zoe", "")
    [function] = town.registry.widgets["profile"].functions
    found = await function.execute(hub, WidgetInstance(7, 1, "profile"), stores)
    data = {"profile": json.loads(json.dumps(found))}
    return await drawing.draw(hub, "profile", {}, data, stores)


async def test_what_somebody_tells_everybody_is_shown(
    town: Town, drawing: Drawing, accounts_file: Path
) -> None:
    drawn = await draw(town, drawing, accounts_file, ZOE)
    assert drawn.text == (
        "she / her Pronouns Asia/Kolkata Time zone, now UTC+05:30 zoe.example Web page "
        "zoe.example/feed Feed of a blog @zoe:fedora.im Matrix zoe_ IRC zoe GitHub "
        "2012 Account since"
    )
    assert 'href="https://matrix.to/#/%40zoe%3Afedora.im"' in drawn.html


async def test_who_is_private_or_tells_nothing_has_an_empty_profile(
    town: Town, drawing: Drawing, accounts_file: Path
) -> None:
    for text in (f"{ZOE}private = true\n", "[people.zoe]\n", "[people.abe]\n"):
        drawn = await draw(town, drawing, accounts_file, text)
        assert drawn.text.startswith("There is nothing here that everybody may know.")
        assert "she" not in drawn.text.split()
