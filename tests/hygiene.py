"""What pytest-twisted lets pass and we do not: lost errors, calls left behind, endless tests.

Loaded by ``tests/conftest.py``; tested by ``tests/test_hygiene.py``.
"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogPublisher
from twisted.python.failure import Failure
from zope.interface import implementer

#: The longest an async test may take, seconds; ``@pytest.mark.patience(1000)`` asks for more. It is
#: there to end what hangs, and no test may come near it on the slowest machine.
PATIENCE = 600.0


@implementer(ILogObserver)
class LoggedErrors:
    """Failures that were logged while a test ran."""

    def __init__(self) -> None:
        self._failures: list[tuple[Failure, str]] = []

    def __call__(self, event: LogEvent) -> None:
        # What comes by the older way, `twisted.python.log.err`, has it under another name.
        failure = event.get("log_failure") or event.get("failure")
        if failure is not None:
            self._failures.append((failure, formatEvent(event)))

    def flush(self, *types: type[BaseException]) -> list[Failure]:
        """Give the failures of some types and forget them: the test expected them."""
        gc.collect()
        expected = [pair for pair in self._failures if pair[0].check(*types)]
        self._failures = [pair for pair in self._failures if pair not in expected]
        return [failure for failure, _ in expected]

    def unexpected(self) -> list[str]:
        """Give what is left as text."""
        return [f"{text}\n{failure.getTraceback()}" for failure, text in self._failures]


@pytest.fixture(autouse=True)
def logged_errors() -> Iterator[LoggedErrors]:
    """Fail the test that loses an error or leaves a delayed call behind."""
    errors = LoggedErrors()
    before = set(reactor.getDelayedCalls())
    globalLogPublisher.addObserver(errors)
    yield errors
    gc.collect()
    globalLogPublisher.removeObserver(errors)
    calls = set(reactor.getDelayedCalls()) - before
    left = [str(call) for call in calls]
    for call in calls:
        call.cancel()
    lost = errors.unexpected()
    if lost:
        pytest.fail("Logged and not expected:\n" + "\n".join(lost), pytrace=False)
    # A socket that was closed while the reactor knew of it spoils the next one of its number.
    reactor.getReaders()
    reactor.getWriters()
    if left:
        pytest.fail("Left on the reactor:\n" + "\n".join(left), pytrace=False)


def _with_end(test: Callable[..., Any], patience: float) -> Callable[..., Any]:
    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> Deferred[Any]:
        return Deferred.fromCoroutine(test(*args, **kwargs)).addTimeout(
            patience,
            reactor,
        )

    return run


@pytest.fixture(autouse=True, scope="module")
def spared() -> None:
    """Spare the collections after each test what is there before the first of its module."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Name our mark."""
    config.addinivalue_line("markers", "patience(seconds): how long an async test may take")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Give every async test an end."""
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        mark = pyfuncitem.get_closest_marker("patience")
        pyfuncitem.obj = _with_end(pyfuncitem.obj, mark.args[0] if mark else PATIENCE)
