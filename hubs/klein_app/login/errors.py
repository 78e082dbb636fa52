"""Why somebody could not be logged in."""

from __future__ import annotations

from http import HTTPStatus

from hubs.klein_app.messages import Message
from hubs.model.words import gettext_noop

_AWAY = Message(
    HTTPStatus.SERVICE_UNAVAILABLE,
    gettext_noop("The account system cannot be reached"),
    gettext_noop(
        "Nobody can log in right now, which is not your fault. You can read everything that is "
        "open to all meanwhile; please try again in a few minutes."
    ),
)
_REFUSED = Message(
    HTTPStatus.BAD_REQUEST,
    gettext_noop("You were not logged in"),
    gettext_noop(
        "The account system gave an answer that Hubs does not trust. What exactly was wrong with "
        "it is written down for us. Trying once more may help."
    ),
)
_OLD = Message(
    HTTPStatus.BAD_REQUEST,
    gettext_noop("This log-in took too long"),
    gettext_noop(
        "Each one can be used once, within ten minutes, by the browser that began it. Please "
        "begin anew."
    ),
)
_DENIED = Message(
    HTTPStatus.FORBIDDEN,
    gettext_noop("You were not logged in"),
    gettext_noop(
        "The account system says that you did not agree, or may not use Hubs. Nothing was kept."
    ),
)
_NAME = Message(
    HTTPStatus.FORBIDDEN,
    gettext_noop("Hubs cannot use this account"),
    gettext_noop(
        "It has no name that could stand in the address of a page: small letters, digits, dots, "
        "hyphens and underscores, at most 64 of them."
    ),
)


class LoginError(Exception):
    """Somebody was not logged in.

    Attributes:
        message: What they are told.
    """

    message = _REFUSED


class ProviderAwayError(LoginError):
    """The account system does not answer, or not as one does; they may try again later."""

    message = _AWAY


class UntrustedError(LoginError):
    """The account system's answer does not hold what it must; the sentence says what."""


class OldLoginError(LoginError):
    """The log-in was not begun in this browser, or too long ago, or was used already."""

    message = _OLD


class DeniedError(LoginError):
    """They did not agree, or the account system does not let them in."""

    message = _DENIED


class AccountNameError(LoginError):
    """Their account has no name that Hubs can use."""

    message = _NAME
