"""Who looks at which hub: the open event streams of this process."""

from __future__ import annotations

import itertools
import secrets
from collections import defaultdict
from collections.abc import Iterable

from twisted.application.service import Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.internet.tcp import Connection
from twisted.protocols.policies import ProtocolWrapper

from hubs.model.reload import RELOAD_ALL, AccessChange, Reload, StreamNews
from hubs.sse.event import EventError, EventId, encode_event, encode_mark
from hubs.sse.history import History
from hubs.sse.stream import EventStream, SocketStream
from hubs.watch.metrics import STREAMS_OPEN, STREAMS_SLOW

#: In how many turns the streams are pinged within one interval.
PING_TURNS = 30
#: How long browsers may take to receive what is on its way when the service stops, seconds.
CLOSING_SECONDS = 2.0
#: When browsers come back after they were cut off, milliseconds: not all at once.
RETRY_MIN, RETRY_MAX = 2000, 5000
#: How many of them come back in a second at the most; of more the last come later than `RETRY_MAX`.
COMEBACKS_A_SECOND = 1000


class Broker(Service):
    """Knows the open streams by hub, and writes each event to those it concerns.

    Attributes:
        open_streams: How many streams are open.
        closed_because_slow: How many it has cut off because they were too far behind.
        access_changes: How often it has heard that who may see what has changed.
    """

    name = "broker"

    def __init__(
        self, clock: IReactorTime, *, ping_interval: float = 30.0, history_limit: int = 10_000
    ) -> None:
        """Begin without streams.

        Args:
            clock: What time is.
            ping_interval: How often each stream is pinged, seconds.
            history_limit: How many events it remembers for browsers that come back.
        """
        self.open_streams = 0
        self.closed_because_slow = 0
        self.access_changes = 0
        self._clock = clock
        self._history = History(history_limit)
        self._by_hub: defaultdict[int, set[EventStream]] = defaultdict(set)
        self._by_person: defaultdict[int, set[EventStream]] = defaultdict(set)
        self._buckets: tuple[set[EventStream], ...] = tuple(set() for _ in range(PING_TURNS))
        self._bucket_to_fill = itertools.cycle(self._buckets)
        self._bucket_to_ping = itertools.cycle(self._buckets)
        self._pinging = LoopingCall(self._ping_some)
        self._pinging.clock = clock
        self._turn_seconds = ping_interval / PING_TURNS
        self._emptied: Deferred[None] | None = None

    def startService(self) -> None:
        """Start to ping."""
        super().startService()
        self._pinging.start(self._turn_seconds, now=False)

    def stopService(self) -> Deferred[None]:
        """Close all streams; each is told when to come back.

        Returns:
            Fires when they are closed; those that take too long are cut off.
        """
        super().stopService()
        self._pinging.stop()
        if not self.open_streams:
            return succeed(None)
        emptied = self._emptied = Deferred()
        for stream in self._streams():
            stream.send(b"%b\n" % self._retry())
            stream.close()
        cut = self._clock.callLater(CLOSING_SECONDS, self._cut_all)
        return emptied.addCallback(lambda _: cut.cancel() if cut.active() else None)

    def open(
        self,
        hub_id: int,
        transport: Connection | ProtocolWrapper,
        last_event_id: str = "",
        *,
        person_id: int = 0,
        unheard: frozenset[str] = frozenset(),
    ) -> None:
        """Let a connection hear of a hub from now on, and first of what it missed.

        Args:
            hub_id: The hub.
            transport: The connection; the headers are written.
            last_event_id: The last event that the browser knows, if it says so.
            person_id: Who looks; 0 for nobody.
            unheard: The targets that are not for them.
        """
        bucket = next(self._bucket_to_fill)
        kind = SocketStream if isinstance(transport, Connection) else EventStream
        stream = kind(hub_id, person_id, bucket, unheard, self._forget, transport)
        bucket.add(stream)
        self._by_hub[hub_id].add(stream)
        if person_id:
            self._by_person[person_id].add(stream)
        self.open_streams += 1
        STREAMS_OPEN.inc()
        stream.take_over()
        stream.send(self._greeting(stream, last_event_id))

    def publish(self, event_id: EventId, reload: Reload | StreamNews | AccessChange) -> int:
        """Tell everybody who looks at the hub, or those whom it is for, or ask anew who may.

        Args:
            event_id: The place of the event in the Redis stream, after that of all before.
            reload: What to tell.

        Returns:
            How many browsers were told.
        """
        if isinstance(reload, AccessChange):
            self._ask_anew(reload)
            return 0
        self._history.add(event_id, reload)
        streams = [one for one in self._concerned(reload) if reload.target not in one.unheard]
        if streams:
            data = _encode(event_id, reload.target)
            for stream in streams:
                stream.send(data)
        return len(streams)

    def _concerned(self, reload: Reload | StreamNews) -> Iterable[EventStream]:
        if isinstance(reload, Reload):
            return self._by_hub.get(reload.hub_id, ())
        return itertools.chain.from_iterable(self._by_person.get(one, ()) for one in reload.people)

    def _ask_anew(self, change: AccessChange) -> None:
        """Close the streams that a change may concern.

        Each browser comes back by itself, is asked like any other who it is, and hears then of
        what it missed; or that there is no such hub.
        """
        self.access_changes += 1
        streams = self._streams() if change.hub_id is None else self._by_hub.get(change.hub_id, ())
        for stream in tuple(streams):
            if change.person_id in {None, stream.person_id}:
                stream.close()

    def _greeting(self, stream: EventStream, last_event_id: str) -> bytes:
        missed = self._missed(stream, last_event_id) if last_event_id else b""
        return b"".join((self._retry(), missed, encode_mark("welcome", self._history.newest)))

    def _retry(self) -> bytes:
        spread = max(RETRY_MAX - RETRY_MIN, self.open_streams * 1000 // COMEBACKS_A_SECOND)
        return b"retry: %d\n" % (RETRY_MIN + secrets.randbelow(spread))

    def _missed(self, stream: EventStream, last_event_id: str) -> bytes:
        try:
            last = EventId.parse(last_event_id)
            events = self._history.since(last, stream.hub_id, stream.person_id)
        except EventError:
            events = None
        if events is None:
            return encode_event(RELOAD_ALL, "reload", self._history.newest)
        heard = (one for one in events if one[1].target not in stream.unheard)
        return b"".join(_encode(event_id, reload.target) for event_id, reload in heard)

    def _ping_some(self) -> None:
        ping = encode_mark("ping", self._history.newest)
        for stream in tuple(next(self._bucket_to_ping)):
            stream.send(ping)

    def _forget(self, stream: EventStream) -> None:
        stream.bucket.remove(stream)
        self._by_hub[stream.hub_id].remove(stream)
        if stream.person_id:
            self._by_person[stream.person_id].remove(stream)
            if not self._by_person[stream.person_id]:
                del self._by_person[stream.person_id]
        self.open_streams -= 1
        self.closed_because_slow += stream.slow
        STREAMS_OPEN.dec()
        STREAMS_SLOW.inc(stream.slow)
        if self._emptied is not None and not self.open_streams:
            emptied, self._emptied = self._emptied, None
            emptied.callback(None)

    def _streams(self) -> list[EventStream]:
        return [stream for bucket in self._buckets for stream in bucket]

    def _cut_all(self) -> None:
        for stream in self._streams():
            stream.abort()


def _encode(event_id: EventId, target: str) -> bytes:
    return encode_event(target, "reload", event_id)
