"""What the portal says when it cannot show a page."""

from __future__ import annotations

from http import HTTPStatus

import attrs

from hubs.model.words import gettext_noop


@attrs.frozen
class Message:
    """A page that says one thing.

    Attributes:
        status: The status of the answer.
        title: What is the matter, in English.
        text: What whoever reads it can do, in English.
    """

    status: HTTPStatus
    title: str
    text: str


#: The same for what does not exist and for what only some may know of.
NOT_FOUND = Message(
    HTTPStatus.NOT_FOUND,
    gettext_noop("There is no such page"),
    gettext_noop(
        "It may have been renamed, or the address has a slip in it. Look for it by its name, or by "
        "a word of what it is about."
    ),
)
_MESSAGES = {
    message.status: message
    for message in (
        NOT_FOUND,
        Message(
            HTTPStatus.BAD_REQUEST,
            gettext_noop("Hubs cannot read what was sent"),
            gettext_noop("It is not made of text. Please go back, and type it in anew."),
        ),
        Message(
            HTTPStatus.UNAUTHORIZED,
            gettext_noop("This is for people who are logged in"),
            gettext_noop("You can read without that; to change something, log in first."),
        ),
        Message(
            HTTPStatus.FORBIDDEN,
            gettext_noop("This is not yours to do"),
            gettext_noop(
                "Either you lack the role for it, or the page you came from is too old: load that "
                "one again and try once more."
            ),
        ),
        Message(
            HTTPStatus.METHOD_NOT_ALLOWED,
            gettext_noop("This page is for reading"),
            gettext_noop("Nothing can be sent to it."),
        ),
        Message(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            gettext_noop("Something broke on our side"),
            gettext_noop(
                "It is not your fault, and it has been written down for us. Trying again in a "
                "while may help."
            ),
        ),
        Message(
            HTTPStatus.SERVICE_UNAVAILABLE,
            gettext_noop("Hubs cannot reach its database"),
            gettext_noop(
                "Nothing is lost: what happens meanwhile is kept and shows up later. Please load "
                "this page again in a minute."
            ),
        ),
    )
}


def message_for(code: int | None) -> Message:
    """Choose the message for a status.

    Args:
        code: A status of HTTP, if it is known.

    Returns:
        Its message, or that of a page that does not exist.
    """
    return next((message for status, message in _MESSAGES.items() if status == code), NOT_FOUND)
