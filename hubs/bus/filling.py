"""Fills the facts of a message into sentences and links."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

from hubs.bus.body import dig, texts

#: Koji's states, https://pagure.io/koji/blob/master/f/koji/__init__.py (BUILD_STATES).
_WORDS: Mapping[str, Mapping[object, str]] = {
    "build": {0: "started", 1: "completed", 2: "was deleted", 3: "failed", 4: "was canceled"},
    "copr": {0: "failed", 1: "succeeded", 3: "is running"},
    "karma": {-1: "with a thumbs down", 0: "", 1: "with a thumbs up"},
    "merged": {True: "merged", False: "closed"},
    "by merging": {"closed": "merged"},
    "is true": {True: ""},
    "run": {"success": "succeeded", "failure": "failed", "recover": "works again"},
    "did": {
        "label_updated": "labeled",
        "label_cleared": "took the labels off",
        "synchronize": "updated",
        "synchronized": "updated",
        "review_requested": "asked for a review of",
        "review_request_removed": "asked no more for a review of",
    },
    "once": {"opened": "opened", "closed": "closed", "reopened": "reopened"},
    "began to": {"stargazer": "starred", "subscriber": "subscribed to", "member": "joined"},
    "ceased to": {
        "stargazer": "took the star off",
        "subscriber": "unsubscribed from",
        "member": "left",
        "owner": "left",
    },
    "as": {"member": "a member", "owner": "an owner"},
    "several builds": {0: "started", 1: "completed", 2: "were deleted", 3: "failed"},
    "gitlab": {
        "open": "opened",
        "close": "closed",
        "reopen": "reopened",
        "update": "updated",
        "approved": "approved",
        "approval": "approved",
        "merge": "merged",
    },
}


class MissingFactError(LookupError):
    """A body lacks something that a sentence needs."""


class _Sentence(string.Formatter):
    """Fills in paths into a body, and words for codes."""

    def get_field(
        self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[Any, str]:
        del args
        found = dig(kwargs, field_name)
        if found is None or found == "":
            raise MissingFactError(field_name)
        return found, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "count":
            number = len(value) if isinstance(value, list) else 1
            return "a commit" if number == 1 else f"{number} commits"
        if format_spec == "did":
            return _WORDS["did"].get(str(value), str(value).replace("_", " "))
        if format_spec == "line":
            return str(value).strip().partition("\n")[0]
        if format_spec == "minutes":
            return _minutes(value)
        if format_spec:
            words = _WORDS[format_spec]
            try:
                return words[value]
            except (KeyError, TypeError):
                raise MissingFactError(format_spec) from None
        return str(value).strip()


def _minutes(logs: Any) -> str:
    """Give the page of the minutes among the files of a meeting: their text is not for reading."""
    for address in texts({"logs": logs}, "logs.log_url"):
        if address.endswith(".html") and not address.endswith(".log.html"):
            return address
    raise MissingFactError("minutes")


_FORMATTER = _Sentence()


def fill(template: str, body: Mapping[str, Any]) -> str:
    """Fill facts into a sentence or a link.

    Args:
        template: With paths into the body in braces, as in ``{update.user.name}``; after a colon
            may stand how to say what is there.
        body: The message.

    Returns:
        The text.

    Raises:
        MissingFactError: The body lacks one of them, or has one that there are no words for.
    """
    return _FORMATTER.vformat(template, (), body)
