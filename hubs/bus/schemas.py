"""Reads messages by the classes of their schemas, the entry points ``fedora.messages``.

A class is a `fedora_messaging.message.Message`; which there are depends on what is installed: the
extra ``fedora`` brings those of Fedora's services. A message names its class in a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import attrs
from fedora_messaging.message import Message
from pika import BasicProperties
from twisted.logger import Logger

from hubs.bus.facts import (
    Facts,
    clean_accounts,
    clean_icon,
    clean_link,
    clean_names,
    clean_text,
    listed,
)
from hubs.bus.from_fedora_messaging import SCHEMA

#: What a sentence has in the place of a fact that the message lacks.
_HOLLOW = re.compile(r"\bNone\b|''")
#: The schemas whose sentences others say better: those of webhooks name the event and not what
#: happened; those of the account system's groups lack a space before the group.
_POOR = ("webhook_to_fedora_messaging.", "noggin.group.")
#: Headers that a publisher sets by its own class: ``fedora_messaging_user_ralph``.
_FILTER = re.compile(r"fedora_messaging_(user|group|rpm|container|module|flatpak)_(.+)", re.DOTALL)
_ARTIFACTS = ("rpm", "container", "module", "flatpak")


@attrs.frozen
class Schemas:
    """Asks the class that a message names.

    Attributes:
        classes: They, by the names of their entry points.
    """

    classes: Mapping[str, type[Message]]

    _log = Logger()

    @classmethod
    def from_entry_points(cls, points: Iterable[EntryPoint] | None = None) -> Schemas:
        """Find the classes of all installed packages; a broken one is logged and left out.

        Args:
            points: Where to look instead.

        Returns:
            A reader that asks them.
        """
        found = entry_points(group="fedora.messages") if points is None else points
        classes: dict[str, type[Message]] = {}
        # Two packages may have a class of the same name; which one counts is no matter of chance.
        for point in sorted(found, key=lambda point: (point.name, point.value)):
            try:
                loaded = _class(point)
            except Exception as error:
                cls._log.error("Left out the schema {name}: {error}", name=point.name, error=error)
                continue
            if point.name in classes:
                cls._log.warn("Two packages have the schema {name}; {taken} is taken",
                              name=point.name, taken=point.value)  # fmt: skip
            classes[point.name] = loaded
        return cls(classes)

    def facts(self, envelope: Mapping[str, Any]) -> Facts:
        """Read a message.

        Args:
            envelope: As `hubs.bus.envelope.parse` gives it.

        Returns:
            What its class says, and where that is nothing, the headers that tell whom it is about.
        """
        headers = envelope.get("headers")
        if not isinstance(headers, Mapping):
            return Facts()
        told = _by_headers(headers)
        name = headers.get(SCHEMA)
        schema = self.classes.get(name) if isinstance(name, str) else None
        message = self._message(schema, envelope, headers) if schema else None
        if message is None:
            return told
        said = self._ask_all(message, poor=str(name).startswith(_POOR))
        return attrs.evolve(
            said,
            people=said.people or told.people,
            groups=said.groups or told.groups,
            packages=said.packages or told.packages,
        )

    def _message(
        self, schema: type[Message], envelope: Mapping[str, Any], headers: Mapping[str, Any]
    ) -> Message | None:
        try:
            return schema(
                body=envelope["msg"],
                topic=envelope["topic"],
                # Without them it would look for itself in the library's register.
                properties=BasicProperties(headers=dict(headers)),
            )
        except Exception as error:
            self._log.debug(
                "{topic} is no {schema}: {error!r}",
                topic=envelope["topic"],
                schema=schema,
                error=error,
            )
            return None

    def _ask_all(self, message: Message, *, poor: bool) -> Facts:
        sentence = clean_text(self._ask(message, "summary"))
        if sentence == message.topic:
            # What the base class says for those that say nothing.
            sentence = ""
        doubtful = poor or bool(_HOLLOW.search(sentence))
        agent = next(iter(clean_accounts([self._ask(message, "agent_name")])), "")
        people = clean_accounts(listed(self._ask(message, "usernames")))
        return Facts(
            sentence="" if doubtful else sentence,
            doubtful_sentence=sentence if doubtful else "",
            link=clean_link(self._ask(message, "url")),
            icon=clean_icon(self._ask(message, "app_icon")),
            agent=agent,
            people=people | ({agent} if agent else set()),
            groups=clean_names(listed(self._ask(message, "groups"))),
            packages=clean_names(
                name
                for kind in ("packages", "containers", "modules", "flatpaks")
                for name in listed(self._ask(message, kind))
            ),
        )

    def _ask(self, message: Message, accessor: str) -> Any:
        try:
            return getattr(message, accessor)
        except Exception as error:
            # A message of another shape than its class expects costs this one fact.
            self._log.debug("{accessor} of {topic}: {error!r}",
                            accessor=accessor, topic=message.topic, error=error)  # fmt: skip
            return None


def _class(point: EntryPoint) -> type[Message]:
    loaded = point.load()
    if isinstance(loaded, type) and issubclass(loaded, Message):
        return loaded
    raise TypeError(f"expected a class of messages, got {loaded!r}")


def _by_headers(headers: Mapping[str, Any]) -> Facts:
    named: dict[str, list[str]] = {}
    for header, value in headers.items():
        match = _FILTER.fullmatch(header)
        if match and value is True:
            named.setdefault(match[1], []).append(match[2])
    return Facts(
        people=clean_accounts(named.get("user", ())),
        groups=clean_names(named.get("group", ())),
        packages=clean_names(name for kind in _ARTIFACTS for name in named.get(kind, ())),
    )
