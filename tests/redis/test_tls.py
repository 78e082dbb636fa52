"""Redis by TLS: who cannot show who it is, is not spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from twisted.internet import reactor

from hubs.redis import CertificateError, Identity, connect
from tests.redis.refusing import refused
from tests.redis.servers import SecureRedis, SecureSentinel, write_pem

# Twisted hands pyOpenSSL its own kind of certificate.
pytestmark = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL .* objects:DeprecationWarning")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_cert(authority: trustme.CA, tmp_path: Path) -> Path:
    return write_pem(tmp_path / "authority.pem", trustme.CA().cert_pem, authority.cert_pem)


@pytest.fixture
def server(authority: trustme.CA, tmp_path: Path) -> Iterator[SecureRedis]:
    server = SecureRedis(tmp_path / "redis", authority, "127.0.0.1")
    yield server
    server.stop()


async def test_one_whose_certificate_an_authority_of_ours_gave_is_spoken_to(
    server: SecureRedis, ca_cert: Path
) -> None:
    server.start()
    redis = connect(server.url, reactor, identity=Identity(ca_cert))
    assert await redis.execute_command("PING") == "PONG"
    await redis.disconnect()


async def test_one_of_an_authority_that_is_not_ours_is_refused(
    server: SecureRedis, tmp_path: Path
) -> None:
    server.start()
    other = write_pem(tmp_path / "other.pem", trustme.CA().cert_pem)
    for identity in (Identity(other), None):
        redis = connect(server.url, reactor, timeout=1.0, identity=identity)
        await refused(redis, "certificate verify failed")


async def test_one_with_the_certificate_of_another_host_is_refused(
    authority: trustme.CA, ca_cert: Path, tmp_path: Path
) -> None:
    with SecureRedis(tmp_path / "redis", authority, "elsewhere.example") as server:
        redis = connect(server.url, reactor, timeout=1.0, identity=Identity(ca_cert))
        await refused(redis, "its certificate is for another name")


async def test_we_show_who_we_are_to_one_that_asks(
    server: SecureRedis, authority: trustme.CA, ca_cert: Path, tmp_path: Path
) -> None:
    server.asks = True
    server.start()
    own = authority.issue_cert("hubs.example")
    certificate = write_pem(tmp_path / "own.pem", *own.cert_chain_pems)
    key = write_pem(tmp_path / "own.key", own.private_key_pem)
    both = write_pem(tmp_path / "both.pem", own.private_key_and_cert_chain_pem)
    stranger = connect(server.url, reactor, timeout=1.0, identity=Identity(ca_cert))
    await refused(stranger, "certificate required")
    for identity in (Identity(ca_cert, certificate, key), Identity(ca_cert, both)):
        redis = connect(server.url, reactor, identity=identity)
        assert await redis.execute_command("PING") == "PONG"
        await redis.disconnect()


async def test_sentinels_too_are_spoken_to_by_tls_alone(
    server: SecureRedis, ca_cert: Path, tmp_path: Path
) -> None:
    server.start()
    with SecureSentinel(tmp_path / "sentinel", server, "open-sesame") as sentinel:
        url = f"rediss+sentinel://127.0.0.1:{sentinel.port}/hubs"
        redis, stranger = (
            connect(
                url,
                reactor,
                timeout=5.0,
                identity=identity,
                sentinel_password="open-sesame",  # noqa: S106 - of a server of this test
            )
            for identity in (Identity(ca_cert), None)
        )
        assert await redis.execute_command("PING") == "PONG"
        await redis.disconnect()
        await refused(stranger, "certificate verify failed")


async def test_connections_close_though_their_peer_says_nothing(
    server: SecureRedis, ca_cert: Path
) -> None:
    server.start()
    redis = connect(server.url, reactor, identity=Identity(ca_cert))
    await redis.execute_command("PING")
    with server.frozen():
        await redis.disconnect()


def test_what_cannot_be_used_is_named(authority: trustme.CA, tmp_path: Path) -> None:
    own = authority.issue_cert("hubs.example")
    certificate = write_pem(tmp_path / "own.pem", *own.cert_chain_pems)
    missing = tmp_path / "missing.pem"
    encrypted = tmp_path / "encrypted.key"
    encrypted.write_bytes(
        serialization.load_pem_private_key(own.private_key_pem.bytes(), None).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    for identity, expected in (
        (Identity(missing), f"ca_cert: {missing}: expected a certificate, in PEM: No such"),
        (Identity(encrypted), f"ca_cert: {encrypted}: expected a certificate, in PEM"),
        (Identity(None, certificate), f"certificate: {certificate}: expected a key"),
        (Identity(None, certificate, encrypted), f"key: {encrypted}: expected a key"),
        (Identity(None, certificate, missing), f"key: {missing}: expected a key"),
    ):
        with pytest.raises(CertificateError) as caught:
            connect("rediss://host", reactor, identity=identity)
        assert str(caught.value).startswith(expected)
