"""Reads and merges every message that the tests know, and prints what was found as JSON.

With the word ``alone`` it does so in a process that has no network, nor anything else: the first
socket, file or program that any Python asks for, or name that it looks up, ends it; and what is
not Python gets none.
"""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import attrs

from hubs.bus.conglomerators import Conglomerators
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from tests.bus import merging_vectors, schema_messages, vectors

#: How the process ends that asks for something.
ASKED = 9
_OUTSIDE = (
    "socket.",
    "open",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "urllib.",
    "http.",
)
#: Standard input, output and error.
_OPEN_FILES = 3


def _refuse(event: str, arguments: object) -> None:
    if event.startswith(_OUTSIDE):
        os.write(2, f"a reader asked for {event} {arguments}\n".encode())
        faulthandler.dump_traceback()
        os._exit(ASKED)


def be_alone() -> None:
    """Cut the process off from everything outside; there is no way back."""
    # Python itself imports this module when it is first needed.
    import_module("_strptime")
    sys.addaudithook(_refuse)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, hard))


def envelopes() -> Iterator[Mapping[str, Any]]:
    """Give the peers' vectors of reading and merging, and a message for each class of schemas."""
    yield from (vector.envelope for vector in vectors.load())
    yield from (made.envelope for made in schema_messages.load())
    yield from (envelope for vector in merging_vectors.load() for envelope in vector.envelopes)


def _found(message: BusMessage) -> dict[str, Any]:
    return attrs.asdict(message, filter=lambda field, _: field.name != "body")


def main() -> None:
    """Read, and print."""
    reader, messages = Reader.from_entry_points(), list(envelopes())
    conglomerators = Conglomerators(reader.meta.processors)
    if sys.argv[1:] == ["alone"]:
        be_alone()
    read = [reader.read(one, 2_000_000_000.0) for one in messages]
    briefs = {str(number): (one.brief, one.time) for number, one in enumerate(read) if one.brief}
    merged = [sorted(one.ids) for one in conglomerators.merge(briefs)]
    sys.stdout.write(json.dumps([merged, *map(_found, read)]))


if __name__ == "__main__":
    main()
