"""A certificate authority of the tests, as fedmsg has one."""

from __future__ import annotations

import datetime
import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

# Old libraries on a new Python.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import fedmsg.crypto

    from hubs.bus.signatures import mend_fedmsg

_DAY = datetime.timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Gives certificates and revokes them; its files are in a folder.

    Attributes:
        ca_cert: Its own certificate.
        crl: Its list of revoked certificates; empty until `revoke`.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._name = _name("Authority")
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ca_cert = folder / "ca.crt"
        self.crl = folder / "crl.pem"
        self._write(self.ca_cert, self._certify(self._name, self._key.public_key(), ca=True))
        self.revoke([])

    def admit(self, signer: str) -> None:
        """Give somebody a key and a certificate."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._write(self._folder / f"{signer}.crt", self._certify(_name(signer), key.public_key()))
        (self._folder / f"{signer}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )

    def revoke(self, signers: Sequence[str]) -> None:
        """Write a list of revoked certificates anew."""
        now = datetime.datetime.now(datetime.UTC)  # noqa: TID251, OpenSSL looks at the real clock
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._name)
            .last_update(now - _DAY)
            .next_update(now + _DAY)
        )
        for signer in signers:
            pem = (self._folder / f"{signer}.crt").read_bytes()
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(x509.load_pem_x509_certificate(pem).serial_number)
                .revocation_date(now - _DAY)
                .build()
            )
        self._write(self.crl, builder.sign(self._key, hashes.SHA256()))

    def sign(self, envelope: dict[str, Any], signer: str) -> dict[str, Any]:
        """Give the envelope as it comes off the bus, signed by fedmsg."""
        mend_fedmsg()
        signed = fedmsg.crypto.sign(dict(envelope), ssldir=str(self._folder), certname=signer)
        return dict(json.loads(json.dumps(signed)))

    def _certify(
        self, subject: x509.Name, key: rsa.RSAPublicKey, *, ca: bool = False
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)  # noqa: TID251, OpenSSL looks at the real clock
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @staticmethod
    def _write(file: Path, thing: x509.Certificate | x509.CertificateRevocationList) -> None:
        file.write_bytes(thing.public_bytes(serialization.Encoding.PEM))
