"""Whose messages pass when signatures are asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubs.bus.envelope import RefusedError
from hubs.bus.signatures import CertificateError, Signatures
from tests.bus.authority import Authority

ENVELOPE: dict[str, Any] = {
    "topic": "org.fedoraproject.prod.lamp.lit",
    "msg_id": "2026-1",
    "timestamp": 1.5,
    "msg": {"lamp": 1, "by": "žluť"},
}


@pytest.fixture(autouse=True)
def fedmsg_log() -> Iterator[None]:
    """Leave fedmsg's own log as it was."""
    log = logging.getLogger("fedmsg.crypto")
    level = log.level
    yield
    log.setLevel(level)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give an authority that knows a lamp and a thief, whose certificate is revoked."""
    authority = Authority(tmp_path / "authority")
    authority.admit("lamp")
    authority.admit("thief")
    authority.revoke(["thief"])
    return authority


@pytest.fixture
def signatures(authority: Authority) -> Signatures:
    return Signatures(authority.ca_cert, authority.crl)


def test_a_valid_signature_passes_with_a_revocation_list_and_without(
    authority: Authority, signatures: Signatures
) -> None:
    signed = authority.sign(ENVELOPE, "lamp")
    signatures.check(signed)
    Signatures(authority.ca_cert, None).check(signed)
    assert signed["signature"], "the message itself is left as it is"


def test_a_revoked_certificate_is_refused_where_there_is_a_list(
    authority: Authority, signatures: Signatures
) -> None:
    signed = authority.sign(ENVELOPE, "thief")
    Signatures(authority.ca_cert, None).check(signed)
    refused(signatures, signed)


def test_what_another_authority_signed_is_refused(tmp_path: Path, signatures: Signatures) -> None:
    other = Authority(tmp_path / "other")
    other.admit("lamp")
    refused(signatures, other.sign(ENVELOPE, "lamp"))


def test_an_unsigned_message_is_refused(signatures: Signatures) -> None:
    refused(signatures, ENVELOPE)


@pytest.mark.parametrize(
    "change",
    [
        {"msg": {"lamp": 2}},
        {"topic": "org.fedoraproject.prod.lamp.broken"},
        {"more": 1},
        {"signature": "AAAA"},
        {"signature": "no base64"},
        {"signature": 5},
        {"signature": None},
        {"certificate": "AAAA"},
        {"certificate": ""},
        {"certificate": ["x"]},
        {"crypto": "gpg"},
        {"crypto": "fish"},
        {"crypto": ["x509"]},
    ],
)
def test_a_message_that_was_changed_is_refused(
    change: dict[str, Any], authority: Authority, signatures: Signatures
) -> None:
    refused(signatures, {**authority.sign(ENVELOPE, "lamp"), **change})


def test_a_new_revocation_list_is_read_when_a_certificate_fails(
    authority: Authority, signatures: Signatures
) -> None:
    signed = authority.sign(ENVELOPE, "thief")
    refused(signatures, signed)
    authority.revoke([])
    signatures.check(signed)


def test_files_that_cannot_be_used_are_named(authority: Authority, tmp_path: Path) -> None:
    fish = tmp_path / "fish"
    with pytest.raises(CertificateError, match=f"^{fish}: cannot be read: No such file"):
        Signatures(fish, None)
    fish.write_text("fish")
    with pytest.raises(CertificateError, match=f"^{fish}: expected a certificate in PEM$"):
        Signatures(fish, None)
    with pytest.raises(CertificateError, match=f"^{fish}: expected a revocation list in PEM$"):
        Signatures(authority.ca_cert, fish)


def refused(signatures: Signatures, envelope: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as caught:
        signatures.check(envelope)
    assert caught.value.kind == "signature"
    assert "ca.crt" in str(caught.value)
    assert "\n" not in str(caught.value)
