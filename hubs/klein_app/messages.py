"""What the portal says when it cannot show a page."""

from __future__ import annotations

from http import HTTPStatus

import attrs


@attrs.frozen
class Message:
    """A page that says one thing.

    Attributes:
        status: The status of the answer.
        title: What is the matter.
        text: What whoever reads it can do.
    """

    status: HTTPStatus
    title: str
    text: str


#: The same for what does not exist and for what only some may know of.
NOT_FOUND = Message(
    HTTPStatus.NOT_FOUND,
    "There is no such page",
    "It may have been renamed, or the address has a slip in it. The teams are a good place to "
    "start over.",
)
_MESSAGES = {
    message.status: message
    for message in (
        NOT_FOUND,
        Message(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "This page is for reading",
            "Nothing can be sent to it.",
        ),
        Message(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Something broke on our side",
            "It is not your fault, and it has been written down for us. Trying again in a while "
            "may help.",
        ),
        Message(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "Hubs cannot reach its database",
            "Nothing is lost: what happens meanwhile is kept and shows up later. Please load this "
            "page again in a minute.",
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
