"""Merges similar messages by the ecosystem's own conglomerators.

A conglomerator is a `fedmsg.meta.base.BaseConglomerator`, and belongs to a processor of
`hubs.bus.fedmsg_meta`. It needs the messages themselves, long after they came: a feed keeps of
those that some conglomerator can merge what it needs, in brief.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

import attrs
import fedmsg.meta
from fedmsg.meta.base import BaseConglomerator, BaseProcessor
from fedmsg.meta.default import DefaultProcessor
from twisted.logger import Logger

from hubs.bus import fedmsg_config
from hubs.bus.facts import clean_text, without_addresses

#: The most that is kept of a message, characters of JSON.
LARGEST = 4000
_LONGEST_TEXT, _LONGEST_LIST = 500, 3


@attrs.frozen
class Merged:
    """What a conglomerator says of several messages.

    Attributes:
        ids: Those of the messages.
        sentence: What happened.
    """

    ids: frozenset[str]
    sentence: str


class Conglomerators:
    """Asks all of them; one that raises merges nothing."""

    _log = Logger()

    def __init__(self, processors: Sequence[BaseProcessor]) -> None:
        """Prepare to merge.

        Args:
            processors: Those of `hubs.bus.fedmsg_meta.FedmsgMeta`.
        """
        self._processors = [one for one in processors if getattr(one, "conglomerators", None)]
        if self._processors:
            # fedmsg keeps them for the whole process, and its conglomerators ask them.
            default = DefaultProcessor(str, **fedmsg_config.config)
            fedmsg.meta.processors = [_Taciturn(one) for one in (*processors, default)]
            # fedmsg would import it when it first merges.
            with suppress(ImportError):
                import_module("arrow")

    def brief(self, topic: str, body: Mapping[str, Any]) -> str:
        """Give what must be kept of a message so that it can be merged later.

        Args:
            topic: With the prefix of the bus.
            body: The message.

        Returns:
            JSON of at most `LARGEST` characters, without people's mail addresses; empty if no
            conglomerator could merge it even with a message of the same words.
        """
        known = [one for one in self._of(topic, body) if self._asked(one.can_handle, topic, body)]
        if not known:
            return ""
        shortened = json.dumps({"topic": topic, "msg": _short(_by_account(body))})
        kept = without_addresses(shortened)
        if len(kept) > LARGEST:
            return ""
        probe = {"first": (kept, 1.0), "second": (kept, 2.0)}
        return kept if any(self._merge_by(one, _messages(probe)) for one in known) else ""

    def merge(self, kept: Mapping[str, tuple[str, float]]) -> list[Merged]:
        """Merge what belongs together.

        Args:
            kept: What `brief` gave of each message, and when it was sent in seconds since the
                epoch; by the ids of messages, newest first.

        Returns:
            What could be merged. No message is in two of them.
        """
        found: list[Merged] = []
        left = _messages(kept)
        for processor in self._processors:
            for conglomerator in processor.conglomerator_objects:
                merged = self._merge_by(conglomerator, left)
                taken = frozenset[str]().union(*(one.ids for one in merged))
                left = [message for message in left if message["msg_id"] not in taken]
                found += merged
        return found

    def _of(self, topic: str, body: Mapping[str, Any]) -> Iterator[BaseConglomerator]:
        for processor in self._processors:
            if self._asked(processor.handle_msg, topic, body) is not None:
                yield from processor.conglomerator_objects
                return

    def _asked(self, ask: Any, topic: str, body: Mapping[str, Any]) -> Any:
        try:
            return ask({"topic": topic, "msg": body}, **fedmsg_config.config)
        except Exception as error:
            self._log.debug("{ask} of {topic}: {error!r}", ask=ask, topic=topic, error=error)
            return None

    def _merge_by(
        self, conglomerator: BaseConglomerator, messages: Sequence[dict[str, Any]]
    ) -> list[Merged]:
        try:
            merged = conglomerator.conglomerate(
                list(messages), subject=None, **fedmsg_config.config
            )
            found = [_merged(one) for one in merged if "msg_ids" in one]
        except Exception as error:
            self._log.debug(
                "{name} merges nothing: {error!r}", name=type(conglomerator).__name__, error=error
            )
            return []
        return [one for one in found if one.sentence and len(one.ids) > 1]


class _Taciturn(BaseProcessor):
    """A processor that says only what conglomerators make sentences of.

    They ask for all that a processor can say, and one would fetch the minutes of each meeting.
    """

    def __init__(self, processor: BaseProcessor) -> None:
        self._processor = processor

    def handle_msg(self, msg: dict[str, Any], **config: Any) -> str | None:
        return self._processor.handle_msg(msg, **config)

    def usernames(self, msg: dict[str, Any], **config: Any) -> set[str]:
        return self._processor.usernames(msg, **config)

    def packages(self, msg: dict[str, Any], **config: Any) -> set[str]:
        return self._processor.packages(msg, **config)


def _merged(message: Mapping[str, Any]) -> Merged:
    return Merged(frozenset(message["msg_ids"]), clean_text(message["subtitle"]))


def _messages(kept: Mapping[str, tuple[str, float]]) -> list[dict[str, Any]]:
    return [
        {**json.loads(brief), "msg_id": name, "timestamp": time}
        for name, (brief, time) in kept.items()
    ]


def _by_account(body: Mapping[str, Any]) -> dict[str, Any]:
    """Put the account of who wrote a mail in the place of their address, where Mailman knows it."""
    sender, mail = body.get("sender_username"), body.get("msg")
    if isinstance(sender, str) and sender and isinstance(mail, dict):
        return {**body, "msg": {**mail, "from": sender}}
    return dict(body)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value[:_LONGEST_LIST]]
    return value[:_LONGEST_TEXT] if isinstance(value, str) else value
