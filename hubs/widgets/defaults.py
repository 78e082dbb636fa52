"""What stands on a hub when it is new: the one place where that is said.

Only what has something to show from the first day on stands there; owners find the rest in the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hubs.model.hub import Column, WidgetInstance
from hubs.sources.place import Place
from hubs.widgets.places import MOST_PLACES

#: A widget by the name of its plug-in, with its configuration.
Wanted = tuple[str, Mapping[str, Any]]


def person_widgets(about: str = "") -> list[WidgetInstance]:
    """Give the widgets of the new hub of a person.

    Args:
        about: A first text about them, in Markdown.

    Returns:
        Widgets without numbers.
    """
    others: list[Wanted] = [("profile", {}), ("memberships", {}), ("activity", {})]
    return placed([("feed", {})], [_about(about), *others])


def team_widgets(
    about: str = "", sources: Mapping[str, Iterable[str]] | None = None
) -> list[WidgetInstance]:
    """Give the widgets of the new hub of a team.

    Args:
        about: A first text about it, in Markdown.
        sources: What it has, as `hubs.model.hub.SOURCE_PREFIXES` names it: who has a room gets a
            widget that leads there, and so on.

    Returns:
        Widgets without numbers.
    """
    has = {kind: list(names) for kind, names in (sources or {}).items()}
    side: list[Wanted] = [_about(about)]
    if has.get("channels"):
        side.append(("chat", {}))
    if has.get("lists"):
        side.append(("contact", {}))
    side += [("members", {}), ("activity", {})]
    # A host that does not tell what runs there cannot be asked; its owners know.
    addresses = [f"https://{repository}" for repository in has.get("repositories", ())]
    where = [address for address in addresses if Place.read(address)][:MOST_PLACES]
    if where:
        side += [("tickets", {"where": where}), ("pull_requests", {"where": where})]
    return placed([("feed", {})], side)


def placed(main: Iterable[Wanted], side: Iterable[Wanted]) -> list[WidgetInstance]:
    """Put widgets into columns.

    Args:
        main: Those of the main column, from above.
        side: Those of the other.

    Returns:
        Widgets without numbers.
    """
    return [
        WidgetInstance(0, 0, plugin, column, position, config)
        for column, wanted in ((Column.MAIN, main), (Column.SIDE, side))
        for position, (plugin, config) in enumerate(wanted)
    ]


def _about(text: str) -> Wanted:
    return "about", {"text": text} if text else {}
