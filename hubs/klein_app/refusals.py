"""Why a role was not changed, in words."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from hubs.database.role_store import Why
from hubs.klein_app.messages import Message
from hubs.model.words import gettext_noop

REFUSALS: Mapping[Why, Message] = {
    Why.ARCHIVED: Message(
        HTTPStatus.CONFLICT,
        gettext_noop("This team is archived"),
        gettext_noop("What it did can still be read, but nobody joins it any more."),
    ),
    Why.MIRRORED: Message(
        HTTPStatus.CONFLICT,
        gettext_noop("One joins this team in the account system"),
        gettext_noop("It is the mirror of a group there: who is in the group is in the team."),
    ),
    Why.FROM_GROUP: Message(
        HTTPStatus.CONFLICT,
        gettext_noop("This role comes from the account system"),
        gettext_noop(
            "It follows from a group there, and is changed where people come into the group and "
            "leave it."
        ),
    ),
    Why.LAST_OWNER: Message(
        HTTPStatus.CONFLICT,
        gettext_noop("Somebody has to own this hub"),
        gettext_noop("Make somebody else an owner first; then the last one can go."),
    ),
    Why.OWN_HUB: Message(
        HTTPStatus.CONFLICT,
        gettext_noop("One's own hub stays one's own"),
        gettext_noop("Nobody can take it away, not even its owner."),
    ),
    Why.UNKNOWN: Message(
        HTTPStatus.CONFLICT,
        gettext_noop("Hubs does not know that person"),
        gettext_noop("Everybody who has logged in once is known. Is there a slip in the name?"),
    ),
}
