"""Kerberos tickets for web services, as HTTP's Negotiate has them (RFC 4559).

This is the one place where Kerberos is spoken. Its library blocks, for as long as a distant server
that gives out tickets likes, so it runs in the reactor's thread pool, and never more than once at
a time.
"""

from __future__ import annotations

import base64
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.threads import deferToThreadPool

from hubs.accounts.interfaces import AccountsError
from hubs.accounts.words import clean_line

#: The longest that a ticket may take, seconds.
TIMEOUT = 20.0
#: SPNEGO, RFC 4178.
_SPNEGO = "1.3.6.1.5.5.2"


class KerberosMissingError(Exception):
    """There is no Kerberos library; the sentence says how to get it."""


class Negotiate:
    """Makes what proves to a web service who we are."""

    def __init__(self, keytab: Path | None, reactor: Any) -> None:
        """Ask for nothing yet.

        Args:
            keytab: The keys of our account; None for the credentials that the process runs with,
                as ``kinit`` leaves them.
            reactor: Whose thread pool and time are used.

        Raises:
            KerberosMissingError: The library is not installed.
        """
        self._gssapi = _library()
        self._keytab = keytab
        # Tickets of our own keytab are kept in the process alone.
        self._store = {"client_keytab": str(keytab), "ccache": f"MEMORY:{uuid4()}"}
        self._reactor = reactor
        self._lock = DeferredLock()

    def token(self, host: str) -> Deferred[str]:
        """Make a token for one request.

        Args:
            host: The name of the web service's host.

        Returns:
            Fires with the value of the header ``Authorization``. Fails with `AccountsError` if
            there is no ticket for the host, or none in time.
        """
        reactor = self._reactor
        # A thread cannot be stopped. The lock stays with it, so that others do not follow it
        # into a wait that has no end.
        made = self._lock.run(
            lambda: deferToThreadPool(reactor, reactor.getThreadPool(), self._make, host)
        )
        answer: Deferred[str] = Deferred()
        made.chainDeferred(answer)
        return answer.addTimeout(TIMEOUT, reactor, lambda *_: _too_late(host))

    def _make(self, host: str) -> str:
        gssapi = self._gssapi
        if self._keytab is not None and not self._keytab.is_file():
            raise AccountsError(f"accounts.keytab: {self._keytab} cannot be read")
        try:
            # Kerberos alone says what is wrong with a ticket; SPNEGO, that it has none to offer.
            self._credentials(gssapi.MechType.kerberos)
            mechanism = gssapi.OID.from_int_seq(_SPNEGO)
            service = gssapi.Name(f"HTTP@{host}", gssapi.NameType.hostbased_service)
            context = gssapi.SecurityContext(
                name=service, creds=self._credentials(mechanism), mech=mechanism, usage="initiate"
            )
            token = context.step()
        except gssapi.exceptions.GSSError as error:
            reason = clean_line(str(error))
            raise AccountsError(f"There is no Kerberos ticket for {host}: {reason}") from None
        return f"Negotiate {base64.b64encode(token).decode()}"

    def _credentials(self, mechanism: object) -> object:
        # Made anew each time: the library renews what has expired only then.
        more = {} if self._keytab is None else {"store": self._store}
        return self._gssapi.Credentials(usage="initiate", mechs=[mechanism], **more)


def _too_late(host: str) -> NoReturn:
    raise AccountsError(f"There is no Kerberos ticket for {host} within {TIMEOUT:g} seconds")


def _library() -> Any:
    try:
        return import_module("gssapi")
    except ImportError as error:
        raise KerberosMissingError(
            f"fasjson needs Kerberos: pip install 'fedora-hubs[kerberos]' ({error})"
        ) from None
