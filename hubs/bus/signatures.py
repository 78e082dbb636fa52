"""The signatures of fedmsg's messages, checked by fedmsg itself."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fedmsg.crypto
import OpenSSL.crypto
from cryptography import x509
from fedmsg.crypto import x509 as fedmsg_x509
from fedmsg.crypto import x509_ng

from hubs.bus.envelope import RefusedError


class CertificateError(Exception):
    """A file of certificates cannot be used; the sentence names it and says why."""


def mend_fedmsg() -> None:
    """Let fedmsg check signatures with a pyOpenSSL that no longer has ``load_crl``.

    Without that one name fedmsg does without the whole of pyOpenSSL, and takes no signature for
    valid.
    """
    if not x509_ng._cryptography:
        OpenSSL.crypto.load_crl = _load_crl  # type: ignore[attr-defined]
        importlib.reload(x509_ng)
        importlib.reload(fedmsg_x509)


def _load_crl(_type: int, pem: str) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(pem.encode())


class Signatures:
    """Knows which messages are signed by somebody whom the authority knows.

    fedmsg keeps what it has read of the files until a certificate fails, for instance because the
    revocation list has expired; then it reads them again.
    """

    def __init__(self, ca_cert: Path, crl: Path | None) -> None:
        """Prepare to check.

        Args:
            ca_cert: The authority's certificate, a PEM file.
            crl: Its list of revoked certificates, a PEM file; None if it has none.

        Raises:
            CertificateError: One of the files cannot be read, or is something else.
        """
        _read(ca_cert, "a certificate in PEM", x509.load_pem_x509_certificate)
        if crl is not None:
            _read(crl, "a revocation list in PEM", x509.load_pem_x509_crl)
        mend_fedmsg()
        # It would write a line or more for each message, and put all of the message into it.
        logging.getLogger("fedmsg.crypto").setLevel(logging.CRITICAL)
        self._expected = f"a signature that goes back to {ca_cert}"
        # Without these two it would ask the network.
        self._config = {
            "ca_cert_location": str(ca_cert.absolute()),
            "crl_location": str(crl.absolute()) if crl else None,
        }

    def check(self, envelope: Mapping[str, Any]) -> None:
        """Let a message pass if its signature is valid.

        Args:
            envelope: As `hubs.bus.envelope.parse` gives it.

        Raises:
            RefusedError: It is not signed, or not so; the kind is ``signature``.
        """
        try:
            valid = fedmsg.crypto.validate(dict(envelope), **self._config)
        except Exception as error:
            # What should be base64 or PEM and is not, of a publisher that may be anybody.
            found = f"{envelope['topic']}, {type(error).__name__}"
            raise RefusedError("signature", self._expected, found) from None
        if not valid:
            raise RefusedError("signature", self._expected, envelope["topic"])


def _read(file: Path, expected: str, load: Any) -> None:
    try:
        load(file.read_bytes())
    except OSError as error:
        raise CertificateError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise CertificateError(f"{file}: expected {expected}") from None
