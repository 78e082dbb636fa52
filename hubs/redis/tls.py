"""TLS to Redis: whom we believe, and who we are."""

from __future__ import annotations

from pathlib import Path

import attrs
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from OpenSSL import crypto
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import (
    Certificate,
    KeyPair,
    PrivateCertificate,
    optionsForClientTLS,
    platformTrust,
    trustRootFromCertificates,
)


class CertificateError(ValueError):
    """A certificate or key cannot be used; the sentence names the setting and the file."""


@attrs.frozen
class Identity:
    """Certificates for TLS, as PEM files.

    Attributes:
        ca_cert: The authority whose certificates we believe; None for those the system knows.
        certificate: Our own certificate, if the server asks for one.
        key: Its key; None if it is in the same file.
    """

    ca_cert: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def client(self, host: str) -> IOpenSSLClientConnectionCreator:
        """Make what begins TLS with a server, and refuses one that cannot show who it is.

        Args:
            host: The name, or the IP address, that its certificate has to be for.

        Raises:
            CertificateError: A file cannot be read, or is none.
        """
        trust = platformTrust()
        if self.ca_cert is not None:
            trust = trustRootFromCertificates(_certificates("ca_cert", self.ca_cert))
        return optionsForClientTLS(host, trust, self._own())

    def _own(self) -> PrivateCertificate | None:
        if self.certificate is None:
            return None
        certificate, *_ = _certificates("certificate", self.certificate)
        setting, file = ("key", self.key) if self.key else ("certificate", self.certificate)
        pair = KeyPair(crypto.PKey.from_cryptography_key(_private_key(setting, file)))
        own: PrivateCertificate = PrivateCertificate.fromCertificateAndKeyPair(certificate, pair)
        return own


def _private_key(
    setting: str, file: Path
) -> RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey:
    what = "a key of RSA or EC without a passphrase"
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise _unusable(setting, file, what, error) from None
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey):
        raise _unusable(setting, file, what, None)
    return key


def _certificates(setting: str, file: Path) -> list[Certificate]:
    try:
        found = load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise _unusable(setting, file, "a certificate", error) from None
    return [Certificate(crypto.X509.from_cryptography(one)) for one in found]


def _unusable(setting: str, file: Path, what: str, error: Exception | None) -> CertificateError:
    reason = error.strerror if isinstance(error, OSError) else "there is none in it"
    return CertificateError(f"{setting}: {file}: expected {what}, in PEM: {reason}")
