"""Kerberos tickets for web services, from a real ticket server."""

from __future__ import annotations

import sys
import threading  # noqa: TID251 - what blocks is a thread's
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import reactor
from twisted.internet.task import Clock
from twisted.python.threadpool import ThreadPool

from hubs.accounts.interfaces import AccountsError
from hubs.accounts.negotiate import TIMEOUT, KerberosMissingError, Negotiate
from tests.accounts.kerberos import Realm
from tests.until import PATIENCE


async def test_each_request_gets_a_token_of_its_own(kerberos: Realm) -> None:
    kerberos.keytab("HTTP/localhost")
    negotiate = Negotiate(kerberos.keytab("hubs/worker"), reactor)
    first, second = [await negotiate.token("localhost") for _ in range(2)]
    assert first.startswith("Negotiate ")
    assert first != second


async def test_a_service_that_the_realm_does_not_know_is_named(kerberos: Realm) -> None:
    negotiate = Negotiate(kerberos.keytab("hubs/worker"), reactor)
    with pytest.raises(AccountsError, match=r"no Kerberos ticket for unknown\.localhost: "):
        await negotiate.token("unknown.localhost")


async def test_without_a_keytab_and_without_a_login_there_is_no_ticket(kerberos: Realm) -> None:
    with pytest.raises(AccountsError, match="no Kerberos ticket for localhost: "):
        await Negotiate(None, reactor).token("localhost")


async def test_a_realm_that_is_away_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Realm(tmp_path) as realm:
        keytab = realm.keytab("hubs/worker")
    for name, value in realm.environment().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AccountsError, match=r"no Kerberos ticket for localhost: .*KDC"):
        await Negotiate(keytab, reactor).token("localhost")


async def test_a_keytab_that_is_not_there_is_named(kerberos: Realm, tmp_path: Path) -> None:
    missing = tmp_path / "hubs.keytab"
    with pytest.raises(AccountsError, match=f"accounts.keytab: {missing} cannot be read"):
        await Negotiate(missing, reactor).token("localhost")


def test_a_missing_library_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gssapi", None)
    with pytest.raises(KerberosMissingError, match=r"pip install 'fedora-hubs\[kerberos\]'"):
        Negotiate(None, reactor)


class _Slow(Clock):
    """A reactor whose threads can be watched."""

    def __init__(self) -> None:
        super().__init__()
        self.pool = ThreadPool(0, 4)
        self.pool.start()

    def getThreadPool(self) -> ThreadPool:
        return self.pool

    def callFromThread(self, function: Any, *values: Any, **more: Any) -> None:
        self.callLater(0, function, *values, **more)


def test_who_waits_too_long_is_told_and_no_second_thread_follows_into_the_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, hold, begun = _Slow(), threading.Event(), threading.Semaphore(0)
    negotiate = Negotiate(None, clock)

    def make(host: str) -> str:
        begun.release()
        hold.wait()
        return host

    monkeypatch.setattr(negotiate, "_make", make)
    failures = [negotiate.token(f"host{number}") for number in range(2)]
    assert begun.acquire(timeout=PATIENCE)
    clock.advance(TIMEOUT)
    for number, failure in enumerate(failures):
        failure.addCallbacks(pytest.fail, lambda reason: reason.getErrorMessage())
        assert failure.result == (f"There is no Kerberos ticket for host{number} within 20 seconds")
    assert not begun.acquire(blocking=False)
    hold.set()
    clock.pool.stop()
