"""Logs for programs: lines of JSON, or entries of the journal, with all fields of an event.

What a message does on its way is logged with its id as ``bus_message``, by every service it comes
through: one ``grep`` for the id tells the whole way.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from logging_journald import JournaldTransport
from twisted.logger import (
    FilteringLogObserver,
    ILogObserver,
    LogEvent,
    LogLevel,
    LogLevelFilterPredicate,
    formatEvent,
    textFileLogObserver,
)
from twisted.python.failure import Failure
from zope.interface import implementer

JOURNAL = Path("/run/systemd/journal/socket")

#: https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html
_PRIORITIES = {
    LogLevel.debug: 7,
    LogLevel.info: 6,
    LogLevel.warn: 4,
    LogLevel.error: 3,
    LogLevel.critical: 2,
}


class LogError(Exception):
    """The log cannot be written where the settings want it; the sentence says why."""


def observer(form: str, level: str, service: str, out: TextIO) -> ILogObserver:
    """Make what writes the log.

    Args:
        form: ``text``, ``json`` or ``journald``.
        level: What is less than this is left out, as in ``info``.
        service: The name of the service, as in ``hubs-worker``.
        out: Where text and JSON go.

    Returns:
        An observer.

    Raises:
        LogError: There is no journal.
    """
    write = {
        "text": lambda: textFileLogObserver(out),
        "json": lambda: JsonLines(service, out),
        "journald": lambda: Journal(service),
    }[form]()
    least = LogLevelFilterPredicate(LogLevel.lookupByName(level))
    kept: ILogObserver = FilteringLogObserver(write, [least])
    return kept


@implementer(ILogObserver)
class JsonLines:
    """Writes one JSON object a line."""

    def __init__(self, service: str, out: TextIO) -> None:
        """Prepare to write.

        Args:
            service: The name of the service.
            out: Where to.
        """
        self._service = service
        self._out = out

    def __call__(self, event: LogEvent) -> None:
        """Write an event; what another process of ours wrote stays as it is."""
        line = _line_of_child(event) or json.dumps(self._record(event))
        self._out.write(line + "\n")
        self._out.flush()

    def _record(self, event: LogEvent) -> dict[str, Any]:
        time = datetime.datetime.fromtimestamp(event["log_time"], datetime.UTC)
        record = {
            **dict(_fields(event)),
            "time": time.isoformat(timespec="milliseconds"),
            "level": event["log_level"].name,
            "service": self._service,
            "logger": event["log_namespace"],
            "text": formatEvent(event),
        }
        failure = event.get("log_failure")
        if isinstance(failure, Failure):
            record["traceback"] = failure.getTraceback()
        return record


@implementer(ILogObserver)
class Journal:
    """Writes to the journal of systemd, without waiting for it: what it does not take is lost.

    Our fields are in capitals and begin with ``HUBS_``: ``journalctl HUBS_BUS_MESSAGE=…``.
    """

    def __init__(self, service: str, socket: Path = JOURNAL) -> None:
        """Prepare to write.

        Args:
            service: The name of the service.
            socket: Where the journal takes entries.

        Raises:
            LogError: There is no journal.
        """
        self._service = service
        try:
            socket.lstat()
            self._transport = JournaldTransport(socket, connected=False)
        except OSError as error:
            raise LogError(f"there is no journal at {socket}: {error.strerror}") from None
        self._transport.socket.setblocking(False)
        self._lost = 0

    def __call__(self, event: LogEvent) -> None:
        """Write an event."""
        pairs: list[tuple[str, Any]] = [
            ("MESSAGE", formatEvent(event)),
            ("PRIORITY", _PRIORITIES[event["log_level"]]),
            ("SYSLOG_IDENTIFIER", self._service),
            ("LOGGER", event["log_namespace"]),
            *((f"HUBS_{name.upper()}", value) for name, value in _fields(event)),
        ]
        failure = event.get("log_failure")
        if isinstance(failure, Failure):
            pairs.append(("TRACEBACK", failure.getTraceback()))
        if self._lost:
            pairs.append(("HUBS_LOST_BEFORE", self._lost))
        try:
            self._transport.send(pairs)
        except OSError:
            # It is away or full, and there is nowhere to tell that.
            self._lost += 1
        else:
            self._lost = 0


def _line_of_child(event: LogEvent) -> str:
    """Give the line of JSON that a process we keep running wrote, or nothing."""
    # What `twisted.runner.procmon` says of a line that a process writes.
    line = event.get("line") if {"tag", "line", "stream"} <= event.keys() else None
    return line if isinstance(line, str) and line.startswith("{") else ""


def _fields(event: LogEvent) -> Iterator[tuple[str, str | int | float | bool]]:
    """Give what an event says beside its sentence, as plain values."""
    for name, value in event.items():
        if name.startswith("log_") or name in {"message", "format", "isError"}:
            continue
        if isinstance(value, str | int | float | bool):
            yield name, value
        elif isinstance(value, BaseException):
            yield name, f"{type(value).__name__}: {value}"
