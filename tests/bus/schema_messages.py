"""A message for each class of schemas that is installed, made of the schema itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

import attrs
from fedora_messaging.message import Message

from hubs.bus.from_fedora_messaging import SCHEMA

#: The classes whose schema does not come with them, and why.
NO_SCHEMA: Mapping[str, str] = {
    "ci_messages.CIMessageV1": "reads it from files that another package of Fedora's brings",
}
#: The topics of classes that have none of their own.
_TOPICS: Mapping[str, str] = {
    "webhook_to_fedora_messaging.github.message_v1": "github.push",
    "webhook_to_fedora_messaging.gitlab.message_v1": "gitlab.push",
    "webhook_to_fedora_messaging.forgejo.message_v1": "forgejo.push",
    "webhook_to_fedora_messaging.pretix.message_v1": "pretix.event",
    "discourse.event.v1": "discourse.post.post_created",
    "bugzilla2fedmsg.messageV1": "bugzilla.bug.update",
    "bugzilla2fedmsg.messageV1bz4": "bugzilla.bug.update",
    "ci_messages.CIMessageV1": "ci.koji-build.test.complete",
}
_PREFIX = re.compile(r"([a-z]+(\.[a-z-]+)+\.)(prod|stg|dev)\.")
_TEXTS: Mapping[str, str] = {
    "uri": "https://service.example/",
    "date-time": "2026-11-24T10:00:00+00:00",
}


@attrs.frozen
class SchemaMessage:
    """A message of a class.

    Attributes:
        name: The name of the class.
        schema: The class.
        envelope: The message, as it comes over Fedora Messaging.
    """

    name: str
    schema: type[Message]
    envelope: Mapping[str, Any]


def load() -> list[SchemaMessage]:
    """Make a message of each class."""
    return [
        _message(point.name, point.load())
        for point in sorted(entry_points(group="fedora.messages"))
        if point.name != "base.message"
    ]


def _message(name: str, schema: type[Message]) -> SchemaMessage:
    body = {} if name in NO_SCHEMA else example(schema.body_schema)
    topic = _PREFIX.sub("", schema.topic or _TOPICS.get(name, name))
    return SchemaMessage(
        name,
        schema,
        {
            "topic": f"org.fedoraproject.prod.{topic}",
            "msg_id": name,
            "timestamp": 1_795_000_000.0,
            "headers": {SCHEMA: name, "fedora_messaging_severity": 20},
            "msg": body,
        },
    )


def example(schema: Mapping[str, Any]) -> Any:
    """Give a value that a JSON schema allows, with everything in it that the schema names.

    Texts are the names of their keys.
    """
    return _value(schema, schema, "text")


def _value(schema: Mapping[str, Any], root: Mapping[str, Any], key: str) -> Any:
    schema = _chosen(schema, root)
    if "enum" in schema:
        return next(value for value in schema["enum"] if value is not None)
    kind = _type(schema)
    if kind == "object":
        # The tasks of Koji have tasks for children, without end.
        keys = {*schema.get("required", ()), *schema.get("properties", {})} - {"children"}
        inner = schema.get("properties", {})
        return {one: _value(inner.get(one, {}), root, one) for one in sorted(keys)}
    if kind == "array":
        return [_value(schema.get("items") or schema.get("contains") or {}, root, key)]
    if kind == "string" and "url" in key:
        return f"https://service.example/{key}"
    plain = {"string": _TEXTS.get(schema.get("format", ""), key), "boolean": True, "null": None}
    return plain.get(kind, 1)


def _chosen(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, and take the first of what may be."""
    if "$ref" in schema:
        found: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return _chosen(found, root)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _chosen(schema[choice][0], root)
    return schema


def _type(schema: Mapping[str, Any]) -> str:
    given = schema.get("type", "object" if "properties" in schema else "string")
    types = given if isinstance(given, list) else [given]
    return str(next((one for one in types if one != "null"), "null"))
