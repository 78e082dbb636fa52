from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import zmq

class ZmqEndpointType:
    bind: ClassVar[str]
    connect: ClassVar[str]

class ZmqEndpoint(NamedTuple):
    type: str
    address: str

class ZmqFactory:
    reactor: Any
    lingerPeriod: int
    connections: set[ZmqConnection]
    def shutdown(self) -> None: ...

class ZmqConnection:
    socketType: int
    highWaterMark: int
    reconnectInterval: int
    reconnectIntervalMax: int
    factory: ZmqFactory | None
    socket: zmq.Socket[bytes]
    def __init__(self, factory: ZmqFactory, endpoint: ZmqEndpoint | None = None) -> None: ...
    def addEndpoints(self, endpoints: Sequence[ZmqEndpoint]) -> None: ...
    def send(self, message: bytes | Sequence[bytes]) -> None: ...
    def shutdown(self) -> None: ...
    def doRead(self) -> None: ...
    def messageReceived(self, message: list[bytes]) -> None: ...

class ZmqPubConnection(ZmqConnection): ...
class ZmqSubConnection(ZmqConnection): ...
