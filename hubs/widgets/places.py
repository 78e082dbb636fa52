"""Places at outside services that widgets look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType
from hubs.model.words import gettext_noop
from hubs.sources.errors import AddressError
from hubs.sources.place import Place, Service
from hubs.widgets.parameters import Parameter, Type, Unexpected

#: The most places of one widget: each costs requests whenever it is brought up to date.
MOST_PLACES = 12


def _place(line: str) -> str:
    if Place.read(line) is None:
        raise Unexpected(
            gettext_noop(
                "the address of a repository, as in https://github.com/fedora-infra/bodhi, and "
                "where the host does not tell, what runs there before it, as in "
                "forgejo https://git.example.org/lamps/wick"
            )
        )
    return line


def _repository(line: str) -> str:
    place = Place.read(_place(line))
    if place is not None and place.service is Service.BUGZILLA:
        raise Unexpected(gettext_noop("a place that has pull requests"))
    return line


TICKETS_WHERE = Parameter(
    "where",
    gettext_noop("Places"),
    gettext_noop(
        "One address a line: of a repository at GitHub, GitLab, Forgejo or Pagure, of a list of "
        "bugs of one product or component in Bugzilla, or of a whole service for what is yours. If "
        "there is none, it is what the team is about."
    ),
    [],
    Type.LINES,
    most=MOST_PLACES,
    check=_place,
)
PULL_REQUESTS_WHERE = attrs.evolve(
    TICKETS_WHERE,
    help=gettext_noop(
        "One address a line: of a repository at GitHub, GitLab, Forgejo, Pagure or dist-git, or "
        "of a whole service for what is yours. If there is none, it is what the team is about, and "
        "of a person what is theirs in dist-git."
    ),
    check=_repository,
)
COUNT = Parameter(
    "count",
    gettext_noop("How many"),
    gettext_noop("How many are shown at the most."),
    8,
    Type.NUMBER,
    least=1,
    most=50,
)


def places_of(lines: Iterable[str]) -> list[Place]:
    """Read places.

    Args:
        lines: As the parameter has them, or as `lines_of_team` gives them; one that is no place
            that we know is left out.

    Returns:
        Them; of very many, the first.
    """
    found = [place for line in lines if (place := Place.read(line)) is not None]
    return found[:MOST_PLACES]


def lines_of_team(hub: Hub, of_package: str) -> list[str]:
    """Say where a team works.

    Args:
        hub: The hub of a team; that of a person has no such places.
        of_package: What stands for a package, with ``{}`` for its name.

    Returns:
        Lines for `places_of`: the repositories and the packages among its sources.
    """
    sources = hub.config.get("sources", {})
    return [
        *(f"https://{name}" for name in sources.get("repositories", ())),
        *(of_package.format(quote(name)) for name in sources.get("packages", ())),
    ]


def interests_of(places: Iterable[Place], hub: Hub) -> frozenset[str]:
    """Say what concerns things at some places.

    Args:
        places: The places.
        hub: Where they are looked at.

    Returns:
        Interest keys as `BusMessage.keys` gives them.
    """
    return frozenset(key for place in places for key in _keys(place, hub))


def _keys(place: Place, hub: Hub) -> set[str]:
    if place.path:
        return {f"repo:{place.host}/{place.path}"}
    if place.component:
        return {f"package:{place.component}"}
    if place.product:
        return {"topic:bugzilla.bug"}
    return {f"user:{hub.name}"} if hub.type is HubType.USER else set()


def concerns(
    message: BusMessage,
    places: Iterable[Place],
    hub: Hub,
    topics: Mapping[Service, tuple[str, ...]],
) -> bool:
    """Say whether a message tells of things at one of some places.

    Args:
        message: What happened.
        places: The places.
        hub: Where they are looked at.
        topics: What the topics of such things begin with, by service.

    Returns:
        Whether both its topic and what it is about fit the same place.
    """
    keys = message.keys()
    return any(
        message.topic.startswith(topics.get(place.service, ())) and keys & _keys(place, hub)
        for place in places
    )


def refuse_everything(place: Place, name: str) -> None:
    """Refuse to look at all that is at a host for nobody.

    Args:
        place: The place.
        name: Whose things are looked for there; empty for everybody's.

    Raises:
        AddressError: It is a whole host, and everybody's.
    """
    if place.everything and not name:
        raise AddressError(place.host, "is too large to be looked at without a person's name")
