"""Whom the words of a message address, as in ``@ralph: what do you think?``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hubs.bus.message import BusMessage

#: A name after an at sign. Not that of a mail address, of a scope of npm as in ``@types/node``, or
#: of somebody at another Matrix homeserver than Fedora's.
_MENTION = re.compile(
    r"(?<![\w.+/@-])@([a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?)(?![\w/@-])(?!:(?!fedora\.im\b)[\w-]+\.)"
)
#: Names in code are not those of people.
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
#: Where services put what somebody has just said.
_SAID = ("comment", "review", "post")
#: Where services put the words of it.
_WORDS = ("body", "text", "raw", "content")
#: Things that begin with words of their own.
_OPENED = ("issue", "pull_request", "pullrequest", "topic")


def mentioned(message: BusMessage) -> frozenset[str]:
    """Say whom the words of a message address.

    Only what is new counts: a comment, not the description of what it is on.

    Args:
        message: The message.

    Returns:
        Account names, never that of who says it. What is for the members of a team alone addresses
        whom it was done to, who would not see it otherwise.
    """
    if message.for_members:
        return frozenset(message.people) - {message.agent}
    event = message.body.get("body")
    body = event if isinstance(event, Mapping) else message.body
    text = "\n".join(_said(message.topic, body))
    return frozenset(_MENTION.findall(_CODE.sub(" ", text))) - {message.agent}


def _said(topic: str, body: Mapping[str, Any]) -> Iterator[str]:
    for key in _SAID:
        yield from _words(body.get(key))
    for key in _OPENED:
        thing = body.get(key)
        if not isinstance(thing, Mapping):
            continue
        if topic.endswith("comment.added"):
            # Pagure gives all comments, the new one last.
            comments = thing.get("comments")
            yield from _words(comments[-1] if isinstance(comments, list) and comments else None)
        elif topic.endswith(".new") or body.get("action") == "opened":
            yield from _words(thing)
    commits = body.get("commits")
    for commit in commits if isinstance(commits, list) else ():
        if isinstance(commit, Mapping) and isinstance(commit.get("message"), str):
            yield commit["message"]


def _words(said: object) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        texts = (said.get(key) for key in (*_WORDS, "comment", "title"))
        yield from (text for text in texts if isinstance(text, str))
