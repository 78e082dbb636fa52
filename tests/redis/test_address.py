"""What the address of a Redis says."""

from __future__ import annotations

import pytest

from hubs.redis.address import RedisAddress, RedisUrlError

SERVER = (("host", 6379),)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://host", RedisAddress((("host", 6379),))),
        ("redis://host:7/3", RedisAddress((("host", 7),), database=3)),
        ("redis://[::1]:7", RedisAddress((("::1", 7),))),
        ("redis://:p%40ss:word@host", RedisAddress(SERVER, "", "", None, "p@ss:word")),
        (
            "rediss://me:secret@host/0",
            RedisAddress(SERVER, "", "", "me", "secret", database=0, tls=True),
        ),
        ("unix:///a%20b/redis.sock?db=2", RedisAddress(path="/a b/redis.sock", database=2)),
        (
            "redis+sentinel://me:secret@one,two:7/hubs/4",
            RedisAddress((("one", 26379), ("two", 7)), "", "hubs", "me", "secret", 4),
        ),
        (
            "rediss+sentinel://one/my%2Fhubs",
            RedisAddress((("one", 26379),), service="my/hubs", tls=True),
        ),
    ],
)
def test_an_address_is_read(url: str, address: RedisAddress) -> None:
    assert RedisAddress.parse(url) == address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host", "expected redis://host"),
        ("redis", "expected redis://host"),
        ("redis://", "expected a host"),
        ("redis://:secret@", "expected a host"),
        ("redis://host:fish", "'host:fish'"),
        ("redis://host/fish", "expected a database number at the end, got 'fish'"),
        ("unix:///x?db=y", "expected a database number at the end, got 'y'"),
        ("redis://:secret@one,two", "expected one host, got 'one,two'"),
        ("redis+sentinel://:secret@one", "expected the name of the service"),
        ("redis+sentinel://one,,two/hubs", "expected a host"),
        ("redis+sentinel://one/hubs/fish", "got 'fish'"),
    ],
)
def test_another_address_is_refused(url: str, expected: str) -> None:
    with pytest.raises(RedisUrlError, match="expected") as caught:
        RedisAddress.parse(url)
    assert expected in str(caught.value)
    assert "secret" not in str(caught.value)


def test_no_password_is_shown() -> None:
    address = RedisAddress.parse("redis://me:secret@host")
    assert "secret" not in f"{address} {address!r}"
