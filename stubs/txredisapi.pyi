from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.ssl import ClientContextFactory

class RedisError(Exception): ...
class ConnectionError(RedisError): ...
class ResponseError(RedisError): ...
class ScriptDoesNotExist(ResponseError): ...

class ConnectionHandler:
    def disconnect(self) -> Deferred[None]: ...
    def execute_command(self, *args: str | bytes | int | float) -> Deferred[Any]: ...
    def ping(self) -> Deferred[str]: ...

class UnixConnectionHandler(ConnectionHandler): ...

def lazyConnectionPool(
    host: str = ...,
    port: int = ...,
    dbid: int | None = ...,
    poolsize: int = ...,
    reconnect: bool = ...,
    charset: str | None = ...,
    password: str | None = ...,
    ssl_context_factory: ClientContextFactory | bool = ...,
    connectTimeout: float | None = ...,
    replyTimeout: float | None = ...,
    convertNumbers: bool = ...,
    username: str | None = ...,
) -> ConnectionHandler: ...
def lazyUnixConnectionPool(
    path: str = ...,
    dbid: int | None = ...,
    poolsize: int = ...,
    reconnect: bool = ...,
    charset: str | None = ...,
    password: str | None = ...,
    connectTimeout: float | None = ...,
    replyTimeout: float | None = ...,
    convertNumbers: bool = ...,
    username: str | None = ...,
) -> ConnectionHandler: ...
