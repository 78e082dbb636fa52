"""Each service tells how it is, and a message's way can be followed through all of them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError

import attrs
import psycopg2
import pytest
from pytest_twisted import blockon
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from tests.live.conftest import fill, nobody_outside
from tests.live.publisher import BusPublisher
from tests.live.test_live_page import pushed
from tests.ports import free_port
from tests.processes import running
from tests.until import PATIENCE, wait_until

#: Above the port of the portal, that of each process.
ABOVE = {"web": 0, "sse": 1, "listener": 2, "triage": 101, "worker": 201, "second worker": 202}


@attrs.frozen
class Services:
    """The services, as processes of their own.

    Attributes:
        folder: Where each one's log is, by its name.
        bus: What they listen to.
        port: The port at which the portal is watched.
        web: The address of the portal.
        sse: The address of the event streams.
        hub_id: The number of a team's hub.
    """

    folder: Path
    bus: BusPublisher
    port: int
    web: str
    sse: str
    hub_id: int

    def watched(self, process: str, path: str) -> tuple[int, str]:
        """Ask one of the processes how it is."""
        return opened(self.watched_at(process, path))

    def watched_at(self, process: str, path: str) -> str:
        """Give where one of the processes says how it is."""
        return f"http://127.0.0.1:{self.port + ABOVE[process]}{path}"

    def metric(self, process: str, name: str) -> float:
        """Give one of its metrics, by its name with labels."""
        _, text = self.watched(process, "/metrics")
        lines = (line.rpartition(" ") for line in text.splitlines())
        return next((float(value) for label, _, value in lines if label == name), 0.0)

    def has_counted(self, process: str, name: str) -> None:
        """Wait until one of its metrics is more than nothing."""
        wait_until(lambda: self.metric(process, name) >= 1, lambda: name)

    def way(self, process: str, message: str, word: str) -> list[dict[str, str]]:
        """Give what it logs of a message, once it has logged what begins with a word."""

        def found() -> list[dict[str, str]]:
            lines = (self.folder / process).read_text().splitlines(keepends=True)
            # The last one may be half written.
            return [json.loads(line) for line in lines if message in line and line.endswith("\n")]

        wait_until(lambda: any(line["text"].startswith(word) for line in found()), found)
        assert {line["bus_message"] for line in found()} == {message}
        return found()


def opened(address: str) -> tuple[int, str]:
    answers: list[tuple[int, str]] = []

    def asked() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                answers.append((answer.status, answer.read().decode()))
        except HTTPError as error:
            answers.append((error.code, error.read().decode()))
        except OSError:
            return False
        return True

    wait_until(asked, lambda: address)
    return answers[0]


def ready(address: str) -> str:
    """Give what is said by who is ready; who was too slow to answer at first is asked again."""
    wait_until(lambda: opened(address)[0] == 200, lambda: opened(address))
    return opened(address)[1]


@pytest.fixture(scope="module")
def services(
    postgres_server: str, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("watched")
    admin = psycopg2.connect(postgres_server.replace("/hubs?", "/postgres?"))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("CREATE DATABASE watched TEMPLATE hubs")
    database = postgres_server.replace("/hubs?", "/watched?")
    blockon(Deferred.fromCoroutine(fill(database, redis_server)))
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM hubs WHERE name = 'lantern-kernel'")
        [(hub_id,)] = cursor.fetchall()
    connection.close()
    web, sse, bus, port = free_port(), free_port(), BusPublisher(), free_port(*ABOVE.values())
    config = folder / "hubs.toml"
    config.write_text(
        f"[database]\nurl = {json.dumps(database)}\npool_size = 2\n"
        f"[redis]\nurl = {json.dumps(redis_server)}\n"
        f"[cache]\nfolder = '{folder / 'cache'}'\n"
        f"[web]\nlisten = 'tcp:{web}:interface=127.0.0.1'\n"
        f"[sse]\nlisten = 'tcp:{sse}:interface=127.0.0.1'\n"
        f"[listener]\nendpoints = ['{bus.endpoint}']\n{nobody_outside()}"
        f"[watch]\nlisten = 'tcp:{{port}}:interface=127.0.0.1'\nport = {port}\n"
        f"[log]\nformat = 'json'\n"
    )
    with ExitStack() as stack:
        for service, *more in (
            ("web",),
            ("sse",),
            ("triage",),
            ("worker", "--instances", "2"),
            ("listener",),
        ):
            words: list[str | Path] = ["-n", "--pidfile=", f"hubs-{service}", "-c", config, *more]
            stack.enter_context(running("twistd", *words, log=folder / service))
        assert bus.listener_came(), (folder / "listener").read_text()
        yield Services(
            folder, bus, port, f"http://127.0.0.1:{web}", f"http://127.0.0.1:{sse}", hub_id
        )
    bus.close()
    with admin.cursor() as cursor:
        cursor.execute("DROP DATABASE watched WITH (FORCE)")
    admin.close()
    for log in ("web", "sse", "triage", "worker", "listener"):
        assert "Traceback" not in (folder / log).read_text()


@pytest.mark.parametrize("process", ABOVE)
def test_each_process_says_that_it_is_alive_and_ready(services: Services, process: str) -> None:
    assert services.watched(process, "/healthz") == (200, '{"status": "alive"}\n')
    report = json.loads(ready(services.watched_at(process, "/readyz")))
    assert report["ready"] is True
    assert set(report["stores"].values()) == {"ok"}
    assert "redis" in report["stores"]
    assert services.metric(process, 'hubs_store_up{store="redis"}') == 1


def test_the_portal_and_the_streams_say_it_at_their_own_address_too(services: Services) -> None:
    for address in (services.web, services.sse):
        assert opened(f"{address}/healthz")[0] == 200
        assert json.loads(ready(f"{address}/readyz"))["stores"]["database"] == "ok"
        assert opened(f"{address}/metrics")[0] == 404


def test_a_message_is_followed_and_measured_from_the_bus_to_the_browser(services: Services) -> None:
    opened(f"{services.web}/t/lantern-kernel/")
    envelope = pushed(4242)
    envelope["timestamp"] = reactor.seconds()
    with urllib.request.urlopen(f"{services.sse}/sse/?hub={services.hub_id}") as stream:
        services.bus.publish(envelope)
        while stream.readline() != b"event: feed\n":
            pass
        assert services.metric("sse", "hubs_streams_open") == 1
    name = envelope["msg_id"]
    for process, word in (
        ("listener", "Took"),
        ("triage", "Triaged"),
        ("worker", "feed work"),
        ("sse", "Told 1 browsers of feed"),
    ):
        lines = services.way(process, name, word)
        assert {line["service"] for line in lines} == {f"hubs-{process}"}
        assert {line["level"] for line in lines} == {"info"}
    assert services.metric("listener", "hubs_messages_taken_total") == 1
    # Those who made the hubs have told the bus of it, too. Each counts when it is done, which is
    # after it has told the next.
    services.has_counted("triage", "hubs_messages_triaged_total")
    services.has_counted("triage", 'hubs_work_queued_total{kind="feed"}')
    services.has_counted("sse", "hubs_browser_latency_seconds_count")
    services.has_counted("sse", "hubs_events_sent_total")
    done = 'hubs_work_done_total{kind="feed",result="done"}'
    workers = ("worker", "second worker")
    wait_until(lambda: sum(services.metric(worker, done) for worker in workers) >= 1)
    assert 0 < services.metric("sse", "hubs_browser_latency_seconds_sum") < PATIENCE


def test_the_state_of_the_queues_and_the_cache_is_measured(services: Services) -> None:
    for queue in ("hubs:messages", "hubs:work", "hubs:dead"):
        assert services.metric("worker", f'hubs_queue_length{{queue="{queue}"}}') >= 0
        assert services.metric("worker", f'hubs_queue_age_seconds{{queue="{queue}"}}') >= 0
    opened(f"{services.web}/t/lantern-kernel/")
    _, text = services.watched("web", "/metrics")
    assert "hubs_cache_coverage_ratio 0." in text
    assert 'hubs_cache_reads_total{result="miss"}' in text
    services.has_counted("web", "hubs_reactor_delay_seconds_count")


def test_what_is_refused_is_counted_by_kind(services: Services) -> None:
    services.bus.publish({"topic": "org.example.lamps", "msg": "no object"})
    name = 'hubs_messages_refused_total{kind="no msg"}'
    wait_until(lambda: services.metric("listener", name) == 1)
