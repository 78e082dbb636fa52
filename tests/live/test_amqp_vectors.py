"""The peers' vectors over Fedora Messaging: RabbitMQ, each daemon as a process, people's feeds.

Each goes as a message of the schema that today's service publishes by, if it fits one, and says
what the class of the schema says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pika
import pytest
from fedora_messaging.message import Message

from hubs.bus.facts import clean_accounts, clean_text
from tests.bus.schema_vectors import SILENT, message_of
from tests.bus.vectors import CANNOT_PASS, Vector, load
from tests.killable import RabbitServer
from tests.live.vector_feeds import EVERYTHING, Feeds, add_hubs, feeds_with
from tests.processes import running
from tests.until import wait_until

# Some classes say so when one is made.
pytestmark = pytest.mark.filterwarnings("ignore:.*class is deprecated:DeprecationWarning")
QUEUE = "hubs"


@attrs.frozen
class Sent:
    """A vector, as it is published.

    Attributes:
        vector: It.
        message: The message.
        has_schema: Whether it is of a schema, and not of the base class.
    """

    vector: Vector
    message: Message
    has_schema: bool

    @classmethod
    def of(cls, vector: Vector) -> Sent:
        """Make it a message of the schema that fits, or of none."""
        message = message_of(vector)
        sent = message or Message(body=vector.envelope["msg"], topic=vector.envelope["topic"])
        sent.id = vector.name
        return cls(vector, sent, message is not None)

    @property
    def people(self) -> frozenset[str]:
        """The people who must have it in their feeds."""
        named = [*self.message.usernames, self.message.agent_name] if self.has_schema else ()
        return clean_accounts(named) | (self.vector.people or frozenset())

    @property
    def sentence(self) -> str | None:
        """What must be said of it."""
        says = self.has_schema and self.vector.name not in SILENT
        return clean_text(self.message.summary) if says else self.vector.sentence

    @property
    def link(self) -> str | None:
        """Where it must lead."""
        return (self.has_schema and self.message.url) or self.vector.link


@pytest.fixture(scope="module")
def sent() -> list[Sent]:
    return [
        one
        for vector in load()
        if (one := Sent.of(vector)).has_schema or vector.name not in CANNOT_PASS
    ]


@pytest.fixture(scope="module")
def broker(servers_folder: Path) -> Iterator[RabbitServer]:
    with RabbitServer(servers_folder / "vectors-rabbitmq") as server:
        yield server


@pytest.fixture(scope="module")
def feeds(
    sent: list[Sent],
    broker: RabbitServer,
    invented_world: str,
    redis_server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Feeds]:
    """Run a listener, triage and a worker; publish all, and give the entries."""
    folder = tmp_path_factory.mktemp("amqp")
    config = folder / "hubs.toml"
    config.write_text(
        f"[database]\nurl = '{invented_world}'\npool_size = 2\n"
        f"[redis]\nurl = '{redis_server}'\n"
        f"[cache]\nfolder = '{folder / 'cache'}'\n"
        # Some of the peers' messages name the same few people hundreds of times.
        f"[feeds]\nlimit = 1000\n"
        f"[listener]\nbus = 'fedora-messaging'\n"
        f"[amqp]\nurl = '{broker.url}'\nqueue = '{QUEUE}'\n"
    )
    add_hubs(
        invented_world,
        set().union(*(one.people for one in sent)),
        {one.vector.service for one in sent},
    )
    services = ("listener", "triage", "worker")
    with ExitStack() as stack:
        for service in services:
            words = ("-n", "--pidfile=", f"hubs-{service}", "-c", config)
            stack.enter_context(running("twistd", *words, log=folder / service))
        wait_for_listener(broker.url, folder / "listener")
        publish(broker.url, [one.message for one in sent])
        awaited = {(hub, one.vector.name) for one in sent for hub in (EVERYTHING, *one.people)}
        yield feeds_with(invented_world, awaited)
    for service in services:
        assert "Traceback" not in (folder / service).read_text()


def wait_for_listener(url: str, log: Path) -> None:
    """Wait until somebody reads the queue; before, what is published is lost."""

    def read() -> bool:
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            try:
                found = connection.channel().queue_declare(QUEUE, passive=True)
            except pika.exceptions.ChannelClosedByBroker:
                return False
            return bool(found.method.consumer_count)

    wait_until(read, log.read_text)


def publish(url: str, messages: list[Message]) -> None:
    """Publish messages as the library does, and wait until the broker has them."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for message in messages:
            channel.basic_publish(
                "amq.topic",
                message._encoded_routing_key,
                message._encoded_body,
                message._properties,
                mandatory=True,
            )


def test_each_person_expected_has_it_in_their_feed(sent: list[Sent], feeds: Feeds) -> None:
    wrong: dict[tuple[str, str], Any] = {}
    for one in sent:
        expected = {"sentence": one.sentence, "link": one.link}
        for hub in (EVERYTHING, *one.people):
            entry = feeds.get((hub, one.vector.name))
            found = {fact: entry[fact] for fact, said in expected.items() if said} if entry else {}
            if found != {fact: said for fact, said in expected.items() if said}:
                wrong[hub, one.vector.name] = (expected, entry)
    assert wrong == {}


def test_nobody_has_what_is_not_theirs(sent: list[Sent], feeds: Feeds) -> None:
    people = {one.vector.name: one for one in sent}
    # The makers of the hubs have said so on the bus, too.
    for hub, name in (one for one in feeds if one[1] in people):
        assert hub == EVERYTHING or people[name].vector.people is None or hub in people[name].people


def test_many_are_of_a_schema_and_most_of_those_name_somebody(sent: list[Sent]) -> None:
    of_schema = [one for one in sent if one.has_schema]
    assert len(of_schema) >= 48
    assert sum(bool(one.people) for one in of_schema) > 30
