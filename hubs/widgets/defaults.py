"""What stands on a hub when it is new: the one place where that is said.

Only what has something to show from the first day on stands there; owners find the rest in the
catalogue. What stands on a hub that is there already is its owners' alone: nothing here is looked
at again when more becomes known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import attrs

from hubs.accounts.interfaces import Profile
from hubs.model.hub import Column, WidgetInstance
from hubs.sources.discourse import Forum
from hubs.sources.hyperkitty import FEDORA
from hubs.sources.place import Place
from hubs.widgets.discussions.widget import MOST_FORUMS, ON_THE_BUS
from hubs.widgets.places import MOST_PLACES

#: A widget by the name of its plug-in, with its configuration.
Wanted = tuple[str, Mapping[str, Any]]
#: How many of anything a list has: several stand in one column.
FEW = 5
#: The group of accounts whose members look after packages of the distribution.
PACKAGERS = "packager"
#: Where packages are, and what is asked of them.
_DIST_GIT = "https://src.fedoraproject.org"


@attrs.frozen
class Belongings:
    """What a person has, as far as their account tells everybody.

    Attributes:
        profile: What they tell of themselves.
        groups: The names of the groups that they are in.
    """

    profile: Profile = attrs.field(factory=Profile)
    groups: frozenset[str] = frozenset()

    @property
    def packages(self) -> bool:
        """Whether they look after packages."""
        return PACKAGERS in self.groups


def person_widgets(about: str = "", has: Belongings | None = None) -> list[WidgetInstance]:
    """Give the widgets of the new hub of a person.

    Args:
        about: A first text about them, in Markdown.
        has: What they have: who has a name at a forge gets widgets for what waits there, and so on;
            None if nobody outside is to be asked for them.

    Returns:
        Widgets without numbers.
    """
    side: list[Wanted] = [_about(about), ("profile", {})]
    if has is not None:
        # Who has nothing yet may at least see where Fedora is.
        side += [*(_of_person(has) or [("release", {})]), ("badges", {})]
    return placed([("feed", {})], [*side, ("memberships", {}), ("activity", {})])


def team_widgets(
    about: str = "",
    sources: Mapping[str, Iterable[str]] | None = None,
    discussion: str = "",
) -> list[WidgetInstance]:
    """Give the widgets of the new hub of a team.

    Args:
        about: A first text about it, in Markdown.
        sources: What it has, as `hubs.model.hub.SOURCE_PREFIXES` names it: who has a room gets a
            widget that leads there, and so on.
        discussion: The address of where it talks in a forum; empty for nowhere but its tags.

    Returns:
        Widgets without numbers.
    """
    has = {kind: list(names) for kind, names in (sources or {}).items()}
    side: list[Wanted] = [_about(about)]
    if has.get("channels"):
        side.append(("chat", {}))
    if has.get("lists"):
        side.append(("contact", {}))
    if has.get("calendars"):
        side.append(("meetings", {}))
    side += [("members", {}), ("activity", {})]
    # A host that does not tell what runs there cannot be asked; its owners know.
    addresses = [f"https://{repository}" for repository in has.get("repositories", ())]
    where = [address for address in addresses if Place.read(address)][:MOST_PLACES]
    if where:
        side += [_few("tickets", where=where), _few("pull_requests", where=where)]
    if has.get("packages"):
        side += _of_packages()
    forums = _forums(discussion, has.get("tags", ()))
    if forums:
        side.append(_few("discussions", where=forums))
    # Whose archive is not known has nothing to show.
    if any(address.rpartition("@")[2] in FEDORA for address in has.get("lists", ())):
        side.append(_few("mailing_list"))
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


def _of_person(has: Belongings) -> list[Wanted]:
    side: list[Wanted] = []
    forges = _forges(has.profile)
    if forges:
        side.append(_few("tickets", where=forges, view="waiting"))
    requests = [*forges, _DIST_GIT] if has.packages else forges
    if requests:
        side.append(_few("pull_requests", where=requests, view="mine"))
    if has.packages:
        side += _of_packages()
    if has.profile.feeds:
        side.append(_few("blog"))
    return side


def _of_packages() -> list[Wanted]:
    return [_few("updates"), _few("builds"), _few("watched")]


def _few(plugin: str, **config: Any) -> Wanted:
    return plugin, {**config, "count": FEW}


def _forges(profile: Profile) -> list[str]:
    """Give the forges where their account says who they are."""
    names = {"https://github.com": profile.github, "https://gitlab.com": profile.gitlab}
    return [address for address, name in names.items() if name]


def _forums(discussion: str, tags: Sequence[str]) -> list[str]:
    """Give where a team talks in forums: what it names itself, and what has its tags."""
    addresses = [discussion, *(f"{ON_THE_BUS}/tag/{quote(tag, safe='')}" for tag in tags)]
    # The address of a whole host need not be that of a Discourse.
    readable = (one for one in addresses if (forum := Forum.read(one)) and forum.path)
    return list(dict.fromkeys(readable))[:MOST_FORUMS]


def _about(text: str) -> Wanted:
    return "about", {"text": text} if text else {}
