"""Only the open Internet is connected to where people type addresses."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet import error
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure

from hubs.sources.address import PublicEndpoint, is_public
from hubs.sources.errors import AddressError
from tests.sources.names import Names


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "209.132.181.16", "2600:2701:4000:5211::1", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_these_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),  # private
        *("127.0.0.1", "127.8.8.8", "::1", "::", "0.1.2.3"),  # ourselves
        "0.0.0.0",  # noqa: S104 - an address to be refused
        *("169.254.169.254", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1"),
        *("224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1", "255.255.255.255"),  # many
        *("192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "198.18.0.1", "240.0.0.1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1"),  # mapped
        *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
        *("", "fish", "1.2.3", "300.1.1.1", "127.1"),
    ],
)
def test_these_are_not(address: str) -> None:
    assert not is_public(address)


def connecting(*answers: list[str]) -> tuple[MemoryReactorClock, Any]:
    reactor = MemoryReactorClock()
    reactor.nameResolver = Names({"feeds.example": list(answers)})
    endpoint = PublicEndpoint(reactor, "feeds.example", 443, 5.0)
    return reactor, endpoint.connect(Factory.forProtocol(Protocol))


def test_the_connection_goes_to_the_very_address_that_was_looked_at() -> None:
    reactor, _ = connecting(["8.8.8.8"], ["127.0.0.1"])
    [[host, port, *_]] = reactor.tcpClients
    assert (host, port) == ("8.8.8.8", 443)
    reactor, _ = connecting(["2600:2701:4000:5211::1"])
    assert [client[0] for client in reactor.tcpClients] == ["2600:2701:4000:5211::1"]


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["8.8.8.8", "::1"], ["::ffff:127.0.0.1"]])
def test_a_name_with_a_private_address_is_refused(answer: list[str]) -> None:
    reactor, waiting = connecting(answer)
    assert reactor.tcpClients == []
    failure = waiting.result
    waiting.addErrback(lambda _: None)
    assert failure.check(AddressError)
    assert str(failure.value) == "feeds.example is in a private network, so it is not asked"


def test_a_name_without_an_address_is_not_known() -> None:
    _, waiting = connecting([])
    failure = waiting.result
    waiting.addErrback(lambda _: None)
    assert failure.check(error.DNSLookupError)


def test_where_one_address_does_not_answer_the_next_is_tried() -> None:
    reactor, _ = connecting(["2600:2701:4000:5211::1", "8.8.8.8"])
    [[_, _, factory, *_]] = reactor.tcpClients
    factory.clientConnectionFailed(reactor.connectors[0], Failure(error.ConnectionRefusedError()))
    assert [client[0] for client in reactor.tcpClients][1:] == ["8.8.8.8"]
