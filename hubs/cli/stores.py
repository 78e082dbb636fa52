"""Commands that speak to the stores, through the same code as the daemons."""

from __future__ import annotations

import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click
import psycopg2
import txredisapi
from pymongo.errors import PyMongoError
from twisted.internet.defer import Deferred
from twisted.internet.task import react

from hubs.cli.settings import read_settings
from hubs.pipeline.away import is_away
from hubs.twistd_plugins.parts import Parts

T = TypeVar("T")

#: How long somebody who typed a command waits for a Redis that may come back, seconds.
_PATIENCE = 5.0
#: What stores say when they refuse; anything else is a mistake of ours.
_REFUSALS = (psycopg2.Error, txredisapi.RedisError, PyMongoError, OSError)


def with_stores(
    config: Path | None, body: Callable[[Parts], Coroutine[Deferred[Any], Any, T]]
) -> T:
    """Run something that needs the stores. This runs the reactor: once a process.

    Args:
        config: The settings file, or None for the usual places.
        body: Is given what services are made of; each store is opened when it asks for it.

    Returns:
        What the body returned.

    Raises:
        click.ClickException: A setting is wrong, or a store is away or refuses.
        click.Abort: Somebody interrupted it.
    """
    settings = read_settings(config)
    returned: list[T] = []
    raised: list[BaseException] = []

    async def main(reactor: Any) -> None:
        parts = Parts(settings, reactor)
        parts.patience = _PATIENCE
        parts.service.startService()
        try:
            returned.append(await body(parts))
        except BaseException as error:
            raised.append(error)
        finally:
            await parts.service.stopService()

    with suppress(SystemExit):
        react(lambda reactor: Deferred.fromCoroutine(main(reactor)))
    for error in raised:
        _explain(error)
    if not returned:
        raise click.Abort
    return returned[0]


def ask(question: str) -> bool:
    """Ask whoever typed the command, from inside of what needs the stores.

    Args:
        question: Which yes or no answers.

    Returns:
        Whether they said yes.

    Raises:
        click.Abort: They interrupted it.
    """
    # The reactor would keep the interrupt until there is an answer.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return click.confirm(question)
    finally:
        signal.signal(signal.SIGINT, before)


def _explain(error: BaseException) -> None:
    if isinstance(error, SystemExit):
        # A setting that shows itself wrong when a part is made.
        raise click.ClickException(str(error)) from None
    if isinstance(error, _REFUSALS) or (isinstance(error, Exception) and is_away(error)):
        reason = " ".join(str(error).split()) or type(error).__name__
        raise click.ClickException(reason) from None
    raise error
