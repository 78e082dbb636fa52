"""Which service answers for a place."""

from __future__ import annotations

from collections.abc import Mapping

from hubs.sources.bugzilla import Bugzilla
from hubs.sources.forgejo import Forgejo
from hubs.sources.github import GitHub
from hubs.sources.gitlab import GitLab
from hubs.sources.pagure import Pagure
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import Forge
from hubs.sources.session import Session
from hubs.sources.tickets import Tracker

_FORGES: Mapping[Service, type[GitHub | GitLab | Forgejo | Pagure]] = {
    Service.GITHUB: GitHub,
    Service.GITLAB: GitLab,
    Service.FORGEJO: Forgejo,
    Service.PAGURE: Pagure,
}


def tracker(session: Session, place: Place) -> Tracker:
    """Give what has the tickets of a place.

    Args:
        session: Asks it.
        place: The place.

    Raises:
        AddressError: It has none there.
    """
    if place.service is Service.BUGZILLA:
        return Bugzilla(session, place)
    return _FORGES[place.service](session, place)


def forge(session: Session, place: Place) -> Forge:
    """Give what has the pull requests of a place.

    Args:
        session: Asks it.
        place: The place; no Bugzilla, which has none.

    Raises:
        AddressError: It has none there.
    """
    return _FORGES[place.service](session, place)
