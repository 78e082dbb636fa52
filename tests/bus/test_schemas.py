"""Asking the classes of schemas, those of Fedora's services and some that are broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from typing import Any

import jsonschema
import pytest
from fedora_messaging.message import Message
from twisted.logger import capturedLogs

from hubs.bus.facts import clean_text
from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.from_fedora_messaging import SCHEMA
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from hubs.bus.schemas import Schemas
from hubs.model.entry import Entry
from tests.bus import schema_messages
from tests.bus.schema_messages import NO_SCHEMA, SchemaMessage
from tests.bus.test_fedmsg_meta import LampProcessor

MESSAGES = schema_messages.load()
#: The classes whose sentences lack a fact even when nothing is lacking, or say it badly: another
#: reader speaks for them.
NOT_THEIR_SENTENCE = {
    "hotness.update.bug.file",
    "noggin.group.member.removed.v1",
    "noggin.group.member.sponsor.v1",
    "webhook_to_fedora_messaging.forgejo.message_v1",
    "webhook_to_fedora_messaging.github.message_v1",
    "webhook_to_fedora_messaging.gitlab.message_v1",
}
# Some classes say so when one is made.
pytestmark = pytest.mark.filterwarnings("ignore:.*class is deprecated:DeprecationWarning")
TOPIC = "org.fedoraproject.prod.lamp.lit"


@pytest.fixture(scope="module")
def installed() -> Reader:
    return Reader.from_entry_points()


def test_the_messages_made_for_these_tests_fit_their_schemas() -> None:
    assert len(MESSAGES) > 150
    for message in MESSAGES:
        if message.name not in NO_SCHEMA:
            jsonschema.validate(message.envelope["msg"], message.schema.body_schema)


@pytest.mark.parametrize("made", MESSAGES, ids=lambda made: made.name)
def test_a_message_says_what_its_class_says(installed: Reader, made: SchemaMessage) -> None:
    read = installed.read(made.envelope, 2_000_000_000.0)
    theirs = made.schema(body=made.envelope["msg"], topic=made.envelope["topic"])
    sentence = said(theirs, "summary")
    if isinstance(sentence, str) and sentence != theirs.topic:
        taken = read.sentence == clean_text(sentence)
        assert taken is (made.name not in NOT_THEIR_SENTENCE)
    link = said(theirs, "url")
    if isinstance(link, str) and link.startswith("https:"):
        assert read.link == link
    names = said(theirs, "usernames")
    assert {name for name in names or () if name and "@" not in name} <= set(read.people)
    assert set(said(theirs, "packages") or ()) <= set(read.packages)
    assert set(said(theirs, "groups") or ()) <= set(read.groups)
    assert read.sentence
    assert read.icon


def said(message: Message, fact: str) -> Any:
    """Give what a class says; some raise."""
    try:
        return getattr(message, fact)
    except Exception:
        return None


class LampMessage(Message):
    """A class as another package might bring it."""

    @property
    def summary(self) -> str:
        return "A lamp was lit"

    @property
    def url(self) -> str:
        return "https://lamps.example/2"

    @property
    def app_icon(self) -> str:
        return "https://lamps.example/lamp.png"

    @property
    def agent_name(self) -> str:
        return "abe"

    @property
    def usernames(self) -> list[str]:
        return ["bea"]

    @property
    def groups(self) -> list[str]:
        return ["lamps"]

    @property
    def packages(self) -> list[str]:
        return ["wick"]

    @property
    def flatpaks(self) -> list[str]:
        return ["lamp"]


class SpoiltMessage(LampMessage):
    """One that says of one fact what the message tells it to say."""

    def __getattribute__(self, name: str) -> Any:
        body = super().__getattribute__("__dict__").get("body", {})
        if name != body.get("spoilt"):
            return super().__getattribute__(name)
        if body["says"] == "raises":
            raise KeyError(name)
        return body["says"]


class UnmadeMessage(LampMessage):
    """One that cannot be made of the message."""

    def __init__(self, **facts: Any) -> None:
        raise TypeError("shape")


NO_CLASS = "this is none"


def point(value: str, name: str = "lamp") -> EntryPoint:
    return EntryPoint(name, f"{__name__}:{value}", "fedora.messages")


def read(
    value: str, headers: Any = None, meta: FedmsgMeta | None = None, **body: Any
) -> BusMessage:
    reader = Reader(meta or FedmsgMeta(()), Schemas.from_entry_points([point(value)]))
    headers = {SCHEMA: "lamp", **(headers or {})}
    return reader.read({"topic": TOPIC, "msg": body, "headers": headers}, 1.0)


def test_a_class_goes_before_a_processor_and_that_before_plain_rules() -> None:
    meta = FedmsgMeta.from_entry_points(
        [EntryPoint("lamp", f"{LampProcessor.__module__}:LampProcessor", "fedmsg.meta")]
    )
    message = read("LampMessage", meta=meta, user="zoe", channel="#lamps")
    assert message.sentence == "A lamp was lit"
    assert message.link == "https://lamps.example/2"
    assert message.icon == "https://lamps.example/lamp.png"
    assert message.agent == "abe"
    assert message.people == ("abe", "bea")
    assert message.groups == ("lamps",)
    assert message.packages == ("lamp", "wick")
    assert message.channel == "#lamps"
    silent = read("LampMessage", {SCHEMA: "another"}, meta=meta, user="ida")
    assert silent.link == "https://lamps.example/1"
    assert silent.people == ("zoe",)
    assert silent.sentence == "lamp: lit by ida"


@pytest.mark.parametrize("says", ["raises", None, 5, {"a": 1}, [], "", [None, 5, ["x"]]])
@pytest.mark.parametrize(
    ("accessor", "fact"),
    [
        ("summary", "sentence"),
        ("url", "link"),
        ("app_icon", "icon"),
        ("agent_name", "agent"),
        ("usernames", "people"),
        ("groups", "groups"),
        ("packages", "packages"),
        ("flatpaks", "packages"),
    ],
)
def test_what_an_accessor_spoils_costs_that_one_fact(accessor: str, fact: str, says: Any) -> None:
    whole, spoilt = read("LampMessage"), read("SpoiltMessage", spoilt=accessor, says=says)
    assert getattr(spoilt, fact) != getattr(whole, fact)
    others = {"sentence", "link", "icon", "agent", "people", "groups", "packages"}
    if fact == "agent":
        others.remove("people")
    for other in others - {fact}:
        assert getattr(spoilt, other) == getattr(whole, other)


def test_a_text_in_the_place_of_a_list_does_not_fall_into_letters() -> None:
    assert read("SpoiltMessage", spoilt="usernames", says="bea").people == ("abe",)
    assert read("SpoiltMessage", spoilt="packages", says="wick").packages == ("lamp",)


def test_a_class_that_cannot_be_made_leaves_the_message_to_the_others() -> None:
    message = read("UnmadeMessage", {"fedora_messaging_user_zoe": True}, agent="abe")
    assert message.sentence == "lamp: lit by abe"
    assert message.people == ("zoe",)


def test_a_sentence_that_lacks_a_fact_is_the_last_resort() -> None:
    says: dict[str, Any] = {"spoilt": "summary", "says": "None lit the lamp"}
    assert read("SpoiltMessage", **says).sentence == "None lit the lamp"
    body = {"agent": "abe", "user": "zoe", "group": "lamps", **says}
    reader = Reader(schemas=Schemas.from_entry_points([point("SpoiltMessage")]))
    topic = "org.fedoraproject.prod.fas.group.member.sponsor"
    message = reader.read({"topic": topic, "msg": body, "headers": {SCHEMA: "lamp"}}, 1.0)
    assert message.sentence == "abe sponsored zoe into the group lamps"


def test_what_is_broken_is_left_out_and_named() -> None:
    with capturedLogs() as logs:
        schemas = Schemas.from_entry_points(
            [
                point("LampMessage", "good"),
                point("NO_CLASS", "text"),
                point("Missing", "missing"),
                EntryPoint("broken", "no.such.module:Thing", "fedora.messages"),
            ]
        )
    assert list(schemas.classes) == ["good"]
    assert [event["name"] for event in logs] == ["broken", "missing", "text"]


def test_of_two_classes_of_one_name_it_is_no_chance_which_is_taken() -> None:
    points = [point("LampMessage"), point("SpoiltMessage")]
    for order in (points, points[::-1]):
        with capturedLogs() as logs:
            schemas = Schemas.from_entry_points(order)
        assert schemas.classes == {"lamp": SpoiltMessage}
        assert [event["name"] for event in logs] == ["lamp"]


def test_without_the_class_the_headers_say_whom_it_is_about() -> None:
    kinds = ("user", "group", "rpm", "container", "module", "flatpak")
    headers: dict[str, Any] = {f"fedora_messaging_{kind}_a-{kind}": True for kind in kinds}
    headers |= {"fedora_messaging_user_no": False, "fedora_messaging_user_abe@mail.example": True}
    message = Reader().read({"topic": TOPIC, "msg": {}, "headers": headers}, 1.0)
    assert message.people == ("a-user",)
    assert message.groups == ("a-group",)
    assert message.packages == ("a-container", "a-flatpak", "a-module", "a-rpm")


@pytest.mark.parametrize(
    "headers", [None, [], "x", {SCHEMA: ["lamp"]}, {SCHEMA: None}, {SCHEMA: 5}]
)
def test_headers_of_any_shape_break_nothing(headers: Any) -> None:
    reader = Reader(schemas=Schemas({"lamp": LampMessage}))
    message = reader.read({"topic": TOPIC, "msg": {"agent": "abe"}, "headers": headers}, 1.0)
    assert message.sentence == "lamp: lit by abe"


def test_without_any_package_every_message_is_read() -> None:
    for made in MESSAGES:
        message = Reader().read(made.envelope, 2_000_000_000.0)
        assert message.sentence
        assert not message.icon.startswith("http")


@pytest.mark.parametrize("odd", [None, 5, [None, {"a": 1}], {"a": {"b": []}}])
def test_no_shape_of_any_message_breaks_the_reader(installed: Reader, odd: Any) -> None:
    for made in MESSAGES:
        body = made.envelope["msg"]
        for spoilt in ({}, *({**body, key: odd} for key in body), *_one_deeper(body, odd)):
            message = installed.read({**made.envelope, "msg": spoilt}, 2_000_000_000.0)
            assert message.sentence
            assert Entry.from_dict(json.loads(json.dumps(message.entry().to_dict())))


def _one_deeper(body: dict[str, Any], odd: Any) -> Iterator[dict[str, Any]]:
    for key, inner in body.items():
        if isinstance(inner, dict):
            yield from ({**body, key: {**inner, one: odd}} for one in inner)
