"""By which names people are known at the places that widgets look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hubs.accounts.interfaces import IAccounts
from hubs.model.hub import Hub, HubType
from hubs.model.words import gettext_noop
from hubs.sources.place import Place
from hubs.widgets.parameters import Parameter, Type, Unexpected
from hubs.widgets.places import MOST_PLACES

#: Hosts where people log in with their account, so that they have the same name.
SHARED = frozenset({"forge.fedoraproject.org", "pagure.io", "src.fedoraproject.org"})
#: Hosts where people tell in their account who they are.
TOLD = frozenset({"github.com", "gitlab.com"})


def _name(line: str) -> str:
    words = line.split()
    if len(words) > 2 or (len(words) == 2 and "." not in words[0]):  # noqa: PLR2004
        raise Unexpected(gettext_noop("a name, or a host and a name, as in github.com teacup"))
    return " ".join(words)


NAMES = Parameter(
    "names",
    gettext_noop("Names"),
    gettext_noop(
        "Who you are there, where your account does not say it. One a line; with a host before it, "
        "it is for that host alone, as in bugzilla.redhat.com teacup@example.org."
    ),
    [],
    Type.LINES,
    most=MOST_PLACES,
    check=_name,
)


async def names_at(
    places: Iterable[Place], hub: Hub, lines: Iterable[str], accounts: IAccounts | None
) -> dict[Place, str]:
    """Say by which name the person is known at each place whose things are looked for.

    Args:
        places: The places.
        hub: Where it is looked at; on that of a person it is they.
        lines: As the parameter `NAMES` has them, which go before what the account says.
        accounts: The account system; None if there is none.

    Returns:
        A name for each; empty where none is known.

    Raises:
        AccountsError: What the person says in their account could not be read.
    """
    said: dict[str, str] = {}
    for line in lines:
        host, _, name = line.rpartition(" ")
        said[host.lower()] = name
    names = {place: said.get(place.host) or said.get("", "") for place in places}
    if hub.type is not HubType.USER:
        return names
    own = dict.fromkeys(SHARED, hub.name)
    if accounts and any(place.host in TOLD and not name for place, name in names.items()):
        profile = await accounts.profile(hub.name)
        own |= {"github.com": profile.github, "gitlab.com": profile.gitlab} if profile else {}
    return {place: name or own.get(place.host, "") for place, name in names.items()}


def left_out(names: Mapping[Place, str]) -> list[str]:
    """Tell of the places where nobody can be looked for.

    Args:
        names: As `names_at` gives them.

    Returns:
        A sentence for each host, without its full stop.
    """
    hosts = {place.host for place, name in names.items() if not name}
    return [f"No name is known for {host}" for host in sorted(hosts)]
